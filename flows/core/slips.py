"""What a flow cannot be, found as its module is imported: one sentence each."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from flows.core import shapes
from flows.core.answers import Choice, Form, Text
from flows.core.steps import NO_STEP, NO_TIME, Ask, Do, Say, Start, Step, addressed

if TYPE_CHECKING:
    from flows.core.model import Flow

WORDS_OF_A_QUESTION = frozenset(
    ("title", "subject", "page", "reading", "reminder", "placeholder", "answered", "skipped", "snoozed", "expired")
)
"""What a question may have in the messages beside its options or its fields: none of them has such a name."""


def complaints(flow: "Flow") -> list[str]:
    """What cannot be: first of what kind each thing is, as all the rest rests on it."""
    return _of_another_kind(flow) or _complaints(flow)


def _of_another_kind(flow: "Flow") -> list[str]:
    found = list(shapes.complaints(flow))
    return found or [f"{step.name!r}: {complaint}" for step in flow.steps for complaint in shapes.complaints(step)]


def _complaints(flow: "Flow") -> list[str]:
    names = [step.name for step in flow.steps]
    found = [f"step {name!r} is there twice" for name in names if names.count(name) > 1]
    named = (flow.name, *names, *flow.parts, *flow.anchors, *flow.all_details)
    found += [f"{name!r} is not a snake_case identifier" for name in dict.fromkeys(named) if not _is_name(name)]
    no_step = NO_STEP | {f"{anchor}_moved" for anchor in flow.anchors}
    found += [f"{name!r} is the name of a message that is no step" for name in names if name in no_step]
    if flow.revisable_until is not None and not isinstance(flow.step(flow.revisable_until), Ask):
        found.append(f"it is revisable until {flow.revisable_until!r}, which is no question of it")
    told = (flow.told_when_missed,) if flow.told_when_missed else ()
    for part in dict.fromkeys((*flow.fills, *told, *flow.told_when_moved, *flow.briefed)):
        if part not in flow.parts:
            found.append(f"no step speaks to {part!r}, and its cast does not have it")
    filled = (*flow.cast, *flow.fills, *flow.optional)
    for step in flow.steps:
        found += [_complaint_about_part(step, part, filled) for part in addressed(step) if part not in filled]
        found += _complaints_about_step(flow, step)
        found += _complaints_about_passing(flow, step) if isinstance(step, Start) else []
    return found


def _complaint_about_part(step: Step, part: str, filled: Sequence[str]) -> str:
    remedy = or_else(part, filled) or ": name it in `cast`, in `fills` or in `optional`"
    return f"{step.name!r} speaks to {part!r}, whom nobody would play{remedy}"


def or_else(name: str, there: Iterable[str]) -> str:
    """Of a name that is not among those there are, the one that was likely meant, for the end of a complaint; else nothing."""
    likely = get_close_matches(name, list(there), n=1)
    return f": {likely[0]!r}, perhaps" if likely else ""


def _complaints_about_step(flow: "Flow", step: Step) -> list[str]:
    found = []
    if step.at is not None and step.after:
        found.append(f"{step.name!r} has an appointment: it cannot also wait for the steps before it")
    if step.after and not flow.before(step):
        found.append(f"{step.name!r} waits for the steps before it, and there is none")
    for appointment in (step.at, step.not_before):
        if appointment is not None and appointment.anchor not in flow.anchors:
            found.append(f"{step.name!r} is appointed from {appointment.anchor!r}, which is not among its anchors")
    if step.not_before is not None and step.at is None:
        found.append(f"{step.name!r} has no appointment to wait for")
    if step.useful_for <= NO_TIME or step.after < NO_TIME:
        found.append(f"{step.name!r} would be over before it begins")
    if step.since > flow.version:
        found.append(f"{step.name!r} is for version {step.since}, the flow is at {flow.version}")
    if isinstance(step, Do) and step.again_after is not None and step.again_after <= NO_TIME:
        found.append(f"{step.name!r} would be done again without end")
    if isinstance(step, Say) and not addressed(step):
        found.append(f"{step.name!r} speaks to nobody")
    return found + (_complaints_about_question(step) if isinstance(step, Ask) else [])


def _complaints_about_passing(flow: "Flow", step: Start) -> list[str]:
    unknown = [name for name in step.passing if name not in flow.all_details]
    there = flow.all_details
    return [
        f"{step.name!r} passes on {name!r}, which is not among its `details`{or_else(name, there)}" for name in unknown
    ]


def _complaints_about_question(question: Ask[Any]) -> list[str]:
    found = []
    delays = (*question.remind_after, question.expires_after, *question.snooze.values())
    if min(delays) <= NO_TIME:
        found.append(f"{question.name!r} does not leave time to answer")
    if list(question.remind_after) != sorted(set(question.remind_after)):
        found.append(f"the reminders of {question.name!r} do not go forward")
    if question.remind_after and question.remind_after[-1] >= question.expires_after:
        found.append(
            f"{question.name!r} is reminded after it has expired: `remind_after` is sooner than `expires_after`"
        )
    return found + _complaints_about_answer(question)


def _complaints_about_answer(question: Ask[Any]) -> list[str]:
    options = question.answer.options if isinstance(question.answer, Choice) else ()
    fields = question.answer.fields if isinstance(question.answer, Form) else {}
    chosen = [option for kind in fields.values() if isinstance(kind, Choice) for option in kind.options]
    named, name = dict.fromkeys((*options, *fields, *chosen)), question.name
    found = [
        f"{word!r}, of {name!r}, is a field and an option: they would have the same words"
        for word in {*chosen} & {*fields}
    ]
    found += [f"{word!r}, of {name!r}, is not a snake_case identifier" for word in named if not _is_name(word)]
    taken = [word for word in named if word in WORDS_OF_A_QUESTION]
    found += [f"{word!r}, of {name!r}, means something else in its words: give it another name" for word in taken]
    if unknown := set(question.snooze) - set(options):
        found.append(f"{name!r} sleeps on options it does not have: {sorted(unknown)}")
    if options and set(options) <= set(question.snooze):
        found.append(f"{name!r} can only be put off: leave an option that is no `snooze`")
    if question.by_email and not all(isinstance(kind, Text | Choice) for kind in fields.values() or [question.answer]):
        found.append(f"{name!r} goes by letter: its answer is a Text, a Choice, or a Form of these")
    return found


def _is_name(text: str) -> bool:
    # Two underscores separate a step's name from an option's in the messages, so a name has none.
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", text) is not None
