"""The files in which somebody receives all that is kept of them: one for programs (JSON), one to be read (HTML)."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import orjson
from jinja2 import Environment, StrictUndefined, Template

from bot.polls.exports import HTML, Exported
from bot.rights.dossier import dossier
from bot.rights.reader import PAGE, Json, Reader
from bot.scene import Scene
from flows.core.people import Member
from messages.dates import spoken_day, spoken_hour

FILES = f"{PAGE}/files"
"""The message that brings them."""
JSON = "application/json"
DAY_OR_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d)?")
HOUR = re.compile(r"\d\d:\d\d:\d\d")
_SAID: Mapping[re.Pattern[str], Callable[[str, str], str]] = {DAY_OR_MOMENT: spoken_day, HOUR: spoken_hour}
TEMPLATE = Path(__file__).with_name("paper.html.j2")
HEADINGS = (
    *(
        "identity",
        "dates",
        "roles",
        "contact",
        "passport",
        "met",
        "conversations",
        "said",
        "departures",
        "improvements",
    ),
    *("own_radars", "rounds", "kept", "more"),
)
"""The chapters of the page, in the order they come."""


def files_of(scene: Scene, me: Member | None, message: str) -> tuple[Exported, ...]:
    """What goes with the message that brings them; nothing with any other."""
    if message != FILES or me is None:
        return ()
    told = dossier(scene, me)
    reader = Reader(scene, me)
    name = f"{reader.plain('file_name')}-{told['made_on']}"
    return (
        Exported(f"{name}.html", HTML, page(reader, told).encode()),
        Exported(f"{name}.json", JSON, as_json(told).encode()),
    )


def as_json(told: Json) -> str:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def page(reader: Reader, told: Json) -> str:
    """The same as HTML that asks for nothing from anywhere: it can be kept, opened and printed as it is."""
    locale = reader.voice.locale
    return _template().render(
        lang=locale,
        title=reader.plain("title"),
        told=told,
        headings={name: reader.plain(f"heading__{name}") for name in HEADINGS},
        say=reader.plain,
        label=lambda name: reader.label(f"label__{name}", PAGE, name.replace("_", " ")),
        spoken=lambda value: _spoken(locale, value),
        colon="\N{NO-BREAK SPACE}:" if locale == "fr" else ":",
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _spoken(locale: str, value: object) -> object:
    """A day, an hour or a moment (ISO 8601) as people say it; anything else as it is."""
    if isinstance(value, list):
        return ", ".join(str(_spoken(locale, one)) for one in value)
    if not isinstance(value, str):
        return value
    for kept, say in _SAID.items():
        if kept.fullmatch(value):
            with suppress(ValueError):  # what somebody wrote may look like one: the 30th of February
                return say(locale, value)
    return value
