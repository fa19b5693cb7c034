"""The tables of departures: who leaves, who may know, who did and saw what, and which missions go to whom."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables import Row, partial_index
from storage.types import SealedText, UtcDateTime


class DepartureRow(Row, table=True):
    """One person's leaving. `words` is sealed: what they write for the team. There is one under way for a person at most."""

    __tablename__ = "departure"
    __table_args__ = (
        partial_index("uq_departure_under_way", "member_id", where="state IN ('private', 'open', 'left')", unique=True),
    )

    id: str = Field(primary_key=True)
    workspace_id: str
    member_id: str = Field(foreign_key="member.id", index=True)
    kind: str
    is_delicate: bool
    state: str
    last_day: date
    confidential_until: date | None = None
    lead_id: str | None = None
    supervisor_id: str | None = None
    debriefer_id: str | None = None
    begun_on: date
    path_id: str | None = None
    publish_on: date | None = None
    published_on: date | None = None
    published_id: str | None = None
    words: str | None = Field(default=None, sa_type=SealedText)


class DepartureAccessRow(Row, table=True):
    """Who may know of a departure, and as what: decided when it is told, and changed by nothing else."""

    __tablename__ = "departure_access"

    departure_id: str = Field(primary_key=True, foreign_key="departure.id")
    member_id: str = Field(primary_key=True, foreign_key="member.id", index=True)
    workspace_id: str
    capacity: str


class DepartureTraceRow(Row, table=True):
    """Who did and saw what of a departure, for the person it is about."""

    __tablename__ = "departure_trace"
    __table_args__ = (sa.Index("ix_departure_trace_departure_id", "departure_id"),)

    id: int | None = Field(default=None, primary_key=True)
    departure_id: str = Field(foreign_key="departure.id")
    workspace_id: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_id: str | None = None
    verb: str
    about_id: str | None = None


class MissionRow(Row, table=True):
    """A mission to hand over, and who is asked to take it. `title` is sealed."""

    __tablename__ = "mission"

    id: str = Field(primary_key=True)
    workspace_id: str
    departure_id: str = Field(foreign_key="departure.id", index=True)
    title: str = Field(sa_type=SealedText)
    taker_id: str | None = None
    state: str
    number: int


departure = Row.metadata.tables["departure"]
departure_access = Row.metadata.tables["departure_access"]
departure_trace = Row.metadata.tables["departure_trace"]
mission = Row.metadata.tables["mission"]
