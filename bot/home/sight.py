"""Who looks, at what instant, and the words to show it with: what each part of the Home and each window is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.conductor import Conductor
from bot.people import rhythm_of
from bot.scene import Context, Scene
from bot.score import Score
from bot.welcoming import may_start
from flows.core.model import SUBJECT, Conversation, Flow
from flows.core.people import Member, Workspace
from flows.core.reading import Reading
from messages import Messages, Voice
from storage.conversations import Casting, played_by
from storage.transaction import Transaction

HOME, WINDOWS, SHARED = "home", "setup", "shared"
"""The pages of words: the Home's, its windows', and everybody's."""


@dataclass
class Sight:
    """One member looking at one instant. It only reads."""

    scene: Scene
    conductor: Conductor
    me: Member
    _contexts: dict[tuple[str, tuple[str, ...]], Context] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction, member: Member, now: datetime, *, score: Score, messages: Messages) -> "Sight":
        return cls(Scene(tx, score.flows, messages, now), Conductor(tx, score, now), member)

    @property
    def tx(self) -> Transaction:
        return self.scene.tx

    @property
    def now(self) -> datetime:
        return self.scene.now

    @property
    def workspace(self) -> Workspace:
        return self.scene.workspace

    @property
    def today(self) -> date:
        """The cooperative's day, by which gestures are judged."""
        return self.conductor.today

    @property
    def voice(self) -> Voice:
        return self.scene.voice(self.me)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(rhythm_of(self.me, self.workspace).zone)

    def day_of(self, moment: datetime) -> date:
        """The day it is then where the member is."""
        return moment.astimezone(self.zone).date()

    def may(self, flow: str) -> bool:
        return may_start(self.conductor, flow, self.me)

    # -- words

    def say(self, block: str, page: str = HOME, told: Mapping[str, Any] | None = None, **more: Any) -> str:
        """In mrkdwn, whatever people wrote made harmless."""
        return self.scene.messages.say(self.voice, page, block, {**self._house, **(told or {}), **more})

    def plain(self, block: str, page: str = HOME, told: Mapping[str, Any] | None = None, **more: Any) -> str:
        """For labels, which know no markup."""
        return self.scene.messages.plain(self.voice, page, block, {**self._house, **(told or {}), **more})

    def has(self, block: str, page: str = HOME) -> bool:
        return self.scene.messages.has(self.voice, page, block)

    def title(self, talk: Conversation, step: str) -> str:
        """What a step is called in a list."""
        return self.scene.title(self.flow_of(talk), step, self.voice, self.context(talk))

    def context(self, talk: Conversation, *uses: str) -> Context:
        """What the words of this conversation may speak of."""
        known = self._contexts.get((talk.id, uses))
        if known is None:
            known = self._contexts[talk.id, uses] = self.scene.context(self.flow_of(talk), talk, self.me, {}, *uses)
        return known

    @cached_property
    def _house(self) -> Context:
        return self.scene.house_context(self.me, {})

    # -- conversations

    @cached_property
    def castings(self) -> list[Casting]:
        """The parts the member plays in what is open, the latest begun first."""
        return played_by(self.tx, self.me.id)[::-1]

    def load(self, conversation: str) -> Conversation | None:
        """None for one that is no more, or of a flow this release no longer has."""
        found = self.scene.conversation(conversation)
        return found[1] if found is not None else None

    def flow_of(self, talk: Conversation) -> Flow:
        return self.scene.flows[talk.flow]

    def reading(self, talk: Conversation) -> Reading:
        return Reading(self.flow_of(talk), talk, self.now)

    def subject_of(self, talk: Conversation) -> Member | None:
        return self.player(talk, SUBJECT)

    def player(self, talk: Conversation, part: str) -> Member | None:
        who = talk.plays(part)
        return self.scene.member(who.id) if who is not None else None
