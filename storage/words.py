"""Words in columns of their own: sealed when there is a vault, in clear (JSON) when there is none."""

from typing import Any

import orjson

from storage.transaction import Transaction


def sealed(tx: Transaction, value: Any, about: str) -> str:
    """What a column keeps of `value` (JSON-native); `about`: the id of the row, the only place where it opens."""
    return orjson.dumps(value).decode() if tx.vault is None else tx.vault.seal(value, about)


def opened(tx: Transaction, kept: str, about: str) -> Any:
    """What a column kept says. Raises Unopenable."""
    if tx.vault is None or kept[:1] in '{["':  # sealed words are base64, which never begins so
        return orjson.loads(kept)
    return tx.vault.open(kept, about)
