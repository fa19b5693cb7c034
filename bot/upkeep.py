"""Looking after the database from the command line, Slack apart. Each function gives an exit code."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot import mishaps, safe
from bot.clock import real_clock
from bot.exits import FAULTY, FINE, UNAVAILABLE
from bot.polls.from_file import PollFileError, name_in, poll_from
from bot.rights.finding import NotOne, meant
from bot.scene import OURS, Scene
from bot.settings import Settings, SettingsFaults
from flows import ALL_FLOWS
from messages import Messages
from storage import Store, StoreUnavailable, outbox, polls, resealing, schema, words
from storage.outbox import Delivery
from storage.polls import PollSettings
from storage.transaction import Transaction

MOST = 1_000
"""Failed messages listed, of each workspace."""
TOGETHER = 50
"""Rows sealed anew in one unit: held for a few milliseconds."""
TRIES, BETWEEN = 10, 1.0
"""How often a unit is tried while a bot at work holds the database, and the seconds in between."""
NOT_THERE = (
    "DATABASE_URL: there is no database {file}. Type the command with the settings of `parcours run`, and in its folder: "
    "“Commands” in docs/operating.md shows how."
)
NO_WORKSPACE = "No workspace is here yet: start `parcours run` first, and type it again once it is at work."
T = TypeVar("T")


def upgrade(url: str) -> int:
    """Bring the database up to date, and say whether it was. Raises SettingsFaults for a URL that is none."""

    safe.require_address(url)

    def work() -> int:
        before = schema.current(url)
        schema.upgrade(url)
        after = schema.current(url)
        done = "Of a later release, and left as it is" if schema.standing_of(after) == "later" else "Up to date"
        print(f"{done} ({after})." if before == after else f"Brought up to date: {before or 'empty'} -> {after}.")
        return FINE

    return _carried_out(work)


def list_given_up(settings: Settings, workspace: str | None = None) -> int:
    """Print what could not be said, with the reasons; in this workspace alone, when one is named."""
    return in_store(settings, partial(_list_given_up, workspace))


def retry_all(settings: Settings, workspace: str | None = None) -> int:
    """Let what could not be said be said again; in this workspace alone, when one is named."""
    return in_store(settings, partial(_retry_all, workspace))


def take_poll(settings: Settings, text: str, workspace: str | None = None) -> int:
    """Let every workspace, or the one that is named, hold the poll this file says, from its next round on."""

    def unit(tx: Transaction) -> list[str]:
        return [_take_poll(tx.within(one), text) for one in meant(tx, workspace)]

    async def take(store: Store) -> int:
        taken = await store.run(unit)
        print("\n".join(taken) or NO_WORKSPACE, file=sys.stdout if taken else sys.stderr)
        return FINE if taken else FAULTY

    def work() -> int:
        name_in(text)  # a slip is told before anything is asked of the database
        return in_store(settings, take)

    return _carried_out(work)


def reseal(settings: Settings, *, forget_lost: bool = False, together: int = TOGETHER) -> int:
    """Seal anew, with the first key, all that people wrote, and what was still in clear; then let the other keys go. Words that
    no key here opens are left as they are, unless they are to be forgotten. `together`: how many rows in one transaction."""
    step = partial(resealing.next_batch, limit=together, forgets_unopened=forget_lost)
    return in_store(settings, partial(_reseal, step, forget_lost=forget_lost), may_lack_keys=forget_lost)


def _take_poll(tx: Transaction, text: str) -> str:
    name = name_in(text)
    decided = polls.settings(tx, name, OURS)
    if any(one.poll_name == name for one in polls.open_rounds(tx)):
        raise PollFileError(f"{name!r} is open in {tx.workspace}: its questions change once it is closed")
    poll = poll_from(text, decided.poll if decided else None)
    polls.save_settings(tx, replace(decided, poll=poll) if decided else PollSettings(poll=poll))
    return f"{tx.workspace}: {poll.name}, version {poll.version}, {len(poll.items)} questions."


async def _list_given_up(workspace: str | None, store: Store) -> int:
    for line in await store.read(lambda tx: _given_up(tx, workspace)):
        print(line)
    return FINE


async def _retry_all(workspace: str | None, store: Store) -> int:
    def unit(tx: Transaction) -> int:
        return sum(outbox.retry_all(tx.within(one), real_clock()) for one in meant(tx, workspace))

    count = await store.run(unit)
    print(f"{count} to be said again, by `parcours run`, within half a minute." if count else "Nothing to say again.")
    return FINE


def _given_up(tx: Transaction, workspace: str | None) -> list[str]:
    known, messages = {flow.name: flow for flow in ALL_FLOWS}, Messages()
    scenes = [Scene(tx.within(one), known, messages, real_clock()) for one in meant(tx, workspace)]
    return [_line(scene, one) for scene in scenes for one in outbox.given_up(scene.tx, MOST)]


def _line(scene: Scene, one: Delivery) -> str:
    """Whoever runs Parcours need not know who is leaving: of a private conversation, that something failed, and why."""
    what = "a private message" if scene.is_private(one.conversation) else f"{one.message} to {one.recipient}"
    return f"{one.workspace} {one.planned:%Y-%m-%d %H:%M} {what}: {one.reason}"


async def _reseal(step: Callable[..., resealing.Batch], store: Store, *, forget_lost: bool) -> int:
    await _insist(store, words.use_key if forget_lost else words.require_key_in_use)
    count = 0
    unopened: list[str] = []
    for column in resealing.columns():
        last: str | None = ""
        while last is not None:
            batch = await _insist(store, partial(step, column=column, after=last))
            count, unopened, last = count + batch.sealed, [*unopened, *batch.unopened], batch.last
    print(f"{count} sealed anew with the first key." if count else "All was sealed with the first key already.")
    if unopened:
        done = "Forgotten" if forget_lost else "Left as they are"
        print(f"{done}, since no key here opens them: {', '.join(unopened)}.", file=sys.stderr)
    if unopened and not forget_lost:
        return FAULTY
    if not await _insist(store, resealing.let_go):
        print("Words were sealed with another key meanwhile: start every `parcours run` again.", file=sys.stderr)
        return FAULTY
    await store.sweep()
    print("The other keys can be taken out of WORDS_KEY.")
    return FINE


async def _insist(store: Store, unit: Callable[[Transaction], T]) -> T:
    """What `unit` returns, once the database can be written. Raises StoreUnavailable when it cannot for long."""
    for _ in range(TRIES - 1):
        try:
            return await store.run(unit)
        except StoreUnavailable:
            await asyncio.sleep(BETWEEN)
    return await store.run(unit)


def in_store(settings: Settings, work: Callable[[Store], Awaitable[int]], *, may_lack_keys: bool = False) -> int:
    """Do this with the store of the settings. Raises SettingsFaults, too when its file is not there: none is made, since whoever
    types a command means the database that `parcours run` works on."""
    file = settings.database_file
    with suppress(PermissionError):  # in a folder that is closed to us: it cannot be opened, which is told then
        if file is not None and not file.exists():
            raise SettingsFaults([NOT_THERE.format(file=file.absolute())])

    async def opened() -> int:
        async with safe.opened(settings, may_lack_keys=may_lack_keys) as store:
            return await work(store)

    return _carried_out(lambda: asyncio.run(opened()))


def _carried_out(work: Callable[[], int]) -> int:
    try:
        return work()
    except (NotOne, PollFileError) as mistake:
        print(mistake, file=sys.stderr)
        return FAULTY
    except StoreUnavailable as trouble:
        print(f"The database cannot be used: {trouble.reason}. {mishaps.advice(trouble.reason)}", file=sys.stderr)
        return UNAVAILABLE
