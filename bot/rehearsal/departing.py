"""Lives a departure in seconds: told by the management, walked by everybody, and followed by letter for a year."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot import wire
from bot.conductor import Conductor
from bot.leaving import handover
from bot.letterbox.gestures import answer
from bot.rehearsal.company import Figure, company
from bot.rehearsal.players import insist
from bot.rehearsal.rehearse import OFFICE_HOUR, Play, Rehearsal
from bot.rehearsal.script import FEEDBACK, MISSIONS
from bot.rehearsal.stage import ZONE, Stage, staged
from bot.setting_up import Card, SetUp
from flows.core.answers import Refused
from flows.core.people import Member
from flows.leaving.afterwards import experience_feedback
from flows.leaving.kinds import DEATH, KINDS, STEPPING_BACK
from storage import conversations, departures
from storage.transaction import Transaction

NOTICE = timedelta(days=102)
"""From the day it is told to the last one."""
LETTER_READ = timedelta(days=4)
ACCOUNT_CLOSED_AFTER = timedelta(days=4)
A_YEAR_LATER = timedelta(days=400)


async def depart(
    kind: str, start: date, *, people: int = 12, locale: str = "fr", texts: Path | None = None
) -> Rehearsal:
    """Live a departure of this kind, told on `start`, in a cooperative of `people`: Joël's, or the last associate's."""
    begin = datetime.combine(start, OFFICE_HOUR, ZONE)
    async with staged(begin, people=people, locale=locale, texts=texts) as stage:
        told = Departing(stage, company(people)[-1])
        await told.arrive()
        last_day = start + (timedelta(0) if KINDS[kind] is DEATH else NOTICE)
        await told.tell_of(kind, last_day)
        await told.live_until(_at(last_day + ACCOUNT_CLOSED_AFTER))
        if KINDS[kind] is not STEPPING_BACK:
            await told.close_account()
        await told.live_until(_at(last_day + timedelta(days=32) + LETTER_READ))
        await told.answer_the_letter()
        await told.live_until(_at(last_day + A_YEAR_LATER))
        return told.result


def _at(day: date) -> datetime:
    return datetime.combine(day, OFFICE_HOUR, ZONE)


class Departing(Play):
    """One departure under way. Whoever leaves is the one who retires, else the last associate."""

    def __init__(self, stage: Stage, newcomer: Figure) -> None:
        super().__init__(stage, newcomer)
        self.leaver = stage.people[_who_leaves(stage.people)]
        self.supervisor = next((p for f, p in stage.people.items() if f.is_supervisor), self.lead)

    async def tell_of(self, kind: str, last_day: date) -> None:
        """The management opens the window from the shortcut, and says who leaves, when and how."""
        await self._as_bylaws_allow()
        await insist(self.stage.slack, lambda: self.lead.shortcut("depart"))
        fields = {"person": self.leaver.id, "last_day": last_day.isoformat(), "kind": kind}
        if self.supervisor is not self.leaver:
            fields["supervisor"] = self.supervisor.id
        values = {wire.field_block(name): value for name, value in fields.items()}
        await insist(self.stage.slack, lambda: self.lead.submit(self.lead.modal, values))
        self.tell("event", self.lead.real_name, "depart", f"{self.leaver.real_name}, {kind}, {last_day.isoformat()}")
        await self.settle()
        if KINDS[kind].tone in ("warm", "sober"):
            await self.live_until(self.stage.clock() + timedelta(days=8))
            await self._plan_missions()

    async def _as_bylaws_allow(self) -> None:
        desk, team = self.stage.desk, self.stage.slack.team_id
        assert desk is not None, "only where the bot runs here"
        await desk.set_up(team, self.lead.id, SetUp(allows_stepping_back=True))
        await desk.describe(team, self.lead.id, Card(person=self.leaver.id, supervisor=self.supervisor.id))
        await self.settle()

    async def _plan_missions(self) -> None:
        """Whoever supervises writes the handover plan: each mission is proposed to somebody."""
        desk, team = self.stage.desk, self.stage.slack.team_id
        assert desk is not None, "only where the bot runs here"
        takers = [p for p in self.stage.people.values() if p not in (self.leaver, self.lead) and p.joined]
        for title, taker in zip(MISSIONS[self.leaver.locale[:2]], takers, strict=False):
            await desk.decide(team, self.supervisor.id, partial(_planned, self.leaver.id, title, taker.id))
        await desk.act(team, self.leaver.id, _proposed)
        await self.settle()

    async def close_account(self) -> None:
        self.tell("event", self.leaver.real_name, "account_closed", "")
        await self.stage.slack.deactivate(self.leaver)
        await self.settle()

    async def answer_the_letter(self) -> None:
        """What somebody who has left fills in on their page, once the letter has come."""
        team, given = self.stage.slack.team_id, FEEDBACK[self.leaver.locale[:2]]

        def unit(tx: Transaction) -> str | None:
            asked = conversations.of_flow(tx, experience_feedback.name, open_only=True)
            return asked[-1] if asked else None

        desk, conversation = self.stage.desk, await self.stage.store.read(unit, team)
        assert desk is not None, "only where the bot runs here"
        if conversation is not None:
            await desk.decide(team, self.leaver.id, partial(_answered, conversation, given), revives=False)
            self.tell("answer", self.leaver.real_name, "feedback", "\n".join(given.values()))
            await self.settle()


def _who_leaves(people: Iterable[Figure]) -> Figure:
    """Of two people, the newcomer, who has arrived: whoever manages sees the departure through."""
    figures = list(people)
    retiring = next((one for one in figures if one.is_retiring), None)
    others = [one for one in figures if not (one.is_management or one.is_supervisor or one.is_newcomer)]
    return retiring or (others[-1] if others else next(one for one in figures if not one.is_management))


def _planned(leaver: str, title: str, taker: str, conductor: Conductor, me: Member) -> dict[str, Refused]:
    """One mission more, where there is a plan at all."""
    person = conductor.by_slack_id(leaver)
    found = departures.under_way(conductor.tx, person.id) if person is not None else None
    if found is not None and found.state == "open":
        handover.add(conductor, me, found.id, title, taker)
    return {}


def _proposed(conductor: Conductor, me: Member) -> Refused | None:
    """The person lets those the missions are meant for be asked."""
    found = departures.under_way(conductor.tx, me.id)
    return handover.propose(conductor, me, found.id) if found is not None else None


def _answered(conversation: str, given: dict[str, str], conductor: Conductor, me: Member) -> dict[str, Refused]:
    answer(conductor, me, conversation, given)
    return {}
