"""A row that cannot be read is set aside and told; everybody else goes on."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.telling import Tell
from tests.chaos.town import REPORT, STEPS, expected, town

FEW = STEPS[:2]

Spoil = Callable[[sqlite3.Connection, str, str], object]
"""Spoils what the database holds of this conversation, and of this member."""


def update(column: str, value: str) -> Spoil:
    return lambda database, talk, _member: database.execute(
        f"UPDATE conversation SET {column} = ?, wake_at = '2026-04-01 07:00:00.000000' WHERE id = ?", (value, talk)
    )


def queue(**changes: object) -> Spoil:
    """Queue a row like another of this member's, but for these `changes`."""

    def spoil(database: sqlite3.Connection, talk: str, member: str) -> None:
        found = database.execute("SELECT * FROM outbox WHERE recipient = ? ORDER BY id LIMIT 1", (member,))
        names = [column[0] for column in found.description]
        row = dict(zip(names, found.fetchone(), strict=True))
        due = {"state": "pending", "ready_at": "2026-04-01 07:00:00.000000", "occurrence": "spoiled", "ts": None}
        row = row | due | {"conversation": talk} | changes
        del row["id"]
        database.execute(
            f"INSERT INTO outbox ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )

    return spoil


CONVERSATIONS: dict[str, Spoil] = {
    "its steps are no JSON": update("steps", '{"first_weeks":'),
    "its steps are no object": update("steps", "[1, 2]"),
    "one of its steps stands nowhere we know": update("steps", json.dumps({"first_weeks": {"dancing": True}})),
    "its words open with no key": update("words", "v1.000000000000.AAAA"),
    "its flow is no more": update("flow", "a_former_flow"),
}
DELIVERIES: dict[str, Spoil] = {
    "it names a message that does not exist": queue(message="a_former_message", step="a_former_step"),
    "it is about a conversation that is no more": queue(conversation="c_gone"),
    "it is for nobody": queue(recipient="m_gone"),
    "it is of a kind we do not know": queue(kind="song"),
    "its context is no JSON": queue(context='{"who":'),
    "its context is no object": queue(context="[]"),
}


async def others_go_on(folder: Path, url: str, spoil: Spoil, tell: Tell) -> str:
    """The last one's row is spoiled; the others' story is whole. What was logged."""
    async with town(folder, url) as coop:
        await coop.live(FEW[:1])
        *others, last = coop.people
        with closing(sqlite3.connect(folder / "parcours.db", isolation_level=None)) as database:
            (member,) = database.execute("SELECT id FROM member WHERE slack_id = ?", (last.id,)).fetchone()
            (talk,) = database.execute(
                "SELECT id FROM conversation WHERE flow = ? AND subject = ?", (REPORT, member)
            ).fetchone()
            spoil(database, talk, member)
            await coop.quieten()
            coop.people = others
            await coop.live(FEW[1:])
            whole = await expected(FEW)
            theirs = {one for one in whole if one[0] in {person.id for person in others}}
            coop.acknowledged = {key: value for key, value in coop.acknowledged.items() if key[0] != last.id}
            database.execute("DELETE FROM conversation WHERE id = ?", (talk,))
            counts = await coop.counts(type(whole)({one: whole[one] for one in theirs}), only=others)
            tell(counts)
            counts.require_nothing_lost_nor_doubled()
            waiting = database.execute(
                "SELECT count(*) FROM outbox WHERE occurrence = 'spoiled' AND ready_at IS NOT NULL"
            ).fetchone()
            assert waiting == (0,), "it is set aside, not tried for ever"
    return (folder / "log").read_text()


def some(troubles: dict[str, Spoil], every_run: str) -> pytest.MarkDecorator:
    """One of them in every run, the others when there is time."""

    return pytest.mark.parametrize(
        "trouble", [name if name == every_run else pytest.param(name, marks=pytest.mark.whole) for name in troubles]
    )


@some(CONVERSATIONS, "its words open with no key")
async def test_a_conversation_that_cannot_be_read_stops_nobody_else(
    tmp_path: Path, sqlite_url: str, tell: Tell, trouble: str
) -> None:
    log = await others_go_on(tmp_path, sqlite_url, CONVERSATIONS[trouble], tell)
    # What a former release asked about is left asleep without a word: nothing is amiss.
    assert "a conversation cannot be woken" in log or trouble == "its flow is no more"


@some(DELIVERIES, "it names a message that does not exist")
async def test_a_message_that_cannot_be_read_stops_nobody_else(
    tmp_path: Path, sqlite_url: str, tell: Tell, trouble: str
) -> None:
    log = await others_go_on(tmp_path, sqlite_url, DELIVERIES[trouble], tell)
    assert '"message":"given_up"' in log
