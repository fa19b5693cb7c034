"""The member's passport: its fifteen stamps in order, kept for ever."""

from datetime import date

from bot.blocks import Block, note, section
from bot.home.pieces import header
from bot.home.sight import Sight
from bot.searching import JOURNEYS
from flows.passport import STAMPS
from storage import conversations
from storage.passport import stamps_of


def passport(sight: Sight) -> list[Block]:
    """Shown to whoever has a stamp, or was ever welcomed here."""
    stamped = stamps_of(sight.tx, sight.me.id)
    if not stamped and not any(conversations.of_flow(sight.tx, flow, subject=sight.me.id) for flow in JOURNEYS):
        return []
    lines = [_line(sight, name, stamped.get(name)) for name in STAMPS]
    count = sum(name in stamped for name in STAMPS)
    return [
        header(sight.plain("passport__title")),
        section("\n".join(lines)),
        note(sight.say("passport__count", n=count, total=len(STAMPS))),
    ]


def _line(sight: Sight, name: str, day: date | None) -> str:
    stamp = sight.plain(f"stamp__{name}")
    if day is None:
        return sight.say("stamp__to_come", stamp=stamp)
    # Kept for ever: the year is said even when it is this one.
    return sight.say("stamp__done", stamp=stamp, day=day, today=None)
