"""Ballots sealed with a key that the database never holds: whoever reads the database alone reads no answer."""

import os
import secrets
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from flows.core.answers import LONGEST_TEXT
from flows.core.plain import from_plain, to_plain
from flows.core.poll import Kind
from flows.core.rounds import Ballot, Round

KEY_LENGTH = 32
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
        if len(self.key) != KEY_LENGTH:
            raise ValueError(f"A key has {KEY_LENGTH} bytes, not {len(self.key)}.")

    @classmethod
    def fresh(cls) -> "Seals":
        """A key that nobody knows, and that ends with this process unless it is kept."""
        return cls(secrets.token_bytes(KEY_LENGTH))

    @classmethod
    def kept_in(cls, file: Path) -> "Seals":
        """The key in this file, made if it is not there, that only its owner may read. Raises OSError, and ValueError for a
        file that holds no key."""
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(bytes.fromhex(file.read_text(encoding="ascii").strip()))
        made = cls.fresh()
        with os.fdopen(opened, "w", encoding="ascii") as written:
            written.write(made.key.hex() + "\n")
            written.flush()
            os.fsync(written.fileno())
        return made

    @property
    def print(self) -> str:
        return blake2b(self.key, digest_size=8, person=b"parcours").hexdigest()

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
