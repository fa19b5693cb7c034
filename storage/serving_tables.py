"""The tables of a deployment that serves many cooperatives: who installed us, whose turn it is, what is done of nights."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from storage.tables import Json, Row, json_column, partial_index
from storage.types import SealedText, UtcDateTime


class InstallationRow(Row, table=True):
    """That a workspace let us in. `workspace_id` is Slack's id of a team, or of an organisation that let us in for its teams.

    A team reached through its organisation has a row that says which in `organisation_id`, and no token of its own.
    """

    __tablename__ = "installation"
    __table_args__ = (
        partial_index("ix_installation_organisation_id", "organisation_id", where="organisation_id IS NOT NULL"),
        partial_index("ix_installation_purge", "purged_at", where="purged_at IS NOT NULL"),
    )

    workspace_id: str = Field(primary_key=True)
    organisation_id: str | None = None
    name: str
    token: str | None = Field(default=None, sa_type=SealedText("workspace_id"))
    bot_id: str
    bot_user_id: str
    scopes: str
    installed_at: datetime = Field(sa_type=UtcDateTime)
    purged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When all that is known of the workspace goes, once we were put out; none as long as we are let in."""


class OauthStateRow(Row, table=True):
    """An installation begun and not ended yet: what its browser must bring back. It belongs to no workspace."""

    __tablename__ = "oauth_state"

    state: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class TurnRow(Row, table=True):
    """Who speaks to a workspace: one worker at a time, so that what it says is paced whatever the number of workers.

    `taken_until`: the end of its lease, none when nobody speaks there. `quiet_until`: Slack asks for silence, or the pace does.
    `served_at`: when the last turn ended: whoever waits the longest comes first. `pace`: what is left of each bucket, by
    recipient.
    """

    __tablename__ = "turn"

    workspace_id: str = Field(primary_key=True)
    taken_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    quiet_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    served_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pace: Json = json_column(dict)


class ChoreRow(Row, table=True):
    """What is done for a workspace at its hour by one worker, whichever. An empty `workspace_id`: for all of them."""

    __tablename__ = "chore"
    __table_args__ = (sa.Index("ix_chore_due_at", "due_at"),)

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    taken_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


installation = Row.metadata.tables["installation"]
oauth_state = Row.metadata.tables["oauth_state"]
turn = Row.metadata.tables["turn"]
chore = Row.metadata.tables["chore"]
