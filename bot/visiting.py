"""One turn carried out: a batch of what is to be said in a workspace, at its pace, then the turn given back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bot.clock import Clock
from bot.dispatch import Dispatcher, Drop, Errand, GiveUp, Home, PutBack, Rows, Tell, Whisper
from bot.ledger import Ledger
from bot.moods import DEAF, Later, Never
from bot.pace import POST, WORTH, Pace
from bot.postman import NobodyThere
from bot.sending import SAID_NOWHERE, Sender, Sending, calls_of
from bot.speech import Speaker
from storage import Store, outbox, turns
from storage.outbox import Delivery
from storage.transaction import Transaction
from storage.turns import Turn

log = logging.getLogger("bot.courier")

LEASE = timedelta(minutes=2)
"""Past it, whoever had the turn is taken for dead and what they did for uncertain: nothing is begun in its second half."""
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = 15.0, 3600.0
PAUSED_BY_SLACK = frozenset({"ratelimited", "rate_limited"})
DEAF_FOR = 600.0
UNREACHABLE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})

OnBounce = Callable[[Delivery, str], Awaitable[None]]
"""What is done about a letter that came to an address nobody reads: the row, and why it was refused."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a courier speaks with. `lanes`: how many recipients are spoken to at the same time in one workspace."""

    store: Store
    clock: Clock
    speaker: Speaker
    sender: Sender
    ledger: Ledger
    home: Home | None
    by_email: bool
    on_bounce: OnBounce | None
    lanes: int


class Visit:
    """`again_at`: the earliest moment something here waits for, once the turn is over."""

    def __init__(self, means: Means, turn: Turn) -> None:
        self._means, self._turn, self.workspace = means, turn, turn.workspace
        self._store, self._clock, self._ledger = means.store, means.clock, means.ledger
        self._pace = Pace(turn.pace)
        self._lanes = asyncio.Semaphore(means.lanes)
        self._unsaid: list[Delivery] = []
        self._quiet_until: datetime | None = None
        self.again_at: datetime | None = None

    async def make(self) -> int:
        """How many rows were seen to. Raises StoreUnavailable: what was under way is found again when the lease ends."""
        now, is_full = self._clock(), False
        limit = max(self._pace.room(now), WORTH)
        try:
            rows = await self._store.run(
                lambda tx: outbox.claim(tx, now, limit, self._turn.until - now), self.workspace
            )
            is_full = len(rows) == limit
            await self._say(rows)
        finally:
            await self._give_back(is_full=is_full)
        return len(rows) - len(self._unsaid)

    async def _say(self, rows: Sequence[Delivery]) -> None:
        by_recipient = sorted(rows, key=lambda row: row.recipient)
        groups = [tuple(group) for _, group in groupby(by_recipient, key=lambda row: row.recipient)]
        groups.sort(key=lambda group: (_can_wait(group), group[0].id))
        # One recipient's trouble is not the others': all are seen to before it is told.
        ends = await asyncio.gather(*map(self._see_to, groups), return_exceptions=True)
        if (failure := next((end for end in ends if end is not None), None)) is not None:
            raise failure

    async def _give_back(self, *, is_full: bool) -> None:
        now, quiet_until = self._clock(), self._quiet_until
        if quiet_until is None and is_full and self._pace.room(now) < WORTH:
            quiet_until = self._pace.worth_at(now)
        if quiet_until is not None:
            self._comes_again(quiet_until)

        def unit(tx: Transaction) -> None:
            if turns.give_back(tx, self._turn.until, now, quiet_until, self._pace.saved(now)):
                outbox.let_go(tx, self._unsaid)

        await self._store.run(unit, self.workspace)

    # -- speaking

    async def _see_to(self, rows: Rows) -> None:
        """All that is due to one recipient, in order; at the first trouble, the rest waits its turn behind it."""
        async with self._lanes:
            if self._is_over():
                self._unsaid += rows
                return
            decide = partial(self._decide, rows=rows, now=self._clock())
            errands = await self._store.read(decide, self.workspace)
            for position, errand in enumerate(errands):
                trouble = await self._run(errand)
                if trouble is not None:
                    rest = tuple(row for later in errands[position + 1 :] for row in later.rows)
                    await self._wait_behind(rest, trouble)
                    return

    def _is_over(self) -> bool:
        """Whether nothing more may be begun in this turn."""
        return self._quiet_until is not None or self._clock() >= self._turn.until - LEASE / 2

    def _decide(self, tx: Transaction, rows: Rows, now: datetime) -> list[Errand]:
        kept = outbox.still_there(tx, [row.id for row in rows])
        here = [row for row in rows if row.id in kept]
        speaker = self._means.speaker
        scene = speaker.scene(tx, now)
        dispatcher = Dispatcher(scene, speaker, by_email=self._means.by_email, home=self._means.home)
        return dispatcher.errands(here) if here else []

    async def _run(self, errand: Errand) -> datetime | None:
        """Do it and write down what came of it; when those behind must wait, until when."""
        match errand:
            case PutBack(rows=rows, at=at, reason=reason):
                await self._put_back(rows, at, reason)
            case GiveUp(rows=rows, reason=reason):
                await self._ledger.give_up(rows, reason)
            case Drop(rows=rows):
                await self._ledger.sent(rows, SAID_NOWHERE, "over")
            case _:
                return await self._try(errand)
        return None

    async def _try(self, errand: Sending) -> datetime | None:
        now = self._clock()
        if self._is_over():
            return self._leave(errand.rows)
        calls = calls_of(errand)
        if wait := self._pace.wait(calls, now):
            if POST in calls and not self._pace.room(now):
                return self._hush(errand.rows, self._pace.worth_at(now))
            return await self._put_back(errand.rows, now + wait, "paced")
        try:
            said = await self._means.sender.send(errand)
        except Later as later:
            return await self._later(errand.rows, later)
        except Never as never:
            return await self._never(errand, never)
        await self._ledger.sent(errand.rows, said)
        return None

    # -- what Slack says of it

    async def _later(self, rows: Rows, later: Later) -> datetime | None:
        now = self._clock()
        if later.reason in PAUSED_BY_SLACK:
            log.warning("Slack asks for silence", extra={"workspace": self.workspace, "reason": later.reason})
            return self._hush(rows, now + timedelta(seconds=later.seconds))
        tried = max(row.attempts for row in rows) + 1
        if tried >= ATTEMPTS:
            await self._ledger.give_up(rows, later.reason, uncertain=later.uncertain)
            return None
        wait = max(later.seconds, min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT))
        at = now + timedelta(seconds=wait)
        return await self._put_back(rows, at, later.reason, counts=True, uncertain=later.uncertain)

    async def _never(self, errand: Sending, never: Never) -> datetime | None:
        if never.reason in DEAF:
            log.error("Slack no longer lets us speak: %s", never.reason, extra={"workspace": self.workspace})
            return self._hush(errand.rows, self._clock() + timedelta(seconds=DEAF_FOR))
        if isinstance(errand, Whisper) and never.reason in UNREACHABLE:
            return await self._try(Tell(errand.rows, errand.to, errand.speech))
        await self._ledger.give_up(errand.rows, f"{never.reason} {never.where}".strip())
        if isinstance(never, NobodyThere) and self._means.on_bounce is not None:
            await self._means.on_bounce(errand.rows[0], never.reason)
        return None

    # -- waiting

    async def _put_back(
        self, rows: Rows, at: datetime, reason: str, *, counts: bool = False, uncertain: bool = False
    ) -> datetime:
        await self._ledger.put_back(rows, at, reason, counts=counts, uncertain=uncertain)
        self._comes_again(at)
        return at

    def _hush(self, rows: Rows, until: datetime) -> datetime:
        """Say nothing more in this workspace before then. What was not said is not rewritten: it is the workspace that waits."""
        self._quiet_until = max(until, self._quiet_until or until)
        return self._leave(rows)

    def _leave(self, rows: Rows) -> datetime:
        self._unsaid += rows
        return self._quiet_until or self._clock()

    async def _wait_behind(self, rows: Rows, until: datetime) -> None:
        if self._is_over():
            self._unsaid += rows
        else:
            await self._put_back(rows, until, "behind")

    def _comes_again(self, at: datetime) -> None:
        self.again_at = min(at, self.again_at or at)


def _can_wait(rows: Rows) -> bool:
    """Whether nobody has just made the gesture that this answers."""
    return all(row.kind == "post" and not row.prompt for row in rows)
