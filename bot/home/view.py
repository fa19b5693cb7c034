"""The App Home of one member: what waits for them first, then where they are, then what they look after."""

from datetime import datetime
from typing import Any

from bot.blocks import Block, section
from bot.home.accompanied import accompanied
from bot.home.departures import keeping_in_touch, leaving, telling
from bot.home.my_data import my_data
from bot.home.passport import passport
from bot.home.path import path
from bot.home.pieces import actions, fitting, header, home_button
from bot.home.plan import plan
from bot.home.polls import polls
from bot.home.preferences import preferences
from bot.home.sight import Sight
from bot.home.steering import steering
from bot.home.tasks import tasks
from bot.score import Score
from bot.setting_up import EDITING
from bot.visitors import WORD, is_outside, told
from flows.core.people import Member
from messages import Messages
from storage.transaction import Transaction

View = dict[str, Any]

SECTIONS = (
    tasks,
    leaving,
    path,
    accompanied,
    polls,
    plan,
    steering,
    passport,
    preferences,
    telling,
    keeping_in_touch,
    my_data,
)
"""In the order they are shown; each gives blocks, or none for whoever it is not for."""


def view_of(tx: Transaction, member: Member, now: datetime, *, score: Score, messages: Messages) -> View:
    """The Home as `member` sees it at `now`, ready for views.publish (docs.slack.dev/surfaces/app-home)."""
    sight = Sight.of(tx, member, now, score=score, messages=messages)
    if is_outside(sight.conductor, member):
        word = sight.say(WORD, "menu", told(sight.conductor))
        shown = [[header(sight.plain("hello")), section(word)], my_data(sight)]
    elif sight.workspace.set_up_at is None:
        shown = [_before(sight), preferences(sight), my_data(sight)]
    else:
        shown = [[header(sight.plain("hello"))], *(one(sight) for one in SECTIONS)]
    divided = [block for blocks in shown if blocks for block in (*blocks, {"type": "divider"})]
    return {"type": "home", "blocks": fitting(sight, divided[:-1])}


def _before(sight: Sight) -> list[Block]:
    if not sight.may(EDITING):
        return [header(sight.plain("hello")), section(sight.say("before__others"))]
    invitation = section(sight.say("before__leaders"))
    return [header(sight.plain("hello")), invitation, *actions(home_button(sight, "setup", primary=True))]
