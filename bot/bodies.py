"""The bodies of web requests, never read past what they may weigh."""

from starlette.requests import Request


async def whole_body(request: Request, largest: int) -> bytes | None:
    """The body; None when it has more bytes than `largest`. Raises ClientDisconnect."""
    pieces, size = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            return None
    return b"".join(pieces)
