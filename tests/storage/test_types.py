"""Moments in, moments out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from storage.types import UtcDateTime

moments = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcDateTime))


def test_a_moment_comes_back_in_utc(blank_database_url: str) -> None:
    engine = sa.create_engine(blank_database_url)
    given = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris"))
    with engine.begin() as connection:
        moments.create(connection)
        connection.execute(moments.insert(), [{"at": given}, {"at": None}])
        found = connection.execute(moments.select().order_by(moments.c.at)).scalars().all()
    engine.dispose()
    [back] = [moment for moment in found if moment]
    assert back.isoformat() == "2026-10-25T01:30:00+00:00"
    assert back.tzinfo is UTC
    assert None in found


def test_a_naive_moment_is_refused(blank_database_url: str) -> None:
    engine = sa.create_engine(blank_database_url)
    moments.create(engine)
    naive = datetime(2026, 12, 1, 9)  # noqa: DTZ001
    with engine.connect() as connection, pytest.raises(sa.exc.StatementError, match="no time zone"):
        connection.execute(moments.insert(), {"at": naive})
    engine.dispose()
