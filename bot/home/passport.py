"""The member's passport: its fifteen stamps in order, kept for ever; and the windows in which they add a step they have lived,
or correct one they added."""

from collections.abc import Mapping
from datetime import date

from bot import own_steps
from bot.blocks import Block, note, section
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, asked, given, notice, said, window
from bot.home.kinds import Faults, Submission, Window
from bot.home.pieces import actions, beside, header, home_button
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.own_steps import PAGE, OwnStep
from bot.searching import JOURNEYS
from flows.core.answers import Refused
from flows.passport import STAMPS
from storage import conversations
from storage.passport import added_by, stamps_of

ADD, CORRECT = "add_step", "correct_step"
TAKE_OFF = "take_off"


def passport(sight: Sight) -> list[Block]:
    """Whole for whoever has a stamp, or was ever welcomed here; for anybody else who is here, the way to begin it."""
    stamped = stamps_of(sight.tx, sight.me.id)
    if not stamped and not any(conversations.of_flow(sight.tx, flow, subject=sight.me.id) for flow in JOURNEYS):
        return [] if sight.me.left_on else _to_begin(sight)
    lines = [_line(sight, name, stamped.get(name)) for name in STAMPS]
    count = sum(name in stamped for name in STAMPS)
    controls = [home_button(sight, ADD, page=PAGE)] if count < len(STAMPS) else []
    if _own_of(sight):
        controls.append(home_button(sight, CORRECT, page=PAGE))
    return [
        header(sight.plain("passport__title")),
        section("\n".join(lines)),
        note(sight.say("passport__count", n=count, total=len(STAMPS))),
        *actions(*controls),
    ]


def _to_begin(sight: Sight) -> list[Block]:
    invitation = beside(sight.say("invitation", PAGE, total=len(STAMPS)), home_button(sight, ADD, page=PAGE))
    return [header(sight.plain("passport__title")), invitation]


def _line(sight: Sight, name: str, day: date | None) -> str:
    stamp = sight.plain(f"stamp__{name}")
    if day is None:
        return sight.say("stamp__to_come", stamp=stamp)
    # Kept for ever: the year is said even when it is this one.
    return sight.say("stamp__done", stamp=stamp, day=day, today=None)


def _own_of(sight: Sight) -> list[tuple[str, str]]:
    """The steps they added themselves, each with its day, in the order of the passport."""
    own = added_by(sight.tx, sight.me.id)
    return [
        (name, sight.plain("dated", PAGE, stamp=sight.plain(f"stamp__{name}"), day=own[name], today=None))
        for name in STAMPS
        if name in own
    ]


# ------------------------------------------------------------------------------------------------------------- windows


def add_window(sight: Sight, _: str = "") -> View:
    stamped = stamps_of(sight.tx, sight.me.id)
    to_come = [(name, sight.plain(f"stamp__{name}")) for name in STAMPS if name not in stamped]
    if not to_come:
        return notice(sight, sight.say("complete", PAGE))
    return window(
        sight,
        ADD,
        [
            said(sight.say(f"{ADD}__intro", PAGE)),
            asked(sight, "step", inputs.one_of(to_come), page=PAGE),
            asked(sight, "lived_on", inputs.day(sight.today), page=PAGE),
        ],
        page=PAGE,
    )


def correct_window(sight: Sight, _: str = "") -> View:
    own = _own_of(sight)
    if not own:
        return notice(sight, sight.say("none_of_ones_own", PAGE))
    taken_off = [("yes", sight.plain(f"{TAKE_OFF}__yes", PAGE))]
    return window(
        sight,
        CORRECT,
        [
            said(sight.say(f"{CORRECT}__intro", PAGE)),
            asked(sight, "step", inputs.one_of(own, own[0][0] if len(own) == 1 else None), page=PAGE),
            asked(sight, "right_day", inputs.day(), optional=True, page=PAGE),
            asked(sight, TAKE_OFF, inputs.ticked(taken_off), optional=True, page=PAGE),
        ],
        page=PAGE,
    )


# ------------------------------------------------------------------------------------------------------ what is given


def added_of(view: View, _: date) -> OwnStep | Faults:
    told = given(view)
    return OwnStep(told["step"], day_of(told.get("lived_on"))) if told.get("step") else _STEP_WANTED


def corrected_of(view: View, _: date) -> OwnStep | Faults:
    """Another day, or none for what is taken off: never both."""
    told = given(view)
    if not told.get("step"):
        return _STEP_WANTED
    day = day_of(told.get("right_day"))
    if bool(day) == bool(told.get(TAKE_OFF)):
        return Faults(right_day=Refused(f"{PAGE}/day_or_off"))
    return OwnStep(told["step"], day)


# Slack's own client does not submit it empty; nothing says that every client is Slack's.
_STEP_WANTED = Faults(step=Refused("field_wanted"))


async def _add(desk: Desk, workspace: str, slack_id: str, step: OwnStep) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda conductor, me: own_steps.add(conductor, me, step))


async def _correct(desk: Desk, workspace: str, slack_id: str, step: OwnStep) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda conductor, me: own_steps.correct(conductor, me, step))


PASSPORT_WINDOWS: Mapping[str, Window] = {ADD: add_window, CORRECT: correct_window}
PASSPORT_SUBMITTED: Mapping[str, Submission] = {
    ADD: Submission(added_of, _add),
    CORRECT: Submission(corrected_of, _correct),
}
