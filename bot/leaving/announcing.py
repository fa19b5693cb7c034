"""The announcement of a departure: written with the person, approved by two, said on its day, taken back at a word.

What is approved has a print: the words, the day, and who takes what over. Whatever changes one of them asks again.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.conductor import Conductor, Deed
from bot.leaving import access
from bot.leaving.beginning import details_of, tone_of_departure
from bot.leaving.following import begun_for, still_open
from bot.leaving.telling import tell
from flows.core.answers import Refused
from flows.core.model import SUBJECT, Conversation, StepState
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.leaving.announcement import (
    PUBLISHED,
    announcement_approval,
    bereavement_announcement,
    departure_announcement,
    family_day,
    family_words,
    is_approved,
    publish_on,
    published_announcement,
    words,
)
from flows.leaving.departure import ANNOUNCE, announcement_wanted
from flows.leaving.grieving import bereavement, family_agrees
from flows.leaving.parts import ANNOUNCEMENTS, LEAD
from flows.leaving.paths import PATH_OF_TONE
from storage import conversations, departures, missions, withdrawing
from storage.departures import Departure
from storage.words import imprint

Details = Mapping[str, str]
LONG_AFTER = timedelta(days=60)
"""Past the last day, an announcement is of no use to anybody."""
DRAFTS = (departure_announcement.name, announcement_approval.name, bereavement_announcement.name)


def _of(conductor: Conductor, talk: Conversation) -> Departure | None:
    return departures.find(conductor.tx, talk.details.get("departure", ""), lock=True)


def wording_of(conductor: Conductor, departure: Departure) -> str:
    """The print of all that the announcement is made from."""
    plan = [
        (one.title, one.taker_id)
        for one in missions.of_departure(conductor.tx, departure.id)
        if one.state == "accepted"
    ]
    day = departure.publish_on.isoformat() if departure.publish_on else None
    told = [dict(departure.words), plan, day, departure.last_day.isoformat(), tone_of_departure(departure)]
    return imprint(conductor.tx, json.dumps(told, sort_keys=True))


# ----------------------------------------------------------------------------------------------------- written, approved


def ask_for_approval(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """What was written is shown to the person, then to whoever leads."""
    found, day = _of(conductor, talk), talk.answer(publish_on)
    if found is not None and day is not None:
        written = departures.change(
            conductor.tx, found.id, words=talk.answer(words) or {}, publish_on=date.fromisoformat(day)
        )
        _begin_approval(conductor, written or found)


def _begin_approval(conductor: Conductor, found: Departure) -> None:
    assert found.publish_on is not None
    for talk in still_open(conductor, found, announcement_approval.name):
        conductor.tell(talk.id, Stopped())
    cast = {SUBJECT: found.member_id} | ({LEAD: found.lead_id} if found.lead_id else {})
    conductor.begin(
        announcement_approval.name,
        cast,
        anchors={PUBLISHED: max(found.publish_on, conductor.today)},
        details={**details_of(found), "wording": wording_of(conductor, found)},
        parent=(found.path_id or "", ""),
    )


def write_announcement_again(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """One of the two wants something else: it is written again, from what it was."""
    found = _of(conductor, talk)
    if found is not None and not still_open(conductor, found, departure_announcement.name):
        _begin_draft(conductor, found)


def _begin_draft(conductor: Conductor, found: Departure) -> None:
    """Ask for its words: of the person, or after a death of whoever leads, who agrees on them with the family."""
    flow = bereavement_announcement if tone_of_departure(found) == "bereaved" else departure_announcement
    cast = {SUBJECT: found.member_id} | ({LEAD: found.lead_id} if found.lead_id else {})
    conductor.begin(flow.name, cast, details=details_of(found), parent=(found.path_id or "", ""))


def plan_changed(conductor: Conductor, found: Departure) -> None:
    """Something the announcement speaks of has changed: what was approved is approved no longer."""
    for talk in still_open(conductor, found, announcement_approval.name):
        if found.publish_on is not None and talk.details.get("wording") != wording_of(conductor, found):
            conductor.tell(talk.id, Stopped())
            _begin_approval(conductor, found)


def write(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """The person, or whoever leads, wants to write it now, or again."""
    found = access.known_to(conductor, me, departure_id, ("subject", "lead"))
    if found is None or found.state != "open" or found.published_id is not None:
        return access.NOTHING_HERE
    for talk in still_open(conductor, found, announcement_approval.name):
        conductor.tell(talk.id, Stopped(me.id))
    if not still_open(conductor, found, *DRAFTS):
        _begin_draft(conductor, found)
        _ask_no_more(conductor, found)
    return None


def _ask_no_more(conductor: Conductor, found: Departure) -> None:
    """The path does not ask whether to write what is being written: that, and beginning it, are behind."""
    for path in still_open(conductor, found, PATH_OF_TONE[tone_of_departure(found)].name):
        wanted, answer = (family_agrees, "agreed") if path.flow == bereavement.name else (announcement_wanted, "write")
        asked = path.steps.get(wanted.name)
        if asked is not None and asked.state != "asked":
            continue
        behind = {wanted.name: StepState("done", conductor.now, answer), ANNOUNCE: StepState("done", conductor.now)}
        conversations.save(conductor.tx, replace(path, steps={**path.steps, **behind}), conductor.now)
        if asked is not None:
            conductor.refresh(path, wanted.name)


# ------------------------------------------------------------------------------------------------------- said, taken back


def publish_announcement(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Say it, if it is still what was approved; else ask again."""
    found = _of(conductor, talk)
    if found is None or found.published_id is not None or not is_approved(talk):
        return
    if talk.details.get("wording") != wording_of(conductor, found):
        _begin_approval(conductor, found)
    else:
        _publish(conductor, found, talk)


def publish_when_agreed(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """After a death: in the words agreed with the family, on the day they chose."""
    found, day = _of(conductor, talk), talk.answer(family_day)
    if found is not None and day is not None and found.published_id is None:
        changes = {"words": talk.answer(family_words) or {}, "publish_on": date.fromisoformat(day)}
        _publish(conductor, departures.change(conductor.tx, found.id, **changes) or found, talk)


def _publish(conductor: Conductor, found: Departure, talk: Conversation) -> None:
    """Say it in the channel, now that `talk` has agreed on it; without a channel, whoever leads is given its words to read."""
    channel = conductor.workspace.announcements_channel
    if not channel:
        tell(conductor, found.lead_id, "no_channel", found, talk.id, within=talk.id)
        return
    said_on = max(found.publish_on or conductor.today, conductor.today)
    published = conductor.begin(
        published_announcement.name,
        {SUBJECT: found.member_id, ANNOUNCEMENTS: channel},
        anchors={PUBLISHED: said_on},
        details=details_of(found),
        parent=(found.path_id or "", ""),
    )
    departures.change(conductor.tx, found.id, published_id=published, published_on=said_on)
    access.note(conductor, found, "announced")
    conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])


def is_handed(conductor: Conductor, found: Departure) -> bool:
    """Whether it is for whoever leads to read aloud: agreed on, and without a channel to be said in."""
    if found.published_id is not None or found.publish_on is None:
        return False
    over = [talk for talk in begun_for(conductor, found) if talk.status == "finished"]
    return any(
        is_approved(talk) if talk.flow == announcement_approval.name else talk.answer(family_day) is not None
        for talk in over
        if talk.flow in (announcement_approval.name, bereavement_announcement.name)
    )


def take_back(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """Consent is withdrawn: what was to be said is not; what was said in the channel is taken back."""
    found = access.known_to(conductor, me, departure_id, ("subject",))
    if found is None:
        return access.NOTHING_HERE
    for talk in still_open(conductor, found, *DRAFTS, published_announcement.name):
        conductor.tell(talk.id, Stopped(me.id))
    take_out_of_the_channel(conductor, found)
    departures.change(conductor.tx, found.id, publish_on=None, words={})
    access.note(conductor, found, "announcement_withdrawn")
    tell(conductor, found.lead_id, "announcement_withdrawn", found, conductor.now.isoformat())
    conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])
    return None


def take_out_of_the_channel(conductor: Conductor, found: Departure) -> None:
    """What was announced is so no longer."""
    if found.published_id is not None:
        withdrawing.withdraw(conductor.tx, [found.published_id], conductor.now)
        departures.change(conductor.tx, found.id, published_id=None, published_on=None)


def announcing_day(conductor: Conductor, talk: Conversation, by: Member, raw: object) -> Refused | None:
    """The day the announcement is said: to come, not before what is confidential may be known, not long after the last day."""
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        day = None
    found = departures.find(conductor.tx, talk.details.get("departure", ""))
    if day is None or found is None:
        return None  # the question itself refuses what is no day
    if day < conductor.today:
        return Refused("day_in_the_past")
    if found.confidential_until is not None and day < found.confidential_until:
        return Refused("leaving/still_confidential", {"day": found.confidential_until})
    return Refused("day_too_far") if day > found.last_day + LONG_AFTER else None


ANNOUNCING_DEEDS: Mapping[str, Deed] = {
    "ask_for_approval": ask_for_approval,
    "write_announcement_again": write_announcement_again,
    "publish_announcement": publish_announcement,
    "publish_when_agreed": publish_when_agreed,
}
