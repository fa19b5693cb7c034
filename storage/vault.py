"""What people write, sealed with a key that the database never holds: whoever reads the database alone reads none of it."""

import hmac
import secrets
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import a2b_base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.keys import KEY_LENGTH, checked, fresh, print_of

NONCE_LENGTH = 12
"""Bytes of a nonce (RFC 8439, section 2.8)."""
FORM = b"\x01"
"""The way words are sealed now: this byte, the print of the key, the nonce, then the words and their tag."""
MARK_LENGTH = 12
"""Characters that every text sealed with one key begins with: nine bytes in base64."""
WORDS, LINKS = b"parcours words", b"parcours links"
"""What each derived key is for: two trades of one key must not share its bytes (RFC 5869, section 3.2)."""


class Unopenable(ValueError):
    """These words were sealed with a key that is not here, are not where they were sealed, or were changed since."""


@dataclass(frozen=True)
class Vault:
    """Seals JSON values and signs short texts. The first of the `keys` (32 bytes each) does both; all of them open and verify,
    so that a key can be changed while words sealed with the former one are still there."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError without a key, or for one of another length."""
        if not self.keys:
            raise ValueError("A vault needs a key.")
        for key in self.keys:
            checked(key)

    @classmethod
    def fresh(cls) -> "Vault":
        """A vault whose key nobody knows, and that ends with this process."""
        return cls((fresh(),))

    @cached_property
    def prints(self) -> tuple[str, ...]:
        """Which keys these are, without saying them, in their order."""
        return tuple(map(print_of, self.keys))

    # -- words

    def seal(self, value: Any, about: str) -> str:
        """`value` (JSON-native), unreadable, as text. It opens only as what is said `about` the same thing: nobody can put it
        elsewhere."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        sealed = self._ciphers[self.mark].encrypt(nonce, orjson.dumps(value), about.encode())
        return self.mark + b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> Any:
        """Raises Unopenable."""
        cipher = self._ciphers.get(sealed[:MARK_LENGTH])
        if cipher is None:
            raise Unopenable(f"what is said about {about} was sealed with a key that is not here")
        try:
            rest = a2b_base64(sealed[MARK_LENGTH:], strict_mode=True)
            return orjson.loads(cipher.decrypt(rest[:NONCE_LENGTH], rest[NONCE_LENGTH:], about.encode()))
        except (InvalidTag, ValueError):
            raise Unopenable(f"what is said about {about} was changed since it was sealed, or is not its own") from None

    @cached_property
    def mark(self) -> str:
        """What every text sealed with the first key begins with."""
        return mark_of(self.prints[0])

    @cached_property
    def _ciphers(self) -> dict[str, ChaCha20Poly1305]:
        return {mark_of(print_of(key)): ChaCha20Poly1305(_derived(key, WORDS)) for key in self.keys}

    # -- imprints

    def imprint(self, text: str) -> str:
        """A print of `text` that nobody can guess it from without the first key."""
        return hmac.digest(self._signers[0], b"imprint " + text.encode(), "sha256").hex()

    # -- links

    def sign(self, text: str) -> str:
        """A token that says `text` (whoever has it can read it) and proves that it comes from here; safe in a URL."""
        return _signed(text, self._signers[0])

    def signed(self, token: str) -> str | None:
        """The text of a token made here, with any of the keys; None for every other one."""
        written, _, _ = token.partition(".")
        if not token.isascii():
            return None
        try:
            text = urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
        except ValueError:
            return None
        # Made again and compared whole: a signature has one spelling only.
        made = [hmac.compare_digest(_signed(text, signer).encode(), token.encode()) for signer in self._signers]
        return text if any(made) else None

    @cached_property
    def _signers(self) -> tuple[bytes, ...]:
        return tuple(_derived(key, LINKS) for key in self.keys)


def is_sealed(kept: str) -> bool:
    """Whether this is sealed, rather than JSON: none begins with this letter."""
    return kept.startswith("A")  # the first six bits of FORM, in base64


def mark_of(print_: str) -> str:
    """What every text sealed with the key of this print begins with."""
    return b64encode(FORM + bytes.fromhex(print_)).decode()


def _signed(text: str, signer: bytes) -> str:
    written, signature = text.encode(), hmac.digest(signer, text.encode(), "sha256")
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in (written, signature))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=purpose).derive(key)
