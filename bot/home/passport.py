"""The member's passport: its fifteen stamps in order, kept for ever."""

from bot.blocks import Block, note, section
from bot.home.pieces import header
from bot.home.sight import Sight
from bot.searching import JOURNEY
from flows.passport import STAMPS
from storage import conversations
from storage.passport import stamps_of


def passport(sight: Sight) -> list[Block]:
    """Shown to whoever has a stamp, or was ever welcomed here."""
    stamped = stamps_of(sight.conductor.tx, sight.me.id)
    if not stamped and not conversations.of_flow(sight.conductor.tx, JOURNEY, subject=sight.me.id):
        return []
    lines = [
        sight.say("stamp__done" if name in stamped else "stamp__to_come", stamp=sight.plain(f"stamp__{name}"), **day)
        for name in STAMPS
        for day in [{"day": stamped[name]} if name in stamped else {}]
    ]
    count = sum(name in stamped for name in STAMPS)
    return [
        header(sight.plain("passport__title")),
        section("\n".join(lines)),
        note(sight.say("passport__count", n=count, total=len(STAMPS))),
    ]
