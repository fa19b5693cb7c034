"""A server may be for certain cooperatives: the others are told so, and left."""

import pytest

from sandbox import Refused
from tests.bot.hosted import hosted, team_of
from tests.bot.installing.conftest import known


async def test_who_is_not_invited_is_told_so_and_left_at_once(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with hosted(sqlite_url, invited=frozenset({"T0INVITED"})) as host:
        team, lead = team_of(host.slack, "Les Lucioles")
        answer = await host.installed_by(team, lead)
        assert (answer.status, f"votre espace, {team.team_id}." in answer.text) == (403, True)
        await host.settle()
        assert (team.installed, team.bot_token) == (False, "")
        assert await host.bot.installed.workspaces() == []
        assert await known(host, team.team_id) == 0
        assert lead.received == []
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_who_is_invited_comes_in_by_its_own_id_or_its_organisations(sqlite_url: str) -> None:
    async with hosted(sqlite_url, invited=frozenset({"T0INVITED", "E0UNION"})) as host:
        alone = host.slack.add_workspace("Les Lucioles", team_id="T0INVITED")
        union = host.slack.add_organisation("L'union", enterprise_id="E0UNION")
        of_union = host.slack.add_workspace("La Ruche", enterprise_id="E0UNION")
        for team, place in ((alone, alone), (of_union, union)):
            lead = team.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
            assert (await host.installed_by(place, lead)).status == 200


async def test_an_organisation_that_is_not_invited_is_left_too(sqlite_url: str) -> None:
    async with hosted(sqlite_url, invited=frozenset({"T0INVITED"})) as host:
        union = host.slack.add_organisation("L'union")
        team = host.slack.add_workspace("La Ruche", enterprise_id=union.enterprise.id)
        lead = team.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        assert (await host.installed_by(union, lead)).status == 403
        await host.settle()
        assert (union.installed, union.bot_token) == (False, "")


async def test_when_slack_does_not_let_us_leave_the_page_says_the_same_and_it_is_written_down(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with hosted(sqlite_url, invited=frozenset({"T0INVITED"})) as host:
        team, lead = team_of(host.slack, "Les Lucioles")
        host.slack.faults.next("apps.uninstall", Refused("no_permission"))
        assert (await host.installed_by(team, lead)).status == 403
        assert await host.bot.installed.workspaces() == []
        assert "should not have" in caplog.text
        assert team.bot_token
        assert team.bot_token not in caplog.text
