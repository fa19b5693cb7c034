"""Opening a round by hand: what will be promised, until when; and, with too few people, what is proposed instead."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from bot.blocks import label
from bot.conductor import Conductor
from bot.home import inputs
from bot.home.inputs import View, asked, because, frame, given, said, window
from bot.home.kinds import Faults, Submission
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.polls.leading_parts import about_poll, by_leads, for_leads, words_of
from bot.polls.opening import (
    TOO_FEW,
    enough_people,
    open_by_hand,
    open_round_of,
    propose_check_in,
    usual_closing,
    why_not_open,
)
from bot.polls.telling import everybody
from bot.polls.wording import PAGE
from flows.core.answers import Refused
from flows.core.people import Member
from flows.core.poll import Kind
from flows.living.barometer import barometer
from storage.polls import PollSettings

OPEN_POLL, CHECK_IN = "open_poll", "check_in"


class Opening(NamedTuple):
    """`closes`: the last day to answer, None for the usual one."""

    poll: str
    closes: date | None


def _opening(sight: Sight, decided: PollSettings) -> View:
    refused = why_not_open(sight.conductor, decided.poll)
    if refused is not None:
        return because(sight, refused)
    if not enough_people(sight.conductor, decided):
        return _instead(sight, OPEN_POLL, decided.poll.name, people=len(everybody(sight.conductor)))
    closes = inputs.day(usual_closing(sight.conductor, decided))
    blocks = [said(_promise(sight, decided)), asked(sight, "closes", closes, page=PAGE)]
    return window(sight, OPEN_POLL, blocks, about=decided.poll.name, page=PAGE)


def _promise(sight: Sight, decided: PollSettings) -> str:
    poll, people = decided.poll, len(everybody(sight.conductor))
    hears_comments = people >= poll.thresholds.comments
    told = {
        "poll": words_of(sight, decided).title,
        "people": people,
        "count": sum(hears_comments or item.kind is not Kind.OPEN for item in poll.items),
        "scores": poll.thresholds.scores,
        "comments": poll.thresholds.comments,
        "hears_comments": hears_comments and bool(poll.open_items),
    }
    return sight.say("open_poll__intro", PAGE, told)


def _instead(sight: Sight, name: str, poll: str, people: int | None = None) -> View:
    """The same gesture, which proposes to talk; `people`: too few for a poll."""
    too_few = [said(sight.say("polls__too_few_line", PAGE, people=people))] if people is not None else []
    blocks = [*too_few, said(sight.say("check_in__intro", PAGE))]
    proposal = window(sight, name, blocks, about=poll, page=PAGE, title=sight.plain("check_in__title", PAGE))
    return proposal | {"submit": label(sight.plain("check_in__submit", PAGE), inputs.BUTTON)}


open_poll_window = about_poll(_opening)


@for_leads
def check_in_window(sight: Sight, poll: str) -> View:
    return _instead(sight, CHECK_IN, poll or barometer.name)


# ------------------------------------------------------------------------------------------------------------ once sent


def opening_of(view: View, _: date) -> Opening | Faults:
    """A window that proposes to talk asks for no day."""
    told = given(view)
    closes = day_of(told.get("closes"))
    if closes is None and "closes" in told:
        return Faults(closes=Refused("not_a_day"))
    return Opening(view.get("private_metadata") or "", closes)


def _opened(conductor: Conductor, me: Member, wanted: Opening) -> Mapping[str, Refused]:
    refused = open_by_hand(conductor, me, wanted.poll, wanted.closes)
    # With too few people the météo collective has been proposed: that is no mistake, and the thanks tell of it.
    return {"closes": refused} if refused is not None and refused.reason != TOO_FEW else {}


def _thanks(sight: Sight, decided: PollSettings) -> View:
    told = {"poll": words_of(sight, decided).title, "people": len(everybody(sight.conductor))}
    if open_round_of(sight.conductor, decided.poll.name) is not None:
        return frame(sight, sight.plain("opened__title", PAGE), [said(sight.say("opened", PAGE, told))])
    refused = why_not_open(sight.conductor, decided.poll)
    if refused is not None:
        return because(sight, refused)
    return frame(sight, sight.plain("check_in__title", PAGE), [said(sight.say("opened__check_in", PAGE, told))])


def _proposed(conductor: Conductor, me: Member, poll: str) -> Mapping[str, Refused]:
    propose_check_in(conductor, me, poll or barometer.name)
    return {}


@for_leads
def _check_in_thanks(sight: Sight, _: str) -> View:
    return frame(sight, sight.plain("check_in__title", PAGE), [said(sight.say("check_in__proposed", PAGE))])


OPENING = Submission(opening_of, by_leads(_opened), about_poll(_thanks))
CHECKING_IN = Submission(lambda view, _: view.get("private_metadata") or "", by_leads(_proposed), _check_in_thanks)
