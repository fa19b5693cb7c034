"""A small cooperative, its practice workspace and the courier between them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.courier import Courier
from bot.dispatch import Home
from bot.letters import Letter
from bot.slack import Slack, SlackOf
from bot.speech import Speaker
from bot.wire import Ref
from messages import Messages
from sandbox import Message, Person, Sandbox
from storage import outbox
from storage.outbox import Delivery, Intention
from tests.bot.cooperative import WORKSPACE, Cooperative, cooperative

WORDS = Messages()  # read once: they do not change
ONE_MINUTE = timedelta(minutes=1)


def only(slack: Slack) -> SlackOf:
    """This Slack, whatever the workspace."""

    async def slack_of(_workspace: str) -> Slack:
        return slack

    return slack_of


@dataclass
class Letters:
    """A postman who keeps everything."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    async def send(self, to: str, letter: Letter) -> None:
        self.sent.append((to, letter.subject, letter.body))


@dataclass
class Spoken:
    coop: Cooperative
    practice: Sandbox
    slack: Slack
    letters: Letters
    courier: Courier

    def person(self, slack_id: str) -> Person:
        found = self.practice.workspace.member(slack_id)
        assert found is not None
        return found

    def received(self, slack_id: str) -> list[Message]:
        return self.person(slack_id).received

    async def queue(self, slack_id: str, message: str, /, **changes: Any) -> None:
        """Intend to say something of the newcomer's onboarding (or of what `changes` say), at once."""
        now = self.coop.clock()
        talk = await self.coop.talk("onboarding")
        recipient = slack_id if slack_id.startswith("C") else await self.coop.member_id(slack_id)
        row = {
            "conversation": talk.id, "step": message, "message": message, "recipient": recipient, "kind": "post",
            "occurrence": f"{message}-{len(self.practice.transcript)}-{now}", "at": now, "planned": now, "prompt": False,
            "useful_until": None, "context": {},
        }  # fmt: skip
        intention = Intention(**{**row, **changes})
        await self.coop.store.run(lambda tx: outbox.enqueue(tx, intention, now), WORKSPACE)

    async def rows(self) -> list[Delivery]:
        """What was given up."""
        return await self.coop.store.read(lambda tx: outbox.given_up(tx, 100), WORKSPACE)

    async def next_at(self) -> datetime | None:
        return await self.coop.store.read(lambda tx: outbox.next_at(tx, self.coop.clock()))

    async def wait(self, lapse: timedelta = ONE_MINUTE) -> int:
        self.coop.clock.advance(lapse)
        return await self.courier.deliver()

    async def proposal(self) -> tuple[str, Ref]:
        """Whoever is asked to become a buddy, and the question."""
        talk = await self.coop.talk("buddies")
        return await self.coop.asked(talk, "proposal"), Ref(talk.id, "proposal")


@asynccontextmanager
async def spoken(
    database_url: str, *, home: Home | None = None, by_email: bool = True, post: Letters | None = None, **kind: Any
) -> AsyncIterator[Spoken]:
    async with (
        cooperative(database_url, **kind) as coop,
        Sandbox.serve(clock=coop.clock) as practice,
        Slack(practice.bot_token, practice.api_url) as slack,
    ):
        for number in range(12):
            practice.add_person(f"Personne {number}", id=f"U{number:02}")
        letters = post or Letters()
        speaker = Speaker(coop.score.flows, WORDS)
        courier = Courier(coop.store, only(slack), speaker, coop.clock, letters if by_email else None, home)
        yield Spoken(coop, practice, slack, letters, courier)
