"""The tables of polls and of what comes of them. No column, key or order joins who answered to what was answered."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables import Json, Row, json_column, partial_index


class PollRow(Row, table=True):
    """What the cooperative decided of a poll: its questions, its thresholds, how it is held."""

    __tablename__ = "poll"

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    definition: Json = json_column(dict)
    cuts: Json = json_column(list)
    lists_participation: bool
    days_open: int
    turnout_percent: int


class RoundRow(Row, table=True):
    """One opening of a poll. `frozen` is what was told to those who answered; `report` is all that is left of the answers."""

    __tablename__ = "round"
    __table_args__ = (
        sa.UniqueConstraint("workspace_id", "poll", "number"),
        partial_index("ix_round_open", "workspace_id", "poll", where="state = 'open'", unique=True),
    )

    id: str = Field(primary_key=True)
    workspace_id: str
    poll: str
    number: int
    state: str
    frozen: Json = json_column(dict)
    lists_participation: bool
    key_print: str
    opened_on: date
    closed_on: date | None = None
    discussion_on: date | None = None
    report: Json | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))


class AudienceRow(Row, table=True):
    """Who was invited, and the groups they were in then: from it, how near one audience is to the next."""

    __tablename__ = "audience"

    round_id: str = Field(primary_key=True, foreign_key="round.id")
    member_id: str = Field(primary_key=True, foreign_key="member.id", index=True)
    workspace_id: str
    labels: Json = json_column(dict)


class ParticipationRow(Row, table=True):
    """Who has answered, without an hour, while the round is open. Kept in the order of its key, never of its arrival."""

    __tablename__ = "participation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: str = Field(primary_key=True, foreign_key="round.id")
    member_id: str = Field(primary_key=True)
    workspace_id: str


class BallotRow(Row, table=True):
    """What somebody answered, sealed, while the round is open: all of one length, under a key drawn at random."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: str = Field(primary_key=True)
    workspace_id: str
    round_id: str = Field(foreign_key="round.id", index=True)
    sealed: bytes = Field(sa_type=sa.LargeBinary, nullable=False)


class SelfRadarRow(Row, table=True):
    """A member's own radar, for them alone."""

    __tablename__ = "self_radar"

    member_id: str = Field(primary_key=True, foreign_key="member.id")
    drawn_on: date = Field(primary_key=True)
    workspace_id: str
    answers: Json = json_column(dict)


class ImprovementRow(Row, table=True):
    """One line of the improvement plan: visible to all."""

    __tablename__ = "improvement"
    __table_args__ = (sa.Index("ix_improvement_workspace_id_state", "workspace_id", "state"),)

    id: str = Field(primary_key=True)
    workspace_id: str
    source: str
    poll: str
    round_id: str | None = None
    finding: str
    action: str
    sign: str
    owner_id: str | None = None
    due_on: date
    state: str
    outcome: str
    opened_on: date
    closed_on: date | None = None


class PictureRow(Row, table=True):
    """A picture given to Slack once, and the id it answers to there."""

    __tablename__ = "picture"

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    file_id: str


poll = Row.metadata.tables["poll"]
round_ = Row.metadata.tables["round"]
audience = Row.metadata.tables["audience"]
participation = Row.metadata.tables["participation"]
ballot = Row.metadata.tables["ballot"]
self_radar = Row.metadata.tables["self_radar"]
improvement = Row.metadata.tables["improvement"]
picture = Row.metadata.tables["picture"]
