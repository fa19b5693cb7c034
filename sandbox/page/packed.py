"""The page's own files, packed once and kept in memory: a first view asks for some thirty of them at the same time."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TEXTS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
SMALL = 500
"""Not worth packing."""


def packed_files(folder: Path, at: str, headers: Mapping[str, str]) -> Route:
    """A route that gives the files of a folder, as they are now. A browser that has one is told so."""
    files = {path.name: _File(path, headers) for path in folder.iterdir() if path.is_file()}

    async def give(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        return found.given_to(request) if found else Response("no such file", 404, headers)

    return Route(f"{at}/{{name}}", give)


class _File:
    def __init__(self, path: Path, headers: Mapping[str, str]) -> None:
        self._plain = path.read_bytes()
        self._packed = gzip.compress(self._plain, mtime=0)
        kind = TEXTS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        tag = f'"{hashlib.sha256(self._plain).hexdigest()[:24]}"'
        self._headers = {
            **headers,
            "Content-Type": kind,
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }

    def given_to(self, request: Request) -> Response:
        if request.headers.get("if-none-match") == self._headers["ETag"]:
            return Response(status_code=304, headers=self._headers)
        if len(self._plain) < SMALL or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self._plain, headers=self._headers)
        return Response(self._packed, headers={**self._headers, "Content-Encoding": "gzip"})
