"""What the management and the stewards see: newcomers under way, messages that could not be said, the cooperative's choices."""

from collections.abc import Sequence
from datetime import timedelta

from bot.blocks import OPTIONS, Block, menu, section
from bot.home.accompanied import BETWEEN, PARTS
from bot.home.failures import failures
from bot.home.inputs import View, frame, notice
from bot.home.pieces import SHOWN, actions, beside, confirmed, first, header, home_button, others
from bot.home.sight import SHARED, Sight
from bot.searching import JOURNEY, JOURNEYS
from bot.setting_up import EDITING
from flows.core.model import Conversation
from flows.joining.onboarding import FIRST_DAY
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY
from storage import conversations, members

STILL_MOVES = timedelta(days=7)
"""How long after a first day it may have to be moved: somebody fell ill that morning."""


def steering(sight: Sight) -> list[Block]:
    """Each gesture for whoever may make it; nothing for the others."""
    return [*_newcomers(sight), *_visitors(sight), *failures(sight), *_settings(sight)]


def _newcomers(sight: Sight) -> list[Block]:
    if not sight.may(JOURNEY):
        return []
    under_way = [talk for flow in JOURNEYS for talk in conversations.of_flow(sight.tx, flow, open_only=True)][::-1]
    shown = [block for conversation in first(under_way) for block in _newcomer(sight, conversation)]
    rest = under_way[SHOWN:]
    return [
        header(sight.plain("newcomers__title")),
        *(shown or [section(sight.say("newcomers__none"))]),
        *others(sight, len(rest)),
        *actions(*_each_in_a_window(sight, rest), home_button(sight, "welcome", primary=True)),
    ]


def _visitors(sight: Sight) -> list[Block]:
    """The guests who are not counted: whoever may welcome them sees who is left out."""
    found = [one for one in members.guests(sight.tx) if one.is_visitor] if sight.may(JOURNEY) else []
    names = [one.name for one in first(found)]
    return [section(sight.say("visitors", names=names, more=len(found) - len(names)))] if found else []


def _each_in_a_window(sight: Sight, conversations: Sequence[str]) -> list[Block]:
    """The way to those that are not shown."""
    journeys = ((talk, sight.subject_of(talk)) for talk in sight.conductor.seen(conversations[:OPTIONS]))
    named = [
        (talk.id, sight.plain("arrival__option", newcomer=newcomer, day=talk.anchors[FIRST_DAY]))
        for talk, newcomer in journeys
        if newcomer is not None
    ]
    return [menu(named, "home.arrival", sight.plain("arrival__placeholder"))] if named else []


def arrival_window(sight: Sight, conversation: str) -> View:
    """One arrival, with what the Home proposes beside it."""
    talk = sight.load(conversation)
    is_under_way = talk is not None and talk.flow in JOURNEYS and talk.status == "open"
    blocks = _newcomer(sight, conversation) if is_under_way else []
    if not blocks:
        return notice(sight, sight.say("gone", "refusals"))
    return frame(sight, sight.plain("arrival__title"), blocks)


def _newcomer(sight: Sight, conversation: str) -> list[Block]:
    talk = sight.load(conversation)
    newcomer = sight.subject_of(talk) if talk is not None else None
    if talk is None or newcomer is None:
        return []
    first_day = talk.anchors[FIRST_DAY]
    sought = [part for part in (JOB_BUDDY, COOP_BUDDY) if part in sight.flow_of(talk).parts]
    buddies = [(sight.plain(f"part__{part}", SHARED), sight.player(talk, part)) for part in sought]
    has_begun = first_day <= sight.today
    text = sight.say("newcomer", buddies=buddies, newcomer=newcomer, day=first_day, has_begun=has_begun)
    postpone = home_button(sight, "postpone", talk.id, about=newcomer.name)
    cancel = home_button(sight, "cancel_arrival", talk.id, about=newcomer.name)
    cancel = confirmed(sight, cancel, "cancel_arrival", called=newcomer.name)
    moves = [postpone] if sight.today <= first_day + STILL_MOVES else []
    return [section(text), *actions(*moves, *_change(sight, talk), cancel)]


def _change(sight: Sight, talk: Conversation) -> list[Block]:
    """The way to give a part to somebody else, when whoever holds it cannot hand it over."""
    held = [(part, holder) for part in PARTS if (holder := sight.player(talk, part)) is not None]
    if not held:
        return []
    choices = [
        (BETWEEN.join((talk.id, part)), f"{sight.plain(f'part__{part}', SHARED)} – {holder.name}")
        for part, holder in held
    ]
    newcomer = sight.subject_of(talk)
    asked = menu(choices, "home.hand_over", sight.plain("change_part__placeholder"))
    return [confirmed(sight, asked, "change_part", called=newcomer.name if newcomer else "")]


def _settings(sight: Sight) -> list[Block]:
    if not sight.may(EDITING):
        return []
    # Whoever is chosen opens their own card: the window is filled in already.
    card = {
        "type": "users_select",
        "action_id": "home.card",
        "placeholder": {"type": "plain_text", "text": sight.plain("card__placeholder"), "emoji": True},
    }
    return [
        header(sight.plain("settings__title")),
        beside(sight.say("card__invitation"), card),
        *actions(home_button(sight, "settings"), home_button(sight, "links")),
    ]
