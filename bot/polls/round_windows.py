"""What leads do about a round under way: see who has answered where that was announced, or cancel it."""

from bot.conductor import Conductor
from bot.desk import Desk
from bot.home.inputs import View, because, notice
from bot.home.sight import Sight
from bot.polls import deeds
from bot.polls.leading_parts import refresh_leads
from bot.polls.leads import leads, unless_lead
from bot.polls.wording import PAGE
from bot.windows import reading
from flows.core.answers import Refused
from flows.core.people import Member
from storage import polls

WHO_ANSWERED, CANCEL_ROUND = "who_answered", "cancel_round"


def refuses_the_list(conductor: Conductor, me: Member) -> Refused | None:
    """Only those whom the invitation names may see who has answered: fewer than may lead."""
    named = leads(conductor)
    if any(one.id == me.id for one in named):
        return None
    return Refused("not_allowed", {"who": [one.name for one in named]})


def who_answered_window(sight: Sight, round_id: str) -> View:
    """Who, never what; and nobody of a round that did not announce it, or that is over."""
    refused = refuses_the_list(sight.conductor, sight.me)
    if refused is not None:
        return because(sight, refused)
    record = polls.find(sight.tx, round_id)
    if record is None or record.state != "open" or not record.lists_participation:
        return notice(sight, sight.say("who_answered__not_listed", PAGE))
    answered = polls.who_answered(sight.tx, round_id)
    names = [one.name for one in sight.conductor.everyone() if one.id in answered]
    parts = [("", sight.say("who_answered", PAGE, names=names))]
    return reading(sight.plain("who_answered__title", PAGE), parts, sight.plain("close", "setup"))


async def cancel_round(desk: Desk, workspace: str, slack_id: str, round_id: str) -> None:
    await desk.act(workspace, slack_id, lambda conductor, me: _cancelled(conductor, me, round_id))


def _cancelled(conductor: Conductor, me: Member, round_id: str) -> Refused | None:
    refused = unless_lead(conductor, me)
    record = polls.find(conductor.tx, round_id)
    if refused is not None or record is None:
        return refused or Refused("no_such_poll")
    if record.state != "open":
        return Refused("round_closed" if record.state == "closed" else "no_such_poll")
    deeds.cancel_round(conductor, round_id)
    refresh_leads(conductor, me)
    return None
