"""How the member wishes to be spoken to, and when: their language, their hour, their days, their silence."""

from bot import wire
from bot.blocks import Block, Offer, button, menu, section
from bot.home.pieces import actions, header, home_button
from bot.home.sight import WINDOWS, Sight
from bot.offers import PAUSES
from bot.people import rhythm_of

SHORT_PAUSES = PAUSES[:3]
"""A longer one is chosen by its last day, in the window."""
EVERY_DAY = range(7)


def preferences(sight: Sight) -> list[Block]:
    rhythm = rhythm_of(sight.me, sight.workspace)
    off = [sight.plain(f"weekday__{day}", WINDOWS) for day in EVERY_DAY if day not in rhythm.working_days]
    text = sight.say(
        "preferences",
        language=sight.plain(f"language__{sight.voice.locale}", WINDOWS),
        address=sight.plain(f"address__{sight.voice.address}", WINDOWS) if sight.voice.locale == "fr" else None,
        slot=rhythm.slot,
        zone=rhythm.zone,
        days_off=off,
    )
    title = sight.plain("preferences__title")
    return [
        header(title),
        section(text),
        *([section(sight.say("paused", until=sight.me.paused_until))] if is_paused(sight) else []),
        *actions(home_button(sight, "preferences", about=title), *_silence(sight)),
    ]


def is_paused(sight: Sight) -> bool:
    return sight.me.paused_until is not None and sight.me.paused_until > sight.today


def _silence(sight: Sight) -> list[Block]:
    if is_paused(sight):
        return [button(sight.plain("button__unpause"), wire.offer_action("unpause"), primary=True)]
    offer = Offer("pause", sight.plain("pause__title"))
    choices = [(days, sight.plain("pause__days", n=int(days))) for days in SHORT_PAUSES]
    return [menu(choices, wire.offer_action(offer.verb), offer.label), home_button(sight, "pause")]
