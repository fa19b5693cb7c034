"""Waking the conversations that are due: a batch in one transaction; one that cannot be woken holds back no other."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.conductor import Conductor, UnknownConversation
from bot.score import Score
from flows.core.moves import Woken
from storage import Store, conversations, waking
from storage.faults import SPOILED
from storage.transaction import Transaction
from storage.waking import Due

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Conversations woken in one transaction: enough to be quick, few enough that a gesture never waits long behind."""
IN_TURN = 100 * AT_ONCE
"""How many are put in turn at once. To do so all that is due is read, so it is done seldom; what becomes due meanwhile waits
for the end of them, some seconds."""
SET_ASIDE = timedelta(hours=1)
"""How long a conversation that cannot be read, or is of no flow of ours, is left: another release may know better."""


async def wake(store: Store, score: Score, now: datetime) -> int:
    """Wake some of the conversations due in any workspace; how many were looked at. One that cannot be woken is set aside,
    alone, and logged.

    The ordinary tick is one question. Once a batch is full, there may be a backlog: then workspaces have their turns.
    """
    woken = await _woken(store, score, now, lambda tx: waking.due(tx, now, AT_ONCE))
    if woken < AT_ONCE:
        return woken
    more = await store.read(lambda tx: waking.in_turn(tx, now, IN_TURN))
    for start in range(0, len(more), AT_ONCE):
        woken += await _woken(store, score, now, _those_of(more[start : start + AT_ONCE], now))
    return woken


def _those_of(batch: list[Due], now: datetime) -> Callable[[Transaction], list[Due]]:
    return lambda tx: waking.still_due(tx, batch, now)


async def _woken(store: Store, score: Score, now: datetime, found: Callable[[Transaction], list[Due]]) -> int:
    def unit(tx: Transaction) -> int:
        due = found(tx)
        conversations.look_ahead(tx, due)
        for workspace, conversation in due:
            _wake(Conductor(tx.within(workspace), score, now), conversation)
        return len(due)

    try:
        return await store.run(unit)
    except SPOILED:
        # Which one it was is not known: each is then woken by itself.
        due = await store.run(found)
        for one in due:
            await _wake_alone(store, score, now, one)
        return len(due)


async def _wake_alone(store: Store, score: Score, now: datetime, one: Due) -> None:
    def unit(tx: Transaction) -> None:
        if waking.still_due(tx, [one], now):
            _wake(Conductor(tx.within(one.workspace), score, now), one.conversation)

    try:
        await store.run(unit)
    except SPOILED as spoiled:
        log.error("a conversation cannot be woken; it is looked at again later", exc_info=spoiled)
        later = now + SET_ASIDE
        await store.run(lambda tx: conversations.put_off(tx, one.conversation, later), one.workspace)


def _wake(conductor: Conductor, conversation: str) -> None:
    try:
        move = conductor.tell(conversation, Woken())
    except UnknownConversation:
        # Of a flow that this release has not. A worker of another one, beside us or to come, may have it.
        conversations.put_off(conductor.tx, conversation, conductor.now + SET_ASIDE)
        return
    if move.stale:
        conversations.wake_no_more(conductor.tx, conversation)
