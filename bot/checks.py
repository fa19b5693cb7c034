"""What `parcours check` looks at: that every flow can be said, in each language and in a cooperative's own words, and that
Slack takes it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from bot import blocks
from bot.blocks import Part, Words
from bot.flow_checks import faults_of_flows, left_out
from bot.questions import options_of, sure_of
from bot.scene import LINKS
from bot.situations import BESIDE_THE_FLOW, situations
from bot.wire import Ref
from flows import ALL_FLOWS
from flows.core.answers import Choice, Done, Form
from flows.core.model import SUBJECT, Ask, Flow, Say, Step, addressed
from flows.core.slips import or_else
from messages.environment import environment
from messages.mrkdwn import SlackDialect
from messages.pages import Page, Shelf
from messages.renderer import FOLDERS, LOCALES, SHIPPED
from sandbox.blockkit import check_message

TITLE, LABEL, SURE, TEXT = 24, 75, 300, 3_000
"""Characters of a window's title, of a label, and of a section (docs.slack.dev/reference/block-kit)."""
UNREAD = "nothing is said from it; is its name well written?"
UNREADABLE = (TemplateSyntaxError, UnicodeDecodeError, OSError)
"""What a page raises that cannot be read."""


def faults_of(texts: Path | None = None) -> list[str]:
    """Every fault, one sentence each: of the flows and their words, and of the cooperative's own words in `texts`."""
    return [*faults_of_ours(), *(faults_of_theirs(texts) if texts else ())]


def faults_of_ours() -> Iterator[str]:
    """Of what this release says, and does."""
    yield from faults_of_flows(ALL_FLOWS)
    yield from left_out(ALL_FLOWS)
    said = {flow.name for flow in ALL_FLOWS}.union(set.intersection(*({*_ours()[locale].pages} for locale in LOCALES)))
    for folder in _ours().values():
        yield from (f"{folder.where(page)}: {UNREAD}" for page in folder.pages if page not in said)
        yield from _faults_of_folder(folder)
        for flow in ALL_FLOWS:
            yield from _left_over(folder, flow)
    for locale in LOCALES:
        for flow in ALL_FLOWS:
            yield from _lacking(_ours()[locale], flow)


# ------------------------------------------------------------------------------------------------------- what there is


class _Folder:
    """The pages of one voice in one place."""

    def __init__(self, path: Path, voice: str) -> None:
        self.path, self.voice = path, voice
        self._shelf = Shelf(path, environment(FOLDERS[voice], SlackDialect(), lambda: "…"), watched=False)

    @property
    def pages(self) -> list[str]:
        return sorted(found.stem for found in self.path.glob("*.j2"))

    def page(self, name: str) -> Page | None:
        """Raises UNREADABLE for one that cannot be read."""
        return self._shelf.page(name)

    def blocks(self, name: str) -> frozenset[str]:
        page = self.page(name)
        return frozenset(page.template.blocks) if page is not None else frozenset()

    def where(self, page: str) -> str:
        """As whoever reads a fault would look for it."""
        return f"{self.path.parent.name}/{self.path.name}/{page}.j2"


@cache
def _ours() -> Mapping[str, _Folder]:
    return {folder: _Folder(SHIPPED / folder, folder) for folder in FOLDERS}


def faults_of_theirs(texts: Path) -> Iterator[str]:
    """Of a cooperative's own words, in a folder laid out like ours."""
    for path in sorted(found for found in texts.iterdir() if found.is_dir() and not found.name.startswith(".")):
        if path.name not in FOLDERS:
            yield f"{texts.name}/{path.name}: no such voice; there are {', '.join(FOLDERS)}."
            continue
        theirs = _Folder(path, path.name)
        yield from _faults_of_folder(theirs)
        for page in theirs.pages:
            yield from _unknown(theirs, page, _ours())


def _unknown(theirs: _Folder, page: str, ours: Mapping[str, _Folder]) -> Iterator[str]:
    """Blocks that nothing ever says: a slip in their names."""
    language = ours[FOLDERS[theirs.voice]]
    if page not in language.pages:
        yield f"{theirs.where(page)}: nothing is said from it; our pages are {', '.join(language.pages)}."
        return
    flow = _flow(page)
    known = language.blocks(page) | (set(allowed(flow)) | language.blocks("shared") if flow else set())
    try:
        unknown = sorted(theirs.blocks(page) - known)
    except UNREADABLE:
        return  # told already
    for name in unknown:
        yield f"{theirs.where(page)}: nothing says {name!r}; is its name well written?"


def _left_over(folder: _Folder, flow: Flow) -> Iterator[str]:
    try:
        there = folder.blocks(flow.name)
    except UNREADABLE:
        return  # told already
    for name in sorted(there - {*required(flow), *allowed(flow)}):
        yield f"{folder.where(flow.name)}: nothing says {name!r}; is its name well written?"


def _lacking(folder: _Folder, flow: Flow) -> Iterator[str]:
    for page, names in ((flow.name, required(flow)), ("shared", proposed(flow))):
        try:
            there = folder.blocks(page)
        except UNREADABLE:
            continue  # told already
        for name in names:
            if name not in there:
                likely = _likely(name, there) if page == "shared" else ""
                yield f"{folder.where(page)}: {name!r} lacks{likely}; add {{% block {name} %}}…{{% endblock %}}."


def _likely(name: str, there: Collection[str]) -> str:
    """Of a gesture or a link that has no words, the one that was likely meant."""
    kind, _, word = name.partition("__")
    return or_else(word, [one.removeprefix(f"{kind}__") for one in there if one.startswith(f"{kind}__")])


# -------------------------------------------------------------------------------------------------------- what is said


def _faults_of_folder(folder: _Folder) -> Iterator[str]:
    for name in folder.pages:
        try:
            page = folder.page(name)
        except TemplateSyntaxError as mistake:
            yield f"{folder.where(name)}: line {mistake.lineno}: {mistake.message}"
            continue
        except UnicodeDecodeError:
            yield f"{folder.where(name)}: it is not written in UTF-8."
            continue
        except OSError as trouble:
            yield f"{folder.where(name)}: it cannot be read ({trouble.strerror})."
            continue
        flow = _flow(name)
        if page is not None and page.in_no_block:
            yield f"{folder.where(name)}: line {page.in_no_block}: these words are in no block; nobody would hear them."
        if page is not None and flow is not None:
            for block in sorted(page.template.blocks):
                for fault in dict.fromkeys(_Said(folder.voice, flow, page, block).faults()):
                    yield f"{folder.where(name)}: {block!r} {fault}"


@dataclass(frozen=True)
class _Said:
    """One block of a flow's page, said in every situation that may be."""

    folder: str
    flow: Flow
    page: Page
    block: str

    def faults(self) -> Iterator[str]:
        unknown = self.page.variables(self.block) - {*BESIDE_THE_FLOW, *self.flow.parts}
        if unknown:
            yield f"speaks of {', '.join(sorted(unknown))}, which nobody gives it."
            return
        if lacking := sorted(self._lacking()):
            yield f"speaks of {', '.join(lacking)}, which this flow does not have."
            return
        for situation, context in situations(self.flow, self._to):
            try:
                text = self.page.render(self.block, context)
            except TemplateError as slip:
                yield f"cannot be said {situation} (line {self.page.line_of(slip)}): {slip}."
                return
            yield from self._faults_of(text)

    def _lacking(self) -> Iterator[str]:
        """What some situation alone would have it look for in vain, and the answers nobody can give."""
        choices = {step.name: options_of(step) for step in self.flow.steps if isinstance(step, Ask)}
        days, details = self.flow.anchors, self.flow.all_details
        known: Mapping[str, Collection[str]] = {"answers": choices, "days": days, "details": details, "links": LINKS}
        for whole, key in self.page.looked_up(self.block):
            if whole in known and key not in known[whole]:
                yield f"{whole}.{key}"
        for whole, key, value in self.page.compared(self.block):
            if whole == "answers" and choices.get(key) and value not in choices[key]:
                yield f"{value!r} as an answer to {key!r}"

    def _faults_of(self, text: str) -> Iterator[str]:
        if len(text) > self._longest:
            yield f"has {len(text)} characters, {self._longest} at most."
        if not text:
            yield "is empty."
        if self._step is not None and self.block == self._step.name:
            told = check_message(_as_message(self._step, text))
            yield from (f"is refused by Slack: {fault.path} {fault.rule}." for fault in told)

    @property
    def _step(self) -> Step | None:
        return self.flow.step(self.block.partition("__")[0])

    @property
    def _to(self) -> str:
        parts = addressed(self._step) if self._step is not None else ()
        return parts[0] if parts else SUBJECT

    @property
    def _longest(self) -> int:
        name = self.block
        is_text = "__" not in name or name.endswith(("__reading", "__reminder", "__also", "__subject", "__page"))
        return TITLE if name.endswith("__title") else TEXT if is_text else SURE if name.endswith("__sure") else LABEL


def _as_message(step: Step, text: str) -> dict[str, Any]:
    """A message as the courier would send it."""
    controls: tuple[blocks.Block, ...] = ()
    if isinstance(step, Ask):
        controls = (blocks.question(Ref("c_0123456789abcdef", step.name), step.answer, Words(skip="…")),)
    parts = [Part(text or "…", controls)]
    return {"channel": "U0123456789", "text": blocks.top_text(parts), "blocks": blocks.message(parts)}


def required(flow: Flow) -> Iterator[str]:
    """The blocks without which a flow cannot be said."""
    for step in (step for step in flow.steps if isinstance(step, Say | Ask)):
        yield from (step.name, f"{step.name}__title")
        if step.by_email:
            yield f"{step.name}__subject"
        if "read_sheet" in step.offers:
            yield f"{step.name}__reading"
        if isinstance(step, Ask):
            yield from (f"{step.name}__{option}" for option in options_of(step))
        if isinstance(step, Ask) and isinstance(step.answer, Form):
            yield from (f"{step.name}__{field}" for field in step.answer.fields)
    if flow.briefed:
        yield "briefing"
    if flow.told_when_moved:
        yield from (f"{anchor}_moved" for anchor in flow.anchors)


def proposed(flow: Flow) -> Iterator[str]:
    """The blocks that word the gestures and the pages which its messages propose."""
    for step in (step for step in flow.steps if isinstance(step, Say | Ask)):
        yield from (f"offer__{offer}" for offer in step.offers)
        yield from (f"link__{link}" for link in step.links)


def allowed(flow: Flow) -> Iterator[str]:
    """The blocks a flow may have, in place of those common to all."""
    yield from (f"{step.name}__also" for step in flow.steps if isinstance(step, Say | Ask))
    for step in (step for step in flow.steps if isinstance(step, Ask)):
        yield from (f"{step.name}__{word}" for word in ("reminder", "placeholder", "scale_low", "scale_high"))
        yield from (f"{step.name}__{outcome}" for outcome in ("answered", "skipped", "snoozed", "expired"))
        if isinstance(step.answer, Done):
            yield f"{step.name}__done"
        if isinstance(step.answer, Choice):
            yield from (sure_of(step, option) for option in step.answer.options)
        if step.by_email:
            yield f"{step.name}__page"
    if flow.told_when_missed:
        yield "missed"


def _flow(name: str) -> Flow | None:
    return next((flow for flow in ALL_FLOWS if flow.name == name), None)
