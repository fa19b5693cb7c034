"""What comes in from the web: never read past what it may weigh, and without what PostgreSQL cannot keep."""

from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive


async def whole_body(receive: Receive, largest: int) -> bytes | None:
    """The body; None when it has more bytes than `largest`. Raises ClientDisconnect."""
    pieces, size, is_whole = [], 0, False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece, is_whole = message.get("body", b""), not message.get("more_body", False)
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            return None
    return b"".join(pieces)


def without_nul(said: Any) -> Any:
    """The same JSON-native value without the character NUL, that nobody writes and PostgreSQL's texts cannot hold
    (postgresql.org/docs/current/datatype-character.html)."""
    if isinstance(said, str):
        return said.replace("\0", "")
    if isinstance(said, dict):
        return {without_nul(name): without_nul(value) for name, value in said.items()}
    return [without_nul(one) for one in said] if isinstance(said, list) else said
