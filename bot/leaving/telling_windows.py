"""The windows in which a departure is told, prepared alone, or made known; and what each becomes once sent."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.blocks import Block
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, asked, given, notice, said, window
from bot.home.kinds import Faults, Submission, Window
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.leaders import is_leader
from bot.leaving.beginning import Told, let_know, prepare, tell_departure
from bot.leaving.context import PAGE
from flows.core.answers import Refused
from flows.core.people import MANAGEMENT
from flows.leaving.kinds import ALL_KINDS, RESIGNATION, Kind
from storage import departures, members

DEPART, PREPARE, CHANGE_PREPARED, LET_KNOW = "depart", "prepare_departure", "change_prepared", "let_know"
OWN_KINDS = tuple(kind for kind in ALL_KINDS if kind.tone in ("warm", "staying"))
"""What somebody may decide for themselves."""


def depart_window(sight: Sight, argument: str = "") -> View:
    """For whoever may tell of somebody's departure: its window; for anybody else: the one of their own, which is private.
    `argument`: a Slack id and a day (ISO 8601), either or none."""
    if sight.workspace.set_up_at is None:
        return notice(sight, sight.say("not_set_up", "refusals"))
    person, day = _prefilled(argument)
    if not _may_tell_of_somebody(sight) or (person is not None and person == sight.me.slack_id):
        return prepare_window(sight, argument)
    known = members.by_slack_id(sight.tx, person) if person else None
    supervisor = sight.scene.member(known.supervisor_id) if known is not None and known.supervisor_id else None
    return window(
        sight,
        DEPART,
        [
            said(sight.say("depart__intro", PAGE)),
            asked(sight, "person", inputs.somebody(person), page=PAGE),
            asked(sight, "last_day", inputs.day(day), page=PAGE),
            asked(sight, "kind", inputs.one_of(_kinds(sight, ALL_KINDS)), page=PAGE),
            asked(
                sight,
                "delicate",
                inputs.ticked([("yes", sight.plain("delicate__yes", PAGE))]),
                optional=True,
                page=PAGE,
            ),
            asked(sight, "confidential_until", inputs.day(), optional=True, page=PAGE),
            *_around(sight, supervisor.slack_id if supervisor is not None and supervisor.active else None),
        ],
        page=PAGE,
    )


def prepare_window(sight: Sight, argument: str = "") -> View:
    """One's own departure, prepared alone: nothing of it leaves."""
    known = departures.under_way(sight.tx, sight.me.id)
    if known is not None and known.state != "private":
        return notice(sight, sight.say("already_leaving", PAGE))
    last_day = known.last_day if known is not None else _prefilled(argument)[1]
    return window(
        sight,
        PREPARE,
        [
            said(sight.say("prepare__intro", PAGE)),
            asked(sight, "last_day", inputs.day(last_day), page=PAGE),
            asked(sight, "kind", inputs.one_of(_kinds(sight, OWN_KINDS), (known.kind if known else "")), page=PAGE),
        ],
        page=PAGE,
    )


def let_know_window(sight: Sight, _: str = "") -> View:
    known = departures.under_way(sight.tx, sight.me.id)
    if known is None or known.state != "private":
        return notice(sight, sight.say("gone", "refusals"))
    supervisor = sight.scene.member(sight.me.supervisor_id) if sight.me.supervisor_id else None
    return window(
        sight,
        LET_KNOW,
        [
            said(sight.say("let_know__intro", PAGE)),
            asked(sight, "last_day", inputs.day(known.last_day), page=PAGE),
            asked(sight, "kind", inputs.one_of(_kinds(sight, OWN_KINDS), known.kind), page=PAGE),
            asked(sight, "confidential_until", inputs.day(), optional=True, page=PAGE),
            *_around(sight, supervisor.slack_id if supervisor is not None and supervisor.active else None),
        ],
        page=PAGE,
    )


def _around(sight: Sight, supervisor: str | None) -> Sequence[Block]:
    """Those around the person: each may be left out, and is then who it usually is."""
    return [
        asked(sight, "supervisor", inputs.somebody(supervisor), optional=True, page=PAGE),
        asked(sight, "lead", inputs.somebody(), optional=True, page=PAGE),
        asked(sight, "debriefer", inputs.somebody(), optional=True, page=PAGE),
        asked(sight, "may_know", inputs.people(), optional=True, page=PAGE),
    ]


def _kinds(sight: Sight, kinds: Sequence[Kind]) -> list[tuple[str, str]]:
    return [(kind.name, sight.plain(f"kind__{kind.name}", PAGE)) for kind in kinds]


def _may_tell_of_somebody(sight: Sight) -> bool:
    me = sight.me
    if MANAGEMENT in me.roles or is_leader(sight.tx, me):
        return True
    return any(one.supervisor_id == me.id for one in sight.conductor.everyone())


def _prefilled(argument: str) -> tuple[str | None, date | None]:
    person = day = None
    for word in argument.split():
        found = day_of(word)
        person, day = (person, found) if found is not None else (word, day)
    return person, day


def thanks_window(sight: Sight, _: str = "") -> View:
    return notice(sight, sight.say("depart__thanks", PAGE))


def prepared_window(sight: Sight, _: str = "") -> View:
    return notice(sight, sight.say("prepare__thanks", PAGE))


# ---------------------------------------------------------------------------------------------------- what was given


def told_of(view: View, _: date) -> Told | Faults:
    told = given(view)
    last_day = day_of(told.get("last_day"))
    faults = Faults(
        {name: Refused("field_wanted") for name in ("person", "kind") if not told.get(name) and _asks(view, name)}
    )
    if last_day is None:
        faults["last_day"] = Refused("not_a_day")
    if faults or last_day is None:
        return faults
    return Told(
        person=told.get("person") or "",
        last_day=last_day,
        kind=told.get("kind") or RESIGNATION.name,
        is_delicate=bool(told.get("delicate")),
        confidential_until=day_of(told.get("confidential_until")),
        supervisor=told.get("supervisor"),
        lead=told.get("lead"),
        debriefer=told.get("debriefer"),
        may_know=tuple(told.get("may_know") or ()),
    )


def _asks(view: View, field: str) -> bool:
    return any(block.get("block_id", "").endswith(f"|{field}") for block in view["blocks"])


async def _tell(desk: Desk, workspace: str, slack_id: str, told: Told) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: tell_departure(it, me, told))


async def _prepare(desk: Desk, workspace: str, slack_id: str, told: Told) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: prepare(it, me, told.last_day, told.kind))


async def _let_know(desk: Desk, workspace: str, slack_id: str, told: Told) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: let_know(it, me, told))


TELLING_WINDOWS: Mapping[str, Window] = {
    DEPART: depart_window,
    PREPARE: prepare_window,
    CHANGE_PREPARED: prepare_window,
    LET_KNOW: let_know_window,
}
TOLD_IN_PLACE = frozenset({PREPARE, CHANGE_PREPARED, LET_KNOW})
"""Each takes the place of what was prepared, that would be out of date beneath it."""
TELLING_SUBMITTED: Mapping[str, Submission] = {
    DEPART: Submission(told_of, _tell, thanks_window),
    PREPARE: Submission(told_of, _prepare, prepared_window),
    LET_KNOW: Submission(told_of, _let_know, thanks_window),
}
