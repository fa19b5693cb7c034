"""An organisation lets us in at once for the workspaces it adds us to."""

from datetime import timedelta

from bot.retention import PUT_OUT
from sandbox.payloads import envelope
from tests.bot.hosted import Hosted
from tests.bot.installing.conftest import known, lived_a_purge, union_of_alps


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


async def test_a_shortcut_of_an_organisation_which_names_no_workspace_opens_its_window_all_the_same(
    one: Hosted,
) -> None:
    _, _, lead = await union_of_alps(one)
    assert (await lead.shortcut("depart")).acknowledged
    assert lead.modals


async def test_that_we_are_taken_away_while_we_were_away_is_understood_the_next_night(one: Hosted) -> None:
    union, alps, _ = await union_of_alps(one)
    one.clock.advance(timedelta(hours=1))
    one.slack.deliver_over_http("http://127.0.0.1:9/slack/events")
    await union.take_from(alps)
    one.slack.deliver_over_http(f"http://127.0.0.1:{one.port}/slack/events")
    one.clock.advance(timedelta(days=1))
    await one.settle()
    assert await one.bot.installed.workspaces() == []
    await union.add_to(alps)
    assert await one.bot.installed.workspaces() == [alps.team_id]
    await lived_a_purge(one, alps)


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
