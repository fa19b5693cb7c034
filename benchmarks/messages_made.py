"""One message, in its words and its blocks: ours as plain dicts, against the models of slack_sdk, built and validated.

Both say the same words, rendered from the same Jinja template, and give Slack the same JSON.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, in_turn, ratio, spread
from benchmarks.timed import each
from bot import blocks, wire
from bot.blocks import Part, Words
from bot.wire import Ref
from flows.living.action_follow_up import action_follow_up, state
from messages import Messages, Voice

REF = Ref("c_0123456789abcdef", state.name)
OPTIONS = ("done", "under_way", "dropped")
TOLD = {"details": {"action": "Poser un plafond acoustique"}}
VOICE = Voice("fr")

Json = list[dict[str, Any]]


def measure(scale: Scale) -> Iterator[Line]:
    messages, count = Messages(), scale.of(2_000, 10)
    sides: dict[str, Callable[[], float]] = {
        "ours": partial(each, count, partial(as_dicts, messages)),
        "slack_sdk's models": partial(each, count, partial(as_models, messages)),
    }
    seconds = in_turn(sides, scale.of(7, 1))
    ours, theirs = seconds.values()
    yield Line(
        number="16",
        what="a message rendered and made ÷ Jinja2 and slack_sdk's models",
        sides={side: f"{spread([one * 1e6 for one in took]):,.0f} µs" for side, took in seconds.items()},
        figure=ratio(ours, theirs),
        digits=3,
        goal=Goal("most", 1 / 8),
    )


def as_dicts(messages: Messages) -> Json:
    text, words = _words(messages)
    return blocks.message([Part(text, (blocks.question(REF, state.answer, Words(words)),))])


def as_models(messages: Messages) -> Json:
    text, words = _words(messages)
    buttons = [
        ButtonElement(
            text=PlainTextObject(text=words[option], emoji=True),
            action_id=wire.answer_action(at),
            value=option,
            style="primary" if at == 0 else None,
        )
        for at, option in enumerate(OPTIONS)
    ]
    made: list[Block] = [
        SectionBlock(text=MarkdownTextObject(text=text, verbatim=True)),
        ActionsBlock(block_id=wire.answer_block(REF), elements=buttons),
    ]
    for block in made:
        block.validate_json()
    return [block.to_dict() for block in made]


def _words(messages: Messages) -> tuple[str, dict[str, str]]:
    name = action_follow_up.name
    text = messages.say(VOICE, name, state.name, TOLD)
    return text, {one: messages.plain(VOICE, name, f"{state.name}__{one}", TOLD) for one in OPTIONS}
