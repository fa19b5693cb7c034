"""What is done once a night, for each workspace and for all together: hearing who is there, asking again, forgetting."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from zlib import crc32

from bot import mishaps
from bot.clock import Clock
from bot.desk import FORGETTING, Desk
from bot.installed import CLOCKS_DIFFER, NIGHT, PURGE, Installed
from bot.letterbox import consent
from bot.metronome import Errand, cron, run_safely
from bot.moods import GONE, Later, Never
from bot.retention import CONTEXTS, SEEN
from storage import Store, chores, installations, oauth_states, outbox, pruning, seen
from storage.chores import Chore
from storage.transaction import Transaction

log = logging.getLogger(__name__)

EVERY_NIGHT = cron("17 2 * * *")
SPREAD = timedelta(hours=3)
"""Over how long the nights of many workspaces are spread, each always at the same moment of it."""
LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=10)
"""When something of a night could not be done."""
NOT_HEARD = "The list of accounts did not come (%s); it is asked for again in ten minutes."
AT_ONCE = 2_000
"""Rows of the outbox forgotten in one unit."""
WITHOUT_SLACK = (consent.renew, *FORGETTING)
"""What a workspace's night holds that needs nothing from Slack: it is done whatever Slack says."""


class Nights:
    """Does what is due. Several workers may: each chore is taken by one. `count` is told of failures."""

    def __init__(
        self, store: Store, desk: Desk, installed: Installed, clock: Clock, count: mishaps.Count = mishaps.uncounted
    ) -> None:
        self._store, self._desk, self._installed, self._clock, self._count = store, desk, installed, clock, count

    async def plan(self, workspaces: Sequence[str], unheard: Sequence[str] = ()) -> None:
        """The nights of these workspaces, and the one that is for all, from now on; soon, of those that are `unheard` of."""
        now = self._clock()

        def unit(tx: Transaction) -> None:
            chores.plan(tx, NIGHT, next_night(chores.FOR_ALL, now))
            for workspace in workspaces:
                chores.plan(tx.within(workspace), NIGHT, next_night(workspace, now))
            for workspace in unheard:
                chores.done(tx.within(workspace), NIGHT, now + AGAIN)

        await self._store.run(unit)

    async def do_what_is_due(self, meanwhile: Errand | None = None) -> int:
        """How many chores were taken. One that fails stops no other, and comes back when its lease is over.

        `meanwhile`: done after each, for there may be thousands.
        """
        count = 0
        while (chore := await self._claim()) is not None:
            await run_safely(partial(self._see_to, chore), self._count)
            if meanwhile is not None:
                await run_safely(meanwhile, self._count)
            count += 1
        return count

    async def _see_to(self, chore: Chore) -> None:
        await self._settle(chore, await self._do(chore))

    async def _claim(self) -> Chore | None:
        now = self._clock()
        return await self._store.run(lambda tx: chores.claim(tx, now, LEASE))

    async def _settle(self, chore: Chore, next_at: datetime | None) -> None:
        await self._store.run(lambda tx: chores.done(tx, chore.name, next_at), chore.workspace or None)

    async def _do(self, chore: Chore) -> datetime | None:
        """When it is to be done again."""
        if chore.name == PURGE:
            await self._purge(chore.workspace)
            return None
        night = self.for_all() if chore.workspace == chores.FOR_ALL else self.of_workspace(chore.workspace)
        now = self._clock()
        return next_night(chore.workspace, now) if await night else now + AGAIN

    async def _do_each(self, *parts: Errand) -> bool:
        """Whether all were done. One that fails is written down, and keeps no other from being done."""
        return all([await run_safely(part, self._count) for part in parts])

    # -- one workspace

    async def of_workspace(self, workspace: str) -> bool:
        """Ask again whoever agreed long ago to be written to, forget what is old, and hear who is there. Whether all was done, or
        refused by Slack for good."""
        unheard: list[str] = []
        first = [partial(self._desk.do, workspace, unit) for unit in WITHOUT_SLACK]
        done = await self._do_each(*first, partial(self._greet_if_let, workspace, unheard))
        return done and not unheard

    async def _greet_if_let(self, workspace: str, unheard: list[str]) -> None:
        """Among those `unheard` of is a workspace of which Slack says later who is there. One of which no goodbye reached us, for
        want of anybody who listened, is put right here."""
        asked_at = self._clock()
        try:
            if not await self.greet(workspace):
                unheard.append(workspace)
        except Never as never:
            log.warning("Slack would not tell who is there: %s.", never.reason, extra={"workspace": workspace})
            if never.reason in GONE:
                await self._installed.put_out(workspace, asked_at - CLOCKS_DIFFER)

    async def greet(self, workspace: str) -> bool:
        """Hear who is there, and introduce ourselves to whoever administers the workspace, once. Whether we heard. Raises
        Never."""
        heard = await self.meet_everyone(workspace)
        await self._desk.first_run(workspace, await self._installed.name(workspace))
        return heard

    async def meet_everyone(self, workspace: str) -> bool:
        """Learn who has an account; events tell the rest. False when Slack cannot tell now. Raises Never."""
        slack = await self._installed.slack(workspace)
        try:
            accounts = [account async for account in slack.everyone()]
        except Later as later:
            log.warning(NOT_HEARD, later.reason, extra={"workspace": workspace})
            return False
        await self._desk.accounts(workspace, accounts, complete=True)
        return True

    async def _purge(self, workspace: str) -> None:
        """Leave nothing of a workspace that has put us out, unless it has let us in again meanwhile."""

        def unit(tx: Transaction) -> int:
            at = installations.purged_at(tx, workspace)
            return installations.purge(tx.within(workspace)) if at is not None and at <= self._clock() else 0

        rows = await self._store.run(unit)
        log.info("Nothing is left of a workspace that has put us out.", extra={"workspace": workspace, "rows": rows})

    # -- all of them

    async def for_all(self) -> bool:
        """Forget what is old whoever it belongs to, then what the database's files still hold of what was erased. Whether all
        was done."""
        now = self._clock()
        return await self._do_each(
            lambda: self._store.run(lambda tx: seen.forget_before(tx, SEEN.since_what_moment(now))),
            lambda: self._store.run(lambda tx: oauth_states.forget_before(tx, now)),
            lambda: self._store.run(lambda tx: outbox.prune(tx, CONTEXTS.since_what_moment(now))),
            partial(self._forget_what_was_shown, CONTEXTS.since_what_moment(now)),
            self._sweep,
        )

    async def _forget_what_was_shown(self, before: datetime) -> None:
        """Some at a time: the first night may find years of them, and others are to write meanwhile."""
        while await self._store.run(lambda tx: pruning.forget_shown(tx, before, AT_ONCE)) == AT_ONCE:
            continue

    async def _sweep(self) -> None:
        if not await self._store.sweep():
            log.warning(
                "What was erased is not out of the files yet: somebody was reading. It is tried again tomorrow."
            )


def next_night(workspace: str, now: datetime) -> datetime:
    """The first moment after `now` at which this workspace's night is due, in UTC."""
    within = timedelta(seconds=crc32(workspace.encode()) % SPREAD.total_seconds()) if workspace else timedelta()
    begins: datetime = EVERY_NIGHT.get_next_fire_time(None, now - within + timedelta(microseconds=1))
    return begins.astimezone(UTC) + within
