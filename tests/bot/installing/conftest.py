"""Workspaces that let us in, and what is known of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.retention import PUT_OUT
from sandbox import Organisation, Person, Team
from storage import Transaction, tables
from tests.bot.hosted import Hosted, hosted, set_up, team_of


@pytest.fixture
async def host(database_url: str) -> AsyncIterator[Hosted]:
    async with hosted(database_url) as host:
        yield host


@pytest.fixture
async def one(sqlite_url: str) -> AsyncIterator[Hosted]:
    """On one kind of database, for what both do alike."""
    async with hosted(sqlite_url) as host:
        yield host


async def let_in(host: Hosted, name: str) -> tuple[Team, Person]:
    team, lead = team_of(host.slack, name)
    assert (await host.installed_by(team, lead)).status == 200
    await host.settle()
    return team, lead


async def known(host: Hosted, workspace: str) -> int:
    """How many rows of any table are this workspace's."""

    def unit(tx: Transaction) -> int:
        theirs = [table for table in tables.metadata.sorted_tables if "workspace_id" in table.c]
        counts = (
            tx.connection.execute(
                sa.select(sa.func.count()).select_from(table).where(table.c.workspace_id == workspace)
            ).scalar_one()
            for table in theirs
        )
        return sum(counts)

    return await host.bot.store.read(unit)


async def union_of_alps(host: Hosted) -> tuple[Organisation, Team, Person]:
    """An organisation that has let us in, with one workspace, set up; whoever leads it."""
    union = host.slack.add_organisation("L'Union")
    alps = host.slack.add_workspace("Alpes", enterprise_id=union.enterprise.id)
    lead = alps.add_person("Inès", "Faure", is_admin=True, is_owner=True)
    await host.installed_by(union, lead)
    await union.add_to(alps)
    await lead.open_home()
    await host.settle()
    await set_up(host, alps, lead)
    return union, alps, lead


async def lived_a_purge(host: Hosted, *teams: Team) -> None:
    """They are there still, once whatever was to be purged is."""
    host.clock.advance(timedelta(days=PUT_OUT.days + 1))
    await host.settle()
    for team in teams:
        assert await known(host, team.team_id) > 1
