"""The hand that speaks: takes turns, several workspaces at once, and says in each what is due."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot import mishaps
from bot.clock import Clock
from bot.dispatch import Home
from bot.ledger import Count, Ledger
from bot.polls.pictures import Pictures
from bot.postman import Postman
from bot.sending import Sender
from bot.slack import SlackOf
from bot.speech import Speaker
from bot.visiting import LEASE, Means, OnBounce, Visit, take
from storage import Store, StoreUnavailable, turns

__all__ = ["LEASE", "Count", "Courier", "OnBounce"]

AT_ONCE = 32
"""Workspaces spoken to at the same time: a slow one, or one where Slack is silent, delays nobody else."""
LANES = 8
TURNS_IN_ONE = 8
"""Turns taken in one transaction: a gesture never waits long behind."""
AFTER_A_FAILURE = timedelta(seconds=20)
"""How long a workspace where something tripped is left, while others are spoken to."""
SHARE = 8
"""Rows said in one turn while more workspaces wait than can be spoken to: those of a large one would keep a small one waiting for
as many of each. Fewer would cost more turns than they spare waiting."""
FORESIGHT = 256
"""Workspaces read ahead in the order of turns, when so many have something to say."""


@dataclass
class _Round:
    """One delivery under way. `line`: whose turn comes, as it was read, and whether it goes on beyond; `shunned`: whom it is no
    use to ask again; `failed`: whom it is not either, whatever is rung, before that moment."""

    visits: dict[asyncio.Task[int], Visit] = field(default_factory=dict)
    line: list[str] = field(default_factory=list)
    goes_on: bool = False
    shunned: set[str] = field(default_factory=set)
    failed: dict[str, datetime] = field(default_factory=dict)
    failure: BaseException | None = None
    count: int = 0


class Courier:
    """Outbox to Slack, and to e-mail for whoever has no account. `home` gives what a member's App Home shows; `lanes` is how
    many recipients are spoken to at once in a workspace, `at_once` how many workspaces; `bell` is rung when something new is
    to be said; `count` is told what came of rows; `on_bounce` is told of dead addresses.

    `again_at`: once a delivery is over, the earliest moment something it left waits for.
    """

    def __init__(
        self,
        store: Store,
        slack_of: SlackOf,
        speaker: Speaker,
        clock: Clock,
        postman: Postman | None = None,
        home: Home | None = None,
        *,
        lanes: int = LANES,
        at_once: int = AT_ONCE,
        bell: asyncio.Event | None = None,
        count: Count | None = None,
        on_bounce: OnBounce | None = None,
    ) -> None:
        self._store, self._clock, self._at_once = store, clock, at_once
        self._bell = bell or asyncio.Event()
        sender = Sender(slack_of, postman, Pictures(store, slack_of, lambda tx: speaker.scene(tx, clock())))
        ledger = Ledger(store, clock, count)
        self._means = Means(store, clock, speaker, sender, ledger, home, postman is not None, on_bounce, lanes)
        self._stopping = False
        self.again_at: datetime | None = None

    async def deliver(self) -> int:
        """Say all that can be said now; how many rows were seen to. A workspace's trouble is not the others': all are seen
        to before it is told. Raises StoreUnavailable: what was under way is then found again when its lease ends."""
        self._stopping, self.again_at = False, None
        at_work = _Round()
        try:
            await self._go_on(at_work)
        finally:
            for task in at_work.visits:
                task.cancel()
            await asyncio.gather(*at_work.visits, return_exceptions=True)
        if at_work.failure is not None:
            raise at_work.failure
        return at_work.count

    def stop(self) -> None:
        """Take no more turns in the delivery under way: those taken are carried out to their end."""
        self._stopping = True

    async def _go_on(self, at_work: _Round) -> None:
        rung = asyncio.create_task(self._bell.wait())
        try:
            while True:
                await self._take_turns(at_work)
                if not at_work.visits:
                    return
                await asyncio.wait({*at_work.visits, rung}, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in at_work.visits if task.done()]:
                    self._end(at_work, task)
                if rung.done():
                    self._bell.clear()
                    now = self._clock()
                    at_work.line, at_work.shunned = [], {one for one, until in at_work.failed.items() if now < until}
                    rung = asyncio.create_task(self._bell.wait())
        finally:
            rung.cancel()

    async def _take_turns(self, at_work: _Round) -> None:
        """Begin as many visits as there is room for."""
        now = self._clock()
        while not self._stopping and (room := self._at_once - len(at_work.visits)) > 0:
            try:
                among = await self._next_in_line(at_work, min(room, TURNS_IN_ONE), now)
                if not among:
                    return
                others_wait = at_work.goes_on or len(at_work.line) > room - len(among)
                share = SHARE if others_wait else None
                batches = await self._store.run(partial(take, now=now, among=among, share=share))
            except StoreUnavailable as trouble:
                self._stopping = True
                _note(at_work, trouble)
                return
            at_work.shunned |= set(among) - {batch.turn.workspace for batch in batches}
            for batch in batches:
                visit = Visit(self._means, batch)
                at_work.visits[asyncio.create_task(visit.make())] = visit

    async def _next_in_line(self, at_work: _Round, room: int, now: datetime) -> list[str]:
        if not at_work.line:
            ahead = FORESIGHT + len(at_work.shunned)
            found = await self._store.read(lambda tx: turns.waiting(tx, now, ahead))
            at_work.line = [one for one in found if one not in at_work.shunned]
            at_work.goes_on = len(found) == ahead
        among, at_work.line = at_work.line[:room], at_work.line[room:]
        return among

    def _end(self, at_work: _Round, task: asyncio.Task[int]) -> None:
        visit = at_work.visits.pop(task)
        if visit.again_at is not None:
            self.again_at = min(visit.again_at, self.again_at or visit.again_at)
        failure = task.exception()
        if failure is None:
            at_work.count += task.result()
            if not task.result():
                at_work.shunned.add(visit.workspace)
            return
        self._stopping = self._stopping or isinstance(failure, StoreUnavailable)
        _note(at_work, failure)
        at_work.failed[visit.workspace] = self._clock() + AFTER_A_FAILURE
        at_work.shunned.add(visit.workspace)


def _note(at_work: _Round, failure: BaseException) -> None:
    """The first is told at the end, and any other at once."""
    if at_work.failure is None:
        at_work.failure = failure
    else:
        mishaps.write_down(failure)
