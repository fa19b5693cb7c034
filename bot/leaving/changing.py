"""What may still change of a departure: its last day, its kind, who sees it through; and undoing it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.conductor import Conductor
from bot.leaving import access
from bot.leaving.announcing import plan_changed, take_out_of_the_channel
from bot.leaving.beginning import (
    begin_again,
    details_of,
    fault_of_kind,
    fault_of_last_day,
    let_subject_know,
    tone_of_departure,
    walk,
)
from bot.leaving.following import begun_for, ever_begun_for, reanchor, still_open, stop_all
from bot.leaving.silence import let_hear_again
from bot.leaving.telling import tell
from bot.letterbox.addresses import withdraw
from flows.core.answers import Refused
from flows.core.model import Conversation
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.leaving.checklist import SPOKEN_WITH
from flows.leaving.debrief import WRITTEN_DEBRIEFS, is_sent
from flows.leaving.kinds import KINDS, Tone
from flows.leaving.parts import LEAD, SUPERVISOR
from storage import conversations, departures, erasing, members, missions, withdrawing
from storage.departures import Departure

TIME_TO_FIND_OUT = timedelta(days=60)
"""From a last day, or from being told of it afterwards, to nobody saying any more that it was not one."""


def postpone(conductor: Conductor, me: Member, departure_id: str, day: date) -> Mapping[str, Refused]:
    """Move the last day: all that is not done follows it."""
    found = access.leads(conductor, me, departure_id)
    if found is None or found.state != "open":
        return {"last_day": access.NOTHING_HERE if found is None else Refused("leaving/left_already")}
    if refused := fault_of_last_day(conductor, day, KINDS[found.kind]):
        return {"last_day": refused}
    if day != found.last_day:
        until = min(found.confidential_until, day) if found.confidential_until else None
        moved = departures.change(conductor.tx, found.id, last_day=day, confidential_until=until)
        assert moved is not None, "found above, and held"
        access.note(conductor, moved, "postponed")
        reanchor(conductor, moved, me.id)
    return {}


def change_kind(
    conductor: Conductor, me: Member, departure_id: str, kind: str, *, is_delicate: bool
) -> Mapping[str, Refused]:
    """Say that it is another kind of departure: with another tone, another path goes on from where this one is."""
    found = access.leads(conductor, me, departure_id)
    if found is None or found.state != "open":
        return {"kind": access.NOTHING_HERE if found is None else Refused("leaving/left_already")}
    if refused := fault_of_kind(conductor, KINDS.get(kind)):
        return {"kind": refused}
    changed = departures.change(conductor.tx, found.id, kind=kind, is_delicate=is_delicate)
    assert changed is not None, "found above, and held"
    if changed != found:
        access.note(conductor, changed, "kind_changed")
        _go_on_as(conductor, found, changed)
    return {}


def _go_on_as(conductor: Conductor, before: Departure, after: Departure) -> None:
    """What was done stays done; what is said from now on is said in the tone of the new kind."""
    tones: set[Tone] = {tone_of_departure(before), tone_of_departure(after)}
    path = next(iter(begun_for(conductor, before)), None)
    if path is not None and len(tones) > 1:
        if tones <= SPOKEN_WITH:
            _say_otherwise(conductor, after, path)
        else:
            _begin_afresh(conductor, before, after, path)
    let_subject_know(conductor, after)
    conductor.refresh_homes([after.member_id])


def _say_otherwise(conductor: Conductor, after: Departure, path: Conversation) -> None:
    """The same path in other words: all that was begun goes on, but for a debrief not sent yet, whose questions are others."""
    unsent = [
        talk for talk in still_open(conductor, after, *(flow.name for flow in WRITTEN_DEBRIEFS)) if not is_sent(talk)
    ]
    for talk in (path, *unsent):
        conductor.tell(talk.id, Stopped(conductor.actor))
    again = {step for talk in unsent if (begun := conversations.parent_of(conductor.tx, talk.id)) for step in begun[1:]}
    latter = begin_again(conductor, after, path, again)
    conversations.go_on_from(conductor.tx, path.id, latter.path_id or "")
    for talk in still_open(conductor, latter):
        if talk.id != latter.path_id:
            worded = replace(talk, details={**talk.details, **details_of(latter)})
            conversations.save(conductor.tx, worded, conductor.now)
            for name in (name for name, state in talk.steps.items() if state.state == "asked"):
                conductor.refresh(worded, name)
    plan_changed(conductor, latter)


def _begin_afresh(conductor: Conductor, before: Departure, after: Departure, path: Conversation) -> None:
    """Nothing of the former path holds for this one, counted from today: not even who was asked to take a mission over."""
    stop_all(conductor, before, conductor.actor)
    for mission in missions.of_departure(conductor.tx, after.id):
        if mission.state in ("free", "proposed"):
            missions.save(conductor.tx, replace(mission, taker_id=None, state="free"))
    changes: dict[str, Any] = {"begun_on": conductor.today}
    if tone_of_departure(before) == "bereaved":
        take_out_of_the_channel(conductor, before)
    if "bereaved" in (tone_of_departure(before), tone_of_departure(after)):
        # What was said of their leaving says nothing of their death, nor the other way round.
        changes |= {"words": {}, "publish_on": None, "published_on": None, "published_id": None}
    anew = departures.change(conductor.tx, after.id, **changes) or after
    departures.change(conductor.tx, after.id, path_id=walk(conductor, anew, after=path.id))


def hand_over_lead(conductor: Conductor, me: Member, departure_id: str, slack_id: str) -> Mapping[str, Refused]:
    """Let somebody else see it through."""
    found = access.leads(conductor, me, departure_id)
    if found is None:
        return {"lead": access.NOTHING_HERE}
    heir = members.by_slack_id(conductor.tx, slack_id)
    if heir is None or not heir.active:
        return {"lead": Refused("unknown_person" if heir is None else "deactivated")}
    if heir.id == found.member_id:
        return {"lead": Refused("leaving/somebody_else")}
    if heir.id != me.id:
        give_lead(conductor, found, heir)
    return {}


def give_lead(conductor: Conductor, departure: Departure, heir: Member) -> None:
    """From now on, `heir` sees it through: in the path, and in all that was begun from it. Whoever did still knows of it."""
    if departure.lead_id is not None:
        known_as: departures.Capacity = "supervisor" if departure.lead_id == departure.supervisor_id else "told"
        departures.allow(conductor.tx, departure.id, departure.lead_id, known_as)
    departures.change(conductor.tx, departure.id, lead_id=heir.id)
    departures.allow(conductor.tx, departure.id, heir.id, "lead")
    access.note(conductor, departure, "lead_given", about=heir.id)
    if departure.path_id is not None:
        conductor.recast(departure.path_id, LEAD, heir.id)
        if departure.supervisor_id is None:
            conductor.recast(departure.path_id, SUPERVISOR, heir.id)
    conductor.refresh_homes([heir.id])


# --------------------------------------------------------------------------------------------------------------- undoing


def call_off(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """They stay, or have not left: all of it stops, and those who knew are told."""
    found = access.known_to(conductor, me, departure_id, ("lead", "subject"))
    if found is None or not (found.state == "open" or may_not_have_left(conductor, found)):
        return access.NOTHING_HERE
    if me.id == found.member_id and not (found.state == "open" and is_their_own_to_decide(found)):
        return access.NOTHING_HERE
    if found.state == "left" and members.has_not_left(conductor.tx, found.member_id):
        conductor.forget(found.member_id)
    was_announced = found.published_on is not None and found.published_on <= conductor.today
    close(conductor, found, "called_off")
    told = [one.id for one in access.knowing(conductor, found)]
    # Whoever is well, and was thought dead, is not told so by a robot.
    for one in told if tone_of_departure(found) == "bereaved" else (found.member_id, *told):
        tell(conductor, one, "called_off", found, found.id, was_announced=was_announced)
    return None


def may_not_have_left(conductor: Conductor, found: Departure) -> bool:
    """Whether it may still be said that they have not left, once their last day is behind: it moved and nobody told, or they
    were thought dead."""
    known_on = max(found.last_day, found.begun_on)
    return found.state == "left" and conductor.today <= known_on + TIME_TO_FIND_OUT


def is_their_own_to_decide(departure: Departure) -> bool:
    """Whether whoever leaves may say that they stay: a dismissal is not theirs to call off."""
    return KINDS[departure.kind].tone in ("warm", "staying")


def close(conductor: Conductor, found: Departure, state: departures.State) -> None:
    """End all that goes on for it, and leave it in that state. Whoever stays, or is back, is written to at no other address."""
    stop_all(conductor, found, conductor.actor)
    let_hear_again(conductor, found)
    if (person := conductor.member(found.member_id)) is not None:
        withdraw(conductor, person)
    if state == "called_off":
        take_out_of_the_channel(conductor, found)
    changed = departures.change(conductor.tx, found.id, state=state)
    access.note(conductor, changed or found, state)
    conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])


def stop_letters(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """Whoever has left is written to no more: they asked for it aloud, or have died since, and no link of a letter will be
    followed."""
    found = access.leads(conductor, me, departure_id)
    person = conductor.member(found.member_id) if found is not None else None
    if found is None or found.state != "left" or person is None:
        return access.NOTHING_HERE
    if withdraw(conductor, person):
        access.note(conductor, found, "letters_stopped")
    return None


def is_undoable(conductor: Conductor, departure: Departure) -> bool:
    """Whether it can still be as if nothing had been said: nobody has answered anything, and nothing went by letter."""
    if departure.state != "open" or departure.published_id is not None:
        return False
    return not any(_has_been_answered(talk) for talk in ever_begun_for(conductor, departure))


def _has_been_answered(talk: Conversation) -> bool:
    return any(state.by is not None for state in talk.steps.values())


def undo(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """A departure told by mistake was never told: what was said is taken back, what was to be said is not, nothing is kept."""
    found = access.leads(conductor, me, departure_id)
    if found is None:
        return access.NOTHING_HERE
    if not is_undoable(conductor, found):
        return Refused("leaving/too_late_to_undo")
    knew = [found.member_id, *departures.capacities(conductor.tx, found.id)]
    talks = [talk.id for talk in ever_begun_for(conductor, found)]
    stop_all(conductor, found, me.id)
    withdrawing.withdraw(conductor.tx, talks, conductor.now)
    erasing.forget_begun(conductor.tx, talks)
    departures.forget(conductor.tx, found.id)
    conductor.refresh_homes(knew)
    return None
