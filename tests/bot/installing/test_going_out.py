"""A workspace puts us out when it likes, whichever worker hears of it."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.retention import PUT_OUT
from bot.welcoming import Newcomer
from sandbox.installing import UNINSTALLED
from sandbox.payloads import parting, tokens_revoked
from sandbox.surface import Json
from storage import installations, serving_tables, workspaces
from tests import postgres
from tests.bot.hosted import Hosted, at_work, hosted, set_up, team_of
from tests.bot.installing.conftest import known, let_in
from tests.bot.spoken import Letters

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


async def test_nobody_is_written_to_in_the_name_of_a_workspace_that_has_removed_us(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    letters = Letters()
    async with hosted(sqlite_url, postman=letters) as host:
        team, lead = await let_in(host, "Les Lucioles")
        await set_up(host, team, lead)
        first_day = (host.clock() + timedelta(days=20)).date()
        arrives = Newcomer(first_day=first_day, first_name="Lila", email="lila@exemple.coop")
        assert await host.bot.desk.welcome(team.team_id, lead.id, arrives) == {}
        await host.settle()
        await team.uninstall()
        for _ in range(15):
            host.clock.advance(timedelta(days=1))
            await host.settle()
        assert letters.sent == []
        assert "no longer lets us speak" not in caplog.text, "nobody who runs us has anything to do"
        await host.installed_by(team, lead)
        await host.settle()
        assert [to for to, *_ in letters.sent] == ["lila@exemple.coop"]


async def test_a_goodbye_that_reached_nobody_is_understood_the_next_night(host: Hosted) -> None:
    """We were away for longer than Slack tries to tell."""
    team, _ = await let_in(host, "Les Lucioles")
    other, _ = await let_in(host, "Les Tisserands")
    host.clock.advance(timedelta(hours=1))
    host.slack.deliver_over_http("http://127.0.0.1:9/slack/events")
    await team.uninstall()
    host.slack.deliver_over_http(f"http://127.0.0.1:{host.port}/slack/events")
    host.clock.advance(timedelta(days=1))
    await host.settle()
    assert await host.bot.installed.workspaces() == [other.team_id]
    host.clock.advance(timedelta(days=PUT_OUT.days))
    await host.settle()
    assert await known(host, team.team_id) == 0
    assert await known(host, other.team_id) > 0


async def test_installing_again_before_the_delay_gives_everything_back(host: Hosted) -> None:
    team, lead = await let_in(host, "Les Lucioles")
    await set_up(host, team, lead)
    await team.uninstall()
    host.clock.advance(timedelta(days=10))
    page = await host.installed_by(team, lead)
    assert "comme vous l&#39;aviez laissé" in page.text
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


async def test_whoever_installs_again_at_the_moment_of_the_purge_keeps_everything(postgresql_url: str) -> None:
    """By another worker, which has not written it down whole yet."""
    async with hosted(postgresql_url) as host:
        team, lead = await let_in(host, "Les Lucioles")
        await set_up(host, team, lead)
        await team.uninstall()
        host.clock.advance(timedelta(days=PUT_OUT.days + 1))
        before = await known(host, team.team_id)
        engine = sa.create_engine(postgres.as_owner(postgresql_url), poolclass=sa.NullPool)
        with engine.begin() as another:
            of_it = serving_tables.installation.c.workspace_id == team.team_id
            another.execute(sa.update(serving_tables.installation).where(of_it).values(purged_at=None))
            purge = asyncio.create_task(host.bot.nights.do_what_is_due())
            await asyncio.wait({purge}, timeout=1)
        await purge
        engine.dispose()
        assert await known(host, team.team_id) >= before - 1, "all but what was to be done"


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


async def test_a_worker_that_knows_a_former_token_speaks_by_the_new_one(postgresql_url: str) -> None:
    """A workspace that removes us and installs us again is heard of by one worker alone."""
    async with hosted(postgresql_url) as first, at_work(first.slack, first.clock, postgresql_url) as second:
        team, lead = team_of(first.slack, "Les Lucioles")
        await second.installed_by(team, lead)
        await second.settle()
        first.slack.deliver_over_http(f"http://127.0.0.1:{first.port}/slack/events")
        await team.uninstall()
        second.clock.advance(timedelta(seconds=10))
        await first.installed_by(team, lead)
        told = len(lead.received)
        await lead.write("menu")
        await second.bot.settle()
        assert len(lead.received) == told + 1
