"""What the bot writes down of itself: one line an event, never a token and never what somebody wrote."""

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

import orjson

OURS = ("bot", "flows", "messages", "storage")
"""The packages whose own level is chosen: they are written so that no text and no secret is ever handed to a logger."""

# Others' libraries say at lower levels what they send and receive: texts, tokens, the parameters of a query.
OTHERS = {
    "slack_bolt": logging.INFO,
    "slack_sdk": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "aiohttp": logging.WARNING,
    "apscheduler": logging.WARNING,
    # It warns of each request that is none: anybody may send as many as they please.
    "uvicorn": logging.ERROR,
    "alembic": logging.WARNING,
    # Of an error that comes after another one, it warns in the server's words, which quote rows.
    "psycopg": logging.ERROR,
    "asyncio": logging.WARNING,
}

Format = Literal["json", "text"]
Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(level: str = "INFO", form: Format = "json", stream: TextIO | None = None) -> None:
    """Send every logger's lines to `stream` (standard error). May be called again."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name, floor in OTHERS.items():
        logging.getLogger(name).setLevel(max(floor, logging.getLogger("bot").level))


class JsonLines(logging.Formatter):
    """A JSON object a line: time, level, logger, message, and the fields given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            line["failure"] = list(told(record.exc_info))
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """The same, to be read by a person."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        lines = [f"{_time(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{fields}"]
        if record.exc_info:
            lines += [f"    {line}" for line in told(record.exc_info)]
        return "\n".join(lines)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def told(failure: Failure | bool) -> Iterator[str]:
    """A failure, then what caused it: what kind it was and where. Its words are left out: they may quote an answer."""
    error = failure[1] if isinstance(failure, tuple) else sys.exc_info()[1]
    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _short(filename: str) -> str:
    """The end of a path: enough to find the file, nothing of the machine."""
    return "/".join(filename.replace("\\", "/").rsplit("/", 3)[-3:])


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
