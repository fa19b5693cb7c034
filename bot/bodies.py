"""The bodies of web requests, never read past what they may weigh."""

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
