"""A workspace lets us in from a page of ours, and is served apart from every other one."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from slack_sdk.oauth.installation_store import Installation as Granted

from bot import wire
from bot.installing.stores import Installations
from bot.installing.web import SCOPES
from bot.retention import PUT_OUT
from bot.wire import Ref
from sandbox import Call, Refused, ServerError, Team
from storage import installations, members, serving_tables, workspaces
from tests.bot.hosted import Hosted, set_up, team_of
from tests.bot.installing.conftest import known, let_in
from tests.bot.test_manifest import ROOT, listed

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


async def test_whoever_installs_us_a_second_time_before_all_is_settled_is_told_who_will_settle_it(one: Hosted) -> None:
    team, lead = await let_in(one, "Les Lucioles")
    again = await one.installed_by(team, lead)
    assert "reçoivent un message" in again.text
    await one.settle()
    assert len(lead.received) == 1


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


async def test_however_often_our_page_is_asked_for_no_more_than_ten_minutes_of_it_is_kept(one: Hosted) -> None:
    for _ in range(6):
        await one.browse("/slack/install")
        one.clock.advance(timedelta(minutes=4))
    count = sa.select(sa.func.count()).select_from(serving_tables.oauth_state)
    assert await one.bot.store.read(lambda tx: tx.connection.execute(count).scalar_one()) == 3


async def test_a_silent_slack_is_told_and_installs_nothing(one: Hosted) -> None:
    team, lead = team_of(one.slack, "Les Lucioles")
    page = await one.browse("/slack/install")
    back = await one.slack.consent(team, lead, page.link)
    one.slack.lobby.faults.next("oauth.v2.access", ServerError(503))
    answer = await one.browse(back, page.cookie)
    assert answer.status in (401, 503)
    assert "Recommencer" in answer.text
    assert await one.bot.installed.workspaces() == []


async def test_a_token_that_will_expire_is_told_as_it_is_granted(one: Hosted, caplog: pytest.LogCaptureFixture) -> None:
    """docs.slack.dev/authentication/using-token-rotation: after twelve hours, silence."""
    kept = Installations(one.bot.installed, one.clock, frozenset())  # type: ignore[arg-type] # it serves many
    granted = {"app_id": "A1", "team_id": "T1", "bot_token": "xoxe.xoxb-1", "bot_id": "B1", "user_id": "U1"}
    await kept.async_save(Granted(**granted, bot_token_expires_in=43_200))  # type: ignore[arg-type]
    assert "make it again from our manifest" in caplog.text
    assert "xoxe" not in caplog.text
    caplog.clear()
    await kept.async_save(Granted(**granted))  # type: ignore[arg-type]
    assert caplog.text == ""


async def test_a_database_that_cannot_keep_an_installation_is_told_as_one(
    one: Hosted, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    team, lead = team_of(one.slack, "Les Lucioles")
    page = await one.browse("/slack/install")
    back = await one.slack.consent(team, lead, page.link)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:

        def hold_the_file(_team: Team, call: Call) -> None:
            if call.method == "auth.test":  # the token is granted, and not kept yet
                other.execute("BEGIN EXCLUSIVE")

        one.slack.on_call(hold_the_file)
        answer = await one.browse(back, page.cookie)
    assert (answer.status, "notre mémoire" in answer.text) == (503, True)
    assert "Stop the other program that holds it" in caplog.text
    assert "report it" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Refused("bad_client_secret"), "(bad_client_secret). Copy SLACK_CLIENT_SECRET again"),
        (Refused("bad_redirect_uri"), "(bad_redirect_uri). Write in “Redirect URLs”"),
        (Refused("code_already_used"), "(code_already_used). Whoever wanted it may try again"),
    ],
)
async def test_whoever_runs_us_can_see_why_slack_did_not_confirm(
    one: Hosted, caplog: pytest.LogCaptureFixture, fault: Refused, told: str
) -> None:
    team, lead = team_of(one.slack, "Les Lucioles")
    page = await one.browse("/slack/install")
    back = await one.slack.consent(team, lead, page.link)
    one.slack.lobby.faults.next("oauth.v2.access", fault)
    answer = await one.browse(back, page.cookie)
    assert (answer.status, "pourra voir pourquoi" in answer.text) == (401, True)
    assert told in caplog.text
    [code] = parse_qs(urlsplit(back).query)["code"]
    assert code not in caplog.text
    assert one.slack.client_secret not in caplog.text


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
    answer = await one.bot.dispatch({"type": "block_actions", **who, "actions": [forged]})
    assert "pas laissé entrer" in answer.body
    assert await known(one, "T_STRANGER") == 0
