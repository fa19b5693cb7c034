"""Gestures become moves: what a member does is decided and written here, then the courier is nudged. No Slack."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from bot import cancelling, keeping, offers, setting_up, undelivered, welcoming
from bot.accounts import Account, absent, close, recognise, recognise_one
from bot.answering import Spot, answered, told, turn_down
from bot.clock import Clock
from bot.conductor import Conductor, UnknownConversation
from bot.people import voice_of
from bot.polls.keeping import forget_what_is_old as forget_old_rounds
from bot.score import Score
from bot.setting_up import Card, SetUp
from bot.typed_words import Typed
from bot.waking import wake
from bot.welcoming import Newcomer
from bot.wire import Ref
from flows.core.answers import Refused
from flows.core.moves import Reanchored, Skipped
from flows.core.people import Member
from messages import Messages
from storage import StoreUnavailable, conversations, members, seen
from storage.ahead import Look
from storage.store import Store
from storage.transaction import Transaction

log = logging.getLogger(__name__)

T = TypeVar("T")
Decision = Callable[[Conductor, Member], Mapping[str, Refused]]
FORGETTING = (keeping.blank_what_is_old, keeping.forget_who_left, forget_old_rounds)
"""What blanks and forgets what is kept no longer, each in a transaction of its own."""


class Complaint(NamedTuple):
    """Why an answer is refused, and which field of the form it is about (None: the answer itself)."""

    why: str
    field: str | None = None


class Desk:
    """The one door for gestures. Each method has committed when it returns; what is to be said is in the outbox by then."""

    def __init__(self, store: Store, score: Score, messages: Messages, clock: Clock, nudge: Callable[[], None]) -> None:
        self._store, self._score, self._messages, self._clock, self._nudge = store, score, messages, clock, nudge

    # -- answering

    async def answer(self, workspace: str, slack_id: str, ref: Ref, raw: Any) -> Complaint | None:
        """An answer given in a window: None when it is taken (or came too late: the person is told in the conversation);
        else why it is refused, in the person's language and in plain text."""

        def unit(conductor: Conductor) -> Complaint | None:
            me = self._me(conductor, slack_id)
            refused = answered(conductor, me, ref, raw, None)
            return Complaint(self.why(conductor, me, refused), refused.details.get("field")) if refused else None

        return await self.do(workspace, unit, *_looks(slack_id, ref))

    async def clicked(self, workspace: str, slack_id: str, ref: Ref, raw: Any, spot: Spot | None) -> None:
        """An answer given by a button or a select; why it is refused is whispered where it was clicked."""

        def unit(conductor: Conductor) -> None:
            me = self._me(conductor, slack_id)
            if (refused := answered(conductor, me, ref, raw, spot)) is not None:
                turn_down(conductor, me, spot, refused)

        await self.do(workspace, unit, *_looks(slack_id, ref))

    async def skip(self, workspace: str, slack_id: str, ref: Ref, spot: Spot | None) -> None:
        """A question passed over; why it cannot be is whispered where it was clicked."""

        def unit(conductor: Conductor) -> None:
            me = self._me(conductor, slack_id)
            if (refused := told(conductor, me, ref, Skipped(ref.step, me.id), spot)) is not None:
                turn_down(conductor, me, spot, refused)

        await self.do(workspace, unit, *_looks(slack_id, ref))

    async def words(self, workspace: str, slack_id: str, text: str, event_id: str, under: Spot | None = None) -> None:
        """Words typed in the conversation with us, or `under` a message: a word we know, the answer to the latest open question
        (there), or neither."""

        def unit(conductor: Conductor) -> None:
            if seen.first_sight(conductor.tx, event_id, conductor.now):
                Typed(conductor, self._me(conductor, slack_id)).take(text, under)

        await self.do(workspace, unit)

    async def offer(self, workspace: str, slack_id: str, verb: str, argument: str | None = None) -> None:
        """A gesture proposed beside a message, in the menu or in the Home, that needs no window."""

        def unit(conductor: Conductor) -> None:
            offers.take(conductor, self._me(conductor, slack_id), verb, argument)

        await self.do(workspace, unit)

    async def decide(self, workspace: str, slack_id: str, take: Decision, *, revives: bool = True) -> Mapping[str, str]:
        """What is decided in a window: by field, why it cannot be, in the person's language."""

        def unit(conductor: Conductor) -> Mapping[str, str]:
            me = self._me(conductor, slack_id, revives=revives)
            return self._why_all(conductor, me, take(conductor, me))

        return await self.do(workspace, unit)

    async def act(self, workspace: str, slack_id: str, take: Callable[[Conductor, Member], Refused | None]) -> None:
        """What is done by a button; why it cannot be is whispered."""

        def unit(conductor: Conductor) -> None:
            me = self._me(conductor, slack_id)
            if (refused := take(conductor, me)) is not None:
                turn_down(conductor, me, None, refused)

        await self.do(workspace, unit)

    # -- steering

    async def welcome(self, workspace: str, slack_id: str, newcomer: Newcomer) -> Mapping[str, str]:
        """Start a newcomer's year; by field, why it cannot start, in the person's language."""
        return await self.decide(workspace, slack_id, lambda it, me: welcoming.welcome(it, me, newcomer))

    async def begin(
        self, workspace: str, flow: str, cast: Mapping[str, str], start: date, details: Mapping[str, str]
    ) -> None:
        """Begin a flow by itself: `cast` maps its parts to Slack ids of people and channels, every anchor is `start`."""

        def unit(conductor: Conductor) -> None:
            anchors = dict.fromkeys(conductor.score.flows[flow].anchors, start)
            people = {part: members.by_slack_id(conductor.tx, slack_id) for part, slack_id in cast.items()}
            addresses = {part: who.id if (who := people[part]) else slack_id for part, slack_id in cast.items()}
            conductor.begin(flow, addresses, anchors=anchors, details=details)

        await self.do(workspace, unit)

    async def set_up(self, workspace: str, slack_id: str, choices: SetUp) -> Mapping[str, str]:
        """What the cooperative decides of itself; by field, why it cannot be."""
        return await self.decide(workspace, slack_id, lambda it, me: setting_up.set_up(it, me, choices))

    async def describe(self, workspace: str, slack_id: str, card: Card) -> Mapping[str, str]:
        """What the management says of a member: trade, team, supervisor, membership, roles."""
        return await self.decide(workspace, slack_id, lambda it, me: setting_up.describe(it, me, card))

    async def first_run(self, workspace: str, name: str) -> None:
        """Invite whoever installed us to set up the cooperative, once."""
        await self.do(workspace, lambda conductor: setting_up.invite(conductor, name))

    async def postpone(self, workspace: str, slack_id: str, conversation: str, event: Reanchored) -> Mapping[str, str]:
        """Move an anchor (the first day, say): everything not yet done follows."""

        def take(conductor: Conductor, me: Member) -> Mapping[str, Refused]:
            refused = offers.postpone(conductor, me, conversation, event)
            return {"first_day": refused} if refused else {}

        return await self.decide(workspace, slack_id, take)

    async def hand_over(self, workspace: str, slack_id: str, conversation: str, part: str) -> None:
        """Leave a part: somebody else is sought, and whoever takes it is briefed."""

        def unit(conductor: Conductor) -> None:
            offers.hand_over(conductor, self._me(conductor, slack_id), conversation, part)

        await self.do(workspace, unit)

    async def cancel(self, workspace: str, slack_id: str, journey: str) -> None:
        """Undo an arrival; whoever may not is told who can."""

        def take(conductor: Conductor, me: Member) -> Refused | None:
            try:
                return cancelling.cancel(conductor, me, journey)
            except UnknownConversation:
                return Refused("gone")

        await self.act(workspace, slack_id, take)

    async def prefer(self, workspace: str, slack_id: str, **preferences: Any) -> None:
        """The member's own choices: `locale`, `address`, `zone`, `slot`, `working_days`, `paused_until`."""

        def unit(conductor: Conductor) -> None:
            me = self._me(conductor, slack_id)
            conductor.prefer(me.id, **preferences)
            conductor.look_again(me.id)
            conductor.refresh_homes([me.id])

        await self.do(workspace, unit)

    async def home_opened(self, workspace: str, slack_id: str) -> None:
        """Show them their Home, and from now on each time that it changes."""

        def unit(conductor: Conductor) -> None:
            me = self._me(conductor, slack_id)
            if not me.has_opened_home:
                conductor.prefer(me.id, has_opened_home=True)
            conductor.note("home", me.id, kind="home", step="home")

        await self.do(workspace, unit)

    async def retry(self, workspace: str, slack_id: str, delivery: int | None) -> None:
        """Send again what failed for good: one delivery, or all of them."""

        def unit(conductor: Conductor) -> None:
            undelivered.retry(conductor, me := self._me(conductor, slack_id), delivery)
            conductor.refresh_homes([me.id])

        await self.do(workspace, unit)

    # -- the world

    async def accounts(self, workspace: str, accounts: Sequence[Account], *, complete: bool = False) -> None:
        """What Slack says of these accounts; with `complete`, they are all there is, and whoever is absent has left. What trips
        on one of them is written down, and spoils nothing for the others."""
        try:
            await self.do(workspace, lambda conductor: recognise(conductor, accounts, complete=complete))
        except StoreUnavailable:
            raise
        except Exception as spoiled:
            _spoiled(spoiled)
            await self._accounts_apart(workspace, accounts, complete=complete)

    async def _accounts_apart(self, workspace: str, accounts: Sequence[Account], *, complete: bool) -> None:
        gone = await self.do(workspace, lambda conductor: absent(conductor, accounts)) if complete else []
        units = [partial(recognise_one, account=one) for one in accounts] + [partial(close, member=one) for one in gone]
        for unit in units:
            try:
                await self.do(workspace, unit)
            except StoreUnavailable:
                raise
            except Exception as spoiled:
                _spoiled(spoiled)

    async def erase(self, workspace: str, slack_id: str, conversation: str) -> None:
        """Blank what the member wrote in a conversation about them."""
        await self.do(workspace, lambda it: keeping.erase(it, self._me(it, slack_id), conversation))

    async def forget_what_is_old(self, workspace: str) -> None:
        """Blank what was written, and forget what was counted, longer ago than it is kept."""
        for unit in FORGETTING:
            await self.do(workspace, unit)

    async def tick(self) -> int:
        """Wake what is due; how many conversations were looked at."""
        looked_at = 0
        while woken := await wake(self._store, self._score, self._clock()):
            looked_at += woken
        if looked_at:
            self._nudge()
        return looked_at

    # -- words for what is refused

    def why(self, conductor: Conductor, me: Member, refused: Refused) -> str:
        """A reason is worded among the refusals, or on the page it names (`polls/…`)."""
        page, _, name = refused.reason.rpartition("/")
        return self._messages.plain(voice_of(me, conductor.workspace), page or "refusals", name, refused.details)

    def _why_all(self, conductor: Conductor, me: Member, faults: Mapping[str, Refused]) -> Mapping[str, str]:
        return {name: self.why(conductor, me, refused) for name, refused in faults.items()}

    # -- one gesture, one transaction

    async def do(self, workspace: str, unit: Callable[[Conductor], T], *looks: Look) -> T:
        """Whatever the verbs above do not say. Let it be one gesture, as long as it takes and no longer; `looks` are what it
        will ask first."""
        now: datetime = self._clock()

        def with_conductor(tx: Transaction) -> T:
            return unit(Conductor(tx, self._score, now))

        done = await self._store.run(with_conductor, workspace, looks)
        self._nudge()
        return done

    def _me(self, conductor: Conductor, slack_id: str, *, revives: bool = True) -> Member:
        """Who makes the gesture; whom no list has told us of yet is remembered by their id. One that `revives` opens a closed
        account again."""
        me = conductor.by_slack_id(slack_id)
        if me is None:
            me = conductor.remember(Member(id=members.new_id(), first_name="", slack_id=slack_id))
        elif not me.active and revives:
            me = conductor.remember(replace(me, active=True))
        conductor.actor = me.id
        return me


def _looks(slack_id: str, ref: Ref) -> tuple[Look, ...]:
    """What is asked first when somebody answers: who they are, and the conversation."""
    return members.speaking_ahead(slack_id), *conversations.load_ahead(ref.conversation)


def _spoiled(error: Exception) -> None:
    log.error("An account could not be taken in: please report it with this line.", exc_info=error)
