"""What was said by mistake is taken back from everybody's messages, whatever Slack's mood; or it is visible that it is not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.blocks import section
from bot.courier import Courier
from bot.speech import Speaker
from sandbox import Call, NoAnswer, RateLimited, Refused, ServerError, TimeoutAfterSuccess
from storage import conversations, outbox, tables, withdrawing
from storage.withdrawing import Withdrawn
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, account
from tests.bot.spoken import WORDS, Spoken, only, spoken

AT_NIGHT, IN_THE_MORNING = datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)
LEASE = timedelta(minutes=2)


@asynccontextmanager
async def lived(database_url: str) -> AsyncIterator[Spoken]:
    """Lila's arrival, all of it said; and Noé's, about to be said by mistake."""
    async with spoken(database_url) as life:
        assert not await life.coop.welcome()
        await life.courier.deliver()
        assert not await life.coop.welcome(first_name="Noé", email="noe@exemple.coop")
        life.coop.clock.advance(timedelta(minutes=1))
        life.practice.transcript.clear()
        yield life


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Spoken]:
    async with lived(sqlite_url) as life:
        yield life


async def journey(life: Spoken) -> str:
    """The mistaken conversation."""
    return (await life.coop.talk("onboarding")).id


async def mistaken(life: Spoken) -> list[str]:
    """What it began is mistaken too."""
    wrong = await journey(life)
    return [wrong, *await life.coop.store.read(lambda tx: conversations.children_of(tx, wrong), WORKSPACE)]


async def withdraw(life: Spoken, wrong: Sequence[str] = ()) -> Withdrawn:
    ids, now = wrong or await mistaken(life), life.coop.clock()
    return await life.coop.store.run(lambda tx: withdrawing.withdraw(tx, ids, now), WORKSPACE)


@asynccontextmanager
async def withdrawn_while_speaking(life: Spoken) -> AsyncIterator[None]:
    """While this is entered, all is withdrawn as Slack takes the first message, before it is heard of."""
    wrong, undone = await mistaken(life), list[asyncio.Task[Withdrawn]]()

    def undo(call: Call) -> None:
        if call.method == "chat.postMessage" and not undone:
            undone.append(asyncio.create_task(withdraw(life, wrong)))

    stop = life.practice.on_call(undo)
    yield
    stop()
    assert await asyncio.gather(*undone)


async def rows_left(life: Spoken) -> int:
    row, wrong = tables.outbox.c, await mistaken(life)
    count = sa.select(sa.func.count()).select_from(tables.outbox).where(row.conversation.in_(wrong))
    return await life.coop.store.read(lambda tx: tx.connection.execute(count).scalar_one(), WORKSPACE)


ANSWERED_AT_ONCE = "C'est lancé"
"""What tells whoever announced an arrival that it is under way: it is of no conversation, and theirs to keep."""


def read_by_anybody(life: Spoken) -> str:
    said = [message.words() for person in life.practice.people for message in person.received]
    return "\n".join(words for words in said if ANSWERED_AT_ONCE not in words)


def calls(life: Spoken, method: str) -> list[Call]:
    return [call for call in life.practice.transcript if call.method == method]


async def said_to_supervisor(life: Spoken) -> None:
    """Something of the mistaken conversation, in a message of its own."""
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    await life.courier.deliver()
    assert "Noé" in life.received(SUPERVISOR)[-1].words()


# ------------------------------------------------------------------------------------------------------- taking back


async def test_what_was_said_is_gone_from_everybodys_messages_and_leaves_no_row(life: Spoken) -> None:
    await life.courier.deliver()
    assert "Noé" in read_by_anybody(life)
    withdrawn = await withdraw(life)
    await life.courier.deliver()
    assert "Noé" not in read_by_anybody(life)
    assert "Lila" in read_by_anybody(life)
    assert len(calls(life, "chat.delete")) == withdrawn.messages > 1
    assert (await rows_left(life), await life.rows()) == (0, [])


async def test_each_kind_of_database_remembers_what_is_to_be_taken_back(database_url: str) -> None:
    async with lived(database_url) as life:
        life.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
        await life.courier.deliver()
        assert "Noé" in read_by_anybody(life)
        await withdraw(life)
        await life.wait()
        assert "Noé" not in read_by_anybody(life)
        assert (await rows_left(life), await life.rows(), await life.next_at()) == (0, [], None)


async def test_what_was_still_to_be_said_never_is(life: Spoken) -> None:
    await withdraw(life)
    await life.wait(timedelta(days=40))
    assert "Noé" not in read_by_anybody(life)
    assert await rows_left(life) == 0


async def test_what_else_a_message_said_stays_in_it(life: Spoken) -> None:
    lila = (await life.coop.talk("onboarding", 0)).id
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=lila)
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    await life.courier.deliver()
    folded = life.received(SUPERVISOR)[-1]
    assert ["Lila" in folded.words(), "Noé" in folded.words()] == [True, True]
    await withdraw(life)
    await life.courier.deliver()
    left = life.received(SUPERVISOR)[-1]
    assert (left.ts, "Lila" in left.words(), "Noé" in left.words() + left.text) == (folded.ts, True, False)
    assert (await rows_left(life), await life.rows()) == (0, [])


async def test_silence_at_night_does_not_keep_a_mistake_in_sight(life: Spoken) -> None:
    await said_to_supervisor(life)
    life.coop.clock.move_to(AT_NIGHT)
    await withdraw(life)
    await life.courier.deliver()
    assert "Noé" not in read_by_anybody(life)


async def test_what_somebody_deleted_already_is_done(life: Spoken) -> None:
    await said_to_supervisor(life)
    life.received(SUPERVISOR)[-1].deleted = True
    await withdraw(life)
    await life.courier.deliver()
    assert (await rows_left(life), await life.rows()) == (0, [])


async def test_a_message_to_whoever_has_left_since_is_taken_back_too(life: Spoken) -> None:
    await said_to_supervisor(life)
    await life.coop.desk.accounts(WORKSPACE, [account(SUPERVISOR, email=None, active=False)])
    await withdraw(life)
    await life.courier.deliver()
    assert "Noé" not in read_by_anybody(life)


async def test_a_letter_that_has_gone_is_counted_and_left(life: Spoken) -> None:
    noe = (await life.coop.talk("onboarding")).cast["subject"].id
    await life.queue(LEAD, "week_before", recipient=noe, conversation=await journey(life))
    await life.courier.deliver()
    assert len(life.letters.sent) == 1
    withdrawn = await withdraw(life)
    assert withdrawn.letters == 1
    await life.courier.deliver()
    assert (await rows_left(life), await life.rows()) == (0, [])


# -------------------------------------------------------------------------------------------- what is being said just then


async def test_a_message_whose_answer_was_lost_is_looked_for_and_taken_back(life: Spoken) -> None:
    await life.courier.deliver()
    life.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
    await said_to_supervisor(life)
    await withdraw(life)
    await life.courier.deliver()
    assert "Noé" not in read_by_anybody(life)
    assert (await rows_left(life), await life.next_at()) == (0, None)


async def test_a_message_that_was_never_said_is_looked_for_in_vain(life: Spoken) -> None:
    await life.courier.deliver()
    life.practice.faults.next("chat.postMessage", NoAnswer())
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    await life.courier.deliver()
    await withdraw(life)
    await life.wait()
    assert (life.received(SUPERVISOR), len(calls(life, "conversations.history"))) == ([], 1)
    assert (await rows_left(life), await life.rows()) == (0, [])


async def test_whoever_died_while_saying_it_has_it_taken_back(life: Spoken) -> None:
    await life.courier.deliver()
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    now = life.coop.clock()
    (row,) = await life.coop.store.run(lambda tx: outbox.claim(tx, now, 10, LEASE), WORKSPACE)
    await life.slack.post(SUPERVISOR, "dit par erreur", [section("dit par erreur")], [str(row.id)])
    await withdraw(life)
    await life.wait(LEASE)
    assert "par erreur" not in read_by_anybody(life)
    assert await rows_left(life) == 0


async def test_what_leaves_at_the_very_moment_it_is_withdrawn_is_taken_back_at_once(life: Spoken) -> None:
    await life.courier.deliver()
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    async with withdrawn_while_speaking(life):
        await life.courier.deliver()
    assert len(calls(life, "chat.delete")) > 0
    assert "Noé" not in read_by_anybody(life)
    await life.wait(LEASE)
    assert (await rows_left(life), await life.rows()) == (0, [])


async def test_what_waits_behind_another_message_when_it_is_withdrawn_is_never_said(life: Spoken) -> None:
    await life.courier.deliver()
    await life.queue(LEAD, "supervisor_month_1", conversation=(await life.coop.talk("onboarding", 0)).id)
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    life.practice.transcript.clear()
    speaker = Speaker(life.coop.score.flows, WORDS)
    async with withdrawn_while_speaking(life):
        await Courier(life.coop.store, only(life.slack), speaker, life.coop.clock, lanes=1).deliver()
    assert [call.payload["channel"] for call in calls(life, "chat.postMessage")] == [LEAD]


@pytest.mark.parametrize("nights", [(), (AT_NIGHT, IN_THE_MORNING)])
async def test_what_was_in_doubt_beside_it_is_said_once(life: Spoken, nights: tuple[datetime, ...]) -> None:
    """A folded message whose answer was lost: half of it is withdrawn; the other half is still to be looked for, at once or
    when the day begins."""
    await life.courier.deliver()
    lila = (await life.coop.talk("onboarding", 0)).id
    life.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
    await life.queue(SUPERVISOR, "supervisor_month_1", conversation=await journey(life))
    await life.queue(SUPERVISOR, "supervisor_month_2", conversation=lila)
    await life.courier.deliver()
    await withdraw(life)
    for moment in nights:
        life.coop.clock.move_to(moment)
        await life.courier.deliver()
    await life.wait()
    words = [message.words() for message in life.received(SUPERVISOR)]
    assert sum("Deux mois" in said for said in words) == 1
    assert "Noé" not in "".join(words)
    assert (await rows_left(life), await life.rows()) == (0, [])


# ------------------------------------------------------------------------------------------------------- Slack's moods


@pytest.mark.parametrize("fault", [RateLimited(seconds=30), ServerError(502), TimeoutAfterSuccess()])
async def test_a_mood_that_passes_only_puts_it_off(life: Spoken, fault: RateLimited) -> None:
    await said_to_supervisor(life)
    life.practice.faults.next("chat.delete", fault)
    await withdraw(life)
    await life.courier.deliver()
    await life.wait(timedelta(minutes=5))
    assert "Noé" not in read_by_anybody(life)
    assert (await rows_left(life), await life.rows()) == (0, [])


@pytest.mark.parametrize("reason", ["cant_delete_message", "channel_not_found", "is_archived"])
async def test_what_slack_will_not_delete_is_visible_and_can_be_tried_again(life: Spoken, reason: str) -> None:
    await life.courier.deliver()
    await said_to_supervisor(life)
    life.practice.faults.next(
        "chat.delete", Refused(reason), only=lambda it: it["ts"] == life.received(SUPERVISOR)[-1].ts
    )
    await withdraw(life)
    await life.courier.deliver()
    (row,) = await life.rows()
    assert (row.kind, row.reason) == ("retract", reason)
    await life.coop.store.run(lambda tx: outbox.retry(tx, row.id, life.coop.clock()), WORKSPACE)
    await life.courier.deliver()
    assert ("Noé" in read_by_anybody(life), await rows_left(life)) == (False, 0)


async def test_a_message_that_cannot_be_looked_for_is_visible(life: Spoken) -> None:
    await life.courier.deliver()
    life.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
    await said_to_supervisor(life)
    await withdraw(life)
    life.practice.faults.next("conversations.history", Refused("missing_scope"))
    await life.courier.deliver()
    assert [(row.kind, row.reason) for row in await life.rows()] == [("retract", "missing_scope")]


async def test_a_token_that_no_longer_works_forgets_no_mistake(life: Spoken) -> None:
    await said_to_supervisor(life)
    life.practice.faults.next("chat.delete", Refused("token_revoked"))
    await withdraw(life)
    await life.courier.deliver()
    await life.wait(timedelta(minutes=10))
    assert ("Noé" in read_by_anybody(life), await life.rows()) == (False, [])
