"""A cooperative in the practice workspace whose polls are led from the Home, as its lead and the others would click."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.scene import OURS
from bot.setting_up import SetUp
from flows.core.poll import Poll
from sandbox import Person
from storage import Transaction, polls
from storage.polls import PollSettings, RoundRecord
from tests.bot.connected import Connected, connected

T = TypeVar("T")


@dataclass
class Led:
    """`others` are everybody but the lead."""

    coop: Connected
    others: list[Person] = field(default_factory=list)

    @property
    def lead(self) -> Person:
        return self.coop.lead

    async def home_of(self, person: Person) -> Any:
        # A Home is shown once an instant.
        self.coop.clock.move_to(self.coop.clock() + timedelta(seconds=1))
        await person.open_home()
        await self.coop.bot.settle()
        assert person.home is not None
        return person.home

    async def press(self, verb: str, value: str | None = None, by: Person | None = None) -> Person:
        """Press a button of their Home."""
        person = by or self.lead
        ack = await person.click(await self.home_of(person), action_id=f"home.{verb}", value=value)
        assert ack.acknowledged
        return person

    async def press_inside(self, verb: str, value: str) -> None:
        """Press a button of the window the lead has in front of them."""
        assert (await self.lead.click(self.lead.modal, action_id=f"home.{verb}", value=value)).acknowledged

    async def send(self, by: Person | None = None, **given: Any) -> Any:
        """Send the window in front of them, and give what is then in its place."""
        person = by or self.lead
        ack = await person.submit(person.modal, {f"f1|{name}": value for name, value in given.items()})
        assert ack.acknowledged
        assert not ack.problem
        await self.coop.bot.settle()
        return person.modal if person.modals else None

    async def forge(self, person: Person, verb: str, value: str = "") -> None:
        """Press, in their Home, a button that was never shown to them."""
        button = {"type": "button", "text": {"type": "plain_text", "text": "…"}, "action_id": f"home.{verb}"}
        button |= {"value": value} if value else {}
        home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
        shown = person.hands.stage.publish(person, home, None)
        assert (await person.click(shown, action_id=f"home.{verb}")).acknowledged
        await self.coop.bot.settle()

    async def send_as(self, person: Person, view: dict[str, Any], **given: Any) -> Any:
        """Send a window that was opened before, maybe for somebody else (as the app gave it then)."""
        person.hands.stage.open(person, view)
        return await self.send(person, **given)

    async def speaks(self, person: Person, locale: str) -> None:
        await self.coop.bot.desk.prefer(self.coop.slack.team_id, person.id, locale=locale)

    async def reads(self, unit: Any) -> Any:
        return await self.coop.bot.store.read(unit, self.coop.slack.team_id)

    async def decided(self, poll: str = "barometer") -> PollSettings:
        found: PollSettings | None = await self.reads(lambda tx: polls.settings(tx, poll, OURS))
        assert found is not None
        return found

    async def poll(self, name: str = "barometer") -> Poll:
        return (await self.decided(name)).poll

    async def rounds(self) -> list[RoundRecord]:
        found: list[RoundRecord] = await self.reads(polls.all_rounds)
        return found

    async def whole(self) -> Any:
        """All that leads can change, to be compared."""

        def unit(tx: Transaction) -> Any:
            names = dict.fromkeys((*OURS, *polls.decided_names(tx)))
            return [polls.settings(tx, name, OURS) for name in names], polls.all_rounds(tx)

        return await self.reads(unit)

    async def open_round(self, poll: str = "barometer") -> RoundRecord:
        await self.press("open_poll", poll)
        await self.send()
        await self.lead.close(self.lead.modal)
        return next(one for one in await self.rounds() if one.poll_name == poll and one.state == "open")

    async def let_days_pass(self, days: int) -> None:
        for _ in range(days):
            self.coop.clock.move_to(self.coop.clock() + timedelta(days=1))
            await self.coop.bot.settle()


@asynccontextmanager
async def led(folder: Path, *, people: int = 9, locale: str = "fr", **changes: Any) -> AsyncIterator[Led]:
    """A cooperative of so many, whose management leads the polls. `locale`: what everybody speaks; `changes`: what the settings
    say otherwise."""
    async with connected(folder, **changes) as coop:
        spoken = {"fr": "fr-FR", "en": "en-US"}[locale]
        await coop.bot.desk.prefer(coop.slack.team_id, coop.lead.id, locale=locale)
        others = [
            coop.slack.add_person(f"Prénom{number}", f"Nom{number}", locale=spoken) for number in range(people - 1)
        ]
        await coop.bot.meet_everyone()
        choices = SetUp(name="Les Lucioles", management=(coop.lead.id,), locale="en" if locale == "en" else "fr")
        assert await coop.bot.desk.set_up(coop.slack.team_id, coop.lead.id, choices) == {}
        await coop.bot.settle()
        yield Led(coop, others)


def loose(view: dict[str, Any]) -> dict[str, Any]:
    """The window as a client that checks nothing would let it be sent: nothing is wanted, nothing too long."""
    return {**view, "blocks": [_loose(block) for block in view["blocks"]]}


def _loose(block: dict[str, Any]) -> dict[str, Any]:
    if "element" not in block:
        return block
    element = {key: value for key, value in block["element"].items() if key != "max_length"}
    return {**block, "element": element, "optional": True}


async def composed(home: Led, **given: Any) -> Any:
    await home.press("new_poll")
    view = loose(home.lead.modal.given)
    return await home.send_as(
        home.lead, view, **{"title_fr": "Locaux", "items_fr": "Le bruit me convient\nLa lumière aussi", **given}
    )


async def own_names(home: Led) -> list[str]:
    names = await home.reads(polls.decided_names)
    return [name for name in names if name.startswith("own_")]
