"""What becomes of a poll's questions once its leads have changed one: a new version, never under an open round."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from bot import wire
from bot.conductor import Conductor
from bot.home.inputs import View, because, given
from bot.home.kinds import Faults, Submission
from bot.home.sight import Sight
from bot.polls.leading_parts import NO_SUCH_POLL, Tell, about_poll, by_leads
from bot.polls.opening import open_round_of, settings_of
from bot.polls.questions_windows import KINDS, LOCALES, LONGEST_DIMENSION, LONGEST_QUESTION, YES, edited_window
from flows.core.amending import reworded, with_item, without_item
from flows.core.answers import Refused, Text
from flows.core.people import Member
from flows.core.poll import Dimension, Item, Kind, Poll
from storage import polls
from storage.polls import PollSettings

Texts = Mapping[str, str]
"""By locale."""
FIELD_AT_FAULT = {
    "mixed_scales": "kind",
    "own_dimension_wanted": "dimension",
    "item_without_dimension": "dimension",
    "no_such_dimension": "dimension",
}


class Added(NamedTuple):
    """`dimension`: one of the poll's, when none is new."""

    poll: str
    texts: Texts
    kind: Kind
    dimension: str | None
    new_dimension: Texts


class Reworded(NamedTuple):
    """`is_new`: something else is said than what the window showed."""

    poll: str
    item: str
    texts: Texts
    same_meaning: bool
    is_new: bool


# -------------------------------------------------------------------------------------------------------------- reading


def added(view: View, _: date) -> Added | Faults:
    told = given(view)
    texts, faults = texts_of(told, "text", LONGEST_QUESTION)
    dimension, more = texts_of(told, "new_dimension", LONGEST_DIMENSION)
    faults |= more
    if told.get("kind") not in [kind.value for kind in KINDS]:
        faults["kind"] = Refused("not_an_option")
    if faults:
        return Faults(faults)
    return Added(view.get("private_metadata") or "", texts, Kind(told["kind"]), told.get("dimension"), dimension)


def reworded_as(view: View, _: date) -> Reworded | Faults:
    told = given(view)
    texts, faults = texts_of(told, "text", LONGEST_QUESTION)
    if faults:
        return Faults(faults)
    poll, _dot, item = (view.get("private_metadata") or "").partition(".")
    same_meaning = YES in (told.get("same_meaning") or ())
    return Reworded(poll, item, texts, same_meaning, texts != _shown_in(view))


def texts_of(told: Mapping[str, Any], field: str, longest: int) -> tuple[dict[str, str], dict[str, Refused]]:
    """What was written in each language, on one line each, and what will not do."""
    texts, faults = {}, {}
    for locale in LOCALES:
        written = " ".join((told.get(f"{field}_{locale}") or "").replace("\x00", "").split())
        parsed = Text(longest).parse(written) if written else written
        if isinstance(parsed, Refused):
            faults[f"{field}_{locale}"] = parsed
        elif parsed:
            texts[locale] = parsed
    return texts, faults


def _shown_in(view: View) -> dict[str, str]:
    """The texts the window was filled in with."""
    elements = {block.get("block_id"): block.get("element", {}) for block in view["blocks"]}
    shown = {locale: elements.get(wire.field_block(f"text_{locale}"), {}).get("initial_value") for locale in LOCALES}
    return {locale: " ".join(text.split()) for locale, text in shown.items() if text}


def removed(view: View, _: date) -> tuple[str, str]:
    poll, _dot, item = (view.get("private_metadata") or "").partition(".")
    return poll, item


# ------------------------------------------------------------------------------------------------------------- deciding


def _add(conductor: Conductor, _: Member, wanted: Added) -> Mapping[str, Refused]:
    def change(poll: Poll, is_open: bool) -> Poll | Refused:
        dimension, refused = _dimension(poll, wanted)
        if refused is not None:
            return refused
        item = Item(_fresh("q", poll), wanted.kind, texts=wanted.texts)
        if wanted.kind is Kind.OPEN:
            return with_item(poll, item, round_open=is_open)
        new = dimension if dimension is not None and dimension not in poll.dimensions else None
        item = replace(item, dimension=dimension.name if dimension is not None else None)
        return with_item(poll, item, new, round_open=is_open)

    return _lacks_own(conductor, wanted.texts) or _change(conductor, wanted.poll, change)


def _dimension(poll: Poll, wanted: Added) -> tuple[Dimension | None, Refused | None]:
    """The dimension of a new item: a new one rather than one of the poll's."""
    if wanted.kind is Kind.OPEN:
        return None, None
    if wanted.new_dimension:
        return Dimension(_fresh("d", poll), wanted.new_dimension), None
    if not wanted.dimension:
        return None, Refused("own_dimension_wanted")
    found = next((one for one in poll.dimensions if one.name == wanted.dimension), None)
    return found, None if found is not None else Refused("no_such_dimension")


def _reword(conductor: Conductor, _: Member, wanted: Reworded) -> Mapping[str, Refused]:
    def change(poll: Poll, is_open: bool) -> Poll | Refused:
        if not wanted.is_new and poll.item(wanted.item) is not None and not is_open:
            return poll
        return reworded(poll, wanted.item, wanted.texts, same_meaning=wanted.same_meaning, round_open=is_open)

    return _lacks_own(conductor, wanted.texts) or _change(conductor, wanted.poll, change)


def _remove(conductor: Conductor, _: Member, wanted: tuple[str, str]) -> Mapping[str, Refused]:
    poll, item = wanted
    return _change(conductor, poll, lambda found, is_open: without_item(found, item, round_open=is_open))


def _lacks_own(conductor: Conductor, texts: Texts) -> Mapping[str, Refused]:
    own = conductor.workspace.locale
    return {} if texts.get(own) or own not in LOCALES else {f"text_{own}": Refused("empty_text")}


def _change(conductor: Conductor, name: str, change: Callable[[Poll, bool], Poll | Refused]) -> Mapping[str, Refused]:
    decided = settings_of(conductor, name)
    if decided is None:
        return {"": NO_SUCH_POLL}
    changed = change(decided.poll, open_round_of(conductor, name) is not None)
    if isinstance(changed, Refused):
        return {FIELD_AT_FAULT.get(changed.reason, ""): changed}
    if changed is not decided.poll:
        polls.save_settings(conductor.tx, replace(decided, poll=_in_order(changed)))
    return {}


def _in_order(poll: Poll) -> Poll:
    """Each dimension's items together, what belongs to none after them, open questions last."""
    rank = {dimension.name: at for at, dimension in enumerate(poll.dimensions)}
    last = len(rank)
    items = sorted(poll.items, key=lambda it: (rank.get(it.dimension or "", last), it.kind is Kind.OPEN))
    return replace(poll, items=tuple(items))


def _fresh(letter: str, poll: Poll) -> str:
    """A name that nothing of this poll has or ever had: each version brings one question. People read texts; names are for
    buttons and trends."""
    return f"{letter}_v{poll.version + 1}"


# ----------------------------------------------------------------------------------------------------------- afterwards


def _after_removal(sight: Sight, about: str) -> View:
    """The list without the question; or, the window having no field to say it under, why it is still there."""
    name = about.partition(".")[2]

    def shown(sight: Sight, decided: PollSettings) -> View:
        if decided.poll.item(name) is None:
            return edited_window(sight, about)
        is_open = open_round_of(sight.conductor, decided.poll.name) is not None
        refused = without_item(decided.poll, name, round_open=is_open)
        return because(sight, refused) if isinstance(refused, Refused) else edited_window(sight, about)

    return about_poll(shown)(sight, about)


_add_it: Tell[Added] = by_leads(_add)
_reword_it: Tell[Reworded] = by_leads(_reword)
_remove_it: Tell[tuple[str, str]] = by_leads(_remove)
ADDING = Submission(added, _add_it, edited_window)
REWORDING = Submission(reworded_as, _reword_it, edited_window)
REMOVING = Submission(removed, _remove_it, _after_removal)
