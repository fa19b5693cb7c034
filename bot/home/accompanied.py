"""Whom the member accompanies: each newcomer with the member's part, what comes next, and how to leave the part."""

from collections.abc import Sequence

from bot.blocks import OPTIONS, Block, menu
from bot.home.path import upcoming
from bot.home.pieces import SHOWN, actions, beside, confirmed, first, header, home_button, others
from bot.home.sight import SHARED, Sight
from bot.searching import JOURNEYS
from flows.joining.onboarding import FIRST_DAY
from flows.joining.parts import BUDDIES, SUPERVISOR
from storage.conversations import Casting

PARTS = (*BUDDIES, SUPERVISOR)
BETWEEN = "|"


def accompanied(sight: Sight) -> list[Block]:
    mine = [one for one in sight.castings if one.flow in JOURNEYS and one.part in PARTS]
    shown = [block for one in first(mine) for block in _shown(sight, one)]
    if not shown:
        return []
    rest = mine[SHOWN:]
    return [
        header(sight.plain("accompanied__title")),
        *shown,
        *others(sight, len(rest)),
        *actions(*_leave(sight, rest)),
    ]


def _leave(sight: Sight, rest: Sequence[Casting]) -> list[Block]:
    """The way to leave the parts that are not shown: whoever supervises many may hold more than there is room for."""
    talks = {talk.id: talk for talk in sight.conductor.seen(one.conversation for one in rest[:OPTIONS])}
    choices = []
    for one in rest[:OPTIONS]:
        subject = sight.subject_of(talks[one.conversation]) if one.conversation in talks else None
        if subject is not None:
            part = sight.plain(f"part__{one.part}", SHARED)
            choices.append((BETWEEN.join((one.conversation, one.part)), f"{subject.name}, {part}"))
    if not choices:
        return []
    asked = menu(choices, "home.hand_over", sight.plain("leave_part__placeholder"))
    return [confirmed(sight, asked, "leave_part")]


def _shown(sight: Sight, casting: Casting) -> list[Block]:
    talk = sight.load(casting.conversation)
    subject = sight.subject_of(talk) if talk is not None else None
    if talk is None or subject is None:
        return []
    part = sight.plain(f"part__{casting.part}", SHARED)
    points = upcoming(sight, talk, casting.part, 1)
    text = sight.say("accompanied", newcomer=subject, part=part, day=talk.anchors[FIRST_DAY], points=points)
    control = home_button(sight, "hand_over", BETWEEN.join((talk.id, casting.part)), about=f"{subject.name}, {part}")
    called = subject.name or sight.plain("somebody", SHARED)
    return [beside(text, confirmed(sight, control, "hand_over", called=called, part=part))]
