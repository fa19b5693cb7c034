"""What happens to a round by itself: it is announced, recalled, closed, discussed, and followed by the next."""

import logging
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.conductor import Conductor, Deed
from bot.polls.counting import counted, has_its_key, tell_leads
from bot.polls.leads import leads
from bot.polls.opening import TOO_FEW, open_as_scheduled, schedule, settings_of
from bot.polls.telling import everybody, tell_channel, tell_each, tell_together
from flows.core.calendar import appointed_day, next_moment
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Answered, Finished, Reanchored, Stopped
from flows.core.people import Member
from flows.core.report import Report
from flows.living.gatherings import (
    ANNOUNCE,
    ANNOUNCED,
    CLOSES,
    CLOSING,
    GATHERED,
    LAST_WORD,
    OPENS,
    PLANNED,
    check_in_day,
    discussion_day,
)
from storage import ballots, conversations, improvements, polls
from storage.polls import RoundRecord

Details = Mapping[str, str]
log = logging.getLogger(__name__)


def another_lead(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever led it has left: another lead goes on."""
    others = [one for one in leads(conductor) if one.id != talk.cast[SUBJECT].id]
    if others:
        conductor.recast(talk.id, SUBJECT, others[0].id)


# -------------------------------------------------------------------------------------------------------------- a round


def announce_round(conductor: Conductor, talk: Conversation, details: Details) -> None:
    record = _open_record(conductor, talk)
    if record is not None:
        tell_each(conductor, _invited(conductor, record), "polls/invitation", record.id, round=record.id)
        conductor.refresh_homes(one.id for one in everybody(conductor))


REMINDER, LAST_REMINDER = "polls/reminder", "polls/last_reminder"


def remind_round(conductor: Conductor, talk: Conversation, details: Details) -> None:
    last_word = appointed_day(LAST_WORD, talk.anchors[CLOSES], talk.house)
    # In a short round both reminders would come at once, or this one after the one that says it is the last.
    if not _announced_on(talk) < last_word <= conductor.today:
        _remind(conductor, talk, REMINDER)


def remind_round_again(conductor: Conductor, talk: Conversation, details: Details) -> None:
    _remind(conductor, talk, LAST_REMINDER)


def _remind(conductor: Conductor, talk: Conversation, message: str) -> None:
    """Everybody, whoever has answered or not: unless the list of who has was announced, nobody is told apart."""
    record = _open_record(conductor, talk)
    if record is None or not _announced_on(talk) < conductor.today <= record.round.closes:
        return
    if not has_its_key(conductor, record):
        # Nobody is asked for answers that could not be taken.
        tell_leads(conductor, record, "polls/another_key_meanwhile")
        return
    answered = polls.who_answered(conductor.tx, record.id) if record.lists_participation else set()
    people = [one for one in _invited(conductor, record) if one.id not in answered]
    tell_each(conductor, people, message, record.id, round=record.id)


def _announced_on(talk: Conversation) -> date:
    """The day of the invitation: not the one it opened on, when nobody works then."""
    return appointed_day(ANNOUNCED, talk.anchors[OPENS], talk.house)


def close_round(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Count the ballots once, keep the report, forget the rest, and tell everybody together; or wait until it can be done."""
    record = _open_record(conductor, talk, lock=True)
    if record is not None:
        report = counted(conductor, record)
        if report is None:
            return
        _publish(conductor, record, report)
    conductor.tell(talk.id, Finished(CLOSING, "closed"))


def _forget_who_was_reminded(conductor: Conductor, record: RoundRecord) -> None:
    if record.lists_participation:
        ballots.forget_reminded(conductor.tx, [f"{message}-{record.id}" for message in (REMINDER, LAST_REMINDER)])


def _publish(conductor: Conductor, record: RoundRecord, report: Report) -> None:
    _forget_who_was_reminded(conductor, record)
    polls.close(conductor.tx, record.id, report, conductor.today)
    tell_together(conductor, everybody(conductor), "polls/results", record.id, round=record.id)
    tell_channel(conductor, "polls/results_in_channel", record.id, round=record.id)
    for dimension in report.dimensions:
        if dimension.figure.n is not None:
            about = f"{record.id}-{dimension.name}"
            tell_channel(conductor, "polls/dimension", about, round=record.id, dimension=dimension.name)
    conductor.refresh_homes(one.id for one in everybody(conductor))


def schedule_round(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The next round of a poll that comes back."""
    decided = settings_of(conductor, talk.details["poll"])
    if decided is not None:
        schedule(conductor, decided.poll.name, decided.poll.cadence.next_after(talk.anchors[OPENS]))


def open_next_round(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Open it, unless nothing came of the last one: asking again without acting is how polls die (domain.md, 1.1)."""
    poll = talk.details["poll"]
    lead, decided = next(iter(leads(conductor)), None), settings_of(conductor, poll)
    if lead is None or decided is None:
        return
    last = polls.latest_closed(conductor.tx, poll)
    if last is not None and last.closed_on is not None and not _something_came_of_it(conductor, last.closed_on):
        conductor.note("polls/not_reopened", lead.id, occurrence=f"not-reopened-{talk.id}", context={"poll": poll})
    else:
        refused = open_as_scheduled(conductor, lead, poll)
        if refused is None or refused.reason in SEEN_TO:
            return
        log.warning("a round did not open: %s", refused.reason, extra={"workspace": conductor.workspace.id})
        why = {"poll": poll, "reason": refused.reason, "details": dict(refused.details)}
        conductor.note("polls/not_opened", lead.id, occurrence=f"not-opened-{talk.id}", context=why)
    schedule(conductor, poll, decided.poll.cadence.next_after(conductor.today))


SEEN_TO = (TOO_FEW, "round_already_open")
"""The refusals that somebody has been told of, or that need nobody."""


def _something_came_of_it(conductor: Conductor, since: date) -> bool:
    return bool(improvements.opened_since(conductor.tx, since))


def cancel_round(conductor: Conductor, round_id: str) -> None:
    """Forget a round opened by mistake; those it was announced to are told."""
    record = polls.find(conductor.tx, round_id, lock=True)
    if record is None or record.state != "open":
        return
    _forget_who_was_reminded(conductor, record)
    polls.cancel(conductor.tx, round_id, conductor.today)
    under_way = conversations.of_flow(conductor.tx, "poll_round", open_only=True)
    for talk in list(conductor.known(under_way)):
        if talk.details.get("round") == round_id:
            conductor.tell(talk.id, Stopped())
            _plan_as_before(conductor, talk)
    tell_each(conductor, _invited(conductor, record), "polls/cancelled", round_id, round=round_id)
    conductor.refresh_homes(one.id for one in everybody(conductor))


def _plan_as_before(conductor: Conductor, talk: Conversation) -> None:
    """A round that was not to be takes no other's place."""
    decided = settings_of(conductor, talk.details["poll"])
    if decided is not None and PLANNED in talk.details:
        day = date.fromisoformat(talk.details[PLANNED])
        later = decided.poll.cadence.next_after(conductor.today)
        schedule(conductor, decided.poll.name, day if day > conductor.today else later)


# ----------------------------------------------------------------------------------------------------------- gatherings


def gather_to_discuss(conductor: Conductor, talk: Conversation, details: Details) -> None:
    day = date.fromisoformat(talk.answer(discussion_day) or conductor.today.isoformat())
    _discuss(conductor, talk.cast[SUBJECT].id, talk.details["poll"], talk.details["round"], day)


def discuss(conductor: Conductor, lead: Member, record: RoundRecord, day: date) -> None:
    """The day is chosen by `lead`: whoever was asked for it is asked no more."""
    for talk in conductor.known(conversations.of_flow(conductor.tx, "poll_round", open_only=True)):
        asked = talk.steps.get(discussion_day.name)
        if talk.details["round"] == record.id and asked is not None and asked.state == "asked":
            conductor.move(talk, Answered(discussion_day.name, day.isoformat(), talk.cast[SUBJECT].id))
            return
    _discuss(conductor, lead.id, record.poll_name, record.id, day)


def _discuss(conductor: Conductor, lead: str, poll: str, round_id: str, day: date) -> None:
    polls.set_discussion(conductor.tx, round_id, day)
    _gather(conductor, lead, day, kind="discussion", poll=poll, round=round_id)


def gather_to_check_in(conductor: Conductor, talk: Conversation, details: Details) -> None:
    day = date.fromisoformat(talk.answer(check_in_day) or conductor.today.isoformat())
    known = {name: talk.details[name] for name in ("poll", "round") if name in talk.details}
    _gather(conductor, talk.cast[SUBJECT].id, day, kind="check_in", **known)


def _gather(conductor: Conductor, lead: str, day: date, **details: str) -> None:
    conductor.begin("gathering", {SUBJECT: lead}, anchors={GATHERED: day}, details=details)


def announce_gathering(conductor: Conductor, talk: Conversation, details: Details) -> None:
    _tell_of_gathering(conductor, talk, {"discussion": "polls/discussion_set", "check_in": "polls/check_in"})


def remind_gathering(conductor: Conductor, talk: Conversation, details: Details) -> None:
    announced = next_moment(talk.steps[ANNOUNCE].at, talk.house).astimezone(ZoneInfo(talk.house.zone))
    if announced.date() >= conductor.today:
        return  # they have just heard of it, in the same message
    _tell_of_gathering(conductor, talk, {"discussion": "polls/discussion_today", "check_in": "polls/check_in_today"})


def move_gathering(conductor: Conductor, talk: Conversation, day: date) -> None:
    conductor.tell(talk.id, Reanchored(GATHERED, day))
    if "round" in talk.details:
        polls.set_discussion(conductor.tx, talk.details["round"], day)
    messages = {"discussion": "polls/discussion_moved", "check_in": "polls/check_in_moved"}
    _tell_of_gathering(conductor, conductor.load(talk.id), messages, f"{talk.id}-{conductor.now.isoformat()}")


def _tell_of_gathering(
    conductor: Conductor, talk: Conversation, messages: Mapping[str, str], about: str | None = None
) -> None:
    context = {name: talk.details[name] for name in ("poll", "round") if name in talk.details}
    context["day"] = talk.anchors[GATHERED].isoformat()
    tell_each(conductor, everybody(conductor), messages[talk.details["kind"]], about or talk.id, **context)


# ------------------------------------------------------------------------------------------------------------- who, which


def _open_record(conductor: Conductor, talk: Conversation, *, lock: bool = False) -> RoundRecord | None:
    """The conversation's round, while it is open."""
    record = polls.find(conductor.tx, talk.details["round"], lock=lock)
    return record if record is not None and record.state == "open" else None


def _invited(conductor: Conductor, record: RoundRecord) -> list[Member]:
    """Those of the audience whose account is still open."""
    invited = polls.audience(conductor.tx, record.id)
    return [one for one in everybody(conductor) if one.id in invited]


POLL_DEEDS: Mapping[str, Deed] = {
    "another_lead": another_lead,
    "announce_round": announce_round,
    "remind_round": remind_round,
    "remind_round_again": remind_round_again,
    "close_round": close_round,
    "schedule_round": schedule_round,
    "open_next_round": open_next_round,
    "gather_to_discuss": gather_to_discuss,
    "gather_to_check_in": gather_to_check_in,
    "announce_gathering": announce_gathering,
    "remind_gathering": remind_gathering,
}
