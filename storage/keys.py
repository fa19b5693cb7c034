"""Secret keys: made, kept in a file that only its owner may read, and told apart without being said."""

import os
import secrets
from hashlib import blake2b
from pathlib import Path

KEY_LENGTH = 32
"""Bytes of a key."""


def fresh() -> bytes:
    """A key that nobody knows, and that ends with this process unless it is kept."""
    return secrets.token_bytes(KEY_LENGTH)


def checked(key: bytes) -> bytes:
    """The same key. Raises ValueError for what has not the length of one."""
    if len(key) != KEY_LENGTH:
        raise ValueError(f"A key has {KEY_LENGTH} bytes, not {len(key)}.")
    return key


def kept_in(file: Path) -> bytes:
    """The key in this file, made if it is not there, that only its owner may read. Raises OSError, and ValueError for a
    file that holds no key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return checked(bytes.fromhex(file.read_text(encoding="ascii").strip()))
    made = fresh()
    with os.fdopen(opened, "w", encoding="ascii") as written:
        written.write(made.hex() + "\n")
        written.flush()
        os.fsync(written.fileno())
    return made


def print_of(key: bytes) -> str:
    """Which key it is, without saying the key: 16 hexadecimal digits."""
    return blake2b(key, digest_size=8, person=b"parcours").hexdigest()
