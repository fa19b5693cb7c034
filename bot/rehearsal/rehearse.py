"""Lives a journey in seconds: the hours go from one due moment to the next, people answer, all that is said is kept."""

import heapq
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot import wire
from bot.rehearsal.company import Figure, company
from bot.rehearsal.players import RHYTHM, Gesture, Players, insist
from bot.rehearsal.stage import ZONE, Stage, staged
from bot.rehearsal.transcript import Kind, Line
from bot.searching import JOURNEY
from flows import ALL_FLOWS
from flows.core.calendar import appointed_day, working_days_from
from sandbox import Call
from storage import outbox
from storage.transaction import Transaction

LEAD = timedelta(days=28)
"""How long before the first day the newcomer is announced."""
OFFICE_HOUR = time(9, 40)
"""When the management announces a newcomer: they are answered at once, so it is within working hours."""
AFTERWARDS = timedelta(days=60)
"""How long after the year a rehearsal still looks for what may be due."""


@dataclass
class Rehearsal:
    """What came of it."""

    lines: list[Line] = field(default_factory=list)
    given_up: int = 0
    """Messages that could not be said."""


async def rehearse(
    flow: str, start: date, *, people: int = 12, locale: str = "fr", texts: Path | None = None
) -> Rehearsal:
    """Live `flow` in a cooperative of `people`: for the onboarding, the first year of a newcomer who arrives on `start`; for
    another, all its days being `start`, from the first thing it says to its end, everybody being there."""
    newcomer = company(people)[-1]
    if flow != JOURNEY:
        async with staged(_morning(_begun(flow, start)), people=people, locale=locale, texts=texts) as stage:
            play = Play(stage, newcomer)
            await play.arrive()
            await play.begin(flow, start)
            await play.live_until(_morning(start) + AFTERWARDS * 6)
            return await play.close()
    announced = working_days_from(start - LEAD, 1, RHYTHM)
    async with staged(
        datetime.combine(announced, OFFICE_HOUR, ZONE), people=people, locale=locale, texts=texts
    ) as stage:
        play = Play(stage, newcomer)
        await play.announce(start)
        await play.live_until(_morning(start))
        await play.arrive()
        await play.live_until(_morning(start) + timedelta(days=366) + AFTERWARDS)
        return await play.close()


def _begun(flow: str, start: date) -> date:
    """Early enough for what it says before `start`."""
    steps = next(known.steps for known in ALL_FLOWS if known.name == flow)
    return min([start, *(appointed_day(step.at, start, RHYTHM) for step in steps if step.at is not None)])


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 40), ZONE)


class Play:
    """One rehearsal under way."""

    def __init__(self, stage: Stage, newcomer: Figure) -> None:
        self.stage, self.newcomer = stage, newcomer
        lead = next(p for f, p in stage.people.items() if f.is_management)
        volunteers = [p for f, p in stage.people.items() if f.years and not f.is_management and not f.is_supervisor]
        self.lead = lead
        self.players = Players(stage.slack, volunteers, (volunteers or [lead])[0])
        self.result = Rehearsal()
        self._gestures: list[Gesture] = []
        self._posted: list[Call] = []
        stage.slack.on_call(self._posted.append)

    async def announce(self, start: date) -> None:
        """Whoever manages opens the window from the shortcut and welcomes the newcomer."""
        await insist(self.stage.slack, lambda: self.lead.shortcut("welcome"))
        supervisor = next((p for f, p in self.stage.people.items() if f.is_supervisor), self.lead)
        figure = self.newcomer
        fields = {
            "first_name": figure.first_name,
            "last_name": figure.last_name,
            "email": self.stage.people[figure].email,
            "first_day": start.isoformat(),
            "supervisor": supervisor.id,
            "trade": figure.trade,
            "team": figure.team,
        }
        values = {wire.field_block(name): value for name, value in fields.items()}
        await insist(self.stage.slack, lambda: self.lead.submit(self.lead.modal, values))
        self.tell(
            "event", self.lead.real_name, "welcome", f"{figure.first_name} {figure.last_name}, {start.isoformat()}"
        )
        await self.settle()

    async def begin(self, flow: str, start: date) -> None:
        """Begin a flow by itself, with somebody in each part."""
        await self.stage.begin(flow, self.stage.people[self.newcomer], start)
        await self.settle()

    async def arrive(self) -> None:
        """The newcomer's account is made."""
        person = self.stage.people[self.newcomer]
        await self.stage.slack.join(person)
        self.tell("event", person.real_name, "team_join", "")
        await self.settle()
        await person.open_home()
        await self.settle()

    async def live_until(self, end: datetime) -> None:
        """From one due moment to the next: the bot's, and those at which somebody answers."""
        while (moment := await self._next_moment()) is not None and moment < end:
            self.stage.clock.move_to(moment)
            await self.settle()
            while self._gestures and self._gestures[0].at <= self.stage.clock():
                self.result.lines += await self.players.perform(heapq.heappop(self._gestures))
                await self.settle()
        self.stage.clock.move_to(end)

    async def close(self) -> Rehearsal:
        """The passport, as the newcomer sees it in the end."""
        person = self.stage.people[self.newcomer]
        await person.open_home()
        await self.settle()
        if person.home is not None:
            self.tell("home", person.real_name, "home", person.home.words())

        def failures(tx: Transaction) -> int:
            return len(outbox.given_up(tx, 1000))

        self.result.given_up = await self.stage.store.read(failures, workspace=self.stage.slack.team_id)
        return self.result

    async def _next_moment(self) -> datetime | None:
        moments = [await self.stage.next_event(), self._gestures[0].at if self._gestures else None]
        return min((moment for moment in moments if moment is not None), default=None)

    async def settle(self) -> None:
        """Let the bot say all it has to say now, and people see it."""
        await self.stage.settle()
        posted, self._posted[:] = [call for call in self._posted if call.ok and call.method == "chat.postMessage"], []
        # Several people are spoken to at once: whoever comes first must not depend on the machine's mood.
        for call in sorted(posted, key=lambda call: (call.payload["channel"], call.response["ts"])):
            await self._see(call)
        for mail in self.stage.mailbag.emptied():
            self.tell("email", mail.to, "email", f"{mail.subject}\n\n{mail.text}")

    async def _see(self, call: Call) -> None:
        channel = self.stage.slack.workspace.channels[call.response["channel"]]
        message = channel.find(call.response["ts"])
        if message is None:
            return
        name = await self._name_of(channel.id, message.ts)
        owner = next((p for p in self.stage.slack.people if p.id == channel.dm_of), None)
        kind: Kind = "message" if owner else "channel"
        to = owner.real_name if owner else channel.name
        labels = tuple(control.label for control in message.controls())
        self.result.lines.append(Line(self.players.local(call.at), to, kind, name, self._legible(message.text), labels))
        for gesture in self.players.react_to(message, self.stage.clock()):
            heapq.heappush(self._gestures, gesture)

    async def _name_of(self, channel: str, ts: str) -> str:
        def names(tx: Transaction) -> list[str]:
            return [rider.message for rider in outbox.riders(tx, channel, ts)]

        return "+".join(await self.stage.store.read(names, workspace=self.stage.slack.team_id))

    def _legible(self, text: str) -> str:
        for person in self.stage.slack.people:
            text = text.replace(person.mention, f"@{person.first_name}")
        return text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")

    def tell(self, kind: Kind, to: str, name: str, text: str) -> None:
        at = self.players.local(self.stage.clock())
        self.result.lines.append(Line(at, to, kind, name, text))
