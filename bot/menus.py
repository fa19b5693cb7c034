"""What is asked for in one place and shown there: the menu, and the Home in a window."""

from typing import Any

from bot import blocks
from bot.blocks import Offer, Part
from bot.home import view_of
from bot.home.inputs import notice
from bot.home.sight import Sight
from bot.offers import pointless
from bot.speech import BESIDE
from bot.visitors import WORD, is_outside, told

MENU = "menu"


def menu_here(sight: Sight, *, head: str | None = None) -> dict[str, Any]:
    """The menu as an answer to a command: only whoever typed it sees it. `head` names the refusal it begins with."""
    if is_outside(sight.conductor, sight.me):
        return {"response_type": "ephemeral", "text": sight.say(WORD, MENU, told(sight.conductor))}
    hidden = pointless(sight.conductor, sight.me)
    verbs = [verb for verb in BESIDE["menu/menu"] if verb not in hidden and sight.has(f"{MENU}__{verb}", MENU)]
    offers = [Offer(verb, sight.plain(f"{MENU}__{verb}", MENU)) for verb in verbs]
    parts = [Part(sight.say(MENU, MENU), blocks.beside(None, 0, offers=offers))]
    first = sight.say(head, "refusals") if head else None
    return {
        "response_type": "ephemeral",
        "text": blocks.top_text(parts, first),
        "blocks": blocks.message(parts, head=first),
    }


def home_here(sight: Sight) -> dict[str, Any]:
    """The Home in a window: no gesture of ours can open Slack's own tab."""
    shown = view_of(sight.tx, sight.me, sight.now, score=sight.conductor.score, messages=sight.scene.messages)
    return {**notice(sight, ""), "blocks": shown["blocks"]}
