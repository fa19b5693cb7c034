"""What is done of nights: once for each workspace, by whichever worker, at the same moment of every night."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Bot
from bot.clock import MovableClock
from bot.nights import AGAIN, SPREAD, next_night
from bot.welcoming import Newcomer
from sandbox import Call, Person, Refused, Sandbox, ServerError, Team
from storage import Transaction, departures, members, poll_tables, tables, waking
from storage.departures import Departure
from tests.bot.connected import MORNING, connected, settings_for
from tests.bot.hosted import Hosted, at_work, hosted, set_up, team_of

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


async def wrote_long_ago(host: Hosted, team: Team, person: Person) -> str:
    """The departure, over for years, for which this person left words to the team."""

    def unit(tx: Transaction) -> str:
        member = members.by_slack_id(tx, person.id)
        assert member is not None
        gone = Departure(
            id=departures.new_id(),
            member_id=member.id,
            kind="resignation",
            last_day=date(2023, 3, 31),
            begun_on=date(2023, 1, 31),
            words={"goodbye": "Merci à toutes et tous."},
            state="left",
        )
        departures.save(tx, gone)
        return gone.id

    return await host.bot.store.run(unit, team.team_id)


async def words_of(host: Hosted, team: Team, departure: str) -> dict[str, str]:
    found = await host.bot.store.read(lambda tx: departures.find(tx, departure), team.team_id)
    assert found is not None
    return dict(found.words)


async def test_what_is_old_is_forgotten_although_slack_refuses_for_good_to_say_who_is_there(sqlite_url: str) -> None:
    async with hosted(sqlite_url) as host:
        team, lead = team_of(host.slack, "Les Lucioles")
        await host.installed_by(team, lead)
        await host.settle()
        departure = await wrote_long_ago(host, team, lead)
        team.faults.next("users.list", Refused("missing_scope"))
        host.clock.advance(DAY)
        await host.settle()
        assert await words_of(host, team, departure) == {}
        host.clock.advance(timedelta(hours=1))
        before = asked(host)
        await host.settle()
        assert asked(host) == before, "what Slack refuses for good is not asked again before the next night"


async def test_whoever_installs_us_while_slack_cannot_say_who_is_there_is_greeted_soon(sqlite_url: str) -> None:
    """They would see until the next night a Home in which there is nothing to do."""
    async with hosted(sqlite_url) as host:
        team, lead = team_of(host.slack, "Les Lucioles")
        team.faults.next("users.list", ServerError(503))
        await host.installed_by(team, lead)
        await host.settle()
        assert lead.received == []
        host.clock.advance(AGAIN)
        await host.settle()
        assert len(lead.received) == 1


async def test_a_bot_of_one_workspace_asks_soon_who_is_there_when_slack_could_not_say(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    async with Sandbox.serve(clock=clock) as slack:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        slack.faults.next("users.list", ServerError(503))
        async with Bot.open(settings_for(slack, tmp_path), clock=clock) as bot:
            clock.advance(AGAIN)
            await bot.nights.do_what_is_due()
            await bot.settle()
            assert len(lead.received) == 1


async def test_a_part_of_a_night_that_fails_keeps_neither_the_others_nor_another_workspace_s_from_being_done(
    sqlite_url: str,
) -> None:
    async with hosted(sqlite_url) as host:
        for name in ("Les Lucioles", "Les Tisserands"):
            await host.installed_by(*team_of(host.slack, name))
        await host.settle()
        people, olds = [], []
        for team in host.slack.teams.values():
            await host.bot.store.run(spoil_a_round, team.team_id)
            olds.append(await wrote_long_ago(host, team, team.people[0]))
            people.append(team.add_person("Lila", "Besson"))
        host.clock.advance(DAY)
        await host.bot.nights.do_what_is_due()
        for team, departure, lila in zip(host.slack.teams.values(), olds, people, strict=True):
            assert await words_of(host, team, departure) == {}
            assert await host.bot.store.read(lambda tx, lila=lila: _known(tx, lila.id), team.team_id)  # type: ignore[misc]
        assert failures(host) == 2


async def test_a_night_is_done_although_what_is_due_beside_it_cannot_be(database_url: str) -> None:
    async with hosted(database_url) as host:
        team, lead = team_of(host.slack, "Les Lucioles")
        await host.installed_by(team, lead)
        await host.settle()
        await set_up(host, team, lead)
        first_day = (host.clock() + 30 * DAY).date()
        arrives = Newcomer(first_day=first_day, first_name="Lila", email="lila@exemple.coop")
        assert await host.bot.desk.welcome(team.team_id, lead.id, arrives) == {}
        await host.settle()
        departure = await wrote_long_ago(host, team, lead)
        await host.bot.store.run(let_no_conversation_be_saved)
        host.clock.advance(DAY)
        before, counted = asked(host), failures(host)
        async with host.bot.beating():
            pass  # it beats once as it begins
        assert failures(host) > counted
        assert await words_of(host, team, departure) == {}
        assert [after - then for after, then in zip(asked(host), before, strict=True)] == [1]


async def test_what_comes_due_during_the_nights_of_many_workspaces_does_not_wait_for_the_last_of_them(
    sqlite_url: str,
) -> None:
    """After an outage, those of all workspaces are due at once, and each asks Slack who is there."""
    async with hosted(sqlite_url) as host:
        teams = [team_of(host.slack, name) for name in ("Les Lucioles", "Les Tisserands")]
        for team, lead in teams:
            await host.installed_by(team, lead)
            await host.settle()
            await set_up(host, team, lead)
        team, lead = teams[0]
        first_day = (host.clock() + 30 * DAY).date()
        arrives = Newcomer(first_day=first_day, first_name="Lila", email="lila@exemple.coop")
        assert await host.bot.desk.welcome(team.team_id, lead.id, arrives) == {}
        await host.settle()
        due = await host.bot.store.read(waking.next_wake)
        assert due is not None
        host.clock.advance(due - host.clock() - timedelta(minutes=1))

        def an_hour_goes_by(_team: Team, call: Call) -> None:
            if call.method == "users.list":
                host.clock.advance(timedelta(hours=1))

        host.slack.on_call(an_hour_goes_by)
        async with host.bot.beating():
            pass  # it beats once as it begins
        assert host.clock() > due + timedelta(hours=1), "there were several nights to do"
        woken_at = await host.bot.store.read(lambda tx: last_queued(tx, "post"), team.team_id)
        assert woken_at == due + timedelta(minutes=59)


def last_queued(tx: Transaction, kind: str) -> datetime:
    row = tables.outbox.c
    wanted = sa.and_(row.workspace_id == tx.workspace, row.kind == kind)
    moment: datetime = tx.connection.execute(sa.select(sa.func.max(row.queued_at)).where(wanted)).scalar_one()
    return moment


def failures(host: Hosted) -> float:
    return host.bot.metrics.registry.get_sample_value("parcours_failures_total", {"kind": "unforeseen"}) or 0


def let_no_conversation_be_saved(tx: Transaction) -> None:
    """In a way that is foreseen nowhere, though all of them are due."""
    tx.connection.execute(sa.update(tables.conversation).values(wake_at=MORNING))
    told = "CREATE TRIGGER astray BEFORE UPDATE ON conversation"
    if tx.on_postgresql:
        body = "BEGIN PERFORM 1 FROM nowhere; RETURN NEW; END"
        tx.connection.execute(sa.text(f"CREATE FUNCTION go_astray() RETURNS trigger LANGUAGE plpgsql AS '{body}'"))
        tx.connection.execute(sa.text(f"{told} FOR EACH ROW EXECUTE FUNCTION go_astray()"))
    else:
        tx.connection.execute(sa.text(f"{told} BEGIN SELECT 1 FROM nowhere; END"))


def spoil_a_round(tx: Transaction) -> None:
    """Have one that nobody can read any more."""
    row = {
        "id": f"r-{tx.workspace}",
        "poll": "barometer",
        "number": 1,
        "state": "closed",
        "frozen": {},
        "lists_participation": False,
        "key_print": "",
        "opened_on": date(2026, 1, 5),
    }
    tx.connection.execute(sa.insert(poll_tables.round_).values(workspace_id=tx.workspace, **row))


def _known(tx: Transaction, slack_id: str) -> bool:
    return members.by_slack_id(tx, slack_id) is not None


async def test_when_somebody_opened_their_home_is_forgotten_after_ninety_days(tmp_path: Path) -> None:
    def shown(tx: Transaction) -> int:
        opened = sa.select(sa.func.count()).select_from(tables.outbox).where(tables.outbox.c.kind == "home")
        return tx.connection.execute(opened).scalar_one()

    async with connected(tmp_path) as coop:
        await coop.set_up()
        for days, still in ((0, True), (89, True), (2, False)):
            if not days:
                await coop.lead.open_home()
                await coop.bot.settle()
            coop.clock.advance(timedelta(days=days))
            await coop.bot.every_night()
            assert bool(await coop.bot.store.read(shown, coop.slack.team_id)) is still
