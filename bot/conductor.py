"""Carries conversations forward inside one transaction: loads, advances, saves, and turns effects into rows. No Slack here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from random import getrandbits
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.intentions import posted, shown_again, word_of
from bot.leaders import leaders, who_may_be_told
from bot.people import addressee_of, channel_addressee, rhythm_of
from bot.score import Score
from flows.core import engine
from flows.core.answers import Refused
from flows.core.calendar import next_moment
from flows.core.model import Addressee, Ask, Conversation, Do, Start, StepState
from flows.core.moves import Begin, Effect, Ended, Event, Finished, Move, Perform, Post, Recast, Untold, Vacant
from flows.core.people import Member, Workspace
from storage import conversations, members, outbox, workspaces
from storage.outbox import Intention
from storage.transaction import Transaction


class UnknownConversation(LookupError):
    """A conversation, its flow or its step is no more: the button came from a former release or was erased since."""


class CutShort(LookupError):
    """What follows from a move asks for a conversation that is no more, or not in this release: nothing of it is to be kept."""


Deed = Callable[["Conductor", Conversation, Mapping[str, str]], None]
"""What a `Do` step (or an empty part) makes the shell do, in the same transaction; harmless when done twice."""
Admission = Callable[["Conductor", Conversation, Member, object], Refused | None]
"""Whether a member may give this answer, when that depends on more than the conversation."""


@dataclass
class Conductor:
    """One unit of work on conversations. `now` is one instant for all that follows from a gesture; `actor` is the member
    who made it, answered at once whatever the hour."""

    tx: Transaction
    score: Score
    now: datetime
    actor: str | None = None
    _known: dict[str, Member | None] = field(default_factory=dict)
    _everyone: list[Member] | None = None
    _workspace: Workspace | None = None

    @cached_property
    def _once(self) -> str:
        """What tells this unit from any other, of the same instant too."""
        return f"{getrandbits(64):016x}"

    # -- who

    @property
    def workspace(self) -> Workspace:
        """What the cooperative has decided: nothing yet, before it is set up."""
        if self._workspace is None:
            self._workspace = workspaces.find(self.tx) or Workspace(id=self.tx.workspace)
        return self._workspace

    @property
    def today(self) -> date:
        """The day it is in the workspace's zone."""
        return self.now.astimezone(ZoneInfo(rhythm_of(None, self.workspace).zone)).date()

    def member(self, member_id: str) -> Member | None:
        """None: there is no such member in this workspace."""
        if member_id not in self._known:
            self._known[member_id] = members.find(self.tx, member_id)
        return self._known[member_id]

    def everyone(self) -> Sequence[Member]:
        """The members whose account is open and who have not left, by last name and first name."""
        if self._everyone is None:
            self._everyone = [who for who in members.everyone(self.tx) if who.left_on is None and not who.is_visitor]
            self._known |= {member.id: member for member in self._everyone}
        return self._everyone

    def by_slack_id(self, slack_id: str) -> Member | None:
        """Whose account it is, asked together with the workspace; None when nobody has told us of it."""
        member, workspace = members.speaking(self.tx, slack_id)
        if member is not None:
            self._known[member.id] = member
        self._workspace = self._workspace or workspace
        return member

    def remember(self, member: Member) -> Member:
        """Write the member down, new or known, and know them so from now on."""
        self.forget(member.id)
        return members.remember(self.tx, member)

    def prefer(self, member_id: str, **preferences: Any) -> None:
        """Write down what the member prefers (`members.PREFERENCES`), and know them so from now on."""
        self.forget(member_id)
        members.set_preferences(self.tx, member_id, **preferences)

    def look_again(self, member_id: str) -> None:
        """Look now at what their hours or their pause had put off: they have just changed."""
        conversations.wake_for(self.tx, member_id, self.now)
        outbox.bring_forward(self.tx, member_id, self.now)

    def forget(self, *member_ids: str) -> None:
        """What was known of these members has just changed."""
        self._everyone = None
        for member_id in member_ids:
            self._known.pop(member_id, None)

    def forget_workspace(self) -> None:
        """What the cooperative has decided has just changed."""
        self._workspace = None

    def addressee(self, address: str) -> Addressee:
        """Who an address is now: a member, or else a channel."""
        member = self.member(address) if address.startswith("m_") else None
        if member is None:
            return channel_addressee(address, self.workspace)
        return addressee_of(member, self.workspace, smtp=self.score.smtp)

    def hour_of(self, who: Member | None) -> datetime:
        """When somebody may next be spoken to, unless they have just acted. None: the house, or a channel."""
        return next_moment(self.now, rhythm_of(who, self.workspace))

    def leaders(self, of: Conversation | None = None) -> list[Member]:
        """Those who can fill an empty part (`bot.leaders`); `of` a conversation, those who may be told of it."""
        return leaders(self.tx) if of is None else who_may_be_told(self.score.flows[of.flow], of, leaders(self.tx))

    # -- conversations

    def load(self, conversation_id: str) -> Conversation:
        """Raises UnknownConversation."""
        talk = conversations.load(self.tx, conversation_id, self.addressee, rhythm_of(None, self.workspace))
        if talk is None or talk.flow not in self.score.flows:
            raise UnknownConversation(conversation_id)
        return talk

    def known(self, ids: Iterable[str]) -> Iterator[Conversation]:
        """Those of these conversations whose flow this release still has."""
        for conversation_id in ids:
            with suppress(UnknownConversation):
                yield self.load(conversation_id)

    def seen(self, ids: Iterable[str]) -> list[Conversation]:
        """The same, read together, each once, to be looked at: nothing keeps others from moving them meanwhile."""
        wanted, house = dict.fromkeys(ids), rhythm_of(None, self.workspace)
        read = conversations.load_all(self.tx, wanted, lambda _: self.addressee, house)
        found = {talk.id: talk for talk in read if talk.flow in self.score.flows}
        return [found[id] for id in wanted if id in found]

    def begin(
        self,
        flow_name: str,
        cast: Mapping[str, str],
        *,
        anchors: Mapping[str, date] | None = None,
        details: Mapping[str, str] | None = None,
        parent: tuple[str, str] | None = None,
        steps: Mapping[str, StepState] | None = None,
    ) -> str:
        """Begin a conversation, and give its id; `cast` maps parts to addresses, `steps` says what is behind already."""
        flow = self.score.flows[flow_name]
        people = {part: self.addressee(address) for part, address in cast.items()}
        known = (anchors or {}, details or {}, steps or {})
        talk = Conversation(conversations.new_id(), flow_name, people, *known, house=rhythm_of(None, self.workspace))
        move = engine.start(flow, talk, self.now, self.actor)
        conversations.begin(self.tx, move.conversation, shape=flow.shape, parent=parent, by=self.actor, now=self.now)
        self._carry_out(move)
        return talk.id

    def tell(self, conversation_id: str, event: Event) -> Move:
        """Let the conversation take the event, and see to what follows. Raises UnknownConversation."""
        return self.move(self.load(conversation_id), event)

    def move(self, talk: Conversation, event: Event) -> Move:
        """The same, for a conversation just loaded: nothing may have changed it since."""
        move = engine.advance(self.score.flows[talk.flow], talk, event, self.now)
        if move.refused is None and not move.stale and (move.conversation is not talk or move.effects):
            conversations.save(self.tx, move.conversation, self.now, talk)
            self._carry_out(move)
        return move

    def recast(self, conversation_id: str, part: str, address: str | None) -> None:
        """Give `part` to somebody else, or to nobody, here (were it only passed on) and in the conversations begun from here."""
        talk = self.load(conversation_id)
        if part in talk.cast or part in self.score.flows[talk.flow].parts:
            self.tell(conversation_id, Recast(part, self.addressee(address) if address else None))
        for child in self.known(conversations.children_of(self.tx, conversation_id)):
            if child.status == "open" and not self._stays_with(child, part):
                self.recast(child.id, part, address)

    def _stays_with(self, talk: Conversation, part: str) -> bool:
        """Whether whoever plays this part there was named to somebody who confided in them, and in nobody else."""
        is_closed = self.score.flows[talk.flow].closed_to_heirs
        return is_closed is not None and talk.plays(part) is not None and is_closed(talk)

    # -- what follows

    def _carry_out(self, move: Move) -> None:
        talk = move.conversation
        said: list[Intention] = []
        try:
            for effect in move.effects:
                if (word := word_of(self.score.flows[talk.flow], talk, effect, self.now, self._once)) is not None:
                    said.append(word)
                    continue
                self._queue(said)
                self._carry_out_one(talk, effect)
            self._queue(said)
        except UnknownConversation as unknown:
            raise CutShort(talk.id) from unknown
        self.refresh_homes(who.id for who in move.conversation.cast.values() if not who.is_channel)

    def _queue(self, said: list[Intention]) -> None:
        """Words that follow each other are queued at once."""
        outbox.enqueue_all(self.tx, said, self.now)
        said.clear()

    def _carry_out_one(self, talk: Conversation, effect: Effect) -> None:
        match effect:
            case Begin(step=name):
                self._begin_child(talk, name)
            case Perform(step=name):
                done = self.score.flows[talk.flow].step(name)
                assert isinstance(done, Do)
                self.score.deeds[done.deed](self, talk, done.details)
            case Vacant(part=part):
                if (deed := self.score.flows[talk.flow].fills.get(part)) is not None:
                    self.score.deeds[deed](self, talk, {"part": part})
            case Untold():
                self._tell_leaders(talk, effect)
            case Ended():
                self._tell_parent(talk)

    def say(self, conversation_id: str | None, post: Post) -> None:
        outbox.enqueue_all(self.tx, [posted(conversation_id, post)], self.now)

    def note(
        self,
        message: str,
        to: str,
        *,
        kind: Literal["post", "notice", "home", "refresh"] = "post",
        conversation: str | None = None,
        step: str = "",
        context: Mapping[str, Any] | None = None,
        occurrence: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Something said to `to`, beside any step, at their hour `at` (None: they have just acted, and it is said at once).
        Without a conversation, `message` reads `template/block`; `occurrence` makes it once."""
        once, earliest, prompt = occurrence or f"{message}-{self._once}", at or self.now, at is None
        said = Intention(conversation, step, message, to, once, kind, earliest, self.now, prompt, None, context or {})
        outbox.enqueue_all(self.tx, [said], self.now)

    def refresh_homes(self, member_ids: Iterable[str]) -> None:
        """Show again, to those who have opened it, a Home that has changed."""
        for member_id in dict.fromkeys(member_ids):
            member = self.member(member_id)
            if member is not None and member.has_opened_home and member.active:
                self.note("home", member_id, kind="home", step="home")

    def refresh(self, talk: Conversation, step: str) -> None:
        """Show again, in the messages that carry it, what became of the step."""
        shown = shown_again(self.score.flows[talk.flow], talk, step, self.now, self._once)
        outbox.enqueue_all(self.tx, [shown], self.now)

    def _tell_leaders(self, talk: Conversation, untold: Untold) -> None:
        for leader in self.leaders(talk):
            name, at = untold.message, self.hour_of(leader)
            self.say(talk.id, Post(name, name, leader.id, untold.occurrence, at, self.now, context=untold.context))

    def _begin_child(self, talk: Conversation, name: str) -> None:
        step = self.score.flows[talk.flow].step(name)
        assert isinstance(step, Start)
        cast = {theirs: talk.cast[ours].id for theirs, ours in step.casting.items() if ours in talk.cast}
        anchors = {name: talk.anchors[name] for name in self.score.flows[step.flow].anchors if name in talk.anchors}
        passed = {name: talk.details[name] for name in step.passing if name in talk.details}
        self.begin(step.flow, cast, anchors=anchors, details={**passed, **step.details}, parent=(talk.id, step.name))

    def _tell_parent(self, talk: Conversation) -> None:
        parent = conversations.parent_of(self.tx, talk.id)
        if parent is not None and parent[1]:
            with suppress(UnknownConversation):  # the parent was of a flow this release no longer has
                self.tell(parent[0], Finished(parent[1], talk.status))

    # -- questions

    def admitted(self, talk: Conversation, question: Ask[Any], by: Member, raw: object) -> Refused | None:
        """Why the rule that the question names (`Ask.admits`) refuses this answer; None when it takes it."""
        return self.score.admissions[question.admits](self, talk, by, raw) if question.admits else None
