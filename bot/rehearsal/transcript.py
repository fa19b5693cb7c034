"""What a rehearsal leaves: every message and every answer, with its date, for people to read and for programs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import indent
from typing import Literal

Kind = Literal["message", "channel", "email", "whisper", "answer", "event", "window", "home"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said or done. `at` is aware, in the recipient's zone; `name` is the message's (several joined by `+` when
    they were said in one); `to` is who was spoken to, and for an answer or an event who acted."""

    at: datetime
    to: str
    kind: Kind
    name: str
    text: str
    buttons: tuple[str, ...] = ()


def told_together(lines: Iterable[Line]) -> list[Line]:
    """The same lines, what was said at once and alike to several being one."""
    by_words: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        by_words.setdefault((line.at, line.kind, line.name, line.text, line.buttons), []).append(line)
    return [replace(alike[0], to=", ".join(one.to for one in alike)) for alike in by_words.values()]


def as_json(lines: Iterable[Line]) -> str:
    """One object a line: `at` (ISO 8601 with offset), `to`, `kind`, `name`, `text`, `buttons`."""
    return "\n".join(
        json.dumps(
            {
                "at": line.at.isoformat(),
                "to": line.to,
                "kind": line.kind,
                "name": line.name,
                "text": line.text,
                "buttons": list(line.buttons),
            },
            ensure_ascii=False,
        )
        for line in lines
    )


def as_text(lines: Iterable[Line]) -> str:
    """For a terminal: who is told what, when, with which buttons, and what they answer."""
    return "\n\n".join(_paragraph(line) for line in lines)


ARROWS = {
    "message": "→",
    "channel": "→ #",
    "email": "→ ✉",
    "whisper": "→ (seul·e)",
    "answer": "←",
    "event": "•",
    "window": "□",
    "home": "⌂",
}


def _paragraph(line: Line) -> str:
    head = f"{line.at:%Y-%m-%d %a %H:%M}  {ARROWS[line.kind]} {line.to}  [{line.name}]"
    buttons = "  ".join(f"[ {label} ]" for label in line.buttons)
    return "\n".join(filter(None, (head, indent(line.text, "    "), indent(buttons, "    "))))
