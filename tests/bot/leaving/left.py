"""A departure in a small cooperative on a real database: told, walked, answered, as its people would."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.conductor import Conductor
from bot.desk import Desk
from bot.leaving.beginning import Told, tell_departure
from bot.setting_up import Card
from flows.core.model import Conversation
from flows.core.people import Member
from storage import conversations, departures, members
from storage.departures import Departure
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative
from tests.bot.spoken import WORDS

NOW = datetime(2026, 9, 7, 7, tzinfo=UTC)
"""A Monday, nine in Paris."""
LEAVER, DEBRIEFER, WITNESS = "U02", "U03", "U05"
LAST_DAY = date(2026, 12, 18)
"""A Friday."""


async def told(coop: Cooperative, by: str = LEAD, **changes: Any) -> Mapping[str, str]:
    """Tell of a departure as `by`; by field, why it cannot be."""
    usual = Told(person=LEAVER, last_day=LAST_DAY, kind="resignation", supervisor=SUPERVISOR, debriefer=DEBRIEFER)
    asked = replace(usual, **changes)
    return await coop.desk.decide(WORKSPACE, by, lambda it, me: tell_departure(it, me, asked))


def with_mail(coop: Cooperative) -> None:
    """From now on there is a mail server, and letters can leave."""
    coop.score = replace(coop.score, smtp=True)
    coop.desk = Desk(coop.store, coop.score, WORDS, coop.clock, lambda: None)


async def supervised(coop: Cooperative, person: str = LEAVER, by: str = SUPERVISOR) -> None:
    assert not await coop.desk.describe(WORKSPACE, LEAD, Card(person=person, supervisor=by))


async def the_departure(coop: Cooperative, of: str = LEAVER) -> Departure:
    """The latest of this person."""
    member = await coop.member_id(of)
    found = await coop.store.read(lambda tx: departures.of_member(tx, member), WORKSPACE)
    return found[-1]


async def talks_of(coop: Cooperative, flow: str) -> list[Conversation]:
    """Every conversation of this flow, in the order they began."""

    def unit(tx: Transaction) -> list[Conversation]:
        conductor = Conductor(tx, coop.score, coop.clock())
        return list(conductor.known(conversations.of_flow(tx, flow)))

    return await coop.store.read(unit, WORKSPACE)


async def member(coop: Cooperative, slack_id: str) -> Member:
    found = await coop.store.read(lambda tx: members.by_slack_id(tx, slack_id), WORKSPACE)
    assert found is not None
    return found


async def said_to(coop: Cooperative, slack_id: str) -> list[str]:
    """The messages intended for this person so far, in order."""
    id = await coop.member_id(slack_id)
    return [one.message for one in coop.said if one.recipient == id and one.kind == "post"]
