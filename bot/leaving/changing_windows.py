"""The small windows in which something of a departure is changed: its day, its kind, its lead, a task, a mission."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from bot.conductor import Conductor
from bot.days import TWO_YEARS, fault_of_day
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, asked, given, notice, said, window
from bot.home.kinds import Faults, Submission, Window
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.leaving import access, changing, handover
from bot.leaving.context import PAGE
from bot.leaving.sheet import sheet_window
from flows.core.answers import Refused
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Answered, Reanchored, Stopped
from flows.core.people import Member
from flows.leaving.checklist import DUE, departure_task, seen_to
from flows.leaving.kinds import ALL_KINDS
from flows.leaving.parts import OWNER
from storage import departures, members, missions
from storage.departures import Departure

BETWEEN = "|"


def _gone(sight: Sight) -> View:
    return notice(sight, sight.say("gone", "refusals"))


def _led(sight: Sight, departure_id: str) -> Departure | None:
    return access.known_to(sight.conductor, sight.me, departure_id, access.STEERING, lock=False)


# ----------------------------------------------------------------------------------------------------------- day, kind, lead


def postpone_window(sight: Sight, departure_id: str) -> View:
    found = _led(sight, departure_id)
    if found is None:
        return _gone(sight)
    day = asked(sight, "last_day", inputs.day(found.last_day), page=PAGE)
    return window(
        sight, "departure_postpone", [said(sight.say("postpone__intro", PAGE)), day], about=found.id, page=PAGE
    )


def kind_window(sight: Sight, departure_id: str) -> View:
    found = _led(sight, departure_id)
    if found is None:
        return _gone(sight)
    kinds = [(kind.name, sight.plain(f"kind__{kind.name}", PAGE)) for kind in ALL_KINDS]
    delicate = [("yes", sight.plain("delicate__yes", PAGE))]
    return window(
        sight,
        "departure_kind",
        [
            said(sight.say("kind__intro", PAGE)),
            asked(sight, "kind", inputs.one_of(kinds, found.kind), page=PAGE),
            asked(
                sight,
                "delicate",
                inputs.ticked(delicate, ["yes"] if found.is_delicate else []),
                optional=True,
                page=PAGE,
            ),
        ],
        about=found.id,
        page=PAGE,
    )


def lead_window(sight: Sight, departure_id: str) -> View:
    found = _led(sight, departure_id)
    if found is None:
        return _gone(sight)
    lead = asked(sight, "lead", inputs.somebody(), page=PAGE)
    return window(sight, "departure_lead", [said(sight.say("lead__intro", PAGE)), lead], about=found.id, page=PAGE)


class _Change(NamedTuple):
    """Something to change: `about` is the small id its window was opened for."""

    about: str
    told: Mapping[str, Any]


def _change_of(view: View, _: date) -> _Change:
    return _Change(view.get("private_metadata") or "", given(view))


async def _postpone(desk: Desk, workspace: str, slack_id: str, change: _Change) -> Mapping[str, str] | Faults:
    day = day_of(change.told.get("last_day"))
    if day is None:
        return Faults(last_day=Refused("not_a_day"))
    return await desk.decide(workspace, slack_id, lambda it, me: changing.postpone(it, me, change.about, day))


async def _kind(desk: Desk, workspace: str, slack_id: str, change: _Change) -> Mapping[str, str]:
    kind, is_delicate = change.told.get("kind") or "", bool(change.told.get("delicate"))
    return await desk.decide(
        workspace, slack_id, lambda it, me: changing.change_kind(it, me, change.about, kind, is_delicate=is_delicate)
    )


async def _lead(desk: Desk, workspace: str, slack_id: str, change: _Change) -> Mapping[str, str]:
    lead = change.told.get("lead") or ""
    return await desk.decide(workspace, slack_id, lambda it, me: changing.hand_over_lead(it, me, change.about, lead))


# ------------------------------------------------------------------------------------------------------------- the checklist


def task_window(sight: Sight, conversation: str) -> View:
    talk = sight.load(conversation)
    if talk is None or not _may_move(sight.conductor, sight.me, talk):
        return _gone(sight)
    owner = sight.player(talk, OWNER)
    slack_id = owner.slack_id if owner is not None and owner.active else None
    states = [("open", sight.plain("task__open", PAGE)), ("done", sight.plain("task__done", PAGE))]
    return window(
        sight,
        departure_task.name,
        [
            said(sight.say(seen_to.name, departure_task.name, sight.context(talk))),
            asked(sight, "task_state", inputs.radio(states, "open"), page=PAGE),
            asked(sight, "owner", inputs.somebody(slack_id), optional=True, page=PAGE),
            asked(sight, "due", inputs.day(talk.anchors[DUE]), optional=True, page=PAGE),
        ],
        about=talk.id,
        page=PAGE,
    )


def _may_move(conductor: Conductor, me: Member, talk: Conversation) -> bool:
    """Whoever leads the departure, and whoever has the task."""
    if talk.flow != departure_task.name or talk.status != "open":
        return False
    owner = talk.plays(OWNER)
    capacity = departures.capacity_of(conductor.tx, talk.details.get("departure", ""), me.id)
    return capacity == "lead" or (owner is not None and owner.id == me.id)


def settle_task(conductor: Conductor, me: Member, change: _Change) -> Mapping[str, Refused]:
    """Tick it off, give it to somebody else, or move its day."""
    talk = next(conductor.known([change.about]), None)
    if talk is None or not _may_move(conductor, me, talk):
        return {"task_state": access.NOTHING_HERE}
    heir = members.by_slack_id(conductor.tx, change.told["owner"]) if change.told.get("owner") else None
    day = day_of(change.told.get("due"))
    if faults := _faults_of_task(conductor, me, talk, heir, day):
        return faults
    if heir is not None:
        _give_task(conductor, talk, heir)
    if change.told.get("task_state") == "done":
        _tick(conductor, me, conductor.load(talk.id))
    elif day is not None:
        conductor.tell(talk.id, Reanchored(DUE, day, me.id))
    return {}


def _faults_of_task(
    conductor: Conductor, me: Member, talk: Conversation, heir: Member | None, day: date | None
) -> dict[str, Refused]:
    faults: dict[str, Refused] = {}
    if heir is not None and (refused := _why_not_to(conductor, me, talk, heir)) is not None:
        faults["owner"] = refused
    if day is not None and day != talk.anchors[DUE]:
        refused = fault_of_day(day, conductor.today, TWO_YEARS)
        faults |= {"due": refused} if refused is not None else {}
    return faults


def _why_not_to(conductor: Conductor, me: Member, talk: Conversation, heir: Member) -> Refused | None:
    """Why this person may not be given it. Whoever knows nothing yet learns it from whoever leads, or from nobody."""
    if not heir.active or heir.id == talk.cast[SUBJECT].id:
        return Refused("leaving/somebody_else" if heir.active else "deactivated")
    owner, found = talk.plays(OWNER), departures.find(conductor.tx, talk.details.get("departure", ""))
    if found is None or found.lead_id == me.id or handover.is_known_to_all(found):
        return None
    if (owner is not None and owner.id == heir.id) or departures.capacity_of(
        conductor.tx, found.id, heir.id
    ) is not None:
        return None
    lead = conductor.member(found.lead_id) if found.lead_id else None
    return Refused("leaving/does_not_know", {"who": lead.name if lead is not None else ""})


def _give_task(conductor: Conductor, talk: Conversation, heir: Member) -> None:
    """They are told of it, and are among those who know: the person reads that they are."""
    before = talk.plays(OWNER)
    found = departures.find(conductor.tx, talk.details.get("departure", ""))
    conductor.recast(talk.id, OWNER, heir.id)
    if found is not None and (before is None or before.id != heir.id):
        handover.let_know(conductor, found, heir.id)
        access.note(conductor, found, "task_given", about=heir.id)
        conductor.refresh_homes([heir.id])


def _tick(conductor: Conductor, me: Member, talk: Conversation) -> None:
    """Over, and answered by its owner when it was asked of them: else it ends unasked."""
    owner, asked_of = talk.plays(OWNER), talk.steps.get(seen_to.name)
    is_mine = owner is not None and owner.id == me.id and asked_of is not None
    conductor.tell(talk.id, Answered(seen_to.name, "done", me.id) if is_mine else Stopped(me.id))


async def _settle(desk: Desk, workspace: str, slack_id: str, change: _Change) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: settle_task(it, me, change))


# ---------------------------------------------------------------------------------------------------------------- missions


def mission_window(sight: Sight, argument: str) -> View:
    """`argument`: the departure, then the mission, or nothing for a new one."""
    departure_id, _, mission_id = argument.partition(BETWEEN)
    found = access.known_to(sight.conductor, sight.me, departure_id, handover.PLANNERS, lock=False)
    mission = missions.find(sight.tx, mission_id) if mission_id else None
    if found is None:
        return _gone(sight)
    known = [one for one in (mission,) if one is not None and one.departure_id == found.id]
    if mission_id and not handover.shown_to(sight.me, found, known):
        return _gone(sight)
    taker = sight.scene.member(mission.taker_id) if mission is not None and mission.taker_id else None
    title = inputs.text(mission.title if mission is not None else "", handover.LONGEST_TITLE)
    told = {"departure": found, "is_mine": found.member_id == sight.me.id}
    fields = [
        said(sight.say("mission__intro", PAGE, told=told)),
        asked(sight, "title", title, page=PAGE),
        asked(sight, "taker", inputs.somebody(taker.slack_id if taker is not None else None), optional=True, page=PAGE),
    ]
    if mission is not None:
        gone = inputs.ticked([("yes", sight.plain("mission__remove", PAGE))])
        fields.append(asked(sight, "remove", gone, optional=True, page=PAGE))
    return window(sight, "mission", fields, about=argument, page=PAGE)


def settle_mission(conductor: Conductor, me: Member, change: _Change) -> Mapping[str, Refused]:
    departure_id, _, mission_id = change.about.partition(BETWEEN)
    title, taker = change.told.get("title") or "", change.told.get("taker")
    if not mission_id:
        return handover.add(conductor, me, departure_id, title, taker)
    if change.told.get("remove"):
        refused = handover.remove(conductor, me, mission_id)
        return {"title": refused} if refused else {}
    return handover.change(conductor, me, mission_id, title, taker)


async def _mission(desk: Desk, workspace: str, slack_id: str, change: _Change) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: settle_mission(it, me, change))


# ------------------------------------------------------------------------------------------------ what is shown then


def _sheet_again(sight: Sight, about: str) -> View:
    """The sheet in which something was changed, as it now is."""
    return sheet_window(sight, about.partition(BETWEEN)[0])


def _sheet_of_task(sight: Sight, conversation: str) -> View:
    talk = sight.load(conversation)
    return sheet_window(sight, talk.details["departure"] if talk is not None else "")


def _handed_over(sight: Sight, _: str) -> View:
    return notice(sight, sight.say("departure_lead__done", PAGE))


CHANGING_WINDOWS: Mapping[str, Window] = {
    "departure_postpone": postpone_window,
    "departure_kind": kind_window,
    "departure_lead": lead_window,
    departure_task.name: task_window,
    "mission": mission_window,
    "add_mission": mission_window,
}
CHANGING_SUBMITTED: Mapping[str, Submission] = {
    "departure_postpone": Submission(_change_of, _postpone, _sheet_again),
    "departure_kind": Submission(_change_of, _kind, _sheet_again),
    "departure_lead": Submission(_change_of, _lead, _handed_over),
    departure_task.name: Submission(_change_of, _settle, _sheet_of_task),
    "mission": Submission(_change_of, _mission, _sheet_again),
}
CHANGED_IN_PLACE = frozenset(CHANGING_WINDOWS)
"""Each takes the place of the sheet, that would be out of date beneath it, and becomes it again."""
