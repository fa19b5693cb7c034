"""Debriefs and feedback: who leads them, when they meet, and what the person lets others read of them."""

from collections.abc import Mapping
from datetime import date

from bot.conductor import Conductor, Deed
from bot.leaving import access
from bot.leaving.beginning import usual_debriefer
from bot.leaving.telling import tell
from bot.people import rhythm_of
from bot.polls.leads import leads
from bot.polls.telling import tell_channel
from flows.core.answers import Refused
from flows.core.calendar import next_moment
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Post
from flows.core.people import Member
from flows.leaving.afterwards import sharing
from flows.leaving.debrief import MET, debrief_day, debrief_meeting, debrief_talk, debriefer_named
from flows.leaving.parts import ABOUT, DEBRIEFER
from storage import departures, members

Details = Mapping[str, str]


def another_debriefer(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Nobody leads the debrief any more, or yet: whoever usually would is asked, else whoever leads names somebody."""
    found = departures.find(conductor.tx, talk.details.get("departure", ""))
    person = conductor.member(found.member_id) if found is not None else None
    if found is None or person is None:
        return
    gone = talk.cast[DEBRIEFER].id if DEBRIEFER in talk.cast else None
    supervisor = conductor.member(found.supervisor_id) if found.supervisor_id else None
    heir = usual_debriefer(conductor, person, supervisor)
    if heir is None or heir.id == gone:
        tell(conductor, found.lead_id, "debriefer_wanted", found, talk.id)
        return
    _let_debrief(conductor, talk, heir)


def talk_with_named(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The person has named whoever they want to talk to: the talk begins with them."""
    named = members.by_slack_id(conductor.tx, talk.answer(debriefer_named) or "")
    if named is None or not named.active:
        return
    _may_know(conductor, talk, named)
    about = {name: talk.details[name] for name in ABOUT if name in talk.details}
    cast = {SUBJECT: talk.cast[SUBJECT].id, DEBRIEFER: named.id}
    conductor.begin(debrief_talk.name, cast, anchors=talk.anchors, details=about, parent=(talk.id, ""))


def _let_debrief(conductor: Conductor, talk: Conversation, who: Member) -> None:
    _may_know(conductor, talk, who)
    conductor.recast(talk.id, DEBRIEFER, who.id)


def _may_know(conductor: Conductor, talk: Conversation, who: Member) -> None:
    """Whoever leads the debrief knows of the departure from then on."""
    found = departures.change(conductor.tx, talk.details["departure"], debriefer_id=who.id)
    if found is not None:
        if departures.capacity_of(conductor.tx, found.id, who.id) in (None, "told"):
            departures.allow(conductor.tx, found.id, who.id, "debriefer")
        access.note(conductor, found, "debriefer_named", about=who.id)


def may_debrief(conductor: Conductor, talk: Conversation, by: Member, raw: object) -> Refused | None:
    """Anybody the person trusts, their supervisor too when they ask for them; not themselves, nor a closed account."""
    named = members.by_slack_id(conductor.tx, raw) if isinstance(raw, str) else None
    if named is None or not named.active:
        return Refused("unknown_person")
    return Refused("is_yourself") if named.id == by.id else None


def set_debrief_day(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The two have a day: the rest is counted from it."""
    day = date.fromisoformat(talk.answer(debrief_day) or conductor.today.isoformat())
    known = {part: talk.cast[part].id for part in (SUBJECT, DEBRIEFER) if part in talk.cast}
    about = {name: talk.details[name] for name in ABOUT if name in talk.details}
    conductor.begin(debrief_meeting.name, known, anchors={MET: day}, details=about, parent=(talk.id, ""))


# --------------------------------------------------------------------------------------------------- what may be shared


def share_digest(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Those who lead the improvement plan may read the digest the person agreed to: whose it is, is not said."""
    for lead in leads(conductor):
        if lead.id != talk.cast[SUBJECT].id:
            at = next_moment(conductor.now, rhythm_of(lead, conductor.workspace))
            about = {"conversation": talk.id}
            post = Post("", "leaving/lesson", lead.id, f"lesson-{talk.id}", at, conductor.now, context=about)
            # Of no conversation: whose debrief it comes from is not said, not even by where it is kept.
            conductor.say(None, post)


def share_feedback(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The REX, with a name or without as the person chose: to the team in its channel, to whoever leads the plan."""
    how = talk.answer(sharing)
    if how not in ("named", "unnamed"):
        return
    author = conductor.member(talk.cast[SUBJECT].id)
    context = {"conversation": talk.id, "who": author.name if author is not None and how == "named" else ""}
    # Signed, it is of the conversation, and is taken back with it. Unsigned, of none: that would say whose it is.
    within = talk.id if how == "named" else None
    tell_channel(conductor, f"leaving/feedback_{how}", talk.id, within=within, **context)
    for lead in leads(conductor):
        at = next_moment(conductor.now, rhythm_of(lead, conductor.workspace))
        occurrence = f"feedback-{talk.id}"
        post = Post("", f"leaving/feedback_{how}", lead.id, occurrence, at, conductor.now, context=context)
        conductor.say(within, post)


DEBRIEFING_DEEDS: Mapping[str, Deed] = {
    "another_debriefer": another_debriefer,
    "talk_with_named": talk_with_named,
    "set_debrief_day": set_debrief_day,
    "share_digest": share_digest,
    "share_feedback": share_feedback,
}
