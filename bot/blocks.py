"""Texts, answers and labels to Block Kit, as plain dicts: whatever is given, Slack takes what comes out.

The limits are those of docs.slack.dev/reference/block-kit, and one that is published nowhere but enforced: about 12,000
characters in all the blocks of a message together (github.com/slackapi/bolt-js/issues/2509), each block weighing a little.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import wire
from bot.wire import Ref
from flows.core.answers import Answer, Choice, Day, Done, Person, Scale

Block = dict[str, Any]

BLOCKS_IN_MESSAGE, BLOCKS_IN_VIEW = 50, 100
SECTION = 3_000
LABEL = 75
PLACEHOLDER = 150
OPTIONS = 100
TOP_TEXT = 4_000
"""chat.update refuses a longer `text`; a message may always have to be updated."""
WEIGHT, BLOCK_WEIGHT = 11_500, 30
BUTTONS_AT_MOST = 5
SHORT_SCALE = 6
ASIDE = 300
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a question's controls, in plain text. `about` tells neighbours apart to whoever hears the screen."""

    options: Mapping[str, str] = field(default_factory=dict)
    done: str = ELLIPSIS
    answer: str = ELLIPSIS
    skip: str | None = None
    placeholder: str | None = None
    low: str = ""
    high: str = ""
    about: str | None = None
    sure: Mapping[str, Block] = field(default_factory=dict)
    """By option, what is asked once more before it is taken."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A gesture proposed beside a message: a button, or a menu when there are `choices` (value and label)."""

    verb: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing said: a text in mrkdwn, and the controls under it."""

    text: str
    controls: tuple[Block, ...] = ()
    aside: str = ""
    """What became of it: said smaller, between the two."""


# ------------------------------------------------------------------------------------------------------------- texts


def cut(text: str, longest: int) -> str:
    """At most `longest` characters, never empty; what is left out shows as an ellipsis."""
    text = text.strip() or ELLIPSIS
    return text if len(text) <= longest else text[: _seam(text, longest - 1)].rstrip() + ELLIPSIS


def split(text: str, longest: int = SECTION) -> list[str]:
    """Pieces of at most `longest` characters, cut between paragraphs, else lines, else words, else anywhere."""
    pieces, rest = [], text.strip()
    while len(rest) > longest:
        at = _seam(rest, longest)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [piece for piece in (*pieces, rest) if piece] or [ELLIPSIS]


def _seam(text: str, longest: int) -> int:
    """Where to cut: at most `longest`, in its second half when there is a blank there, and never inside `<…>` or `&…;`."""
    for blank in ("\n\n", "\n", " "):
        at = text.rfind(blank, longest // 2, longest)
        if at > 0 and (whole := _out_of_markup(text, at)) >= longest // 2:
            return max(whole, 1)
    return _out_of_markup(text, longest) or longest


def _out_of_markup(text: str, at: int) -> int:
    opened = text.rfind("<", 0, at)
    if opened > text.rfind(">", 0, at):
        at = opened
    entity = text.rfind("&", max(0, at - 4), at)
    return entity if entity >= 0 and ";" not in text[entity:at] else at


# ---------------------------------------------------------------------------------------------------- small pieces


def mrkdwn(text: str) -> Block:
    """A text of ours, taken as it is: Slack makes no link and no mention of what only looks like one (`verbatim`)."""
    return {"type": "mrkdwn", "text": cut(text, SECTION), "verbatim": True}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def note(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def label(text: str, longest: int = LABEL) -> Block:
    """A text that knows no markup: it is to be given unescaped."""
    return {"type": "plain_text", "text": cut(text, longest), "emoji": True}


def option(text: str, value: str) -> Block:
    return {"text": label(text), "value": value}


def button(text: str, action: str, value: str = "", *, primary: bool = False, about: str | None = None) -> Block:
    made: Block = {"type": "button", "text": label(text), "action_id": action}
    if value:
        made["value"] = value
    if primary:
        made["style"] = "primary"
    if about:
        made["accessibility_label"] = cut(f"{text} – {about}", LABEL)
    return made


def menu(choices: Sequence[tuple[str, str]], action: str, placeholder: str | None) -> Block:
    """A select; `choices` are values and labels, of which Slack shows the first hundred."""
    made: Block = {"type": "static_select", "action_id": action}
    made["options"] = [option(text, value) for value, text in choices[:OPTIONS]]
    return made | _with_placeholder(placeholder)


def _with_placeholder(text: str | None) -> Block:
    return {"placeholder": label(text, PLACEHOLDER)} if text else {}


# -------------------------------------------------------------------------------------------------------- controls


def question(ref: Ref, answer: Answer[Any], words: Words) -> Block:
    """The block a question is answered by: buttons, a select, or the button of its window."""
    elements = list(_ways_to_answer(answer, words))
    if words.skip:
        elements.append(button(words.skip, wire.SKIP, about=words.about))
    return {"type": "actions", "block_id": wire.answer_block(ref), "elements": elements}


def window_button(ref: Ref, words: Words) -> Block:
    """The block of an answer that may still be changed: the button of its window, whatever its kind."""
    change = button(words.answer, wire.WINDOW, about=words.about)
    return {"type": "actions", "block_id": wire.answer_block(ref), "elements": [change]}


def _ways_to_answer(answer: Answer[Any], words: Words) -> Iterator[Block]:
    match answer:
        case Choice(options=options):
            yield from _one_among([(name, words.options.get(name, name)) for name in options], words, BUTTONS_AT_MOST)
        case Done():
            yield button(words.done, wire.answer_action(0), "done", primary=True, about=words.about)
        case Scale():
            yield from _one_among(scale_labels(answer, words), words, SHORT_SCALE, primary=False)
        case Person():
            yield {"type": "users_select", "action_id": wire.PICK, **_with_placeholder(words.placeholder)}
        case Day():
            yield {"type": "datepicker", "action_id": wire.PICK, **_with_placeholder(words.placeholder)}
        case _:
            yield button(words.answer, wire.WINDOW, primary=True, about=words.about)


def _one_among(
    choices: Sequence[tuple[str, str]], words: Words, buttons: int, *, primary: bool = True
) -> Iterator[Block]:
    if len(choices) > buttons:
        yield menu(choices, wire.PICK, words.placeholder or words.answer)
        return
    for position, (value, text) in enumerate(choices):
        first = primary and position == 0
        made = button(text, wire.answer_action(position), value, primary=first, about=words.about)
        yield made | words.sure.get(value, {})


def scale_labels(scale: Scale, words: Words) -> list[tuple[str, str]]:
    """The values of a scale, its ends in words when they have some."""
    ends = {scale.low: words.low, scale.high: words.high}
    return [
        (str(value), f"{value} · {ends[value]}" if ends.get(value) else str(value))
        for value in range(scale.low, scale.high + 1)
    ]


def beside(ref: Ref | None, number: int, links: Sequence[Link] = (), offers: Sequence[Offer] = ()) -> tuple[Block, ...]:
    """The cooperative's pages and the gestures proposed, in one block or none. `number`: which such block of its message."""
    shown = [link for link in links if re.fullmatch(r"https?://[^\s/]\S*", link.url) and len(link.url) <= SECTION]
    elements = [button(it.label, wire.link_action(at)) | {"url": it.url} for at, it in enumerate(shown)]
    elements += [_proposed(offer) for offer in offers]
    if not elements:
        return ()
    return ({"type": "actions", "block_id": wire.offer_block(ref, number), "elements": elements[:25]},)


def _proposed(offer: Offer) -> Block:
    action = wire.offer_action(offer.verb)
    return menu(offer.choices, action, offer.label) if offer.choices else button(offer.label, action, offer.value)


# ---------------------------------------------------------------------------------------------------------- messages


def message(parts: Sequence[Part], *, head: str | None = None, more: str = ELLIPSIS) -> list[Block]:
    """One message of all `parts`, divided. What would make it too long is cut, the texts before the controls; `more` is the
    line that then says so."""
    parts = [Part(head), *parts] if head else list(parts)
    weights = [sum(map(_weight, part.controls)) + len(part.aside[:ASIDE]) for part in parts]
    shown = _as_many_as_fit(parts, weights)
    longest = _longest_text(shown, sum(weights[: len(shown)]))
    blocks = []
    for position, part in enumerate(shown):
        blocks += [{"type": "divider"}] if position > (1 if head else 0) else []
        blocks += [section(piece) for piece in split(cut(part.text, longest))]
        blocks += [note(cut(part.aside, ASIDE))] if part.aside else []
        blocks += part.controls
    return blocks if len(shown) == len(parts) else [*blocks, note(cut(more, 200))]


def top_text(parts: Sequence[Part], head: str | None = None) -> str:
    """What notifications and screen readers say of a message."""
    return cut(
        "\n\n".join([*([head] if head else []), *(f"{part.text}\n{part.aside}".strip() for part in parts)]), TOP_TEXT
    )


_SPARE_BLOCKS = 10  # for the texts that take several sections, and the line that says what was cut
_LEAST_TEXT = 200


def _as_many_as_fit(parts: Sequence[Part], weights: Sequence[int]) -> list[Part]:
    fitting: list[Part] = []
    blocks = weight = 0
    for part, own in zip(parts, weights, strict=True):
        blocks += 3 + len(part.controls)
        weight += _LEAST_TEXT + own + 3 * BLOCK_WEIGHT
        if fitting and (blocks > BLOCKS_IN_MESSAGE - _SPARE_BLOCKS or weight > WEIGHT - _SPARE_BLOCKS * BLOCK_WEIGHT):
            break
        fitting.append(part)
    return fitting


def _longest_text(parts: Sequence[Part], controls: int) -> int:
    """How long each text may be for all of them to be said: short ones leave their share to long ones. `controls`: what
    all that is not text weighs."""
    left = WEIGHT - controls - BLOCK_WEIGHT * (3 * len(parts) + _SPARE_BLOCKS)
    share = left
    for count, length in zip(range(len(parts), 0, -1), sorted(len(part.text) for part in parts), strict=True):
        share = left // count
        if length > share:
            break
        left -= length
    else:
        share = WEIGHT
    return max(share, 2)


def _weight(block: Any) -> int:
    """What a block counts for: every text in it, and a little for itself."""
    return BLOCK_WEIGHT + _length(block)


def _length(node: dict[str, Any] | list[Any]) -> int:
    """That of every text in it."""
    length = 0
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, (dict, list)):
            length += _length(value)
        elif key == "text" and isinstance(value, str):
            length += len(value)
    return length
