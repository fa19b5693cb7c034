"""A departure in a window, to each what concerns them: the person's own, whoever leads', their supervisor's."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.blocks import Block, note, section
from bot.desk import Desk
from bot.home.inputs import View, frame, notice
from bot.home.kinds import AtOnce, Window
from bot.home.pieces import actions, beside, confirmed, header, home_button
from bot.home.sight import Sight
from bot.leaving import access, announcing, beginning, changing, handover
from bot.leaving.announcing import DRAFTS
from bot.leaving.context import PAGE, hat_in_words
from bot.leaving.following import still_open, tasks_of
from bot.leaving.hats import hats_of
from flows.core.people import Member
from flows.leaving.checklist import DUE, seen_to
from flows.leaving.parts import OWNER
from storage import departures, missions
from storage.departures import Capacity, Departure
from storage.missions import Mission
from storage.transaction import Transaction

SHEET, MINE, TRACE = "departure", "my_departure", "departure_trace"
CLOSED_SHOWN = 60
"""Traces shown, the latest first: the whole is in the export of one's data."""


def my_departure_window(sight: Sight, _: str = "") -> View:
    """What the person sees of their own departure; where there is none, how to prepare one alone."""
    found = departures.under_way(sight.tx, sight.me.id)
    if found is None or departures.capacity_of(sight.tx, found.id, sight.me.id) != "subject":
        words = section(sight.say("mine__none", PAGE))
        return frame(sight, sight.plain("mine__title", PAGE), [words, *_row(sight, "prepare_departure")])
    if found.state == "private":
        return frame(sight, sight.plain("mine__title", PAGE), list(_private(sight, found)))
    return frame(sight, sight.plain("mine__title", PAGE), list(_mine(sight, found)))


def _private(sight: Sight, found: Departure) -> Iterator[Block]:
    yield section(sight.say("mine__private", PAGE, told={"departure": found, "kind": _kind(sight, found)}))
    yield from _missions(sight, found)
    yield from _hats(sight, sight.me)
    give_up = confirmed(sight, home_button(sight, "give_up_departure", page=PAGE), "give_up_departure", PAGE)
    prepare, tell = (
        home_button(sight, "prepare_departure", page=PAGE),
        home_button(sight, "let_know", primary=True, page=PAGE),
    )
    yield from actions(tell, prepare, give_up)


def _mine(sight: Sight, found: Departure) -> Iterator[Block]:
    yield section(sight.say("mine__open", PAGE, told={"departure": found, "kind": _kind(sight, found)}))
    yield from _who_knows(sight, found)
    yield from _announcement(sight, found, "subject")
    yield from _missions(sight, found)
    yield from _hats(sight, sight.me)
    stay = confirmed(sight, home_button(sight, "call_off_departure", found.id, page=PAGE), "call_off_departure", PAGE)
    yield from actions(home_button(sight, TRACE, found.id, page=PAGE), *([stay] if found.state == "open" else []))


def sheet_window(sight: Sight, departure_id: str) -> View:
    """What whoever leads, and the supervisor, see of it; anybody else is told what they would be of what does not exist."""
    capacity = departures.capacity_of(sight.tx, departure_id, sight.me.id)
    found = departures.find(sight.tx, departure_id) if capacity in access.SEES_ALL else None
    if found is None:
        return notice(sight, sight.say("gone", "refusals"))
    if capacity == "subject":
        return my_departure_window(sight)
    return frame(sight, sight.plain("sheet__title", PAGE), list(_sheet(sight, found, capacity == "lead")))


def _sheet(sight: Sight, found: Departure, leads: bool) -> Iterator[Block]:
    person = sight.scene.member(found.member_id)
    told = {"departure": found, "kind": _kind(sight, found), "person": person}
    yield section(sight.say("sheet__head", PAGE, told=told))
    if leads and found.state == "open":
        yield from actions(*_steering(sight, found))
    yield from _checklist(sight, found, leads)
    yield from _announcement(sight, found, "lead" if leads else "supervisor")
    yield from _missions(sight, found)
    if person is not None:
        yield from _hats(sight, person)
    yield from _who_knows(sight, found)


def _steering(sight: Sight, found: Departure) -> Iterator[Block]:
    for verb in ("departure_postpone", "departure_kind", "departure_lead"):
        yield home_button(sight, verb, found.id, page=PAGE)
    yield confirmed(sight, home_button(sight, "call_off_departure", found.id, page=PAGE), "call_off_departure", PAGE)
    if changing.is_undoable(sight.conductor, found):
        yield confirmed(sight, home_button(sight, "undo_departure", found.id, page=PAGE), "undo_departure", PAGE)


def _checklist(sight: Sight, found: Departure, leads: bool) -> Iterator[Block]:
    tasks = tasks_of(sight.conductor, found)
    still = [talk for talk in tasks if talk.status == "open"]
    yield header(sight.plain("checklist__title", PAGE))
    yield note(sight.say("checklist__count", PAGE, done=len(tasks) - len(still), total=len(tasks)))
    for talk in still:
        owner = sight.player(talk, OWNER)
        title = sight.title(talk, seen_to.name)
        words = sight.say("checklist__line", PAGE, title=title, owner=owner, due=talk.anchors[DUE])
        may_move = leads or (owner is not None and owner.id == sight.me.id)
        yield (
            beside(words, home_button(sight, "departure_task", talk.id, about=title, page=PAGE))
            if may_move
            else section(words)
        )


def _announcement(sight: Sight, found: Departure, capacity: Capacity) -> Iterator[Block]:
    drafts = [talk.flow for talk in still_open(sight.conductor, found, *DRAFTS)]
    yield header(sight.plain("announcement__title", PAGE))
    yield section(sight.say("announcement__state", PAGE, told={"departure": found, "drafts": drafts}))
    buttons = []
    if (
        capacity in ("subject", "lead")
        and found.published_id is None
        and found.state == "open"
        and not _is_drafted(drafts)
    ):
        buttons.append(home_button(sight, "write_announcement", found.id, page=PAGE))
    if capacity == "subject" and (found.published_id is not None or drafts):
        control = home_button(sight, "take_announcement_back", found.id, page=PAGE)
        buttons.append(confirmed(sight, control, "take_announcement_back", PAGE))
    yield from actions(*buttons)


def _is_drafted(drafts: list[str]) -> bool:
    """Being written; while it waits for approval it may be written again."""
    return any(flow != "announcement_approval" for flow in drafts)


def _missions(sight: Sight, found: Departure) -> Iterator[Block]:
    plan = missions.of_departure(sight.tx, found.id)
    yield header(sight.plain("missions__title", PAGE))
    if not plan:
        yield section(sight.say("missions__none", PAGE))
    for mission in plan:
        words = _mission_line(sight, mission)
        yield beside(words, home_button(sight, "mission", f"{found.id}|{mission.id}", about=mission.title, page=PAGE))
    if found.state in ("open", "private"):
        asks = found.state == "open" and sight.me.id == found.member_id and handover.waiting(sight.conductor, found)
        propose = confirmed(
            sight, home_button(sight, "propose_missions", found.id, page=PAGE), "propose_missions", PAGE
        )
        yield from actions(home_button(sight, "mission", f"{found.id}|", page=PAGE), *([propose] if asks else []))


def _mission_line(sight: Sight, mission: Mission) -> str:
    taker = sight.scene.member(mission.taker_id) if mission.taker_id else None
    return sight.say("missions__line", PAGE, title=mission.title, taker=taker, state=mission.state)


def _hats(sight: Sight, person: Member) -> Iterator[Block]:
    hats = [hat_in_words(sight.scene, hat, sight.me) for hat in hats_of(sight.tx, person, seen_by=sight.me.id)]
    if hats:
        yield header(sight.plain("hats__title", PAGE))
        yield section(sight.say("hats__list", PAGE, hats=hats))


def _who_knows(sight: Sight, found: Departure) -> Iterator[Block]:
    known = departures.capacities(sight.tx, found.id)
    people = [
        (sight.scene.member(id), sight.plain(f"capacity__{capacity}", PAGE)) for id, capacity in sorted(known.items())
    ]
    yield header(sight.plain("who_knows__title", PAGE))
    told = {
        "people": [one for one in people if one[0] is not None and one[0].id != found.member_id],
        "departure": found,
    }
    yield section(sight.say("who_knows__list", PAGE, told=told))


def trace_window(sight: Sight, departure_id: str) -> View:
    """Who did and saw what, for the person it is about."""
    if departures.capacity_of(sight.tx, departure_id, sight.me.id) != "subject":
        return notice(sight, sight.say("gone", "refusals"))
    found = departures.traces(sight.tx, departure_id)[::-1]
    lines = [
        sight.say(
            f"trace__{one.verb}",
            PAGE,
            day=sight.day_of(one.at),
            by=sight.scene.member(one.by_id) if one.by_id else None,
            about=sight.scene.member(one.about_id) if one.about_id else None,
        )
        for one in found[:CLOSED_SHOWN]
    ]
    shown = [section("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]
    return frame(sight, sight.plain("trace__title", PAGE), [section(sight.say("trace__intro", PAGE)), *shown])


def _kind(sight: Sight, found: Departure) -> str:
    return sight.plain(f"kind__{found.kind}", PAGE)


def _row(sight: Sight, *verbs: str) -> list[Block]:
    return actions(*(home_button(sight, verb, page=PAGE) for verb in verbs))


# --------------------------------------------------------------------------------------------------- without a window


async def _give_up(desk: Desk, workspace: str, slack_id: str, _: str) -> None:
    await desk.act(workspace, slack_id, beginning.give_up)


async def _call_off(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: changing.call_off(it, me, departure_id))


async def _undo(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: changing.undo(it, me, departure_id))


async def _write(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: announcing.write(it, me, departure_id))


async def _take_back(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: announcing.take_back(it, me, departure_id))


async def _propose(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: handover.propose(it, me, departure_id))


def saw(tx: Transaction, me: Member, verb: str, departure_id: str, now: datetime) -> None:
    """Write in the trace that `me` has looked at it, once a day: the person looking at their own leaves none."""
    capacity = departures.capacity_of(tx, departure_id, me.id)
    if capacity is None or capacity == "subject":
        return
    found = departures.traces(tx, departure_id)
    if not any(one.by_id == me.id and one.verb == verb and one.at.date() == now.date() for one in found):
        departures.trace(tx, departure_id, now, me.id, verb)


SHEET_WINDOWS: Mapping[str, Window] = {SHEET: sheet_window, MINE: my_departure_window, TRACE: trace_window}
SHEET_AT_ONCE: Mapping[str, AtOnce] = {
    "give_up_departure": _give_up,
    "call_off_departure": _call_off,
    "undo_departure": _undo,
    "write_announcement": _write,
    "take_announcement_back": _take_back,
    "propose_missions": _propose,
}
TRACED: Mapping[str, str] = {SHEET: "saw_sheet"}
"""The windows whose opening leaves a trace, by verb: what is written."""
