"""A poll of the cooperative's own, asked once: a title, questions one per line, and one scale."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from bot.blocks import Block
from bot.conductor import Conductor
from bot.home import inputs
from bot.home.inputs import View, asked, frame, given, said, window
from bot.home.kinds import Faults, Submission
from bot.home.sight import Sight
from bot.polls.leading_parts import Tell, about_poll, by_leads, for_leads, words_of
from bot.polls.opening import settings_of
from bot.polls.questions_changed import Texts, texts_of
from bot.polls.questions_windows import LOCALES, LONGEST_QUESTION, YES
from bot.polls.wording import PAGE
from flows.core.amending import poll_of
from flows.core.answers import LONGEST_TEXT, Refused, Text
from flows.core.people import Member
from flows.core.poll import NAME, Dimension, Item, Kind, Thresholds
from flows.living.barometer import barometer
from storage import polls
from storage.polls import PollSettings

NEW_POLL = "new_poll"
OWN = "own_"
"""How the names of the cooperative's own polls begin: none is ever one of ours."""
LONGEST_TITLE = inputs.TITLE
WHOLE = Dimension("whole")
OPEN_QUESTION = Item("open", Kind.OPEN)
"""Its words are ours, in every language."""
BULLETS = "-–—•*· \t"


class Composed(NamedTuple):
    """`questions`: the texts of each."""

    name: str
    titles: Texts
    questions: tuple[Texts, ...]
    kind: Kind
    asks_openly: bool


@for_leads
def new_poll_window(sight: Sight, _: str) -> View:
    """The poll is named when its window opens: sent twice, it is made once."""
    kinds = [(kind.value, sight.plain(f"kind__{kind.value}", PAGE)) for kind in (Kind.AGREEMENT, Kind.AXIS)]
    openly = inputs.ticked([(YES, sight.plain("open_question__yes", PAGE))])
    blocks = [
        said(sight.say("new_poll__intro", PAGE)),
        *(_asked(sight, "title", locale, inputs.text(longest=LONGEST_TITLE)) for locale in LOCALES),
        *(_asked(sight, "items", locale, _lines()) for locale in LOCALES),
        asked(sight, "kind", inputs.radio(kinds, Kind.AGREEMENT.value), page=PAGE),
        asked(sight, "open_question", openly, optional=True, page=PAGE),
    ]
    return window(sight, NEW_POLL, blocks, about=f"{OWN}{secrets.token_hex(4)}", page=PAGE)


def _asked(sight: Sight, field: str, locale: str, element: Block) -> Block:
    return asked(sight, f"{field}_{locale}", element, optional=locale != sight.workspace.locale, page=PAGE)


def _lines() -> Block:
    return inputs.text(longest=LONGEST_TEXT) | {"multiline": True}


# -------------------------------------------------------------------------------------------------------------- reading


def composed(view: View, _: date) -> Composed | Faults:
    told = given(view)
    titles, faults = texts_of(told, "title", LONGEST_TITLE)
    lines = {locale: _questions(told.get(f"items_{locale}")) for locale in LOCALES}
    faults |= {f"items_{locale}": wrong for locale in LOCALES if (wrong := _wrong_in(lines[locale]))}
    if lines["fr"] and lines["en"] and len(lines["fr"]) != len(lines["en"]):
        details = {locale: len(lines[locale]) for locale in LOCALES}
        faults.setdefault("items_en", Refused("as_many_lines", details))
    if told.get("kind") not in (Kind.AGREEMENT, Kind.AXIS):
        faults["kind"] = Refused("not_an_option")
    return Faults(faults) if faults else _composed(view, told, titles, lines)


def _composed(view: View, told: Mapping[str, Any], titles: Texts, lines: Mapping[str, list[str]]) -> Composed:
    count = max(len(texts) for texts in lines.values())
    questions = tuple({locale: texts[at] for locale, texts in lines.items() if texts} for at in range(count))
    openly = YES in (told.get("open_question") or ())
    return Composed(view.get("private_metadata") or "", titles, questions, Kind(told["kind"]), openly)


def _questions(written: str | None) -> list[str]:
    """One a line, without what begins the lines of a list."""
    lines = (" ".join(line.split()).lstrip(BULLETS) for line in (written or "").replace("\x00", "").splitlines())
    return [line for line in lines if line]


def _wrong_in(lines: list[str]) -> Refused | None:
    parsed = (Text(LONGEST_QUESTION).parse(line) for line in lines)
    too_long = next((one for one in parsed if isinstance(one, Refused)), None)
    seen = [line.casefold() for line in lines]
    twice = next((line for at, line in enumerate(lines) if seen[at] in seen[:at]), None)
    return too_long or (Refused("named_twice", {"name": twice}) if twice is not None else None)


# ------------------------------------------------------------------------------------------------------------- deciding


def _compose(conductor: Conductor, _: Member, wanted: Composed) -> Mapping[str, Refused]:
    own = conductor.workspace.locale
    if not wanted.titles.get(own):
        return {f"title_{own}": Refused("empty_text")}
    if not wanted.name.startswith(OWN) or NAME.fullmatch(wanted.name) is None:
        return {"": Refused("no_such_poll")}
    if settings_of(conductor, wanted.name) is not None:
        return {}  # the same window, sent again
    items = tuple(
        Item(f"q_{number}", wanted.kind, WHOLE.name, texts=texts) for number, texts in enumerate(wanted.questions, 1)
    )
    asked_openly = (OPEN_QUESTION,) if wanted.asks_openly else ()
    dimensions = (WHOLE,) if items else ()
    poll = poll_of(wanted.name, (*items, *asked_openly), dimensions, thresholds=_usual(conductor), texts=wanted.titles)
    if not items or isinstance(poll, Refused):
        return {f"items_{own}": poll if items and isinstance(poll, Refused) else Refused("no_item")}
    polls.save_settings(conductor.tx, PollSettings(poll=poll))
    return {}


def _usual(conductor: Conductor) -> Thresholds | None:
    """The thresholds of the barometer: people are told the same everywhere."""
    decided = settings_of(conductor, barometer.name)
    return decided.poll.thresholds if decided is not None else None


def _thanks(sight: Sight, decided: PollSettings) -> View:
    told = {"poll": words_of(sight, decided).title, "count": len(decided.poll.items)}
    return frame(sight, sight.plain("composed__title", PAGE), [said(sight.say("composed", PAGE, told))])


_make: Tell[Composed] = by_leads(_compose)
COMPOSING = Submission(composed, _make, about_poll(_thanks))
