"""The questions of a poll, listed for its leads; and the windows that add one, word one otherwise or take one away."""

from collections.abc import Iterator
from typing import Any

from bot.blocks import Block, label, section
from bot.home import inputs
from bot.home.inputs import View, asked, because, frame, said, window
from bot.home.kinds import Window
from bot.home.pieces import actions, header, home_button
from bot.home.sight import Sight
from bot.polls.leading_parts import about_poll, words_of
from bot.polls.opening import open_round_of
from bot.polls.wording import PAGE, Wording
from bot.readings import escaped
from flows.core.answers import Refused
from flows.core.poll import MOST_ITEMS, Item, Kind, Poll
from messages import Voice
from storage.polls import PollSettings

EDIT_POLL, ADD_ITEM, REWORD_ITEM, REMOVE_ITEM = "edit_poll", "add_item", "reword_item", "remove_item"
KINDS = (Kind.AGREEMENT, Kind.AXIS, Kind.OPEN)
LOCALES = ("fr", "en")
LONGEST_QUESTION, LONGEST_DIMENSION = 300, 60
YES = "yes"


def item_id(poll: Poll, item: Item) -> str:
    """What a button says of an item: names hold no dot."""
    return f"{poll.name}.{item.name}"


# ------------------------------------------------------------------------------------------------------------- the list


def _list(sight: Sight, decided: PollSettings) -> View:
    return _listed(sight, decided, ())


def _edited(sight: Sight, decided: PollSettings) -> View:
    told = {"poll": words_of(sight, decided).title, "count": len(decided.poll.items)}
    return _listed(sight, decided, [said(sight.say("edited", PAGE, told))])


def _listed(sight: Sight, decided: PollSettings, head: Any) -> View:
    poll, wording = decided.poll, words_of(sight, decided)
    is_open = open_round_of(sight.conductor, poll.name) is not None
    intro = "edit_poll__frozen" if is_open else "edit_poll__intro"
    blocks = [
        *head,
        said(sight.say(intro, PAGE, poll=wording.title, version=poll.version)),
        *(block for item in _with_headers(poll) for block in _line(sight, poll, wording, item, is_open)),
        *([] if is_open else actions(home_button(sight, ADD_ITEM, poll.name, page=PAGE))),
    ]
    return frame(sight, sight.plain("edit_poll__title", PAGE), blocks)


def _with_headers(poll: Poll) -> Iterator[Item | str]:
    """The items in order, each dimension named before its first."""
    named = None
    for item in poll.items:
        if item.dimension is not None and item.dimension != named:
            named = item.dimension
            yield named
        yield item


def _line(sight: Sight, poll: Poll, wording: Wording, item: Item | str, is_open: bool) -> list[Block]:
    if isinstance(item, str):
        return [header(wording.dimension(item))]
    question = wording.item(item)
    if is_open:
        return [section(escaped(question))]
    buttons = [
        home_button(sight, verb, item_id(poll, item), about=question, page=PAGE) for verb in (REWORD_ITEM, REMOVE_ITEM)
    ]
    return [section(escaped(question)), *actions(*buttons)]


# ------------------------------------------------------------------------------------------------------------ to change


def _adding(sight: Sight, decided: PollSettings) -> View:
    refused = _frozen(sight, decided.poll)
    if len(decided.poll.items) >= MOST_ITEMS:
        refused = refused or Refused("too_many_items", {"most": MOST_ITEMS, "items": len(decided.poll.items) + 1})
    if refused is not None:
        return because(sight, refused)
    wording = words_of(sight, decided)
    kinds = [(kind.value, sight.plain(f"kind__{kind.value}", PAGE)) for kind in KINDS]
    dimensions = [(one.name, wording.dimension(one.name)) for one in decided.poll.dimensions]
    known = [asked(sight, "dimension", _choice(sight, dimensions), optional=True, page=PAGE)] if dimensions else []
    blocks = [
        *_texts(sight, {}),
        asked(sight, "kind", inputs.radio(kinds, _usual_kind(decided.poll)), page=PAGE),
        *known,
        asked(sight, "new_dimension_fr", inputs.text(longest=LONGEST_DIMENSION), optional=True, page=PAGE),
        asked(sight, "new_dimension_en", inputs.text(longest=LONGEST_DIMENSION), optional=True, page=PAGE),
    ]
    return window(sight, ADD_ITEM, blocks, about=decided.poll.name, page=PAGE)


def _choice(sight: Sight, choices: list[tuple[str, str]]) -> Block:
    return inputs.one_of(choices) | {"placeholder": label(sight.plain("choose", PAGE))}


def _usual_kind(poll: Poll) -> str:
    return (poll.averaged[0].kind if poll.averaged else Kind.AGREEMENT).value


def _rewording(sight: Sight, decided: PollSettings, item: Item) -> View:
    refused = _frozen(sight, decided.poll)
    if refused is not None:
        return because(sight, refused)
    better = [(YES, sight.plain("same_meaning__yes", PAGE))]
    known = {locale: _said_in(sight, decided, item, locale) for locale in LOCALES}
    blocks = [
        *_texts(sight, known),
        asked(sight, "same_meaning", inputs.ticked(better), optional=True, page=PAGE),
    ]
    return window(sight, REWORD_ITEM, blocks, about=item_id(decided.poll, item), page=PAGE)


def _said_in(sight: Sight, decided: PollSettings, item: Item, locale: str) -> str:
    """What the item says in this language alone."""
    if item.texts:
        return item.texts.get(locale, "")
    whole = words_of(sight, decided)
    voice = Voice("en" if locale == "en" else "fr", sight.voice.address)
    return Wording(whole.messages, voice, decided.poll, whole.told).item(item)


def _texts(sight: Sight, known: dict[str, str]) -> Iterator[Block]:
    """The cooperative's own language is wanted."""
    for locale in LOCALES:
        element = inputs.text(known.get(locale), longest=LONGEST_QUESTION)
        yield asked(sight, f"text_{locale}", element, optional=locale != sight.workspace.locale, page=PAGE)


def _removing(sight: Sight, decided: PollSettings, item: Item) -> View:
    refused = _frozen(sight, decided.poll)
    if refused is not None:
        return because(sight, refused)
    question = section(f"*{escaped(words_of(sight, decided).item(item))}*")
    blocks = [question, said(sight.say("remove_item__text", PAGE))]
    asking = window(sight, REMOVE_ITEM, blocks, about=item_id(decided.poll, item), page=PAGE)
    return asking | {"submit": label(sight.plain("remove_item__confirm", PAGE), inputs.BUTTON)}


def _frozen(sight: Sight, poll: Poll) -> Refused | None:
    return Refused("frozen_while_open") if open_round_of(sight.conductor, poll.name) is not None else None


def _about_item(build: Any) -> Window:
    def window(sight: Sight, argument: str) -> View:
        name = argument.partition(".")[2]

        def of_item(sight: Sight, decided: PollSettings) -> View:
            item = decided.poll.item(name)
            return because(sight, Refused("no_such_item")) if item is None else build(sight, decided, item)

        return about_poll(of_item)(sight, argument)

    return window


edit_poll_window = about_poll(_list)
edited_window = about_poll(_edited)
add_item_window = about_poll(_adding)
reword_item_window = _about_item(_rewording)
remove_item_window = _about_item(_removing)
