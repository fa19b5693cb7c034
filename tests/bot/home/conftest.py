"""A cooperative of five with a newcomer, in a real database, and the Home and windows anybody in it would see."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

import pytest

from bot.admissions import ADMISSIONS
from bot.clock import MovableClock
from bot.conductor import Conductor
from bot.deeds import DEEDS
from bot.desk import Desk
from bot.home import Home, view_of
from bot.score import Score
from flows import ALL_FLOWS
from flows.core.people import Member, Workspace
from messages import Messages
from sandbox.blockkit import check_view
from storage import Store, Transaction, members, workspaces

T = TypeVar("T")
FLOWS = {flow.name: flow for flow in ALL_FLOWS}
SCORE = Score(FLOWS, DEEDS, ADMISSIONS)
MESSAGES = Messages()
NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)
"""A Monday, six days after the newcomer's first day."""
FIRST_DAY = date(2026, 4, 28)
VOICES = (("fr", "tu"), ("fr", "vous"), ("en", "tu"))
COOP = Workspace(id="T1", name="Les Tisserands", set_up_at=datetime(2026, 1, 5, tzinfo=UTC))
PEOPLE = (
    Member(id="m_lea", first_name="Léa", last_name="Robin", slack_id="U0LEA"),
    Member(id="m_job", first_name="Marc", last_name="Aubry", slack_id="U0JOB"),
    Member(id="m_coop", first_name="Zoé", last_name="Petit", slack_id="U0COOP"),
    Member(id="m_sup", first_name="Ines", last_name="Da", slack_id="U0SUP"),
    Member(id="m_boss", first_name="Awa", last_name="Ba", slack_id="U0BOSS", roles=frozenset({"management"})),
)


@dataclass
class House:
    """A store with people in it, looked at and changed as the desk would."""

    store: Store
    score: Score = SCORE

    async def run(self, unit: Callable[[Transaction], T]) -> T:
        return await self.store.run(unit, "T1")

    async def conduct(self, unit: Callable[[Conductor], T], at: datetime = NOON, actor: str | None = None) -> T:
        return await self.run(lambda tx: unit(Conductor(tx, SCORE, at, actor)))

    async def welcome(self, newcomer: str = "m_lea", at: datetime = NOON, first_day: date = FIRST_DAY) -> str:
        cast = {"subject": newcomer, "job_buddy": "m_job", "coop_buddy": "m_coop", "supervisor": "m_sup"}
        return await self.conduct(lambda c: c.begin("onboarding", cast, anchors={"first_day": first_day}), at)

    async def member(self, member_id: str) -> Member:
        found = await self.run(lambda tx: members.find(tx, member_id))
        assert found is not None
        return found

    async def change(self, member_id: str, **known: Any) -> None:
        await self.run(lambda tx: members.set_preferences(tx, member_id, **known))

    async def home(self, member_id: str, at: datetime = NOON) -> dict[str, Any]:
        member = await self.member(member_id)
        return await self.store.read(lambda tx: view_of(tx, member, at, score=SCORE, messages=MESSAGES), "T1")

    def desk(self, at: datetime = NOON) -> Desk:
        return Desk(self.store, SCORE, MESSAGES, MovableClock(at), lambda: None)

    def front(self, at: datetime = NOON) -> Home:
        return Home(self.store, self.score, MESSAGES, MovableClock(at))

    async def decide(self, **choices: Any) -> None:
        await self.run(lambda tx: workspaces.save(tx, replace(COOP, **choices)))


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    def move_in(tx: Transaction) -> None:
        workspaces.save(tx, COOP)
        for person in PEOPLE:
            members.remember(tx, person)

    async with Store.open(sqlite_url) as store:
        await store.run(move_in, "T1")
        yield House(store)


def words_in(node: Any) -> str:
    """Everything a person reads in a view."""
    if isinstance(node, dict):
        return "\n".join(
            str(value) if key == "text" and isinstance(value, str) else words_in(value) for key, value in node.items()
        )
    return "\n".join(words_in(item) for item in node) if isinstance(node, list) else ""


def controls_in(node: Any) -> list[dict[str, Any]]:
    """Every control of a view, in order."""
    if isinstance(node, dict):
        mine = [node] if "action_id" in node else []
        return mine + [control for value in node.values() for control in controls_in(value)]
    return [control for item in node for control in controls_in(item)] if isinstance(node, list) else []


def assert_slack_takes(view: dict[str, Any]) -> None:
    surface: Literal["modal", "home"] = "home" if view["type"] == "home" else "modal"
    assert [str(fault) for fault in check_view(view, surface=surface)] == []
