"""One turn carried out: a batch of what is to be said in a workspace, at its pace, then the turn given back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, groupby
from typing import NamedTuple

from bot import mishaps
from bot.clock import Clock
from bot.dispatch import Dispatcher, Drop, Errand, GiveUp, Home, PutBack, Rows, Tell, Whisper, Write
from bot.ledger import Ledger
from bot.moods import DEAF, NOT_INSTALLED, SLOW_DOWN, Later, Never
from bot.pace import POST, WORTH, Pace, spacing_of
from bot.postman import NobodyThere, NotHeard
from bot.sending import LOOKING, SAID_NOWHERE, Sender, Sending, calls_of, known_of
from bot.speech import Speaker
from storage import Store, StoreUnavailable, outbox, turns
from storage.claiming import UNREADABLE
from storage.faults import SPOILED
from storage.outbox import Delivery
from storage.transaction import Transaction
from storage.turns import Turn

log = logging.getLogger("bot.courier")

LEASE = timedelta(minutes=2)
"""Past it, whoever had the turn is taken for dead and what they did for uncertain: nothing is begun in its second half."""
AN_OUTAGE = timedelta(days=1)
"""What Slack would not take is given up once it was tried for so long, and not before: it may be away for hours."""
FIRST_WAIT, LONGEST_WAIT = 15.0, 1800.0
DEAF_FOR = 600.0
UNHEARD = "Slack no longer lets us speak: %s. Everything waits until it does. %s"
NO_LETTER_TAKEN = "The mail server takes no letter of ours: %s. They wait, and are tried again for a day. %s"
UNFORESEEN = "unforeseen"
"""The reason of what tripped on a fault of ours, or of a library."""
UNREACHABLE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


class Trouble(NamedTuple):
    """Until when those behind must wait, and how far `apart` they then come."""

    at: datetime
    apart: timedelta = timedelta()


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


class Batch(NamedTuple):
    """What is to be said in one turn. `is_full`: there may be more."""

    turn: Turn
    rows: list[Delivery]
    is_full: bool


def take(tx: Transaction, now: datetime, among: Sequence[str], share: int | None = None) -> list[Batch]:
    """The turns of those of these workspaces that are free, each with as much as it may say at once, and no more than its `share`
    while others wait for theirs."""
    batches = []
    for turn in turns.claim(tx, now, len(among), LEASE, among):
        room = max(Pace(turn.pace).room(now), WORTH)
        limit = room if share is None else min(room, share)
        rows = outbox.claim(tx.within(turn.workspace), now, limit, LEASE)
        batches.append(Batch(turn, rows, len(rows) == limit))
    return batches


class Visit:
    """`again_at`: the earliest moment something here waits for, once the turn is over."""

    def __init__(self, means: Means, batch: Batch) -> None:
        turn = batch.turn
        self._means, self._batch, self._turn, self.workspace = means, batch, turn, turn.workspace
        self._store, self._clock, self._ledger = means.store, means.clock, means.ledger
        self._pace = Pace(turn.pace)
        self._lanes = asyncio.Semaphore(means.lanes)
        self._unsaid: list[Delivery] = []
        self._unforeseen: list[Exception] = []
        self._quiet_until: datetime | None = None
        self._no_letter_taken: NotHeard | None = None
        self.again_at: datetime | None = None

    async def make(self) -> int:
        """How many rows were seen to. Raises StoreUnavailable: what was under way is found again when the lease ends."""
        try:
            await self._say(self._batch.rows)
        finally:
            await self._give_back()
        return len(self._batch.rows) - len(self._unsaid)

    async def _say(self, rows: Sequence[Delivery]) -> None:
        by_recipient = sorted(rows, key=lambda row: row.recipient)
        groups = [tuple(group) for _, group in groupby(by_recipient, key=lambda row: row.recipient)]
        groups.sort(key=lambda group: (_can_wait(group), group[0].id))
        # In doubt, all would be looked for before any is settled, and whoever dies of it would never get further.
        first = 1 if any(row.uncertain for row in rows) else 0
        # One recipient's trouble is not the others': all are seen to before it is told.
        ends = await asyncio.gather(*map(self._see_to, groups[:first]), return_exceptions=True)
        ends += await asyncio.gather(*map(self._see_to, groups[first:]), return_exceptions=True)
        failures = [*filter(None, ends), *self._unforeseen]
        for other in failures[1:]:
            mishaps.write_down(other)
        if failures:
            raise failures[0]

    async def _give_back(self) -> None:
        now, quiet_until = self._clock(), self._quiet_until
        if quiet_until is None and self._batch.is_full and self._pace.room(now) < WORTH:
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
            errands = await self._errands(rows)
            for position, errand in enumerate(errands):
                trouble = await self._run(errand)
                if trouble is not None:
                    await self._wait_behind(errands[position + 1 :], trouble)
                    return

    async def _errands(self, rows: Rows) -> list[Errand]:
        """What to do with these rows. One that says nothing anybody could understand is given up, alone, and logged."""
        try:
            return await self._store.read(partial(self._decide, rows=rows, now=self._clock()), self.workspace)
        except SPOILED as spoiled:
            if len(rows) > 1:
                return [errand for row in rows for errand in await self._errands((row,))]
            log.error("a message cannot be made out", exc_info=spoiled, extra=known_of(rows[0]))
            return [GiveUp(rows, UNREADABLE)]

    def _is_over(self) -> bool:
        """Whether nothing more may be begun in this turn."""
        return self._quiet_until is not None or self._clock() >= self._turn.until - LEASE / 2

    def _decide(self, tx: Transaction, rows: Rows, now: datetime) -> list[Errand]:
        kept = outbox.still_there(tx, [row.id for row in rows])
        here = [row for row in rows if row.id in kept]
        speaker = self._means.speaker
        scene = speaker.scene(tx, now)
        dispatcher = Dispatcher(scene, speaker, by_email=self._means.by_email, home=self._means.home)
        errands = dispatcher.errands(here) if here else []
        seen_to = {row.id for errand in errands for row in errand.rows}
        lost = tuple(row for row in here if row.id not in seen_to)
        return [*errands, GiveUp(lost, UNREADABLE)] if lost else errands

    async def _run(self, errand: Errand) -> Trouble | None:
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

    async def _try(self, errand: Sending) -> Trouble | None:
        now = self._clock()
        if self._is_over():
            return self._leave(errand.rows)
        calls = calls_of(errand)
        if wait := self._pace.wait(calls, now):
            if POST in calls and not self._pace.room(now):
                return self._hush(errand.rows, self._pace.worth_at(now))
            await self._put_back(errand.rows, now + wait, "paced")
            return Trouble(now + wait, max(map(spacing_of, calls)))
        if isinstance(errand, Write) and self._no_letter_taken is not None:
            # A server that is told a wrong password a hundred times in a row shuts us out for long.
            return await self._later(errand.rows, self._no_letter_taken)
        try:
            said = await self._means.sender.send(errand)
        except Later as later:
            return await self._later(errand.rows, later)
        except Never as never:
            return await self._never(errand, never)
        except StoreUnavailable:
            raise
        except Exception as unforeseen:
            # It counts as an attempt: else it would be tried for ever, and those behind would wait as long.
            self._unforeseen.append(unforeseen)
            return await self._later(errand.rows, Later(FIRST_WAIT, UNFORESEEN, uncertain=True))
        await self._ledger.sent(errand.rows, said)
        return None

    # -- what Slack says of it

    async def _later(self, rows: Rows, later: Later) -> Trouble | None:
        now = self._clock()
        if later.reason == LOOKING:
            # Nobody else need be silent: the limit is that of reading, for which nothing else waits.
            at = now + timedelta(seconds=later.seconds)
            await self._put_back(rows, at, later.reason)
            return Trouble(at)
        if later.reason in SLOW_DOWN:
            log.warning("Slack asks for silence", extra={"workspace": self.workspace, "reason": later.reason})
            return self._hush(rows, now + timedelta(seconds=later.seconds))
        if isinstance(later, NotHeard) and self._no_letter_taken is None:
            self._no_letter_taken = later
            log.error(NO_LETTER_TAKEN, later.reason, later.remedy, extra={"workspace": self.workspace})
        tried = max(row.attempts for row in rows)
        # By its attempts, never by its age: it may have waited for days before the first, or have been given up already.
        if sum(map(_wait_after, range(tried))) >= AN_OUTAGE.total_seconds():
            await self._ledger.give_up(rows, later.reason, uncertain=later.uncertain)
            return None
        at = now + timedelta(seconds=max(later.seconds, _wait_after(tried)))
        await self._put_back(rows, at, later.reason, counts=True, uncertain=later.uncertain)
        return Trouble(at)

    async def _never(self, errand: Sending, never: Never) -> Trouble | None:
        if never.reason in DEAF:
            # Whoever has put us out meant it, and it was told: nobody who runs us has anything to do.
            level = logging.INFO if never.reason == NOT_INSTALLED else logging.ERROR
            log.log(level, UNHEARD, never.reason, DEAF[never.reason], extra={"workspace": self.workspace})
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
    ) -> None:
        await self._ledger.put_back(rows, at, reason, counts=counts, uncertain=uncertain)
        self._comes_again(at)

    def _hush(self, rows: Rows, until: datetime) -> Trouble:
        """Say nothing more in this workspace before then. What was not said is not rewritten: it is the workspace that waits."""
        self._quiet_until = max(until, self._quiet_until or until)
        return self._leave(rows)

    def _leave(self, rows: Rows) -> Trouble:
        self._unsaid += rows
        return Trouble(self._quiet_until or self._clock())

    async def _wait_behind(self, errands: Sequence[Errand], trouble: Trouble) -> None:
        rest = [errand.rows for errand in errands]
        if self._is_over():
            self._unsaid += chain(*rest)
        elif trouble.apart:
            # Each at its own moment: a long backlog in one place is not put back whole for every message said.
            for number, rows in enumerate(rest, 1):
                await self._put_back(rows, trouble.at + number * trouble.apart, "behind")
        else:
            await self._put_back(tuple(chain(*rest)), trouble.at, "behind")

    def _comes_again(self, at: datetime) -> None:
        self.again_at = min(at, self.again_at or at)


def _wait_after(tried: int) -> float:
    """Seconds to wait after an attempt that follows so many."""
    return min(FIRST_WAIT * 2.0**tried, LONGEST_WAIT)


def _can_wait(rows: Rows) -> bool:
    """Whether nobody has just made the gesture that this answers."""
    return all(row.kind == "post" and not row.prompt for row in rows)
