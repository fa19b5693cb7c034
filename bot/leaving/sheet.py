"""A departure in a window, to each what concerns them: the person's own, whoever leads', their supervisor's."""

from collections.abc import Iterator, Mapping
from typing import get_args

from bot.blocks import Block, note, section
from bot.home.inputs import View, frame, notice
from bot.home.kinds import Window
from bot.home.pieces import actions, beside, confirmed, header, home_button
from bot.home.sight import Sight
from bot.leaving import access, changing, handover
from bot.leaving.announcing import DRAFTS, is_handed
from bot.leaving.beginning import tone_of_departure
from bot.leaving.context import PAGE, hat_in_words
from bot.leaving.following import still_open, tasks_of
from bot.leaving.hats import hats_of
from bot.leaving.traces import TRACE
from flows.core.people import Member
from flows.leaving.announcement import is_approved
from flows.leaving.checklist import DUE, seen_to
from flows.leaving.parts import OWNER
from storage import departures, missions
from storage.departures import Capacity, Departure
from storage.missions import Mission

SHEET, MINE = "departure", "my_departure"
CAPACITIES: tuple[Capacity, ...] = get_args(Capacity)
"""In the order people are named in."""


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
    yield from actions(
        home_button(sight, "let_know", primary=True, page=PAGE),
        home_button(sight, "change_prepared", page=PAGE),
        _asked_twice(sight, "give_up_departure"),
    )


def _mine(sight: Sight, found: Departure) -> Iterator[Block]:
    yield section(sight.say("mine__open", PAGE, told={"departure": found, "kind": _kind(sight, found)}))
    yield from _who_knows(sight, found)
    yield from _announcement(sight, found, "subject")
    yield from _missions(sight, found)
    yield from _hats(sight, sight.me)
    may_stay = found.state == "open" and changing.is_their_own_to_decide(found)
    stay = [_asked_twice(sight, "call_off_departure", found.id)] if may_stay else []
    yield from actions(home_button(sight, TRACE, found.id, page=PAGE), *stay)


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
    told = {"departure": found, "kind": _kind(sight, found), "person": person, "tone": tone_of_departure(found)}
    yield section(sight.say("sheet__head", PAGE, told=told))
    steers = leads and found.state == "open"
    if steers:
        verbs = ("departure_postpone", "departure_kind", "departure_lead", "departure_secrecy")
        yield from actions(*(home_button(sight, verb, found.id, page=PAGE) for verb in verbs))
    yield from _who_knows(sight, found)
    yield from _announcement(sight, found, "lead" if leads else "supervisor")
    yield from _missions(sight, found)
    if person is not None:
        yield from _hats(sight, person)
    yield from _checklist(sight, found, leads)
    if steers:
        yield from actions(*_ending(sight, found))
    if leads and changing.may_not_have_left(sight.conductor, found):
        yield from actions(_asked_twice(sight, "has_not_left", found.id))
    if leads and found.state == "left" and person is not None and person.personal_email:
        yield section(sight.say("letters__go", PAGE, person=person))
        yield from actions(_asked_twice(sight, "stop_letters", found.id))


def _ending(sight: Sight, found: Departure) -> Iterator[Block]:
    yield _asked_twice(sight, "call_off_departure", found.id)
    if changing.is_undoable(sight.conductor, found):
        yield _asked_twice(sight, "undo_departure", found.id)


def _checklist(sight: Sight, found: Departure, leads: bool) -> Iterator[Block]:
    tasks = tasks_of(sight.conductor, found)
    still = sorted((talk for talk in tasks if talk.status == "open"), key=lambda talk: talk.anchors[DUE])
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
    under_way = still_open(sight.conductor, found, *DRAFTS)
    drafts = [talk.flow for talk in under_way]
    told = {
        "departure": found,
        "drafts": drafts,
        "is_approved": any(is_approved(talk) for talk in under_way),
        "is_handed": not drafts and is_handed(sight.conductor, found),
        "lead": sight.scene.member(found.lead_id) if found.lead_id else None,
        "is_mine": capacity == "subject",
        "tone": tone_of_departure(found),
    }
    yield header(sight.plain("announcement__title", PAGE))
    yield section(sight.say("announcement__state", PAGE, told=told))
    is_to_come = found.published_id is None and found.state == "open"
    buttons = []
    # Whoever leaves is not asked for their words before they were told, gently, that it is known.
    may_write = capacity == "subject" or (capacity == "lead" and found.begun_on < sight.today)
    if may_write and is_to_come and not _is_drafted(drafts):
        buttons.append(_writing(sight, found, capacity, is_written=bool(drafts)))
    if capacity == "subject" and (found.published_id is not None or drafts):
        buttons.append(_asked_twice(sight, "take_announcement_back", found.id))
    yield from actions(*buttons)


def _writing(sight: Sight, found: Departure, capacity: Capacity, *, is_written: bool) -> Block:
    """The button that asks for the words of the announcement: whoever leads asks them of the person. Writing it again undoes
    what was approved, and says so first."""
    if is_written:
        return _asked_twice(sight, "rewrite_announcement", found.id)
    theirs = capacity == "subject" or tone_of_departure(found) == "bereaved"
    return home_button(sight, "write_announcement" if theirs else "ask_for_announcement", found.id, page=PAGE)


def _is_drafted(drafts: list[str]) -> bool:
    """Being written; while it waits for approval it may be written again."""
    return any(flow != "announcement_approval" for flow in drafts)


def _missions(sight: Sight, found: Departure) -> Iterator[Block]:
    plan = handover.shown_to(sight.me, found, missions.of_departure(sight.tx, found.id))
    yield header(sight.plain("missions__title", PAGE))
    if not plan:
        yield section(sight.say("missions__none", PAGE))
    for mission in plan:
        words = _mission_line(sight, mission)
        yield beside(words, home_button(sight, "mission", f"{found.id}|{mission.id}", about=mission.title, page=PAGE))
    if found.state in ("open", "private"):
        asks = found.state == "open" and sight.me.id == found.member_id and handover.waiting(sight.conductor, found)
        propose = [_asked_twice(sight, "propose_missions", found.id)] if asks else []
        yield from actions(*propose, home_button(sight, "add_mission", f"{found.id}|", page=PAGE))


def _mission_line(sight: Sight, mission: Mission) -> str:
    taker = sight.scene.member(mission.taker_id) if mission.taker_id else None
    return sight.say("missions__line", PAGE, title=mission.title, taker=taker, state=mission.state)


def _hats(sight: Sight, person: Member) -> Iterator[Block]:
    hats = [hat_in_words(sight.scene, hat, sight.me) for hat in hats_of(sight.tx, person, seen_by=sight.me.id)]
    if hats:
        yield header(sight.plain("hats__title", PAGE, is_mine=person.id == sight.me.id))
        yield section(sight.say("hats__list", PAGE, hats=hats))


def _who_knows(sight: Sight, found: Departure) -> Iterator[Block]:
    known = access.knowing_as(sight.conductor, found)
    others = [(sight.scene.member(id), capacity) for id, capacity in known.items() if id != found.member_id]
    known_as = sorted(
        ((one, capacity) for one, capacity in others if one is not None),
        key=lambda each: (CAPACITIES.index(each[1]), each[0].name),
    )
    people = [(one, sight.plain(f"capacity__{capacity}", PAGE)) for one, capacity in known_as]
    yield header(sight.plain("who_knows__title", PAGE))
    yield section(sight.say("who_knows__list", PAGE, told={"people": people, "departure": found}))


def _kind(sight: Sight, found: Departure) -> str:
    return sight.plain(f"kind__{found.kind}", PAGE)


def _asked_twice(sight: Sight, verb: str, about: str = "") -> Block:
    """A button whose words say, before it does anything, what it will do."""
    return confirmed(sight, home_button(sight, verb, about, page=PAGE), verb, PAGE)


def _row(sight: Sight, *verbs: str) -> list[Block]:
    return actions(*(home_button(sight, verb, page=PAGE) for verb in verbs))


SHEET_WINDOWS: Mapping[str, Window] = {SHEET: sheet_window, MINE: my_departure_window}
