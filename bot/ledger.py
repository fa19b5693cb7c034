"""What came of the rows of the outbox, written down as it comes."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from bot.dispatch import Rows
from bot.sending import known_of
from bot.slack import Posted
from storage import Store, outbox, withdrawing
from storage.transaction import Transaction

log = logging.getLogger("bot.courier")

Count = Callable[[str, int], None]
"""Told what came ("sent", "put_back", "given_up", "over") of how many rows."""


class Ledger:
    """Writes it down in the rows, then in the log; `count` is told."""

    def __init__(self, store: Store, clock: Clock, count: Count | None) -> None:
        self._store, self._clock, self._count = store, clock, count

    async def sent(self, rows: Rows, said: Posted, outcome: str = "sent") -> None:
        now = self._clock()

        def unit(tx: Transaction) -> None:
            for row in rows:
                is_retraction = row.kind == "retract"
                is_kept = not is_retraction and outbox.settle_sent(
                    tx, row.id, said.channel or None, said.ts or None, now
                )
                if said.ts and not is_kept:  # found by a retraction, or withdrawn while it was being said
                    withdrawing.retract(tx, row, said.channel, said.ts, now)
                if is_retraction:
                    outbox.forget(tx, row.id)

        await self._settle(rows, unit, outcome)

    async def put_back(
        self, rows: Rows, at: datetime, reason: str, *, counts: bool = False, uncertain: bool = False
    ) -> None:
        def unit(tx: Transaction) -> None:
            for row in rows:
                # What may have been said stays so until somebody has looked.
                doubt = uncertain or (row.uncertain and row.kind == "post")
                outbox.settle_later(tx, row.id, at, reason, counts=counts, uncertain=doubt)

        await self._settle(rows, unit, "put_back", reason)

    async def give_up(self, rows: Rows, reason: str, *, uncertain: bool = False) -> None:
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
        if self._count is not None:
            self._count(outcome, len(rows))
