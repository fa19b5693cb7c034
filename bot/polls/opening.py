"""Opening a round, scheduling the next, and, when too few could answer, talking instead."""

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.blocks import cut
from bot.conductor import Conductor
from bot.people import rhythm_of, voice_of
from bot.polls.groups import labels_of
from bot.polls.leads import leads, unless_lead
from bot.polls.telling import everybody
from bot.scene import OURS
from flows.core.answers import Refused
from flows.core.calendar import is_working_day, working_days_from
from flows.core.model import SUBJECT
from flows.core.moves import Reanchored, Stopped
from flows.core.people import Member
from flows.core.poll import Dimension, Item, Poll, missing_texts
from flows.core.rounds import Kin, can_be_anonymous, kinship, open_round
from flows.living.gatherings import CLOSES, HALFWAY, NEXT, OPENS, PLANNED
from storage import conversations, polls
from storage.polls import PollSettings, RoundRecord

LONGEST_ROUND = timedelta(days=60)
LONGEST_EXCERPT = 80
TOO_FEW = "too_few_for_anonymity"


def settings_of(conductor: Conductor, poll: str) -> PollSettings | None:
    return polls.settings(conductor.tx, poll, OURS)


def known_polls(conductor: Conductor) -> list[PollSettings]:
    """Ours first, then those of the cooperative's own."""
    names = dict.fromkeys((*OURS, *polls.decided_names(conductor.tx)))
    return [found for name in names if (found := settings_of(conductor, name)) is not None]


def usual_closing(conductor: Conductor, decided: PollSettings) -> date:
    """The last day of a round opened today: always a working one."""
    day = conductor.today + timedelta(days=decided.days_open - 1)
    house = rhythm_of(None, conductor.workspace)
    return day if is_working_day(day, house) else working_days_from(day, 1, house)


def open_round_of(conductor: Conductor, poll: str) -> RoundRecord | None:
    return next((one for one in polls.open_rounds(conductor.tx) if one.poll_name == poll), None)


def why_not_open(conductor: Conductor, poll: Poll) -> Refused | None:
    """What keeps this poll from opening today, whoever asks and however many could answer."""
    if open_round_of(conductor, poll.name) is not None:
        return Refused("round_already_open")
    lacking = missing_texts(poll, _locales(conductor))
    if not lacking:
        return None
    # Named by the words it has in another language: its name means nothing to people.
    parts: tuple[Poll | Item | Dimension, ...] = (poll, *poll.items, *poll.dimensions)
    texts = next((part.texts for part in parts if part.name == lacking[0].details["name"] and part.texts), {})
    words = next((text for text in texts.values() if text.strip()), lacking[0].details["name"])
    return Refused(lacking[0].reason, {**lacking[0].details, "name": cut(words, LONGEST_EXCERPT)})


def enough_people(conductor: Conductor, decided: PollSettings) -> bool:
    """Whether so many could answer that somebody's answers stay theirs; else they are proposed to talk."""
    return can_be_anonymous(len(everybody(conductor)), decided.poll.thresholds, decided.turnout_percent)


def open_by_hand(conductor: Conductor, me: Member, poll: str, closes: date | None = None) -> Refused | None:
    """A lead opens a round now. When too few could answer, a météo collective is proposed, and the refusal says so."""
    refused = unless_lead(conductor, me)
    decided = settings_of(conductor, poll)
    if refused is not None or decided is None:
        return refused or Refused("no_such_poll")
    closes = closes or usual_closing(conductor, decided)
    if closes < conductor.today:
        return Refused("day_in_the_past")
    if closes < (first := _first_invited(conductor)):
        return Refused("closes_before_invitations", {"day": first})
    if closes > conductor.today + LONGEST_ROUND:
        return Refused("day_too_far")
    return _open(conductor, me, decided, closes, planned=next_opening(conductor, poll))


def _first_invited(conductor: Conductor) -> date:
    """The day that whoever keeps the house's hours is invited, for a round opened now."""
    return conductor.hour_of(None).astimezone(ZoneInfo(rhythm_of(None, conductor.workspace).zone)).date()


def open_as_scheduled(conductor: Conductor, lead: Member, poll: str) -> Refused | None:
    decided = settings_of(conductor, poll)
    if decided is None:
        return Refused("no_such_poll")
    planned = decided.poll.cadence.next_after(conductor.today)
    return _open(conductor, lead, decided, usual_closing(conductor, decided), planned=planned)


def _open(
    conductor: Conductor, lead: Member, decided: PollSettings, closes: date, *, planned: date | None
) -> Refused | None:
    """`planned`: when the poll comes next all the same, if this round is cancelled."""
    poll = decided.poll
    if (refused := why_not_open(conductor, poll)) is not None:
        return refused
    today = conductor.today
    invited = {one.id: labels_of(one, decided.cuts, today) for one in everybody(conductor)}
    round_ = open_round(
        poll,
        id=polls.new_round_id(),
        opens=today,
        closes=closes,
        audience=list(invited.values()),
        cuts=decided.cuts,
        turnout_percent=decided.turnout_percent,
        kin=_kin(conductor, poll.name, invited),
    )
    if isinstance(round_, Refused):
        if round_.reason == TOO_FEW:
            propose_check_in(conductor, lead, poll.name, round_)
            schedule(conductor, poll.name, poll.cadence.next_after(today), people=len(invited))
        return round_
    record = RoundRecord(
        round=round_,
        number=polls.next_number(conductor.tx, poll.name),
        lists_participation=decided.lists_participation,
        key_print=conductor.score.seals.print,
        opened_on=today,
    )
    polls.open_round(conductor.tx, record, invited)
    unschedule(conductor, poll.name)
    anchors = {OPENS: today, HALFWAY: today + (closes - today) // 2, CLOSES: closes}
    details = {"round": round_.id, "poll": poll.name} | ({PLANNED: planned.isoformat()} if planned else {})
    conductor.begin("poll_round", {SUBJECT: lead.id}, anchors=anchors, details=details)
    return None


def _kin(conductor: Conductor, poll: str, invited: Mapping[str, Mapping[str, str]]) -> Kin:
    """How near this audience is to that of each round already shown."""
    shown = [one for one in polls.rounds_of(conductor.tx, poll) if one.report is not None]
    return {one.id: kinship(polls.audience(conductor.tx, one.id), invited) for one in shown}


def _locales(conductor: Conductor) -> tuple[str, ...]:
    """The languages the invited are spoken to in."""
    return tuple(sorted({voice_of(one, conductor.workspace).locale for one in everybody(conductor)}))


# ------------------------------------------------------------------------------------------------------- the next round


def schedule(conductor: Conductor, poll: str, day: date | None, *, people: int | None = None) -> None:
    """Let the next round come on that day, instead of any other; None: let none come. `people`: so few that they are to talk."""
    coming = scheduled(conductor, poll)
    if day is None:
        unschedule(conductor, poll)
    elif coming is not None:
        conductor.tell(coming, Reanchored(NEXT, day))
    elif found := leads(conductor):
        details = {"poll": poll} | ({"people": str(people)} if people is not None else {})
        conductor.begin("poll_schedule", {SUBJECT: found[0].id}, anchors={NEXT: day}, details=details)


def scheduled(conductor: Conductor, poll: str) -> str | None:
    """The conversation that will open the poll's next round."""
    waiting = conversations.of_flow(conductor.tx, "poll_schedule", open_only=True)
    return next((talk.id for talk in conductor.known(waiting) if talk.details.get("poll") == poll), None)


def openings_to_come(conductor: Conductor) -> dict[str, date]:
    """By poll, the day its next round opens."""
    waiting = conversations.of_flow(conductor.tx, "poll_schedule", open_only=True)
    return {talk.details["poll"]: talk.anchors[NEXT] for talk in conductor.known(waiting) if "poll" in talk.details}


def next_opening(conductor: Conductor, poll: str) -> date | None:
    coming = scheduled(conductor, poll)
    return conductor.load(coming).anchors[NEXT] if coming is not None else None


def unschedule(conductor: Conductor, poll: str) -> None:
    coming = scheduled(conductor, poll)
    if coming is not None:
        conductor.tell(coming, Stopped())


def propose_check_in(conductor: Conductor, lead: Member, poll: str, refused: Refused | None = None) -> None:
    """Ask the lead when everybody could talk, unless that is asked already. `refused`: why there can be no poll."""
    waiting = conversations.of_flow(conductor.tx, "check_in", open_only=True)
    if any(talk.details.get("poll") == poll for talk in conductor.known(waiting)):
        return
    counted = {name: str(number) for name, number in (refused.details if refused else {}).items()}
    conductor.begin("check_in", {SUBJECT: lead.id}, details={"poll": poll, **counted})
