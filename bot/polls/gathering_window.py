"""The day a round is talked about, chosen once nobody is asked for it any more; and moving it, or a météo collective, to another:
everybody who was told of one is told of the other."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from bot.blocks import Block
from bot.conductor import Conductor
from bot.days import A_YEAR, fault_of_day
from bot.home import inputs
from bot.home.inputs import View, asked, because, given, said, window
from bot.home.kinds import Faults, Submission
from bot.home.pieces import beside, home_button
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.polls.deeds import discuss, move_gathering
from bot.polls.leading_parts import by_leads, for_leads
from bot.polls.wording import PAGE
from flows.core.answers import Refused
from flows.core.calendar import months_later
from flows.core.model import Conversation
from flows.core.people import Member
from flows.living.gatherings import GATHERED
from storage import conversations, polls
from storage.polls import RoundRecord

MOVE_GATHERING, SET_DISCUSSION = "move_gathering", "set_discussion"
MONTHS_TO_TALK = 3
"""How long after its closing a round is still worth a talk: a quarter, the rhythm of most polls."""
GONE = Refused("gone")

T = TypeVar("T")


class Chosen(NamedTuple):
    """`about`: the gathering, or the round."""

    about: str
    day: date


def gatherings_to_come(conductor: Conductor) -> list[Conversation]:
    under_way = conductor.known(conversations.of_flow(conductor.tx, "gathering", open_only=True))
    return [talk for talk in under_way if talk.anchors[GATHERED] >= conductor.today]


def gathering_lines(sight: Sight) -> list[Block]:
    """Each one to come, for those who may move it."""
    return [_line(sight, talk) for talk in gatherings_to_come(sight.conductor)]


def _line(sight: Sight, talk: Conversation) -> Block:
    poll = sight.scene.poll_title(talk.details.get("poll"), sight.me)
    line = sight.say(f"polls__{talk.details['kind']}_to_come", PAGE, day=talk.anchors[GATHERED], poll=poll)
    return beside(line, home_button(sight, MOVE_GATHERING, talk.id, about=poll, page=PAGE))


def _to_come(conductor: Conductor, gathering: str) -> Conversation | None:
    return next((talk for talk in gatherings_to_come(conductor) if talk.id == gathering), None)


@for_leads
def move_gathering_window(sight: Sight, gathering: str) -> View:
    talk = _to_come(sight.conductor, gathering)
    if talk is None:
        return because(sight, GONE)
    intro = said(sight.say("move_gathering__intro", PAGE, day=talk.anchors[GATHERED]))
    day = asked(sight, "gathered", inputs.day(talk.anchors[GATHERED]), page=PAGE)
    return window(sight, MOVE_GATHERING, [intro, day], about=talk.id, page=PAGE)


def _move(conductor: Conductor, _: Member, talk: Conversation, day: date) -> None:
    if day != talk.anchors[GATHERED]:
        move_gathering(conductor, talk, day)


def is_to_discuss(conductor: Conductor, record: RoundRecord) -> bool:
    """Whether it has results, still fresh, and no day to talk about them: once the next round is open, it is too late."""
    if record.report is None or record.discussion_on is not None:
        return False
    is_fresh = conductor.today <= months_later(record.closed_on or record.round.closes, MONTHS_TO_TALK)
    return is_fresh and record.poll_name not in {one.poll_name for one in polls.open_rounds(conductor.tx)}


def _to_discuss(conductor: Conductor, round_id: str) -> RoundRecord | None:
    record = polls.find(conductor.tx, round_id)
    return record if record is not None and is_to_discuss(conductor, record) else None


@for_leads
def set_discussion_window(sight: Sight, round_id: str) -> View:
    record = _to_discuss(sight.conductor, round_id)
    if record is None:
        return because(sight, GONE)
    poll = sight.scene.wording(record.round.poll, sight.me).title
    intro = said(sight.say("set_discussion__intro", PAGE, poll=poll))
    return window(
        sight, SET_DISCUSSION, [intro, asked(sight, "discussed", inputs.day(), page=PAGE)], about=record.id, page=PAGE
    )


def _on_a_day(
    field: str, found: Callable[[Conductor, str], T | None], take: Callable[[Conductor, Member, T, date], None]
) -> Submission:
    """The window about what is `found`, whose `field` is the day that it is taken on."""

    def chosen(view: View, _: date) -> Chosen | Faults:
        day = day_of(given(view).get(field))
        if day is None:
            return Faults(**{field: Refused("not_a_day")})
        return Chosen(view.get("private_metadata") or "", day)

    def decide(conductor: Conductor, me: Member, wanted: Chosen) -> Mapping[str, Refused]:
        about = found(conductor, wanted.about)
        if about is None:
            return {field: GONE}
        if (refused := fault_of_day(wanted.day, conductor.today, A_YEAR)) is not None:
            return {field: refused}
        take(conductor, me, about, wanted.day)
        return {}

    return Submission(chosen, by_leads(decide))


MOVING = _on_a_day("gathered", _to_come, _move)
DISCUSSING = _on_a_day("discussed", _to_discuss, discuss)
