"""The improvement plan, as everybody sees it, and the windows its lines are written in."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, get_args

from bot.blocks import Block, section
from bot.conductor import Conductor
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import Choices, View, asked, given, notice, said, window
from bot.home.kinds import Faults, Submission, Window
from bot.home.pieces import SHOWN, actions, beside, first, header, home_button, others
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.improving import LONGEST_LINE, Line, Standing, add, settle, why_not_settle
from bot.people import rhythm_of
from bot.polls.leads import may_lead, unless_lead
from flows.core.answers import Refused
from flows.core.calendar import is_working_day, working_days_from
from flows.core.people import Member
from storage import improvements, polls
from storage.improvements import Improvement, ImprovementState, Source

PAGE = "plan"
ADD, SETTLE = "add_improvement", "settle_improvement"
SOURCES: tuple[Source, ...] = get_args(Source)
STATES: tuple[ImprovementState, ...] = get_args(ImprovementState)
USUALLY_DUE_IN = timedelta(days=30)
RECALLED, RECALLED_FOR = 3, timedelta(days=183)
"""How many of the lines that are over are recalled, and for how long."""


def plan(sight: Sight) -> list[Block]:
    leads = may_lead(sight.conductor, sight.me)
    under_way = improvements.under_way(sight.tx)
    closed = _recalled(sight)
    if not under_way and not closed and not leads:
        return []
    none = [section(sight.say("plan__none", PAGE))] if not under_way and not closed else []
    return [
        header(sight.plain("plan__title", PAGE)),
        *none,
        *(_line(sight, one, is_mine=leads or one.owner_id == sight.me.id) for one in first(under_way)),
        *others(sight, len(under_way) - SHOWN),
        *([section(sight.say("plan__closed", PAGE, closed=closed))] if closed else []),
        *(actions(home_button(sight, ADD, page=PAGE)) if leads else []),
    ]


def _recalled(sight: Sight) -> list[Improvement]:
    """What was closed last, the latest first."""
    found = improvements.closed_since(sight.tx, sight.today - RECALLED_FOR)
    return sorted(found, key=lambda one: one.closed_on or date.min, reverse=True)[:RECALLED]


def _line(sight: Sight, one: Improvement, *, is_mine: bool) -> Block:
    text = sight.say(
        "plan__line",
        PAGE,
        finding=one.finding,
        action=one.action,
        sign=one.sign,
        owner=_owner(sight, one),
        due_on=one.due_on,
        is_late=one.due_on < sight.today,
    )
    return beside(text, home_button(sight, SETTLE, one.id, about=one.action, page=PAGE)) if is_mine else section(text)


def _owner(sight: Sight, one: Improvement) -> Member | None:
    return sight.scene.member(one.owner_id) if one.owner_id else None


# ------------------------------------------------------------------------------------------------------------ one more


def add_window(sight: Sight, about: str) -> View:
    """`about`: the id of the round the line comes from, or what kind of thing it comes from; or nothing."""
    if refused := unless_lead(sight.conductor, sight.me):
        return notice(sight, sight.say(refused.reason, "refusals", told=refused.details))
    return window(
        sight,
        ADD,
        [
            said(sight.say(f"{ADD}__intro", PAGE)),
            asked(sight, "source", inputs.one_of(_named(sight, "source", SOURCES), _source(sight, about)), page=PAGE),
            asked(sight, "finding", _lines(), page=PAGE),
            asked(sight, "action", _lines(), page=PAGE),
            asked(sight, "owner", inputs.somebody(), page=PAGE),
            asked(sight, "due_on", inputs.day(_usual_day(sight)), page=PAGE),
            asked(sight, "sign", inputs.text(longest=LONGEST_LINE), optional=True, page=PAGE),
        ],
        about=about,
        page=PAGE,
    )


def _source(sight: Sight, about: str) -> str | None:
    if about in SOURCES:
        return about
    return "round" if about and polls.find(sight.tx, about) is not None else None


def _usual_day(sight: Sight) -> date:
    day, rhythm = sight.today + USUALLY_DUE_IN, rhythm_of(None, sight.workspace)
    return day if is_working_day(day, rhythm) else working_days_from(day, 1, rhythm)


def _lines(initial: str = "") -> Block:
    return {**inputs.text(initial, LONGEST_LINE), "multiline": True}


def _named(sight: Sight, kind: str, values: tuple[str, ...]) -> Choices:
    return [(value, sight.plain(f"{kind}__{value}", PAGE)) for value in values]


def line_of(view: View, _: date) -> Line | Faults:
    told = given(view)
    due_on, source = day_of(told.get("due_on")), told.get("source")
    faults = _lacking(told, "source", "owner")
    if due_on is None:
        faults["due_on"] = Refused("not_a_day")
    if faults or due_on is None or source not in SOURCES:
        return faults or Faults(source=Refused("not_an_option"))
    return Line(
        finding=told.get("finding") or "",
        action=told.get("action") or "",
        sign=told.get("sign") or "",
        due_on=due_on,
        owner=told["owner"],
        source=source,
        round_id=view.get("private_metadata") or None,
    )


async def _add(desk: Desk, workspace: str, slack_id: str, line: Line) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda conductor, me: add(conductor, me, line))


# ------------------------------------------------------------------------------------------------------ where one stands


def settle_window(sight: Sight, improvement_id: str) -> View:
    found = improvements.find(sight.tx, improvement_id)
    refused = why_not_settle(sight.conductor, sight.me, found)
    if refused is not None or found is None:
        return _why_not(sight, refused)
    owner, day = _owner(sight, found), found.due_on if found.due_on >= sight.today else None
    owned = owner.slack_id if owner is not None and owner.active else None
    return window(
        sight,
        SETTLE,
        [
            said(sight.say(f"{SETTLE}__intro", PAGE, action=found.action, finding=found.finding)),
            asked(sight, "state", inputs.radio(_named(sight, "state", STATES), found.state), page=PAGE),
            asked(sight, "outcome", _lines(), optional=True, page=PAGE),
            asked(sight, "due_on", inputs.day(day), optional=True, page=PAGE),
            asked(sight, "owner", inputs.somebody(owned), optional=True, page=PAGE),
        ],
        about=improvement_id,
        page=PAGE,
    )


def _why_not(sight: Sight, refused: Refused | None) -> View:
    page, _, reason = (refused.reason if refused is not None else "gone").rpartition("/")
    return notice(sight, sight.say(reason, page or "refusals", told=refused.details if refused is not None else {}))


def standing_of(view: View, _: date) -> tuple[str, Standing] | Faults:
    told: dict[str, Any] = given(view)
    if told.get("state") not in STATES:
        return Faults(state=Refused("field_wanted"))
    standing = Standing(
        state=told["state"],
        word=told.get("outcome") or "",
        due_on=day_of(told.get("due_on")),
        owner=told.get("owner"),
    )
    return view.get("private_metadata") or "", standing


async def _settle(desk: Desk, workspace: str, slack_id: str, stands: tuple[str, Standing]) -> Mapping[str, str]:
    def decide(conductor: Conductor, me: Member) -> Mapping[str, Refused]:
        return settle(conductor, me, *stands)

    return await desk.decide(workspace, slack_id, decide)


def _lacking(told: Mapping[str, Any], *fields: str) -> Faults:
    # Slack's own client does not submit these empty; nothing says that every client is Slack's.
    return Faults({field: Refused("field_wanted") for field in fields if not told.get(field)})


PLAN_WINDOWS: Mapping[str, Window] = {ADD: add_window, SETTLE: settle_window}
PLAN_SUBMITTED: Mapping[str, Submission] = {ADD: Submission(line_of, _add), SETTLE: Submission(standing_of, _settle)}
