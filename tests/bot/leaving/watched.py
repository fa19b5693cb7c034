"""A cooperative in which somebody leaves and a few may know; what all the others see, hear and are given, to be compared."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.home import Home
from bot.leaving import handover
from bot.rights.dossier import dossier
from bot.scene import Scene
from bot.setting_up import Card
from flows.core.people import QVCT_LEAD, STEWARD
from messages import Messages
from storage import conversations, departures, members, missions
from storage.tables import metadata
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.leaving.left import DEBRIEFER, LAST_DAY, LEAVER, NOW, supervised, the_departure, told

SEES_THROUGH, AWARE, TAKER = "U04", "U05", "U06"
OUTSIDERS = {
    "the management, an administrator too, who is not named": LEAD,
    "the supervisor of somebody else": "U07",
    "their job buddy": "U08",
    "a QVCT lead": "U09",
    "a steward, an administrator too": "U10",
    "a member like any other": "U11",
}
MISSION, WORD = "Les commandes de mélèze", "Merci à la scie circulaire"
BETRAYALS = (MISSION, WORD, LAST_DAY.isoformat(), "18 décembre", "démission", "resignation")
NOBODY = {"d": "d_0123456789abcdef", "c": "c_0123456789abcdef", "h": "h_0123456789abcdef"}
"""Ids of the same shape, of nothing."""
WORDS = Messages()


@dataclass
class Watched:
    coop: Cooperative

    def __post_init__(self) -> None:
        self.home = Home(self.coop.store, self.coop.score, WORDS, self.coop.clock)

    # -- what somebody sees, hears and is given

    async def home_of(self, slack_id: str) -> str:
        now = self.coop.clock()

        def unit(tx: Transaction) -> str:
            me = members.by_slack_id(tx, slack_id)
            assert me is not None
            # What is of one instant comes in the order of random ids.
            return "\n".join(sorted(as_text(block) for block in self.home.view(tx, me, now)["blocks"]))

        return await self.coop.store.read(unit, WORKSPACE)

    async def window(self, verb: str, slack_id: str, argument: str = "") -> str:
        return as_text(await self.home.window(verb, WORKSPACE, slack_id, argument))

    async def given(self, slack_id: str) -> str:
        """All that is kept of them, as they (or whoever runs Parcours) may read it."""

        def unit(tx: Transaction) -> str:
            me = members.by_slack_id(tx, slack_id)
            assert me is not None
            return as_text(dossier(Scene(tx, self.coop.score.flows, WORDS, self.coop.clock()), me))

        return await self.coop.store.read(unit, WORKSPACE)

    async def heard_by(self, slack_id: str) -> list[str]:
        """What was said to them, in order, whatever the instant."""
        id = await self.coop.member_id(slack_id)
        mine = [one for one in self.coop.said if one.recipient == id]
        return sorted(as_text([one.kind, one.step, one.message, dict(one.context)]) for one in mine)

    # -- what is kept

    async def rows(self, *but: str) -> dict[str, list[str]]:
        """Every row of every table but these."""

        def unit(tx: Transaction) -> dict[str, list[str]]:
            kept = [table for table in metadata.sorted_tables if table.name not in but]
            return {table.name: sorted(map(repr, tx.connection.execute(sa.select(table)))) for table in kept}

        return await self.coop.store.read(unit, WORKSPACE)

    async def ids(self) -> dict[str, list[str]]:
        """The ids of the departure: its own, that of one conversation of each flow it has begun, those of its missions."""
        found = await the_departure(self.coop)

        def unit(tx: Transaction) -> dict[str, list[str]]:
            flows = [flow.name for flow in self.coop.score.flows.values() if flow.private]
            talks = [id for flow in flows for id in conversations.of_flow(tx, flow)[-1:]]
            return {"d": [found.id], "c": talks, "h": [one.id for one in missions.of_departure(tx, found.id)]}

        return await self.coop.store.read(unit, WORKSPACE)


def as_text(value: Any) -> str:
    """JSON in which our random ids are all alike, so that two cooperatives can be compared."""
    return re.sub(r"\b(?:[a-z]{1,2}|own)_[0-9a-f]{8,}\b", "ID", json.dumps(value, ensure_ascii=False, default=str))


@asynccontextmanager
async def a_cooperative(database_url: str) -> AsyncIterator[Watched]:
    """Everybody has their role; nobody leaves yet. The person arrived long ago, and still has a job buddy."""
    async with cooperative(database_url, now=NOW) as coop:
        await coop.desk.accounts(
            WORKSPACE, [account("U10", first_name="Personne 10", email=None, is_admin=True), newcomer()]
        )
        cards = (Card(person="U09", roles=frozenset({QVCT_LEAD})), Card(person="U10", roles=frozenset({STEWARD})))
        for card in (*cards, Card(person="U03", supervisor="U07")):
            assert not await coop.desk.describe(WORKSPACE, LEAD, card)
        await supervised(coop)
        buddies = {"job_buddy": "U08", "coop_buddy": "U11"}
        assert not await coop.welcome(person=LEAVER, email=None, first_name="", first_day=date(2026, 9, 8), **buddies)
        await coop.speak()
        coop.said.clear()
        yield Watched(coop)


def newcomer() -> Any:
    return account("U12", first_name="Personne 12", email=None)


async def tell(watched: Watched) -> None:
    """The supervisor tells of it, and names whoever may know; a mission is proposed by the person themselves."""
    coop = watched.coop
    assert not await told(coop, by=SUPERVISOR, lead=SEES_THROUGH, debriefer=DEBRIEFER, may_know=(AWARE,))
    found = await the_departure(coop)

    def unit(tx: Transaction) -> None:
        departures.change(tx, found.id, words={"word": WORD})

    await coop.store.run(unit, WORKSPACE)
    assert not await coop.desk.decide(WORKSPACE, LEAVER, lambda it, me: handover.add(it, me, found.id, MISSION, TAKER))


def a_window(callback: str, about: str, given: dict[str, str]) -> dict[str, Any]:
    """A window of ours as Slack gives it back, filled in."""
    days, people = ("last_day", "due", "first_day"), ("lead", "owner", "taker")
    values: dict[str, Any] = {}
    for name, value in given.items():
        kind = "selected_date" if name in days else "selected_user" if name in people else "value"
        is_chosen = name in ("kind", "task_state")
        values[f"f1|{name}"] = {f"f1|{name}": {"selected_option": {"value": value}} if is_chosen else {kind: value}}
    blocks = [{"type": "input", "block_id": name} for name in values]
    return {"callback_id": callback, "private_metadata": about, "blocks": blocks, "state": {"values": values}}
