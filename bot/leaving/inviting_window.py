"""The window in which whoever leads invites those who stay in touch to a highlight, and what it becomes once sent."""

from collections.abc import Mapping
from datetime import date, time

from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, asked, because, given, notice, said, window
from bot.home.kinds import Faults, Submission, Window
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.leaving.context import PAGE
from bot.leaving.inviting import WHAT, Highlight, invite, why_not_invite
from flows.core.answers import Refused
from storage import contacts

INVITE = "invite"


def invite_window(sight: Sight, _: str = "") -> View:
    """For whoever leads; how many it goes to is its first word, who they are is said to nobody."""
    refused = why_not_invite(sight.conductor, sight.me)
    if refused is not None:
        return because(sight, refused)
    return window(
        sight,
        INVITE,
        [
            said(sight.say("invite__intro", PAGE, people=_people(sight))),
            asked(sight, "what", inputs.text(longest=WHAT.longest), page=PAGE),
            asked(sight, "day", inputs.day(), page=PAGE),
            asked(sight, "hour", inputs.hour(), optional=True, page=PAGE),
        ],
        page=PAGE,
    )


def invited_window(sight: Sight, _: str = "") -> View:
    return notice(sight, sight.say("invite__thanks", PAGE, people=_people(sight)))


def _people(sight: Sight) -> int:
    return len(contacts.hearing_everything(sight.tx))


def highlight_of(view: View, _: date) -> Highlight | Faults:
    told = given(view)
    day, hour = day_of(told.get("day")), _hour_of(told.get("hour"))
    if day is None:
        return Faults(day=Refused("not_a_day"))
    if isinstance(hour, Refused):
        return Faults(hour=hour)
    return Highlight(told.get("what") or "", day, hour)


def _hour_of(written: str | None) -> time | Refused | None:
    """An hour as Slack writes it (ISO 8601)."""
    try:
        return time.fromisoformat(written) if written else None
    except ValueError:
        return Refused("not_an_hour")


async def _invite(desk: Desk, workspace: str, slack_id: str, highlight: Highlight) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: invite(it, me, highlight))


INVITING_WINDOWS: Mapping[str, Window] = {INVITE: invite_window}
INVITING_SUBMITTED: Mapping[str, Submission] = {INVITE: Submission(highlight_of, _invite, invited_window)}
