"""The column types of our own: moments that never lose their zone, and JSON that keeps the order it was given."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

MOMENTS_KEPT = 1_024


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in (a naive one raises ValueError), aware UTC datetimes out, on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: a naive datetime belongs to nobody.")
        return value.astimezone(UTC)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[datetime | None], Any] | None:
        """A unit writes the same few moments again and again, and each costs as much as the column it is written in."""
        process = super().bind_processor(dialect)
        return process and lru_cache(MOMENTS_KEPT)(process)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        # SQLite gives back what it was given, without its zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedText(TypeDecorator[str]):
    """What `words.sealed` gives about its row: about what the column `about` says there, which is unlike any other row's.
    A change of keys finds words by this type."""

    impl = sa.String
    cache_ok = True

    def __init__(self, about: str = "id") -> None:
        super().__init__()
        self.about = about


def to_json(value: object) -> str:
    return orjson.dumps(value).decode()
