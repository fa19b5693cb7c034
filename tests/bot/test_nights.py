"""What is done of nights: once for each workspace, by whichever worker, at the same moment of every night."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nights import SPREAD, next_night
from sandbox import ServerError
from storage import Transaction, members
from tests.bot.hosted import Hosted, at_work, hosted, team_of

DAY = timedelta(days=1)
MOMENTS = st.integers(0, 2 * 365 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
WORKSPACES = st.from_regex(r"T[0-9A-Z]{8,10}", fullmatch=True)


@given(WORKSPACES, MOMENTS)
def test_a_night_comes_within_a_day_and_at_the_same_moment_every_day(workspace: str, now: datetime) -> None:
    first = next_night(workspace, now)
    assert timedelta() < first - now <= DAY
    assert next_night(workspace, first) == first + DAY
    begins = first.replace(hour=2, minute=17, second=0, microsecond=0)
    assert timedelta() <= first - begins < SPREAD


def test_the_nights_of_many_workspaces_are_spread() -> None:
    moments = {next_night(f"T{number:09}", datetime(2026, 6, 1, tzinfo=UTC)) for number in range(1000)}
    assert len(moments) > 900
    assert max(moments) - min(moments) > SPREAD * 0.9


def asked(host: Hosted) -> list[int]:
    """How many times each workspace was asked who is there."""
    return [sum(call.method == "users.list" for call in team.transcript) for team in host.slack.teams.values()]


async def test_a_night_is_done_once_for_each_workspace_whoever_does_it(postgresql_url: str) -> None:
    async with hosted(postgresql_url) as first, at_work(first.slack, first.clock, postgresql_url) as second:
        for name in ("Les Lucioles", "Les Tisserands"):
            team, lead = team_of(first.slack, name)
            await first.installed_by(team, lead)
        await first.settle()
        before = asked(first)
        first.clock.advance(DAY)
        for worker in (second, first, second):
            await worker.bot.nights.do_what_is_due()
        assert [after - then for after, then in zip(asked(first), before, strict=True)] == [1, 1]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_workspace_whose_slack_is_away_is_met_the_next_night_and_the_others_tonight(
    sqlite_url: str, status: int
) -> None:
    async with hosted(sqlite_url) as host:
        for name in ("Les Lucioles", "Les Tisserands"):
            await host.installed_by(*team_of(host.slack, name))
        await host.settle()
        silent, other = host.slack.teams.values()
        silent.faults.next("users.list", ServerError(status))
        lila = other.add_person("Lila", "Besson")
        host.clock.advance(DAY)
        await host.settle()
        found = await host.bot.store.read(lambda tx: _known(tx, lila.id), other.team_id)
        assert found
        host.clock.advance(DAY)
        before = asked(host)
        await host.settle()
        assert [after - then for after, then in zip(asked(host), before, strict=True)] == [1, 1]


def _known(tx: Transaction, slack_id: str) -> bool:
    return members.by_slack_id(tx, slack_id) is not None
