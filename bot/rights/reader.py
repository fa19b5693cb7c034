"""Whoever reads what is kept of them: the words, in their voice, for the ids that tables are made of."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.people import rhythm_of
from bot.scene import Context, Scene
from flows.core.model import Conversation, Flow
from flows.core.people import Member
from messages import Voice

PAGE = "rights"
SHARED = "shared"
Json = dict[str, Any]


class Reader:
    """`me`, looking at the scene."""

    def __init__(self, scene: Scene, me: Member) -> None:
        self.scene, self.me = scene, me
        self.voice: Voice = scene.voice(me)
        self._contexts: dict[str, Context] = {}

    def plain(self, block: str, page: str = PAGE, **told: Any) -> str:
        return self.scene.messages.plain(self.voice, page, block, {**self._house, **told})

    def label(self, block: str, page: str, otherwise: str) -> str:
        """A word that may lack: another release's, or a cooperative's own."""
        return self.plain(block, page) if self.scene.messages.has(self.voice, page, block) else otherwise

    def outside(self, value: Any) -> Any:
        """What is kept, in words that are read elsewhere than in Slack."""
        if isinstance(value, Mapping):
            return {self.outside(name): self.outside(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.outside(one) for one in value]
        return self.scene.messages.elsewhere(self.voice, value) if isinstance(value, str) else value

    @cached_property
    def _house(self) -> Context:
        return self.scene.house_context(self.me, {"name": self.me.name})

    def where_they_are(self, moment: datetime) -> datetime:
        """The same moment, on the day and at the hour it is to them."""
        return moment.astimezone(ZoneInfo(rhythm_of(self.me, self.scene.workspace).zone))

    # -- names of things

    def name(self, member_id: str | None) -> str:
        """Whoever this is; somebody who has been erased is somebody."""
        member = self.scene.member(member_id) if member_id else None
        return (member.name if member is not None else "") or self.plain("somebody", SHARED)

    def stamp(self, name: str) -> str:
        form = self.scene.house_context(self.me, {})["form"]
        label = f"stamp__{name}"
        has = self.scene.messages.has(self.voice, "home", label)
        return self.plain(label, "home", form=form) if has else name.replace("_", " ")

    def flow_title(self, flow: str) -> str:
        return self.label(f"flow__{flow}", PAGE, flow.replace("_", " "))

    def part(self, part: str) -> str:
        return self.label(f"part__{part}", SHARED, self.label(f"part__{part}", PAGE, part.replace("_", " ")))

    def step_title(self, talk_id: str, step: str) -> str | None:
        """None for a conversation, or a step, that this release no longer has."""
        found = self.scene.conversation(talk_id)
        if found is None or found[0].step(step) is None:
            return None
        return self.scene.title(found[0], step, self.voice, self.context(*found))

    def context(self, flow: Flow, talk: Conversation) -> Context:
        if talk.id not in self._contexts:
            self._contexts[talk.id] = self.scene.context(flow, talk, self.me, {})
        return self._contexts[talk.id]

    def field(self, flow: Flow, talk: Conversation, name: str) -> str:
        """What a field of a question's window is called."""
        told: Mapping[str, Any] = self.context(flow, talk)
        has = self.scene.messages.has(self.voice, flow.name, name)
        return self.scene.messages.plain(self.voice, flow.name, name, told) if has else name.rpartition("__")[2]
