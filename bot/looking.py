"""Lets listeners show a member what they asked to see: a window is made from one look at the store, and changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.clock import Clock
from bot.home.sight import Sight
from flows.core.model import Flow
from flows.core.people import Member
from messages import Messages
from storage import Store, members
from storage.transaction import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Looking:
    """One workspace's store, to be looked at with a member's eyes."""

    store: Store
    workspace: str
    flows: Mapping[str, Flow]
    messages: Messages
    clock: Clock

    async def look(self, slack_id: str, show: Callable[[Sight], T]) -> T:
        """What `show` makes of what this member sees now."""

        def unit(tx: Transaction) -> T:
            # Whoever no list has told us of yet sees what anybody sees.
            me = members.by_slack_id(tx, slack_id) or Member(id=members.new_id(), first_name="", slack_id=slack_id)
            return show(Sight.of(tx, me, self.clock(), flows=self.flows, messages=self.messages))

        return await self.store.read(unit, self.workspace)
