"""Short-lived permissions: trigger ids for modals, response URLs for answers.

Source: docs.slack.dev/interactivity/handling-user-interaction (3 seconds; 5 uses in 30 minutes).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.person import Person
from sandbox.refusal import Refusal
from sandbox.workspace import Channel, Message, Workspace

TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


@dataclass
class Trigger:
    person: Person
    expires: float
    exchanged: bool = False


@dataclass
class Response:
    """What a response URL answers to. `source` is the message that was clicked, if it was one."""

    person: Person
    channel: Channel
    expires: float
    source: Message | None = None
    uses: int = 0


@dataclass
class Permits:
    workspace: Workspace
    response_base: str = ""
    triggers: dict[str, Trigger] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)

    def trigger(self, person: Person) -> str:
        now = self.workspace.seconds()
        trigger_id = f"{self.workspace.new_id('')}.{person.id}.{self.workspace.new_id('')}"
        self.triggers[trigger_id] = Trigger(person, now + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> Person:
        """Whose trigger it is. Good once. Raises Refusal."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.exchanged:
            raise Refusal("exchanged_trigger_id")
        if self.workspace.seconds() > trigger.expires:
            raise Refusal("expired_trigger_id")
        trigger.exchanged = True
        return trigger.person

    def expire_triggers(self) -> None:
        """Make every trigger given so far too old."""
        for trigger in self.triggers.values():
            trigger.expires = float("-inf")

    def response_url(self, person: Person, channel: Channel, source: Message | None = None) -> str:
        key = self.workspace.new_id("")
        self.responses[key] = Response(person, channel, self.workspace.seconds() + RESPONSE_SECONDS, source)
        return f"{self.response_base}{key}"

    def use_response(self, key: str) -> Response:
        """Raises Refusal."""
        response = self.responses.get(key)
        if response is None:
            raise Refusal("invalid_url")
        if self.workspace.seconds() > response.expires:
            raise Refusal("expired_url")
        if response.uses >= RESPONSE_USES:
            raise Refusal("used_url")
        response.uses += 1
        return response
