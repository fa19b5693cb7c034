"""What all the addresses of the page share: the workspace, the app's backstage, the journal, and who is told of changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.delivery import Delivery
from sandbox.journal import Journal
from sandbox.page import shown
from sandbox.page.backstage import Backstage, Offers
from sandbox.page.pulse import Pulse
from sandbox.person import Person
from sandbox.surface import Json
from sandbox.webapi import Call
from sandbox.workspace import Channel

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

PATIENCE_SECONDS = 2.0
"""How long an answer to the browser waits for the app to be done; what comes later is told by events."""
WATCH_SECONDS = 1.0


class Wrong(Exception):
    """The browser asked for what cannot be: `kind` for the script, `text` for people."""

    def __init__(self, kind: str, text: str, **beside: Any) -> None:
        super().__init__(text)
        self.kind, self.text, self.beside = kind, text, beside


@dataclass
class Desk:
    slack: Sandbox
    backstage: Backstage
    journal: Journal
    offers: Offers
    locale: str
    on_change: Callable[[], None] = lambda: None
    pulse: Pulse = field(init=False)
    travelling: bool = False
    faults_found: list[str] = field(default_factory=list)
    _errands: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pulse = Pulse(self.journal, self.on_change)
        self.journal.listeners.append(self._heard)
        self.slack.workspace.letter_listeners.append(lambda _letter: self.pulse.beat())
        self.slack.closing.append(self.close)
        self._run(self._watch())

    def close(self) -> None:
        self.pulse.close()
        for errand in self._errands:
            errand.cancel()

    def person(self, wanted: str | None) -> Person:
        """Whom the browser plays: the first one when it does not say. Raises Wrong."""
        if not wanted:
            here = [person for person in self.slack.people if person.joined]
            if not here:
                raise Wrong("unknown_person", "nobody is here yet")
            return here[0]
        found = next((person for person in self.slack.people if person.id == wanted), None)
        if found is None:
            raise Wrong("unknown_person", f"nobody has the id {wanted}")
        return found

    def channel(self, person: Person, place: str) -> Channel:
        """Raises Wrong."""
        found = shown.channel_at(self.slack, person, place)
        if found is None:
            raise Wrong("unknown_place", f"{person.real_name} is not in {place}")
        return found

    async def state(self, person: Person, place: str, limit: int = shown.MOST_MESSAGES) -> Json:
        """All that one person sees in one place, as the contract of the page has it."""
        slack, channel = self.slack, shown.channel_at(self.slack, person, place)
        messages, earlier = shown.messages(slack, person, channel, limit) if channel and person.joined else ([], 0)
        return {
            "clock": await self.clock(),
            "people": shown.people(slack),
            "person": person.id,
            "place": place,
            "places": shown.places(slack, person, self.offers),
            "messages": messages,
            "earlier": earlier,
            "home": shown.home(person) if place == shown.HOME else None,
            "modals": [shown.modal(view) for view in person.modals],
            "notices": shown.notices(person),
            "names": shown.names(slack, person),
            "app": {"name": self.offers.app_name},
            "faults_found": self.faults_found,
            "timeline": self.journal.said.last,
            "calls": self.journal.exchanges.last,
            "letters": len(slack.workspace.letters),
            **shown.offered(self.offers),
        }

    async def clock(self) -> Json:
        zone, due = self.backstage.zone, await self.backstage.next_event()
        return {
            "iso": shown.on_the_wall(self.backstage.now(), zone),
            "zone": zone,
            "next": shown.on_the_wall(due, zone) if due else None,
            "travelling": self.travelling,
        }

    async def follow(self, *touched: Person) -> None:
        """Let the app do what follows from what these people did, and tell the pages; not waiting for ever."""
        self.pulse.beat(person.id for person in touched)
        await asyncio.wait({self._run(self._settle(touched))}, timeout=PATIENCE_SECONDS)

    async def _settle(self, touched: Iterable[Person]) -> None:
        await self.slack.settled()
        await self.backstage.settle()
        self.pulse.beat((person.id for person in touched), clock=True)

    async def _watch(self) -> None:
        """Notice when what the app's own check finds changes."""
        while True:
            found = await self.backstage.faults_found()
            if found != self.faults_found:
                self.faults_found = found
                self.pulse.beat(person.id for person in self.slack.people)
            await asyncio.sleep(WATCH_SECONDS)

    def _heard(self, happened: Call | Delivery) -> None:
        self.pulse.beat(self._touched(happened) if isinstance(happened, Call) else ())

    def _touched(self, call: Call) -> set[str]:
        """Who may see something else since this call."""
        said = call.payload
        if call.method.startswith("chat.") or call.method == "reactions.add":
            channel = self.slack.workspace.channels.get(str(call.response.get("channel") or said.get("channel")))
            return {channel.dm_of} if channel and channel.dm_of else set(channel.members) if channel else set()
        if call.method == "views.publish":
            return {str(said.get("user_id"))}
        if call.method.startswith(("views.", "response_url", "files.")):
            return {person.id for person in self.slack.people}
        return set()

    def _run(self, errand: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task
