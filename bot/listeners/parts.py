"""What listeners are given: the desk, which decides; where we are let in; what makes windows, and the hand that opens them."""

import logging
from dataclasses import dataclass
from typing import Any

from bot.accounts import Account
from bot.desk import Desk
from bot.gestures import Payload, person_of, workspace_of
from bot.home import Home
from bot.installed import Installed
from bot.moods import Later, Never

log = logging.getLogger(__name__)

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    desk: Desk
    installed: Installed
    home: Home

    async def with_language(self, workspace: str, account: Account) -> Account:
        """The account with its language, which Slack does not tell when it is opened (docs.slack.dev/reference/events/team_join);
        as it is when Slack cannot say now: the list of the night will."""
        if account.locale is not None or not account.active or account.is_bot:
            return account
        try:
            return await (await self.installed.slack(workspace)).who(account.slack_id)
        except (Later, Never) as trouble:
            log.warning(
                "The language of a new account did not come (%s): it is asked for again at night.", trouble.reason
            )
            return account

    async def show_again(self, body: Payload, view: View | None) -> None:
        """Show this in the window the gesture was made in; nothing for one made elsewhere."""
        if view is not None and (body.get("view") or {}).get("type") == "modal":
            await self.open(body, view, in_place=True)

    async def open(self, body: Payload, view: View, *, otherwise: str = "menu", in_place: bool = False) -> None:
        """Open a window for whoever made the gesture: above the one it was made in, or `in_place` of it. A trigger lives three
        seconds: when it is too late, or Slack will not, they are offered another way (an offer's verb) in their conversation
        with us."""
        here = body.get("view") or {}
        above = here.get("type") == "modal"
        try:
            slack = await self.installed.slack(workspace_of(body))
            if above and in_place:
                await slack.update_view(here["id"], view)
            else:
                await (slack.push_view if above else slack.open_view)(body["trigger_id"], view)
        except (Later, Never) as trouble:
            log.warning("A window did not open (%s): the person is offered another way.", trouble.reason)
            await self.desk.offer(workspace_of(body), person_of(body), otherwise)
