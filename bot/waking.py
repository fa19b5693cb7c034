"""Waking the conversations that are due: a batch in one transaction; one that cannot be woken holds back no other."""

import logging
from datetime import datetime, timedelta

from bot.conductor import Conductor, Score, UnknownConversation
from flows.core.moves import Woken
from storage import Store, conversations
from storage.faults import SPOILED
from storage.transaction import Transaction

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Conversations woken in one transaction: enough to be quick, few enough that a gesture never waits long behind."""
SET_ASIDE = timedelta(hours=1)
"""How long a conversation that cannot be read is left alone: a release may mend it meanwhile."""


async def wake(store: Store, score: Score, now: datetime) -> int:
    """Wake some of the conversations due in any workspace; how many were looked at. One that cannot be woken is set aside,
    alone, and logged."""

    def unit(tx: Transaction) -> int:
        due = conversations.due(tx, now, AT_ONCE)
        for workspace, conversation in due:
            _wake(Conductor(tx.within(workspace), score, now), conversation)
        return len(due)

    try:
        return await store.run(unit)
    except SPOILED:
        # Which one it was is not known, and it need not be the one due the longest: each is then woken by itself.
        due = await store.run(lambda tx: conversations.due(tx, now, AT_ONCE))
        for workspace, conversation in due:
            await _wake_alone(store, score, now, workspace, conversation)
        return len(due)


async def _wake_alone(store: Store, score: Score, now: datetime, workspace: str, conversation: str) -> None:
    def unit(tx: Transaction) -> None:
        if conversations.still_due(tx, conversation, now):
            _wake(Conductor(tx, score, now), conversation)

    try:
        await store.run(unit, workspace)
    except SPOILED as spoiled:
        log.error("a conversation cannot be woken; it is looked at again later", exc_info=spoiled)
        await store.run(lambda tx: conversations.put_off(tx, conversation, now + SET_ASIDE), workspace)


def _wake(conductor: Conductor, conversation: str) -> None:
    try:
        conductor.tell(conversation, Woken())
    except UnknownConversation:
        conversations.put_off(conductor.tx, conversation, None)
