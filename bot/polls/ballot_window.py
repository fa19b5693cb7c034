"""The window a round is answered in, and what becomes of it: answers are taken sealed, and nothing else happens."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from bot.blocks import Block, label, option
from bot.conductor import Conductor
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, frame, given, labelled, notice, said, window
from bot.home.kinds import Submission
from bot.home.sight import Sight
from bot.polls.naming import scan
from bot.polls.speaking import promise
from bot.polls.voting import vote, why_not
from bot.polls.wording import PAGE, PREFER_NOT, Wording
from flows.core.answers import LONGEST_TEXT, Refused
from flows.core.people import Member
from flows.core.poll import Item, Kind
from storage import polls
from storage.polls import RoundRecord

VOTE, REREAD = "vote", "reread"
ON_BUTTONS = (Kind.AGREEMENT, Kind.AXIS)
"""Answered on radio buttons, every label in sight; a longer scale is a list."""
HEADER = 150


class Filled(NamedTuple):
    """A ballot as it was filled in. `reread`: its comments name nobody, the person says."""

    round_id: str
    answers: Mapping[str, object]
    reread: bool


def ballot_window(sight: Sight, round_id: str) -> View:
    """What a round asks; or, kindly, why it cannot be answered now."""
    record = polls.find(sight.tx, round_id)
    refused = why_not(sight.conductor, sight.me, record)
    if refused is not None or record is None:
        return notice(sight, sight.say((refused or Refused("no_such_poll")).reason, "refusals"))
    wording = sight.scene.wording(record.round.poll, sight.me)
    intro = said(sight.say("vote__intro", PAGE, told=promise(record, wording)))
    questions = _questions(sight, record, wording)
    return window(sight, VOTE, [intro, *questions], about=round_id, page=PAGE, title=wording.title)


def _questions(sight: Sight, record: RoundRecord, wording: Wording) -> Iterator[Block]:
    dimension = None
    several = len(record.round.poll.dimensions) < len(record.round.poll.averaged)
    for item in record.round.items:
        if several and item.dimension is not None and item.dimension != dimension:
            dimension = item.dimension
            yield {"type": "header", "text": label(wording.dimension(dimension), HEADER)}
        yield _question(sight, item, wording)
    if any(item.kind is Kind.OPEN for item in record.round.items):
        ticks = inputs.ticked([("yes", sight.plain("reread__yes", PAGE))])
        yield inputs.asked(sight, REREAD, ticks, optional=True, page=PAGE)


def _question(sight: Sight, item: Item, wording: Wording) -> Block:
    element: Block
    if item.kind is Kind.OPEN:
        element = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT}
    else:
        options = [option(shown, value) for value, shown in wording.choices(item.kind)]
        element = {"type": "radio_buttons" if item.kind in ON_BUTTONS else "static_select", "options": options}
        if item.kind not in ON_BUTTONS:
            element["placeholder"] = label(sight.plain("choose", PAGE))
    asked = labelled(item.name, wording.item(item), element, optional=True)
    if item.kind is Kind.OPEN:
        asked["hint"] = label(sight.plain("hint__comment", PAGE), inputs.LABEL)
    return asked


# ------------------------------------------------------------------------------------------------------------ once sent


def filled_in(view: View, _: date) -> Filled:
    told = given(view)
    reread = "yes" in (told.pop(REREAD, None) or ())
    answers = {name: None if value == PREFER_NOT else value for name, value in told.items()}
    return Filled(view.get("private_metadata") or "", answers, reread)


async def send(desk: Desk, workspace: str, slack_id: str, filled: Filled) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda conductor, me: _taken(conductor, me, filled), revives=False)


def _taken(conductor: Conductor, me: Member, filled: Filled) -> Mapping[str, Refused]:
    """What is wrong, by item; a fault of no item in particular goes under the first."""
    record = polls.find(conductor.tx, filled.round_id)
    if record is not None and not filled.reread and (named := _named(conductor, record, filled)):
        return named
    refused = vote(conductor, me, filled.round_id, filled.answers)
    return {str(refused.details.get("item", "")): refused} if refused is not None else {}


def _named(conductor: Conductor, record: RoundRecord, filled: Filled) -> dict[str, Refused]:
    """The comments in which somebody could be recognised."""
    names = [name for one in conductor.everyone() for name in (one.first_name, one.last_name)]
    texts = {item.name: filled.answers.get(item.name) for item in record.round.poll.open_items}
    spotted = {name: scan(text, names) for name, text in texts.items() if isinstance(text, str)}
    return {name: Refused("comment_names", {"found": list(found)}) for name, found in spotted.items() if found}


def thanks(sight: Sight, round_id: str) -> View:
    record = polls.find(sight.tx, round_id)
    closes = record.round.closes if record is not None else sight.today
    return frame(sight, sight.plain("thanks__title", PAGE), [said(sight.say("thanks", PAGE, closes=closes))])


BALLOT = Submission(filled_in, send, thanks)
