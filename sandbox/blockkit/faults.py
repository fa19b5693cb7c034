"""What is wrong with a payload, where, and by which published rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Surface = Literal["message", "modal", "home"]

DOCS = "docs.slack.dev/reference"


@dataclass(frozen=True)
class Fault:
    """One broken rule.

    `path` is a JSON pointer into the payload, as Slack gives it (`/blocks/0/text/text`, `/view/title/text`).
    `rule` is Slack's own sentence where it is known. `error` is the name Slack answers with.
    `doc` is the page that states the rule.
    """

    path: str
    rule: str
    error: str
    doc: str


class Place(NamedTuple):
    """Where the check stands: the pointer, the surface, the error a fault here answers with, the page in force."""

    path: str
    surface: Surface
    error: str
    doc: str

    def into(self, key: str | int) -> Place:
        return Place(f"{self.path}/{key}", self.surface, self.error, self.doc)

    def by(self, doc: str) -> Place:
        return Place(self.path, self.surface, self.error, doc)

    def answering(self, error: str) -> Place:
        return Place(self.path, self.surface, error, self.doc)

    def broken(self, rule: str, *, error: str | None = None) -> Fault:
        return Fault(self.path, rule, error or self.error, f"{DOCS}/{self.doc}")


def messages_of(faults: Iterable[Fault]) -> list[str]:
    """The faults as Slack writes them in `response_metadata.messages`."""
    return [f"[ERROR] {fault.rule} [json-pointer:{fault.path}]" for fault in faults]
