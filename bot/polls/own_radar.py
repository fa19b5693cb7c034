"""A member's own radar: drawn by them, kept for them alone, shown in their Home beside the one before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks import Block, option, section
from bot.conductor import Conductor
from bot.desk import Desk
from bot.home.inputs import View, given, labelled, said, window
from bot.home.kinds import Submission
from bot.home.pieces import actions, confirmed, header, home_button
from bot.home.sight import Sight
from bot.polls.opening import settings_of
from bot.polls.wording import PAGE, PREFER_NOT
from flows.core.answers import Refused
from flows.core.people import Member
from flows.core.poll import Item, Poll
from flows.living.radar import radar
from storage import self_radars
from storage.self_radars import SelfRadar

SELF_RADAR = "self_radar"
FULL, EMPTY = "▰", "▱"


def own_radar_window(sight: Sight, _: str = "") -> View:
    poll = _poll(sight.conductor)
    wording = sight.scene.wording(poll, sight.me)
    asked = []
    for item in poll.averaged:
        options = [option(shown, value) for value, shown in wording.choices(item.kind)]
        asked.append(
            labelled(item.name, wording.item(item), {"type": "radio_buttons", "options": options}, optional=True)
        )
    return window(sight, SELF_RADAR, [said(sight.say("self_radar__intro", PAGE)), *asked], page=PAGE)


def _poll(conductor: Conductor) -> Poll:
    decided = settings_of(conductor, radar.name)
    return decided.poll if decided is not None else radar


def drawn(view: View, _: date) -> dict[str, object]:
    return {name: None if value == PREFER_NOT else value for name, value in given(view).items()}


async def keep(desk: Desk, workspace: str, slack_id: str, answers: Mapping[str, object]) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda conductor, me: _kept(conductor, me, answers))


def _kept(conductor: Conductor, me: Member, answers: Mapping[str, object]) -> Mapping[str, Refused]:
    parsed = {item.name: item.parse(answers.get(item.name)) for item in _poll(conductor).averaged}
    if faults := {name: value for name, value in parsed.items() if isinstance(value, Refused)}:
        return faults
    values = {name: value if isinstance(value, int) else None for name, value in parsed.items()}
    if not any(value is not None for value in values.values()):
        return {"": Refused("empty_ballot")}
    self_radars.keep(conductor.tx, me.id, SelfRadar(conductor.today, values))
    conductor.refresh_homes([me.id])
    return {}


async def forget(desk: Desk, workspace: str, slack_id: str, _: str) -> None:
    def take(conductor: Conductor, me: Member) -> None:
        self_radars.forget(conductor.tx, me.id)
        conductor.refresh_homes([me.id])

    await desk.act(workspace, slack_id, take)


def own_radar(sight: Sight) -> list[Block]:
    """The last radar of the member, each axis drawn in text, beside the one before."""
    found = self_radars.of(sight.tx, sight.me.id)
    draw = home_button(sight, SELF_RADAR, page=PAGE)
    if not found:
        return actions(draw)
    last, before = found[0], found[1] if len(found) > 1 else None
    lines = [_line(sight, item, last, before) for item in _poll(sight.conductor).averaged if item.name in last.answers]
    since = sight.say("self_radar__since", PAGE, day=last.drawn_on, before=before.drawn_on if before else None)
    forget_it = home_button(sight, "forget_self_radar", page=PAGE)
    return [
        header(sight.plain("self_radar__heading", PAGE)),
        section("\n".join([since, *lines])),
        *actions(draw, confirmed(sight, forget_it, "forget_self_radar", page=PAGE)),
    ]


def _line(sight: Sight, item: Item, last: SelfRadar, before: SelfRadar | None) -> str:
    wording = sight.scene.wording(_poll(sight.conductor), sight.me)
    label = wording.short(item.dimension or "") if item.dimension else wording.item(item)
    value, high = last.answers[item.name], item.scale.high
    if value is None:
        return sight.say("self_radar__passed", PAGE, label=label)
    told: dict[str, Any] = {"label": label, "value": value, "high": high, "bar": FULL * value + EMPTY * (high - value)}
    earlier = before.answers.get(item.name) if before is not None else None
    return sight.say("self_radar__line", PAGE, told=told, before=earlier)


OWN_RADAR = Submission(drawn, keep)
