"""The files of words: one page a flow, on one shelf a locale."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, Template, TemplateError, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from messages.environment import with_french_spaces

log = logging.getLogger(__name__)


_COMPILED: dict[object, tuple[CodeType, Mapping[str, list[nodes.Node]], int | None]] = {}
"""What pages come to, by all that it depends on: a page takes 20 ms to compile, and a process may have several `Messages`."""


@dataclass(frozen=True)
class Page:
    """One file, each `{% block %}` of it a message."""

    path: Path
    template: Template
    bodies: Mapping[str, list[nodes.Node]]
    in_no_block: int | None = None
    """The line of the first words that stand in none."""

    def __contains__(self, name: str) -> bool:
        return name in self.bodies

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """The block alone, its outer blank lines trimmed. Raises jinja2.TemplateError, whatever its words trip on."""
        if (words := self._fixed.get(name)) is not None:
            return words
        try:
            return "".join(self.template.blocks[name](self.template.new_context(dict(context)))).strip()
        except (ArithmeticError, AttributeError, TypeError, ValueError) as slip:
            raise TemplateRuntimeError(str(slip)) from slip

    def line_of(self, slip: TemplateError) -> int:
        """The line of this page where its words tripped."""
        traces = (traceback.walk_tb(one.__traceback__) for one in (slip, slip.__cause__) if one is not None)
        frames = (found for trace in traces for found in trace)
        here = [line for frame, line in frames if frame.f_code.co_filename == self.template.filename]
        return self.template.get_corresponding_lineno(here[-1])

    def variables(self, name: str) -> frozenset[str]:
        if name not in self._used:  # asked for before each message
            alone = nodes.Template(self.bodies[name], lineno=1)
            alone.set_environment(self.template.environment)
            self._used[name] = frozenset(find_undeclared_variables(alone))
        return self._used[name]

    def looked_up(self, name: str) -> set[tuple[str, str]]:
        """What the block takes out of what it is given, in whatever branch: ("answers", "mood") for `answers.mood`."""
        found = (_looked_up(node) for body in self.bodies[name] for node in body.find_all(LOOKING_UP))
        return {pair for pair in found if pair is not None}

    def compared(self, name: str) -> set[tuple[str, str, str]]:
        """The words it compares that with: ("answers", "mood", "yes") for `answers.mood == "yes"`."""
        return {
            (*looked_up, word)
            for body in self.bodies[name]
            for node in body.find_all(nodes.Compare)
            if (looked_up := _looked_up(node.expr)) is not None
            for operand in node.ops
            if isinstance(operand.expr, nodes.Const)  # once compiled, a tuple of constants is one
            for word in (operand.expr.value if isinstance(operand.expr.value, tuple) else (operand.expr.value,))
            if isinstance(word, str)
        }

    @cached_property
    def _used(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _fixed(self) -> dict[str, str]:
        """The blocks that are the same for everybody: titles and labels, two of three."""
        return {
            name: "".join(node.data for node in body[0].nodes if isinstance(node, nodes.TemplateData)).strip()
            for name, body in self.bodies.items()
            if len(body) == 1
            and isinstance(body[0], nodes.Output)
            and all(isinstance(node, nodes.TemplateData) for node in body[0].nodes)
        }


LOOKING_UP = (nodes.Getattr, nodes.Getitem, nodes.Call)


def _looked_up(node: nodes.Node) -> tuple[str, str] | None:
    match node:
        case nodes.Getattr(node=nodes.Name(name=whole), attr=str(key)) if key != "get":
            return whole, key
        case nodes.Getitem(node=nodes.Name(name=whole), arg=nodes.Const(value=str(key))):
            return whole, key
        case nodes.Call(
            node=nodes.Getattr(node=nodes.Name(name=whole), attr="get"), args=[nodes.Const(value=str(key)), *_]
        ):
            return whole, key
    return None


def read(path: Path, environment: Environment, *, french: bool) -> Page:
    """Raises TemplateSyntaxError, UnicodeDecodeError, OSError."""
    source = path.read_text(encoding="utf-8")
    key = (environment.dialect_key, path, source)  # type: ignore[attr-defined] # given to it by messages.environment
    made = _COMPILED.get(key)
    if made is None:
        tree = environment.parse(with_french_spaces(source) if french else source, path.stem, str(path))
        blocks = {block.name: block.body for block in tree.find_all(nodes.Block)}
        made = _COMPILED[key] = (environment.compile(tree, path.stem, str(path)), blocks, _in_no_block(tree))
    code, bodies, in_no_block = made
    return Page(path, Template.from_code(environment, code, environment.globals), bodies, in_no_block)


def _in_no_block(tree: nodes.Template) -> int | None:
    for written in (node for output in tree.body if isinstance(output, nodes.Output) for node in output.nodes):
        if not isinstance(written, nodes.TemplateData):
            return written.lineno
        if written.data.strip():
            blank = len(written.data) - len(written.data.lstrip())
            return written.lineno + written.data[:blank].count("\n")
    return None


class Shelf:
    """A folder of pages. A `watched` one is a cooperative's own: read again when a file changes, and a file that cannot
    be read is told in the log and passed over, so that a slip there never leaves Parcours speechless."""

    def __init__(self, folder: Path, environment: Environment, *, watched: bool) -> None:
        self.folder, self.watched = folder, watched
        self._environment = environment
        self._pages: dict[str, tuple[Page | None, object]] = {}

    def page(self, flow: str) -> Page | None:
        known = self._pages.get(flow)
        if known is not None and not self.watched:
            return known[0]
        path = self.folder / f"{flow}.j2"
        stamp = _stamp(path)
        if known is None or known[1] != stamp:
            known = self._pages[flow] = (self._read(path) if stamp is not None else None, stamp)
        return known[0]

    def _read(self, path: Path) -> Page | None:
        try:
            return read(path, self._environment, french=self.folder.name.startswith("fr"))
        except (OSError, UnicodeDecodeError, TemplateSyntaxError) as mistake:
            if not self.watched:
                raise
            log.warning("the words in %s cannot be read, ours are said instead: %s", path, mistake)
            return None


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
