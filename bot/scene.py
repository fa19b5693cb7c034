"""Everything a message may speak of, read in one transaction and no more than once: people, the cooperative, answers, days."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.leaving.context import leaving_context
from bot.letterbox.links import letterbox_of
from bot.people import addressee_of, channel_addressee, rhythm_of, voice_of
from bot.polls.wording import Wording
from flows import ALL_POLLS
from flows.core.calendar import ONE_DAY, next_moment, working_days_from
from flows.core.model import SUBJECT, Addressee, Ask, Conversation, Flow
from flows.core.people import Member, Workspace
from flows.core.poll import Poll
from flows.joining.coverage import coverage
from flows.joining.fresh_eyes_report import REPLY_WITHIN, review
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY
from messages import Messages, Voice
from storage import conversations, meetings, members, polls, workspaces
from storage.transaction import Transaction

LINKS = ("booklet", "video", "sheet", "bylaws", "training", "simulation")
"""The cooperative's own pages that texts may point at; each is None until it is set."""
READERS = (COOP_BUDDY, JOB_BUDDY)
"""Who reads an astonishment report (domain.md, section 3)."""

OURS = {poll.name: poll for poll in ALL_POLLS}
Context = dict[str, Any]


class Scene:
    """One workspace as it is at `now`."""

    def __init__(
        self,
        tx: Transaction,
        flows: Mapping[str, Flow],
        messages: Messages,
        now: datetime,
        public_url: str | None = None,
    ) -> None:
        self.tx, self.flows, self.messages, self.now, self.public_url = tx, flows, messages, now, public_url
        self.workspace = workspaces.find(tx) or Workspace(id=tx.workspace)
        self._members: dict[str, Member | None] = {}
        self._talks: dict[str, Conversation | None] = {}

    def member(self, address: str) -> Member | None:
        if not address.startswith("m_"):
            return None
        if address not in self._members:
            self._members[address] = members.find(self.tx, address)
        return self._members[address]

    def conversation(self, id: str) -> tuple[Flow, Conversation] | None:
        """None when it is no more, or is of a flow this release no longer has."""
        if id not in self._talks:
            house = rhythm_of(None, self.workspace)
            self._talks[id] = conversations.load(self.tx, id, self._addressee, house, lock=False)
        talk = self._talks[id]
        return (self.flows[talk.flow], talk) if talk is not None and talk.flow in self.flows else None

    def is_private(self, id: str | None) -> bool:
        """Whether nobody outside this conversation may know of it: so it is, too, for one nothing is known of any more."""
        found = self.conversation(id) if id else None
        return found[0].private if found is not None else bool(id)

    def conversations(self, ids: Iterable[str]) -> list[Conversation]:
        """Those that there are, in the order asked, read together."""
        wanted = list(dict.fromkeys(ids))
        if unread := [id for id in wanted if id not in self._talks]:
            house = rhythm_of(None, self.workspace)
            read = conversations.load_all(self.tx, unread, self._addressees, house)
            self._talks |= dict.fromkeys(unread) | {talk.id: talk for talk in read}
        return [found[1] for id in wanted if (found := self.conversation(id)) is not None]

    def voice(self, me: Member | None) -> Voice:
        return voice_of(me, self.workspace)

    def due(self, me: Member | None, planned: datetime) -> datetime:
        """When what was planned then could first be said: a weekend or a pause makes nothing late."""
        return next_moment(planned, rhythm_of(me, self.workspace))

    def today(self, me: Member | None) -> date:
        return self.now.astimezone(ZoneInfo(rhythm_of(me, self.workspace).zone)).date()

    def house_context(self, me: Member | None, extra: Mapping[str, Any]) -> Context:
        """What any message may speak of, even beside every conversation. The row's own words are there by their names too."""
        voice = self.voice(me)
        part, stamp = extra.get("part"), extra.get("stamp")
        form = self._label(voice, f"form__{self.workspace.legal_form}") or self.workspace.legal_form
        return {
            **extra,
            "extra": extra,
            "me": me,
            "coop": self.workspace.name,
            "form": form,
            "links": {name: self.workspace.links.get(name) or None for name in (*LINKS, *self.workspace.links)},
            "today": self.today(me),
            "by_letter": me is not None and not (me.slack_id and me.active),
            "help_line": self._label(voice, "help_line"),
            "letterbox": letterbox_of(self.tx, self.public_url, me),
            "pace": me.pace if me is not None else None,
            "part": self._label(voice, f"part__{part}") if part else None,
            "stamp": self._label(voice, f"stamp__{stamp}", "home", {"form": form}) if stamp else None,
        }

    def context(
        self, flow: Flow, talk: Conversation, me: Member | None, extra: Mapping[str, Any], *uses: str
    ) -> Context:
        """What a message of this conversation may speak of; `uses` are the names it does speak of, so that what is dear to
        find is only looked for when wanted."""
        cast = {part: self._player(talk, part) for part in (*flow.parts, *READERS, *talk.cast)}
        house = self.house_context(me, {**talk.details, **extra})
        newcomer = cast[SUBJECT] if {"met", "to_meet"} & set(uses) else None
        met, to_meet = self.coverage(newcomer) if newcomer is not None else (0, 0)
        told = {
            **house,
            **cast,
            "extra": extra,
            "answers": {step.name: talk.answer(step) for step in flow.steps if isinstance(step, Ask)},
            "days": {**talk.anchors},
            "details": talk.details,
            "readers": list(dict.fromkeys(who.name for part in READERS if (who := cast[part]) is not None)),
            "reply_by": self._reply_by(talk, house["today"]),
            "met": met,
            "to_meet": to_meet,
            "poll": self.poll_title(talk.details.get("poll"), me),
        }
        told |= leaving_context(self, talk, me, uses)
        return {**told, "steps": self._steps(flow, talk, self.voice(me), told)}

    def wording(self, poll: Poll, me: Member | None) -> Wording:
        return Wording(self.messages, self.voice(me), poll, self.house_context(me, {}))

    def poll_title(self, name: str | None, me: Member | None) -> str | None:
        """What a poll is called, in plain text."""
        decided = polls.settings(self.tx, name, OURS) if name else None
        return self.wording(decided.poll, me).title if decided is not None else None

    def title(self, flow: Flow, step: str, voice: Voice, told: Mapping[str, Any]) -> str:
        """What a step is called, in plain text."""
        name = f"{step}__title"
        has = self.messages.has(voice, flow.name, name)
        return self.messages.plain(voice, flow.name, name, told) if has else step.replace("_", " ")

    def _label(
        self, voice: Voice, name: str, page: str = "shared", told: Mapping[str, Any] | None = None
    ) -> str | None:
        return self.messages.plain(voice, page, name, told or {}) if self.messages.has(voice, page, name) else None

    def _player(self, talk: Conversation, part: str) -> Member | None:
        return self.member(talk.cast[part].id) if part in talk.cast else None

    def _addressees(self, addresses: set[str]) -> Callable[[str], Addressee]:
        unread = {address for address in addresses if address.startswith("m_")} - self._members.keys()
        self._members |= {member.id: member for member in members.find_all(self.tx, unread)}
        return self._addressee

    def _addressee(self, address: str) -> Addressee:
        member = self.member(address)
        return addressee_of(member, self.workspace, smtp=True) if member else channel_addressee(address, self.workspace)

    def _steps(self, flow: Flow, talk: Conversation, voice: Voice, told: Context) -> list[str]:
        """The titles a message lists: those its row names, else what is behind in the conversation."""
        behind = [step.name for step in flow.steps if isinstance(step, Ask) and talk.is_over(step.name)]
        return [self.title(flow, name, voice, told) for name in told["extra"].get("steps", behind)]

    def _reply_by(self, talk: Conversation, today: date) -> date:
        """The last working day within which the author of a report is answered."""
        sent = talk.steps.get(review.name)
        latest = (sent.at.date() if sent is not None and sent.state == "done" else today) + REPLY_WITHIN
        return working_days_from(latest + ONE_DAY, -1, rhythm_of(None, self.workspace))

    def coverage(self, newcomer: Member) -> tuple[int, int]:
        """How many members the newcomer has met, and how many there are to meet in all."""
        return coverage(newcomer, members.everyone(self.tx), meetings.met_by(self.tx, newcomer.id))
