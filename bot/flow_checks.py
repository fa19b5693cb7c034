"""What is wrong with flows before a word of them is said: what they look for in vain, and what nobody could be asked in Slack."""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import walk_packages

import flows
from bot.admissions import ADMISSIONS
from bot.blocks import OPTIONS
from bot.deeds import DEEDS
from bot.score import complaints
from bot.situations import BESIDE_THE_FLOW
from bot.windows import Wording, question_window
from bot.wire import Ref
from flows.core import guards
from flows.core.answers import Answer, Choice, Form, Scale
from flows.core.model import Ask, Flow
from sandbox.blockkit import check_view


def faults_of_flows(flows: Sequence[Flow]) -> Iterator[str]:
    """One sentence each."""
    yield from (f"{complaint}." for complaint in complaints({flow.name: flow for flow in flows}, DEEDS, ADMISSIONS))
    for name, times in Counter(flow.name for flow in flows).items():
        if times > 1:
            yield f"flow {name!r} is there {times} times: only the last would be."
    for flow in flows:
        yield from (f"{complaint}." for complaint in guards.complaints(flow))
        for part in (part for part in flow.parts if part in BESIDE_THE_FLOW):
            yield f"flow {flow.name!r}: {part!r} is something else in every text; give this part another name."
        for step in (step for step in flow.steps if isinstance(step, Ask)):
            yield from (f"flow {flow.name!r}: {step.name!r} {fault}" for fault in _faults_of_answer(step.answer))


def left_out(listed: Sequence[Flow]) -> Iterator[str]:
    """The flows that a module of ours makes and that nobody would ever begin, nor check."""
    names = {flow.name for flow in listed}
    for found in walk_packages(flows.__path__, f"{flows.__name__}."):
        for made in vars(import_module(found.name)).values():
            if isinstance(made, Flow) and made.name not in names:
                names.add(made.name)
                where = f"{found.name.replace('.', '/')}.py"
                yield f"{where}: the flow {made.name!r} is in no list; add it to `ALL_FLOWS` (flows/__init__.py)."


def _faults_of_answer(answer: Answer[object]) -> Iterator[str]:
    """Why nobody could be asked for it in a window."""
    fields = answer.fields.values() if isinstance(answer, Form) else [answer]
    if (most := max(map(_count_of_options, fields))) > OPTIONS:
        yield f"has {most} options, {OPTIONS} at most."
    wording = Wording(title="…", text="…", submit="…", close="…")
    try:
        window = question_window(Ref("c_0123456789abcdef", "step"), answer, wording)
    except TypeError as slip:
        yield f"cannot be asked: {slip}."
    else:
        told = check_view(window, surface="modal")
        yield from (f"is refused by Slack: {fault.path} {fault.rule}." for fault in told)


def _count_of_options(kind: Answer[object]) -> int:
    match kind:
        case Choice(options=options):
            return len(options)
        case Scale(low=low, high=high):
            return high - low + 1
    return 0
