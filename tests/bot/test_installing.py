"""A workspace lets us in from a page of ours, is served apart from every other one, and puts us out when it likes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from bot import wire
from bot.doors import to_bolt
from bot.installing.web import SCOPES
from bot.retention import PUT_OUT
from bot.wire import Ref
from sandbox import Organisation, Person, ServerError, Team
from sandbox.installing import UNINSTALLED
from sandbox.payloads import envelope, parting, tokens_revoked
from sandbox.surface import Json
from storage import Transaction, installations, members, serving_tables, tables, workspaces
from tests.bot.hosted import Hosted, at_work, hosted, set_up, team_of
from tests.bot.test_manifest import ROOT, listed


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[Hosted]:
    async with hosted(database_url) as host:
        yield host


@pytest.fixture
async def one(sqlite_url: str) -> AsyncIterator[Hosted]:
    """On one kind of database, for what both do alike."""
    async with hosted(sqlite_url) as host:
        yield host


async def let_in(host: Hosted, name: str) -> tuple[Team, Person]:
    team, lead = team_of(host.slack, name)
    assert (await host.installed_by(team, lead)).status == 200
    await host.settle()
    return team, lead


async def known(host: Hosted, workspace: str) -> int:
    """How many rows of any table are this workspace's."""

    def unit(tx: Transaction) -> int:
        theirs = [table for table in tables.metadata.sorted_tables if "workspace_id" in table.c]
        counts = (
            tx.connection.execute(
                sa.select(sa.func.count()).select_from(table).where(table.c.workspace_id == workspace)
            ).scalar_one()
            for table in theirs
        )
        return sum(counts)

    return await host.bot.store.read(unit)


# ---------------------------------------------------------------------------------------------------------- coming in


async def test_a_workspace_installs_us_from_our_page_and_is_greeted(host: Hosted) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    assert await host.bot.installed.workspaces() == [team.team_id]
    [invitation] = lead.received
    assert "offer.setup" in [control.action_id for control in invitation.controls()]
    await set_up(host, team, lead)
    found = await host.bot.store.read(workspaces.find, team.team_id)
    assert found is not None
    assert found.name == "Les Lucioles"


async def test_our_page_says_what_we_ask_for_and_why_in_the_language_of_the_browser(one: Hosted) -> None:
    french, english = await one.browse("/slack/install"), await one.browse("/slack/install", language="en-GB,en")
    assert '<html lang="fr">' in french.text
    assert "Continuer vers Slack" in french.text
    assert f"{PUT_OUT.days} jours" in french.text
    assert '<html lang="en">' in english.text
    assert f"{PUT_OUT.days} days" in english.text
    asked = parse_qs(urlsplit(french.link).query)
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert asked["redirect_uri"] == ["http://127.0.0.1/slack/oauth_redirect"]


def test_we_ask_for_what_the_manifest_says_and_no_more() -> None:
    manifest = (ROOT / "manifest-http.yaml").read_text(encoding="utf-8")
    assert sorted(SCOPES) == sorted(listed(manifest, "bot"))


async def test_the_token_is_kept_sealed_and_nobody_who_installed_us_is_kept(host: Hosted) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    rows = await host.bot.store.read(
        lambda tx: tx.connection.execute(sa.select(serving_tables.installation)).mappings().all()
    )
    written = str([dict(row) for row in rows])
    assert team.bot_token not in written
    assert lead.id not in written
    found = await host.bot.store.read(lambda tx: installations.find(tx, team.team_id))
    assert found is not None
    assert found.token == team.bot_token


async def test_whoever_says_no_is_answered_kindly_and_nothing_is_installed(one: Hosted) -> None:
    page = await one.browse("/slack/install")
    answer = await one.browse(one.slack.deny(page.link), page.cookie)
    assert (answer.status, "La porte reste ouverte" in answer.text) == (200, True)
    assert await one.bot.installed.workspaces() == []


async def test_an_installation_ends_in_the_browser_where_it_began(one: Hosted) -> None:
    team, lead = team_of(one.slack, "Les Lucioles")
    page = await one.browse("/slack/install")
    back = await one.slack.consent(team, lead, page.link)
    elsewhere = await one.browse(back, "slack-app-oauth-state=another")
    assert (elsewhere.status, "navigateur" in elsewhere.text) == (400, True)
    assert await one.bot.installed.workspaces() == []


async def test_a_state_is_good_once_and_for_ten_minutes(host: Hosted) -> None:
    team, lead = team_of(host.slack, "Les Lucioles")
    page = await host.browse("/slack/install")
    back = await host.slack.consent(team, lead, page.link)
    assert (await host.browse(back, page.cookie)).status == 200
    assert (await host.browse(back, page.cookie)).status == 401
    late = await host.browse("/slack/install")
    back = await host.slack.consent(team, lead, late.link)
    host.clock.advance(timedelta(minutes=11))
    assert (await host.browse(back, late.cookie)).status == 401


async def test_a_silent_slack_is_told_and_installs_nothing(one: Hosted) -> None:
    team, lead = team_of(one.slack, "Les Lucioles")
    page = await one.browse("/slack/install")
    back = await one.slack.consent(team, lead, page.link)
    one.slack.lobby.faults.next("oauth.v2.access", ServerError(503))
    answer = await one.browse(back, page.cookie)
    assert answer.status in (401, 503)
    assert "Recommencer" in answer.text
    assert await one.bot.installed.workspaces() == []


# ------------------------------------------------------------------------------------------------------- served apart


async def test_each_workspace_is_answered_in_its_own_and_never_in_another(host: Hosted) -> None:
    first, ana = await let_in(host, "Les Lucioles")
    second, bob = await let_in(host, "Les Tisserands")
    await ana.write("menu")
    await host.settle()
    assert len(ana.received) == 2
    assert len(bob.received) == 1
    assert {call.method for call in second.transcript if call.payload.get("channel")} <= {"chat.postMessage"}
    assert first.bot_token != second.bot_token


async def test_the_same_account_id_in_two_workspaces_is_two_people(host: Hosted) -> None:
    first, _ = await let_in(host, "Les Lucioles")
    second, _ = await let_in(host, "Les Tisserands")
    for team in (first, second):
        await team.join(
            team.add_person("Lila", "Besson", id="U0SAME", email=f"lila@{team.team_id}.example", joined=False)
        )
    found = [
        await host.bot.store.read(lambda tx: members.by_slack_id(tx, "U0SAME"), team.team_id)
        for team in (first, second)
    ]
    assert len({one.id for one in found if one is not None}) == 2


async def test_a_workspace_that_did_not_install_us_is_told_so_and_leaves_no_trace(host: Hosted) -> None:
    await let_in(host, "Les Lucioles")
    stranger = host.slack.add_workspace("Les Inconnues", installed=True)
    person = stranger.add_person("Zoé", "Marchand")
    await person.command("/parcours")
    await host.settle()
    assert await known(host, stranger.team_id) == 0


async def test_an_answer_from_a_workspace_that_did_not_install_us_leaves_no_trace(one: Hosted) -> None:
    await let_in(one, "Les Lucioles")
    forged = {"action_id": "answer.0", "block_id": wire.answer_block(Ref("c_1", "state")), "value": "done"}
    who = {"user": {"id": "U1", "team_id": "T_STRANGER"}, "team": {"id": "T_STRANGER"}}
    answer = await to_bolt(one.bot.app)({"type": "block_actions", **who, "actions": [forged]})
    assert "pas laissé entrer" in answer.body
    assert await known(one, "T_STRANGER") == 0


# -------------------------------------------------------------------------------------------------------- organisations


async def test_an_organisation_lets_us_in_for_its_workspaces_and_each_is_met_when_it_first_speaks(host: Hosted) -> None:
    union = host.slack.add_organisation("L'Union")
    alps = host.slack.add_workspace("Alpes", enterprise_id=union.enterprise.id)
    lead = alps.add_person("Inès", "Faure", is_admin=True, is_owner=True)
    page = await host.installed_by(union, lead)
    assert (page.status, "L&#39;Union" in page.text) == (200, True)
    assert await host.bot.installed.workspaces() == []
    await union.add_to(alps)
    await lead.open_home()
    await host.settle()
    assert await host.bot.installed.workspaces() == [alps.team_id]
    assert lead.received


async def test_a_workspace_taken_away_by_its_organisation_is_left_alone_and_the_others_are_served(host: Hosted) -> None:
    union = host.slack.add_organisation("L'Union")
    alps, jura = (host.slack.add_workspace(name, enterprise_id=union.enterprise.id) for name in ("Alpes", "Jura"))
    leads = [team.add_person("Inès", "Faure", is_admin=True, is_owner=True) for team in (alps, jura)]
    await host.installed_by(union, leads[0])
    for team, lead in zip((alps, jura), leads, strict=True):
        await union.add_to(team)
        await lead.open_home()
    await host.settle()
    await union.take_from(alps)
    assert await host.bot.installed.workspaces() == [jura.team_id]


async def test_an_event_still_on_its_way_from_a_workspace_taken_away_does_not_bring_it_back(host: Hosted) -> None:
    union, alps, _ = await union_of_alps(host)
    host.clock.advance(timedelta(days=1))
    await union.take_from(alps)
    assert await host.bot.installed.authorized(alps.team_id, union.enterprise.id) is None
    assert await host.bot.installed.workspaces() == []
    host.clock.advance(timedelta(days=PUT_OUT.days))
    await host.settle()
    assert await known(host, alps.team_id) == 0


async def test_a_workspace_that_its_organisation_adds_again_keeps_everything_and_is_served_before_it_speaks(
    host: Hosted,
) -> None:
    union, alps, _ = await union_of_alps(host)
    host.clock.advance(timedelta(days=1))
    await union.take_from(alps)
    host.clock.advance(timedelta(days=10))
    await union.add_to(alps)
    assert await host.bot.installed.workspaces() == [alps.team_id]
    await lived_a_purge(host, alps)


async def test_a_workspace_added_before_it_was_taken_away_stays_away_however_late_that_is_told(one: Hosted) -> None:
    union, alps, _ = await union_of_alps(one)
    one.clock.advance(timedelta(days=1))
    told = envelope(alps.workspace, {"type": "team_access_granted", "team_ids": [alps.team_id]}) | {"team_id": None}
    one.clock.advance(timedelta(minutes=1))
    await union.take_from(alps)
    await alps.post.event(told, parting=True)
    assert await one.bot.installed.workspaces() == []


async def test_an_organisation_that_installs_us_again_gives_everything_back_to_those_it_adds_or_that_speak(
    host: Hosted,
) -> None:
    union, alps, lead = await union_of_alps(host)
    jura = host.slack.add_workspace("Jura", enterprise_id=union.enterprise.id)
    speaking = jura.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
    await union.add_to(jura)
    await speaking.open_home()
    host.clock.advance(timedelta(days=1))
    await union.uninstall()
    assert await host.bot.installed.workspaces() == []
    host.clock.advance(timedelta(days=10))
    await host.installed_by(union, lead)
    await union.add_to(alps)
    assert await host.bot.installed.workspaces() == [alps.team_id]
    assert await host.bot.installed.authorized(jura.team_id, union.enterprise.id) is not None
    assert await host.bot.installed.workspaces() == [alps.team_id, jura.team_id]
    await lived_a_purge(host, alps, jura)


async def union_of_alps(host: Hosted) -> tuple[Organisation, Team, Person]:
    """An organisation that has let us in, with one workspace, set up; whoever leads it."""
    union = host.slack.add_organisation("L'Union")
    alps = host.slack.add_workspace("Alpes", enterprise_id=union.enterprise.id)
    lead = alps.add_person("Inès", "Faure", is_admin=True, is_owner=True)
    await host.installed_by(union, lead)
    await union.add_to(alps)
    await lead.open_home()
    await host.settle()
    await set_up(host, alps, lead)
    return union, alps, lead


async def lived_a_purge(host: Hosted, *teams: Team) -> None:
    """They are there still, once whatever was to be purged is."""
    host.clock.advance(timedelta(days=PUT_OUT.days + 1))
    await host.settle()
    for team in teams:
        assert await known(host, team.team_id) > 1


# ----------------------------------------------------------------------------------------------------------- going out


@pytest.mark.parametrize("tokens_first", [True, False])
async def test_a_workspace_that_removes_us_is_spoken_to_no_more_and_purged_after_the_delay(
    host: Hosted, tokens_first: bool
) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    other, _ = await let_in(host, "Les Tisserands")
    kept = await known(host, other.team_id)
    await set_up(host, team, lead)
    await team.uninstall(tokens_first=tokens_first)
    assert await host.bot.installed.workspaces() == [other.team_id]
    assert await host.bot.store.read(lambda tx: installations.find(tx, team.team_id)) is None
    said = len(team.transcript)
    host.clock.advance(timedelta(days=PUT_OUT.days) - timedelta(minutes=1))
    await host.settle()
    assert len(team.transcript) == said
    assert await known(host, team.team_id) > 0
    host.clock.advance(timedelta(minutes=2))
    await host.settle()
    assert await known(host, team.team_id) == 0
    assert await known(host, other.team_id) >= kept


async def test_installing_again_before_the_delay_gives_everything_back(host: Hosted) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    await set_up(host, team, lead)
    await team.uninstall()
    host.clock.advance(timedelta(days=10))
    await host.installed_by(team, lead)
    host.clock.advance(timedelta(days=PUT_OUT.days))
    await host.settle()
    found = await host.bot.store.read(workspaces.find, team.team_id)
    assert found is not None
    assert found.set_up_at is not None


@pytest.mark.parametrize("goodbye", [UNINSTALLED, tokens_revoked(["U0BOT"], [])], ids=lambda event: event["type"])
async def test_a_goodbye_told_again_after_a_new_installation_leaves_nobody(host: Hosted, goodbye: Json) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    host.clock.advance(timedelta(days=1))
    told = parting(team.workspace, goodbye, of_organisation=False)
    await team.uninstall()
    host.clock.advance(timedelta(minutes=2))
    await host.installed_by(team, lead)
    await team.post.event(told, parting=True)
    assert await host.bot.installed.workspaces() == [team.team_id]
    found = await host.bot.store.read(lambda tx: installations.find(tx, team.team_id))
    assert found is not None
    assert found.token == team.bot_token


async def test_a_revoked_token_is_forgotten_at_once(host: Hosted) -> None:
    team, _ = await let_in(host, "Les Lucioles")
    await team.revoke_tokens()
    rows = await host.bot.store.read(
        lambda tx: tx.connection.execute(sa.select(serving_tables.installation.c.token)).scalars().all()
    )
    assert rows == [None]


# ------------------------------------------------------------------------------------------------------ several workers


async def test_another_worker_hears_of_an_installation_and_of_a_goodbye(postgresql_url: str) -> None:
    async with hosted(postgresql_url) as first, at_work(first.slack, first.clock, postgresql_url) as second:
        team, lead = team_of(first.slack, "Les Lucioles")
        await first.installed_by(team, lead)
        await lead.write("menu")  # delivered to the second
        await second.settle()
        assert {"offer.pause", "offer.setup"} <= {one.action_id for told in lead.received for one in told.controls()}
        await team.uninstall()
        second.clock.advance(timedelta(minutes=2))
        assert await first.bot.installed.authorized(team.team_id, None) is None
        assert await second.bot.installed.authorized(team.team_id, None) is None
