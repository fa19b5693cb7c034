"""The hand that speaks: claims what is due in the outbox, says it, and writes down what came of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bot.clock import Clock
from bot.dispatch import Dispatcher, Drop, Errand, GiveUp, Home, PutBack, Rows, Tell, Whisper
from bot.moods import Later, Never
from bot.pace import Pace
from bot.polls.pictures import Pictures
from bot.postman import NobodyThere, Postman
from bot.sending import DEAF, SAID_NOWHERE, Sender, Sending, known_of
from bot.slack import Posted, Slack
from bot.speech import Speaker
from storage import Store, outbox
from storage.outbox import Delivery
from storage.transaction import Transaction

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Long enough for a whole batch; past it, whoever claimed is taken for dead and what they did for uncertain."""
AT_ONCE = 200
LANES = 8
"""Recipients spoken to at the same time."""
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = 15.0, 3600.0
PAUSED_BY_SLACK = frozenset({"ratelimited", "rate_limited"})
DEAF_FOR = 600.0
UNREACHABLE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


OnBounce = Callable[[Delivery, str], Awaitable[None]]
"""What is done about a letter that came to an address nobody reads: the row, and why it was refused."""


class Courier:
    """Outbox to Slack, and to e-mail for whoever has no account. `home` gives what a member's App Home shows; `lanes` is how
    many recipients are spoken to at once; `on_bounce` is told of dead addresses."""

    def __init__(
        self,
        store: Store,
        slack: Slack,
        speaker: Speaker,
        clock: Clock,
        postman: Postman | None = None,
        home: Home | None = None,
        *,
        lanes: int = LANES,
        on_bounce: OnBounce | None = None,
    ) -> None:
        self._store, self._speaker, self._clock = store, speaker, clock
        self._writes, self._home = postman is not None, home
        self._on_bounce = on_bounce
        self._lanes = asyncio.Semaphore(lanes)
        self._pace = Pace()
        self._sender = Sender(slack, postman, Pictures(store, slack, lambda tx: speaker.scene(tx, clock())))

    async def deliver(self) -> int:
        """Say all that is due now; how many rows were seen to. Raises StoreUnavailable: what was under way is then found
        again when its lease ends."""
        count = 0
        while rows := await self._claim():
            by_recipient = sorted(rows, key=_recipient)
            groups = [tuple(group) for _, group in groupby(by_recipient, key=_recipient)]
            groups.sort(key=lambda group: group[0].id)
            # One recipient's trouble is not the others': all are seen to before it is told.
            ends = await asyncio.gather(*map(self._see_to, groups), return_exceptions=True)
            if (failure := next((end for end in ends if end is not None), None)) is not None:
                raise failure
            count += len(rows)
        return count

    async def _claim(self) -> list[Delivery]:
        now = self._clock()
        return await self._store.run(lambda tx: outbox.claim(tx, now, AT_ONCE, LEASE))

    async def _see_to(self, rows: Rows) -> None:
        """All that is due to one recipient, in order; at the first trouble, the rest waits its turn behind it."""
        async with self._lanes:
            workspace = rows[0].workspace
            now = self._clock()
            if (until := self._pace.held_until(workspace, now)) is not None:
                await self._put_back(rows, until, "paced")
                return
            errands = await self._store.read(partial(self._decide, rows=rows, now=now), workspace)
            for position, errand in enumerate(errands):
                trouble = await self._run(errand)
                if trouble is not None:
                    rest = tuple(row for later in errands[position + 1 :] for row in later.rows)
                    await self._put_back(rest, trouble, "behind")
                    return

    def _decide(self, tx: Transaction, rows: Rows, now: datetime) -> list[Errand]:
        kept = outbox.still_there(tx, [row.id for row in rows])
        here = [row for row in rows if row.id in kept]
        scene = self._speaker.scene(tx, now)
        dispatcher = Dispatcher(scene, self._speaker, by_email=self._writes, home=self._home)
        return dispatcher.errands(here) if here else []

    async def _run(self, errand: Errand) -> datetime | None:
        """Do it and write down what came of it; when those behind must wait, until when."""
        match errand:
            case PutBack(rows=rows, at=at, reason=reason):
                await self._put_back(rows, at, reason)
            case GiveUp(rows=rows, reason=reason):
                await self._give_up(rows, reason)
            case Drop(rows=rows):
                await self._sent(rows, SAID_NOWHERE, "over")
            case _:
                return await self._try(errand)
        return None

    async def _try(self, errand: Sending) -> datetime | None:
        now = self._clock()
        if isinstance(errand, Tell) and (wait := self._pace.wait(f"{errand.rows[0].workspace} {errand.to}", now)):
            at = now + timedelta(seconds=wait)
            await self._put_back(errand.rows, at, "paced")
            return at
        try:
            said = await self._sender.send(errand)
        except Later as later:
            return await self._later(errand.rows, later)
        except Never as never:
            return await self._never(errand, never)
        await self._sent(errand.rows, said, "sent")
        return None

    # -- settling

    async def _later(self, rows: Rows, later: Later) -> datetime | None:
        now = self._clock()
        if later.reason in PAUSED_BY_SLACK:
            at = self._pace.hold(rows[0].workspace, now, later.seconds)
            await self._put_back(rows, at, later.reason)
            return at
        tried = max(row.attempts for row in rows) + 1
        if tried >= ATTEMPTS:
            await self._give_up(rows, later.reason, uncertain=later.uncertain)
            return None
        wait = max(later.seconds, min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT))
        at = now + timedelta(seconds=wait)
        await self._put_back(rows, at, later.reason, counts=True, uncertain=later.uncertain)
        return at

    async def _never(self, errand: Sending, never: Never) -> datetime | None:
        if never.reason in DEAF:
            log.error("Slack no longer lets us speak: %s", never.reason, extra={"workspace": errand.rows[0].workspace})
            at = self._pace.hold(errand.rows[0].workspace, self._clock(), DEAF_FOR)
            await self._put_back(errand.rows, at, never.reason)
            return at
        if isinstance(errand, Whisper) and never.reason in UNREACHABLE:
            return await self._try(Tell(errand.rows, errand.to, errand.speech))
        await self._give_up(errand.rows, f"{never.reason} {never.where}".strip())
        if isinstance(never, NobodyThere) and self._on_bounce is not None:
            await self._on_bounce(errand.rows[0], never.reason)
        return None

    async def _sent(self, rows: Rows, said: Posted, outcome: str) -> None:
        now = self._clock()

        def unit(tx: Transaction) -> None:
            for row in rows:
                is_retraction = row.kind == "retract"
                is_kept = not is_retraction and outbox.settle_sent(
                    tx, row.id, said.channel or None, said.ts or None, now
                )
                if said.ts and not is_kept:  # found by a retraction, or withdrawn while it was being said
                    outbox.retract(tx, row, said.channel, said.ts, now)
                if is_retraction:
                    outbox.forget(tx, row.id)

        await self._settle(rows, unit, outcome)

    async def _put_back(
        self, rows: Rows, at: datetime, reason: str, *, counts: bool = False, uncertain: bool = False
    ) -> None:
        def unit(tx: Transaction) -> None:
            for row in rows:
                # What may have been said stays so until somebody has looked.
                doubt = uncertain or (row.uncertain and row.kind == "post")
                outbox.settle_later(tx, row.id, at, reason, counts=counts, uncertain=doubt)

        await self._settle(rows, unit, "put_back", reason)

    async def _give_up(self, rows: Rows, reason: str, *, uncertain: bool = False) -> None:
        now = self._clock()

        def unit(tx: Transaction) -> None:
            for row in rows:
                outbox.settle_given_up(tx, row.id, reason, now, uncertain=uncertain)

        await self._settle(rows, unit, "given_up", reason)

    async def _settle(self, rows: Rows, unit: Callable[[Transaction], None], outcome: str, reason: str = "") -> None:
        if not rows:
            return
        await self._store.run(unit, rows[0].workspace)
        for row in rows:
            level = logging.WARNING if outcome == "given_up" else logging.INFO
            log.log(level, outcome, extra=known_of(row, reason))


def _recipient(row: Delivery) -> tuple[str, str]:
    return row.workspace, row.recipient
