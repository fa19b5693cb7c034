"""Words at rest: sealed where there is a vault, in clear (JSON) where there is none; and the keys in use in a database.

A key comes into use when the bot starts with it (`use_key`), and goes out of use once nothing is sealed with it
(`storage.resealing`). Nobody seals with a key out of use: a process left behind by a change of keys cannot write words that
the others could no longer open.
"""

from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa

from storage import tables
from storage.faults import StoreUnavailable
from storage.prepared import Prepared
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction
from storage.vault import Unopenable, is_sealed

KEY_NOT_IN_USE = "the first key of WORDS_KEY is not in use here: start `parcours run` again with the present keys"

_IN_USE = sa.select(tables.words_key.c.print)
# Held until the unit is written, so that its key does not go out of use meanwhile.
_IN_USE_FOR_NOW = Prepared(_IN_USE.with_for_update(read=True, key_share=True))
_USE = InsertUnlessThere(tables.words_key)


def sealed(tx: Transaction, value: Any, about: str) -> str:
    """What a column keeps of `value` (JSON-native); `about`: the id of its row, the only place where it opens. Raises
    StoreUnavailable where the vault's first key is not in use."""
    if tx.vault is None:
        return orjson.dumps(value).decode()
    if about not in tx.sealing.sealed_alike:
        require_key_in_use(tx)
    return tx.vault.seal(value, about)


def imprint(tx: Transaction, text: str) -> str:
    """A print of these words, to be compared with another: nobody guesses them from it when there is a vault. A key that changes
    changes it."""
    return sha256(text.encode()).hexdigest() if tx.vault is None else tx.vault.imprint(text)


def opened(tx: Transaction, kept: str, about: str) -> Any:
    """What a column kept says. Raises Unopenable."""
    if not is_sealed(kept):
        return orjson.loads(kept)
    if tx.vault is None:
        raise Unopenable(f"what is said about {about} is sealed, and no key is here")
    value = tx.vault.open(kept, about)
    if is_up_to_date(tx, kept):
        tx.sealing.sealed_alike.add(about)
    return value


def is_up_to_date(tx: Transaction, kept: str) -> bool:
    """Whether this is sealed with the first key."""
    return tx.vault is not None and kept.startswith(tx.vault.mark)


def keys_in_use(tx: Transaction) -> set[str]:
    """The prints of the keys that words may be sealed with here."""
    return set(tx.connection.execute(_IN_USE).scalars())


def use_key(tx: Transaction) -> None:
    """From now on, words are sealed here with the first key of the vault."""
    if tx.vault is not None:
        _USE(tx, {"print": tx.vault.prints[0]})


def require_key_in_use(tx: Transaction) -> None:
    """Make sure that words may be sealed here with the first key of the vault, until this unit is written: where no key is in
    use yet, it is. Raises StoreUnavailable."""
    if tx.vault is None or tx.sealing.may_seal:
        return
    in_use = {row["print"] for row in _IN_USE_FOR_NOW.all(tx, {})}
    if in_use and tx.vault.prints[0] not in in_use:
        raise StoreUnavailable(KEY_NOT_IN_USE)
    if not in_use:
        use_key(tx)
    tx.sealing.may_seal = True
