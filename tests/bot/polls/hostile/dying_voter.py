"""Answers a round again and again, killed each time one statement later, until it lives. It says each time how it ended, and
waits to be told to go on."""

import asyncio
import itertools
import os
import signal
import sys
from typing import Any

import sqlalchemy as sa

from bot.clock import MovableClock
from bot.desk import Desk
from bot.polls.voting import vote
from bot.score import Score
from bot.sealing import Seals
from messages import Messages
from storage import Store
from storage.polls import find
from tests.bot.cooperative import WORKSPACE
from tests.bot.polls.held import OPENING, answers_to


async def answer(url: str, round_id: str, slack_id: str, key: bytes) -> None:
    async with Store.open(url) as store:
        record = await store.read(lambda tx: find(tx, round_id), WORKSPACE)
        assert record is not None
        given = answers_to(record.round.poll)
        desk = Desk(store, Score({}, {}, {}, seals=Seals(key)), Messages(), MovableClock(OPENING), lambda: None)
        await desk.act(WORKSPACE, slack_id, lambda it, me: vote(it, me, round_id, given))


def die_after(statements: int) -> None:
    """Be killed as soon as that many statements were carried out, reading or writing."""
    left = iter(range(statements - 1))

    def count(*_: Any) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "after_cursor_execute", count)


def main(url: str, round_id: str, slack_id: str, key: str) -> None:
    for statements in itertools.count(1):
        if (child := os.fork()) == 0:
            die_after(statements)
            asyncio.run(answer(url, round_id, slack_id, bytes.fromhex(key)))
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()
        if ended != -signal.SIGKILL or not sys.stdin.readline():
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
