"""The keys of the settings, and the store opened with them: nothing in `bot/` opens one otherwise."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot.sealing import Seals
from bot.settings import Settings, SettingsFaults, lacking_key
from storage import Store, engines, keys, resealing, schema, scope, words
from storage.vault import Vault

T = TypeVar("T")
log = logging.getLogger(__name__)

CHAPTER = "“The key of the words” in docs/operating.md says all about it."


@asynccontextmanager
async def opened(settings: Settings, *, may_lack_keys: bool = False) -> AsyncIterator[Store]:
    """The store of the settings, brought up to date, with what seals people's words. Raises StoreUnavailable, and
    SettingsFaults when words kept there could not be opened, unless keys may be lacking."""
    require_address(settings.database_url)
    warn_of_one_key_for_two(settings)
    await asyncio.to_thread(schema.upgrade, settings.database_url)
    await asyncio.to_thread(warn_when_not_held, settings.database_url)
    if not may_lack_keys:
        await asyncio.to_thread(require_keys, settings)
    vault = await asyncio.to_thread(vault_of, settings)
    async with Store.open(settings.database_url, vault=vault) as store:
        yield store


def require_address(url: str) -> None:
    """Raises SettingsFaults for what is no address of a database of ours, before anything is asked of it."""
    try:
        engines.understood(url)
    except ValueError as wrong:
        raise SettingsFaults([f"DATABASE_URL: {wrong}"]) from None


def warn_when_not_held(url: str) -> None:
    """Tell whoever runs Parcours when PostgreSQL holds our role to no workspace. Raises StoreUnavailable."""
    if not schema.look(url, lambda tx: scope.is_held(tx.connection)):
        log.warning(
            "PostgreSQL does not hold this role to one workspace at a time: it is a superuser, or has BYPASSRLS. Our own "
            "statements still keep workspaces apart, but nothing stands behind them. “The role of the database” in "
            "docs/operating.md says how to make another one."
        )


def warn_of_one_key_for_two(settings: Settings) -> None:
    """Tell whoever runs Parcours when a change of the ballots' key would close nothing."""
    if settings.words_keys and settings.ballot_key == settings.words_keys[0]:
        log.warning(
            "BALLOT_KEY and WORDS_KEY are the same key: once changed, it would still open what is left of a round's answers in "
            "copies, since WORDS_KEY is kept. When no round is open, write in BALLOT_KEY another line that `parcours key` prints."
        )


def require_keys(settings: Settings) -> None:
    """Raises StoreUnavailable, and SettingsFaults when a key is missing that words in the database are sealed with. No key is
    made in its place."""
    in_use = schema.look(settings.database_url, words.keys_in_use)
    missing = in_use - {keys.print_of(key) for key in _keys_there(settings)}
    if missing and (needed := schema.look(settings.database_url, lambda tx: resealing.sealed_with(tx, missing))):
        raise SettingsFaults([f"WORDS_KEY: {_remedy(settings, needed)} {CHAPTER}"])


def lacks_ballot_key(settings: Settings, prints: Collection[str]) -> bool:
    """Whether ballots sealed with one of these keys could not be opened. No key is made in its place."""
    file = settings.ballot_key_file
    is_there = settings.ballot_key is not None or (file is not None and file.exists())
    return bool(set(prints) - ({seals_of(settings).print} if is_there else set()))


def vault_of(settings: Settings) -> Vault:
    """What people's words are sealed with: the settings' keys, else the one kept beside the database. Raises SettingsFaults."""
    return Vault(settings.words_keys or (_from_file("WORDS_KEY", settings.words_key_file, keys.kept_in),))


def seals_of(settings: Settings) -> Seals:
    """What ballots are sealed with: the settings' key, else the one kept beside the database. Raises SettingsFaults."""
    if settings.ballot_key is not None:
        return Seals(settings.ballot_key)
    return _from_file("BALLOT_KEY", settings.ballot_key_file, Seals.kept_in)


def _keys_there(settings: Settings) -> tuple[bytes, ...]:
    """The keys that are there already: none is made."""
    if settings.words_keys:
        return settings.words_keys
    file = settings.words_key_file
    return (_from_file("WORDS_KEY", file, keys.kept_in),) if file is not None and file.exists() else ()


def _remedy(settings: Settings, needed: Collection[str]) -> str:
    file = settings.words_key_file
    is_there = file is not None and file.exists()
    if not settings.words_keys and is_there:
        told = f"words kept here are sealed with another key than the one in {file}"
        return f"{told}. Put the former file back, or write the key that was in WORDS_KEY there again."
    if not settings.words_keys:
        gone, remedy = "", "Write it in WORDS_KEY."
        if file is not None:
            gone = f": WORDS_KEY gives none, and there is no {file}"
            remedy = "Put this file back from where you keep it, or write the key in WORDS_KEY."
        told = f"words kept here are sealed with a key that is not here{gone}. {remedy}"
        return f"{told} As long as the key exists, nothing is lost."
    where = f"the key in {file}" if is_there and _print_in(file) in needed else "another key"
    return f"words kept here are sealed with {where}. Write that key too, after a comma; `parcours reseal` then lets it go."


def _print_in(file: Path | None) -> str:
    return keys.print_of(_from_file("WORDS_KEY", file, keys.kept_in))


def _from_file(name: str, file: Path | None, kept_in: Callable[[Path], T]) -> T:
    if file is None:
        raise SettingsFaults([lacking_key(name)])
    try:
        return kept_in(file)
    except (OSError, ValueError) as trouble:
        raise SettingsFaults([f"{name}: the key kept in {file} cannot be used: {trouble}"]) from trouble
