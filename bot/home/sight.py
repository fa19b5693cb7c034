"""Who looks, at what instant, and the words to show it with: what each part of the Home and each window is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.admissions import ADMISSIONS
from bot.conductor import Conductor, Score, UnknownConversation
from bot.deeds import DEEDS
from bot.people import rhythm_of, voice_of
from bot.welcoming import may_start
from flows.core.model import Conversation, Flow
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

    conductor: Conductor
    me: Member
    messages: Messages

    @classmethod
    def of(
        cls, tx: Transaction, member: Member, now: datetime, *, flows: Mapping[str, Flow], messages: Messages
    ) -> "Sight":
        return cls(Conductor(tx, Score(flows, DEEDS, ADMISSIONS), now), member, messages)

    @property
    def workspace(self) -> Workspace:
        return self.conductor.workspace

    @property
    def voice(self) -> Voice:
        return voice_of(self.me, self.workspace)

    @property
    def today(self) -> date:
        return self.conductor.today

    def may(self, flow: str) -> bool:
        return may_start(self.conductor, flow, self.me)

    # -- words

    def say(self, name: str, page: str = HOME, **context: Any) -> str:
        """In mrkdwn, whatever people wrote made harmless."""
        return self.messages.say(self.voice, page, name, {**self._always, **context})

    def plain(self, name: str, page: str = HOME, **context: Any) -> str:
        """For labels, which know no markup."""
        return self.messages.plain(self.voice, page, name, {**self._always, **context})

    def has(self, name: str, page: str = HOME) -> bool:
        return self.messages.has(self.voice, page, name)

    def title(self, talk: Conversation, step: str) -> str:
        """What a step is called in a list."""
        subject = self.subject_of(talk)
        return self.plain(f"{step}__title", talk.flow, subject=subject, details=talk.details)

    @cached_property
    def _always(self) -> Mapping[str, Any]:
        coop = self.workspace.name
        form = self.messages.plain(self.voice, SHARED, f"form__{self.workspace.legal_form}")
        return {"today": self.today, "me": self.me, "coop": coop, "form": form}

    # -- conversations

    @cached_property
    def castings(self) -> list[Casting]:
        """The parts the member plays in what is open, the latest begun first."""
        return played_by(self.conductor.tx, self.me.id)[::-1]

    def load(self, conversation: str) -> Conversation | None:
        """None for a conversation of a flow this release no longer has."""
        try:
            return self.conductor.load(conversation)
        except UnknownConversation:
            return None

    def reading(self, talk: Conversation) -> Reading:
        return Reading(self.conductor.score.flows[talk.flow], talk, self.conductor.now)

    def subject_of(self, talk: Conversation) -> Member | None:
        return self.player(talk, "subject")

    def player(self, talk: Conversation, part: str) -> Member | None:
        who = talk.plays(part)
        return self.conductor.member(who.id) if who is not None else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(rhythm_of(self.me, self.workspace).zone)

    def day_of(self, moment: datetime) -> date:
        """The day it is then where the member is."""
        return moment.astimezone(self.zone).date()
