"""Once a death is told, the account hears nothing more; whoever was thought dead by mistake hears what waited, in their time."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.leaving import changing
from bot.leaving.beginning import Told, tell_departure
from sandbox import Person
from storage import Transaction, departures, members
from storage.departures import Departure
from tests.bot.polls.led import Led, led
from tests.bot.polls.test_moving_a_gathering import told
from tests.bot.polls.test_telling_results import vote_of

RESULTS = "Une date viendra vite pour en parler"


async def test_what_waited_for_its_hour_is_never_said_to_whoever_has_died(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = await waiting_for_results(home)
        await dies(home, lea)
        await home.let_days_pass(40)
        assert not told(lea, RESULTS)
        assert told(home.others[1], RESULTS)


async def test_whoever_was_thought_dead_hears_what_waited_once_a_pause_of_their_own_is_over(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = await waiting_for_results(home)
        await dies(home, lea)
        await home.let_days_pass(1)
        found = await home.reads(partial(departure_of, slack_id=lea.id))
        call_off = partial(changing.call_off, departure_id=found.id)
        await home.coop.bot.desk.act(home.coop.slack.team_id, home.lead.id, call_off)
        await home.let_days_pass(4)
        assert not told(lea, RESULTS), "they had asked for silence until later"
        await home.let_days_pass(12)
        assert told(lea, RESULTS)


@pytest.mark.parametrize("kind", ["resignation", "death"])
async def test_a_death_put_right_later_ends_the_silence_and_one_that_is_told_again_does_not(
    tmp_path: Path, kind: str
) -> None:
    async with led(tmp_path) as home:
        lea = await waiting_for_results(home)
        await dies(home, lea)
        await home.let_days_pass(1)
        found = await home.reads(partial(departure_of, slack_id=lea.id))
        change = partial(changing.change_kind, departure_id=found.id, kind=kind, is_delicate=True)
        team, lead = home.coop.slack.team_id, home.lead.id
        assert not await home.coop.bot.desk.decide(team, lead, change)
        await home.let_days_pass(4)
        assert not told(lea, RESULTS)
        await home.let_days_pass(12)
        assert bool(told(lea, RESULTS)) is (kind == "resignation")
        call_off = partial(changing.call_off, departure_id=found.id)
        await home.coop.bot.desk.act(team, lead, call_off)
        await home.let_days_pass(4)
        assert told(lea, RESULTS)


async def waiting_for_results(home: Led) -> Person:
    """Somebody in a long pause, whom the results of a round wait for."""
    lea = home.others[0]
    await home.open_round()
    for one in home.others[1:7]:
        await vote_of(home.coop, one, "Merci")
    away = home.coop.clock().date() + timedelta(days=25)
    await home.coop.bot.desk.prefer(home.coop.slack.team_id, lea.id, paused_until=away)
    await home.let_days_pass(10)
    return lea


async def dies(home: Led, person: Person) -> None:
    """The lead tells of it."""
    death = Told(person=person.id, last_day=home.coop.clock().date(), kind="death")
    team = home.coop.slack.team_id
    assert not await home.coop.bot.desk.decide(team, home.lead.id, lambda it, me: tell_departure(it, me, death))
    await home.coop.bot.settle()


def departure_of(tx: Transaction, slack_id: str) -> Departure:
    member = members.by_slack_id(tx, slack_id)
    assert member is not None
    return departures.of_member(tx, member.id)[-1]
