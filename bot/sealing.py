"""Ballots sealed with a key that the database never holds: whoever reads the database alone reads no answer."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from flows.core.answers import LONGEST_TEXT
from flows.core.plain import from_plain, to_plain
from flows.core.poll import Kind
from flows.core.rounds import Ballot, Round
from storage import keys

NONCE_LENGTH = 12
A_CHOICE, A_CHARACTER, THE_REST = 128, 6, 256
"""Bytes that an answer chosen, a character written and all else take at most once in JSON."""


class BrokenSeal(ValueError):
    """These bytes were sealed with another key, for another round, or were changed since."""


@dataclass(frozen=True, slots=True)
class Seals:
    """Seals ballots and opens them. `print` says which key it is without saying the key."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        keys.checked(self.key)

    @classmethod
    def fresh(cls) -> "Seals":
        """A key that nobody knows, and that ends with this process unless it is kept."""
        return cls(keys.fresh())

    @classmethod
    def kept_in(cls, file: Path) -> "Seals":
        """The key in this file (`keys.kept_in`). Raises OSError and ValueError."""
        return cls(keys.kept_in(file))

    @property
    def print(self) -> str:
        return keys.print_of(self.key)

    def seal(self, ballot: Ballot, round_: Round) -> bytes:
        """The ballot, unreadable, and of the same length whatever it says."""
        written = orjson.dumps(to_plain(ballot))
        length = _length(round_)
        if len(written) > length:
            raise ValueError(f"a ballot of {len(written)} bytes does not fit in {length}")
        nonce = secrets.token_bytes(NONCE_LENGTH)
        return nonce + ChaCha20Poly1305(self.key).encrypt(nonce, written.ljust(length), round_.id.encode())

    def open(self, sealed: bytes, round_: Round) -> Ballot:
        """Raises BrokenSeal."""
        nonce, rest = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
        try:
            written = ChaCha20Poly1305(self.key).decrypt(nonce, rest, round_.id.encode())
        except (InvalidTag, ValueError):
            raise BrokenSeal(f"a ballot of {round_.id} cannot be opened with the key {self.print}") from None
        return from_plain(Ballot, orjson.loads(written))


def _length(round_: Round) -> int:
    """Long enough for any ballot of this round."""
    written = sum(item.kind is Kind.OPEN for item in round_.items)
    groups = sum(A_CHARACTER * max(map(len, cut.groups), default=0) for cut in round_.cuts)
    return THE_REST + A_CHOICE * len(round_.items) + A_CHARACTER * LONGEST_TEXT * written + groups
