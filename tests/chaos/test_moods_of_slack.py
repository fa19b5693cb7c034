"""Slack answers 429, 500, nothing, half of it, or only after hours; it says everything twice, or in another order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from sandbox import HalfAnswer, NoAnswer, RateLimited, ServerError, TimeoutAfterSuccess
from sandbox.faults import Fault
from tests.chaos.telling import Tell
from tests.chaos.town import STEPS, Town, expected, town

FEW = STEPS[:3]
MOODS: dict[str, Fault] = {
    "it asks us to slow down": RateLimited(30),
    "it fails": ServerError(500),
    "it hangs up before it has heard": NoAnswer(),
    "it hangs up once it has heard": TimeoutAfterSuccess(),
    "it hangs up in the middle of its answer": HalfAnswer(),
}
SILENCES: dict[str, Fault] = {
    "it is silent": NoAnswer(hang=True),
    "it is silent once it has heard": TimeoutAfterSuccess(hang=True),
}
"""Each costs the ten seconds after which we give up."""
TEN_MINUTES = timedelta(minutes=10)
OUTAGE = timedelta(hours=6)


async def told_all(coop: Town, steps: Sequence[str], tell: Tell) -> None:
    counts = await coop.counts(await expected(steps))
    tell(counts)
    counts.require_nothing_lost_nor_doubled()


async def lived_through(folder: Path, url: str, moods: Sequence[Fault], steps: Sequence[str], tell: Tell) -> None:
    """Before each gesture, what the bot will say next meets one of these moods."""
    async with town(folder, url) as coop:
        coming = cycle(moods)

        async def moody() -> None:
            coop.slack.faults.next("chat.postMessage", next(coming))

        await coop.live(steps, moody)
        await told_all(coop, steps, tell)


async def test_whatever_slack_answers_each_message_is_said_once(tmp_path: Path, sqlite_url: str, tell: Tell) -> None:
    await lived_through(tmp_path, sqlite_url, tuple(MOODS.values()), FEW, tell)


@pytest.mark.whole
@pytest.mark.parametrize("mood", MOODS)
async def test_in_each_mood_of_slack_each_message_is_said_once(
    tmp_path: Path, database_url: str, tell: Tell, mood: str
) -> None:
    await lived_through(tmp_path, database_url, [MOODS[mood]], STEPS, tell)


@pytest.mark.whole
@pytest.mark.parametrize("silence", SILENCES)
async def test_in_each_silence_of_slack_each_message_is_said_once(
    tmp_path: Path, sqlite_url: str, tell: Tell, silence: str
) -> None:
    await lived_through(tmp_path, sqlite_url, [SILENCES[silence]], STEPS[:1], tell)


async def slack_away(coop: Town, step: str, lapse: timedelta) -> None:
    """Everybody answers, and Slack takes nothing for so long."""
    coop.slack.faults.next("*", ServerError(503), times=10**6)
    for person in coop.people:
        await coop.answer(person, step)
    for _ in range(lapse // TEN_MINUTES):
        await coop.settle()
        coop.clock.advance(TEN_MINUTES)
    coop.slack.faults.clear()
    await coop.quieten()


async def test_after_hours_of_outage_all_is_said_once_by_itself(tmp_path: Path, sqlite_url: str, tell: Tell) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        step, *others = FEW
        await slack_away(coop, step, OUTAGE)
        await coop.live(others)
        await told_all(coop, FEW, tell)


@pytest.mark.whole
async def test_after_days_of_outage_a_gesture_of_the_management_says_it_all_once(
    tmp_path: Path, sqlite_url: str, tell: Tell
) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        step, *others = FEW
        await slack_away(coop, step, 5 * OUTAGE)
        await again(coop)
        await coop.live(others)
        await told_all(coop, FEW, tell)


async def again(coop: Town) -> None:
    """What was given up meanwhile is in the Home of whoever manages."""
    lead = coop.people[0]
    await coop.insist(lead.open_home)
    await coop.settle()
    assert lead.home is not None
    for control in lead.home.controls():
        if control.action_id == "home.retry_all":
            await coop.insist(lambda: lead.click(lead.home, action_id="home.retry_all"))  # type: ignore[arg-type]
    await coop.quieten()


async def test_a_burst_of_redeliveries_changes_nothing(tmp_path: Path, sqlite_url: str, tell: Tell) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        for step in FEW:
            await coop.live([step])
            events = [one for one in coop.slack.deliveries if one.kind == "events_api"]
            await asyncio.gather(*(coop.slack.redeliver(one) for one in reversed(events) for _ in range(5)))
            await coop.quieten()
        await told_all(coop, FEW, tell)


async def test_events_out_of_order_leave_what_was_said_last(tmp_path: Path, sqlite_url: str) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        lila = next(person for person in coop.slack.people if not person.joined)
        lila.joined = True
        assert (await lila.write("menu")).acknowledged  # before anybody told us of her
        assert (await coop.slack.change(lila, first_name="Lila-Rose")).acknowledged
        assert (await coop.slack.join(lila)).acknowledged  # last, though she joined first
        await coop.quieten()
        assert len(lila.received) == 1
        assert (await lila.open_home()).acknowledged
        await coop.settle()
        assert lila.home is not None


async def test_a_dropped_socket_loses_nothing(tmp_path: Path, sqlite_url: str, tell: Tell) -> None:
    async with town(tmp_path, sqlite_url, door="socket") as coop:
        # Without its warning, which comes ten seconds ahead: told both at once, Slack's client connects twice, and gives up
        # the first of the two under whoever speaks to it.
        losses = cycle([coop.slack.drop_sockets, partial(coop.slack.disconnect, warn=False), None])

        async def dropped() -> None:
            if (loss := next(losses)) is not None:
                await coop.up()
                await loss()

        await coop.live(FEW, dropped)
        await told_all(coop, FEW, tell)
