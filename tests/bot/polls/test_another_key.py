"""A round whose key is gone while it is open: nothing is lost, nothing false is said, it waits, and its lead knows why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.app import Bot
from bot.clock import MovableClock
from bot.desk import Desk
from bot.polls.deeds import cancel_round
from bot.sealing import Seals
from messages import Messages
from sandbox import Person, Sandbox
from storage import ballots, conversations, poll_tables
from storage.transaction import Transaction
from tests.bot.connected import MORNING, Connected, settings_for
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.answering import filled
from tests.bot.polls.held import OPENING, answer, answered_by, answers_to, latest, opened
from tests.bot.polls.test_telling_results import (
    invitation_of,
    let_days_pass,
    open_round,
    said_to,
    small_cooperative,
    vote_of,
)

PEOPLE = [f"U{number:02}" for number in range(12)]
OVER = OPENING + timedelta(days=11)
"""The day after its last."""


def give_key(coop: Cooperative, seals: Seals) -> None:
    """Start again with this key."""
    coop.score = replace(coop.score, seals=seals)
    coop.desk = Desk(coop.store, coop.score, Messages(), coop.clock, lambda: None)


async def waiting_ballots(coop: Cooperative, round_id: str) -> int:
    return len(await coop.store.read(lambda tx: ballots.sealed_in(tx, round_id), WORKSPACE))


async def test_a_round_waits_for_its_key_then_closes_as_if_nothing_had_happened(database_url: str) -> None:
    async with cooperative(database_url, now=OPENING) as coop:
        round_id, former = await opened(coop), coop.score.seals
        await answered_by(coop, round_id, PEOPLE[:9], (2, 4, 5, 3))
        give_key(coop, Seals.fresh())
        await coop.live_until(OVER + timedelta(days=1))
        (told,) = coop.named("polls/another_key")
        assert told.recipient == await coop.member_id(LEAD)
        assert (await latest(coop)).state == "open"
        assert await waiting_ballots(coop, round_id) == 9
        assert coop.named("polls/results", "polls/dimension", "discussion_day") == []
        give_key(coop, former)
        await coop.live_until(OVER + timedelta(days=1, hours=1))
        record = await latest(coop)
        assert record.report is not None
        assert (record.state, record.report.participation.answered) == ("closed", 9)
        assert await waiting_ballots(coop, round_id) == 0
        await coop.live_until(OVER + timedelta(days=4))
        assert len(coop.named("polls/results")) == 12
        assert len(coop.named("discussion_day")) == 1
        assert len(coop.named("polls/another_key")) == 1


async def test_as_long_as_it_waits_its_lead_is_told_once_a_week(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await answered_by(coop, round_id, PEOPLE[:6], (3,))
        give_key(coop, Seals.fresh())
        await coop.live_until(OVER + timedelta(days=21))
        assert len(coop.named("polls/another_key")) == 4
        assert {one.at.astimezone().weekday() < 5 for one in coop.named("polls/another_key")} == {True}


async def test_nobody_is_reminded_of_what_could_not_be_taken_and_the_lead_knows_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id, former = await opened(coop), coop.score.seals
        assert await answer(coop, round_id, PEOPLE[1], answers_to((await latest(coop)).round.poll)) is None
        give_key(coop, Seals.fresh())
        refused = await answer(coop, round_id, PEOPLE[2], answers_to((await latest(coop)).round.poll))
        assert refused is not None
        assert (refused.reason, refused.details) == ("another_key", {"who": ["Personne 0"]})
        await coop.live_until(OPENING + timedelta(days=6))
        assert coop.named("polls/reminder") == []
        assert len(coop.named("polls/another_key_meanwhile")) == 1
        give_key(coop, former)
        assert await answer(coop, round_id, PEOPLE[2], answers_to((await latest(coop)).round.poll)) is None
        await coop.live_until(OVER + timedelta(days=3))
        assert len(coop.named("polls/last_reminder")) == 12
        record = await latest(coop)
        assert record.report is not None
        assert record.report.participation.answered == 2


def damage_one(tx: Transaction) -> None:
    """Change a byte of a ballot, as a failing disk would."""
    table = poll_tables.ballot
    row = tx.connection.execute(sa.select(table.c.id, table.c.sealed).limit(1)).one()
    changed = bytes([row.sealed[20] ^ 1])
    spoiled = row.sealed[:20] + changed + row.sealed[21:]
    tx.connection.execute(sa.update(table).where(table.c.id == row.id).values(sealed=spoiled))


async def test_a_ballot_that_was_changed_keeps_a_round_from_being_counted_in_part(database_url: str) -> None:
    async with cooperative(database_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await answered_by(coop, round_id, PEOPLE[:9], (2, 4, 5, 3))
        await coop.store.run(damage_one, WORKSPACE)
        await coop.live_until(OVER + timedelta(days=1))
        assert len(coop.named("polls/broken_seal")) == 1
        assert coop.named("polls/another_key", "polls/results") == []
        assert (await latest(coop)).state == "open"
        assert await waiting_ballots(coop, round_id) == 9


async def test_a_round_that_will_never_be_counted_is_cancelled_and_says_no_more(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await answered_by(coop, round_id, PEOPLE[:9], (2, 4, 5, 3))
        give_key(coop, Seals.fresh())
        await coop.live_until(OVER + timedelta(days=1))
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: cancel_round(it, round_id))
        await coop.live_until(OVER + timedelta(days=30))
        assert (await latest(coop)).state == "cancelled"
        assert len(coop.named("polls/cancelled")) == 12
        assert len(coop.named("polls/another_key")) == 1
        under_way = await coop.store.read(lambda tx: conversations.of_flow(tx, "poll_round", open_only=True), WORKSPACE)
        assert under_way == []
        await opened(coop)


@asynccontextmanager
async def started(
    slack: Sandbox, lead: Person, folder: Path, clock: MovableClock, key: bytes
) -> AsyncIterator[Connected]:
    """The bot at work with this key, on the same database each time."""
    settings = replace(settings_for(slack, folder), ballot_key=key)
    async with Bot.open(settings, clock=clock) as bot, bot.answering() as port:
        await slack.connected()
        await bot.settle()
        yield Connected(bot, slack, clock, lead, port)


async def test_from_one_start_to_the_next_people_are_told_in_words_what_can_be_done(tmp_path: Path) -> None:
    clock = MovableClock(MORNING)
    former, other = b"f" * 32, b"o" * 32
    async with Sandbox.serve(clock=clock) as slack:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        async with started(slack, lead, tmp_path, clock, former) as coop:
            people = await small_cooperative(coop)
            await open_round(coop)
            await vote_of(coop, people[1], "Un mot.")
            await people[2].click(invitation_of(people[2]), action_id="offer.vote")
        async with started(slack, lead, tmp_path, clock, other) as coop:
            await people[2].submit(people[2].modal, filled(people[2]))
            said = " ".join(people[2].modal.errors.values())
            assert "la clé qui les scelle a changé" in said
            assert "C'est à signaler à Awa Leroux." in said
            await let_days_pass(coop, 8)
            assert len(said_to(lead, "Je n'ai donc rappelé personne.")) == 1
            await let_days_pass(coop, 3)
            assert len(said_to(lead, "je ne peux pas encore compter")) == 1
            assert said_to(people[1], "je ne peux pas encore compter") == []
            assert said_to(people[1], "sur 9") == []
        async with started(slack, lead, tmp_path, clock, former) as coop:
            await let_days_pass(coop, 2)
            assert len(said_to(people[1], "1 réponse sur 9")) == 1
