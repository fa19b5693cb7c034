"""The pages from which a workspace lets us in: what we ask for and why, then what came of it. The flow itself is Bolt's."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urljoin

import aiohttp
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import Clock
from bot.installed import ManyWorkspaces
from bot.installing.stores import Installations, NotInvited, States
from bot.mishaps import Count, uncounted, write_down
from bot.moods import mood_of
from bot.retention import PUT_OUT
from bot.settings import Settings
from bot.slack import is_here, timeout
from bot.webpages import HEADERS, rendered, spoken
from messages import Messages, Voice
from storage import Store, StoreUnavailable, workspaces

PAGE = "installing"
INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
AUTHORIZE = "/oauth/v2/authorize"
"""Where Slack asks (docs.slack.dev/authentication/installing-with-oauth)."""
SCOPES: Mapping[str, str] = {
    "commands": "speak",
    "chat:write": "speak",
    "im:write": "speak",
    "im:history": "read",
    "users:read": "people",
    "users:read.email": "people",
    "channels:history": "again",
    "groups:history": "again",
    "files:write": "files",
}
"""What we ask for, as manifest-http.yaml does, and the words that say why."""
REFUSED = "access_denied"
"""Somebody said no on Slack's page."""
WORDED = ("invalid_browser", "invalid_state")
"""The failures that have words of their own: it took too long, or another browser came back."""

# Slack's own names for what it finds wrong (docs.slack.dev/reference/methods/oauth.v2.access, "Errors").
TO_MEND: Mapping[str, str] = {
    "bad_client_secret": "Copy SLACK_CLIENT_SECRET again from “Basic Information” of your app's page, and restart.",
    "invalid_client_id": "Copy SLACK_CLIENT_ID again from “Basic Information” of your app's page, and restart.",
    "bad_redirect_uri": "Write in “Redirect URLs” of your app's page what PUBLIC_URL says, with /slack/oauth_redirect after it.",
}
NOT_CONFIRMED = "Slack does not confirm an installation (%s). %s"
TRY_AGAIN = "Whoever wanted it may try again."

log = logging.getLogger(__name__)
_quiet = logging.getLogger("slack_bolt.parcours.oauth")
_quiet.setLevel(logging.ERROR)  # its warnings quote what Slack's page gave


@dataclass(frozen=True)
class InstallingPages:
    """Serves them. `messages` words them."""

    settings: Settings
    store: Store
    installed: ManyWorkspaces
    messages: Messages
    clock: Clock
    nudge: Callable[[], None]
    """Called once a workspace has let us in."""
    count: Count = uncounted
    _flow: AsyncOAuthFlow = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_flow", _Flow(self))

    def routes(self) -> list[Route]:
        return [
            Route(INSTALL, self._kindly(self._flow.handle_installation), methods=["GET"]),
            Route(REDIRECT, self._kindly(self._flow.handle_callback), methods=["GET"]),
        ]

    def page(self, voice: Voice, name: str, **told: Any) -> str:
        def say(word: str, **more: Any) -> str:
            return self.messages.plain(voice, PAGE, word, {"days": PUT_OUT.days, **told, **more})

        whys = dict.fromkeys(SCOPES.values())
        return rendered("installing.html.j2", voice, say, name=name, whys=whys, url=told.get("url", ""))

    def _kindly(self, answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Any:
        async def answered(request: Request) -> Response:
            voice = spoken(request)
            asked = AsyncBoltRequest(body="", query=request.url.query, headers=cast(Any, dict(request.headers)))
            asked.context["voice"] = voice
            try:
                return _response(await answer(asked))
            except (StoreUnavailable, aiohttp.ClientError, TimeoutError) as trouble:
                write_down(trouble, self.count)
                return _response(_shown(self.page(voice, "trouble"), 503))

        return answered


class _Client(AsyncWebClient):
    """Slack's own, that tells whoever runs us why Slack says no: Bolt's flow would quote what its page gave, or say nothing."""

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:
        try:
            return await super().oauth_v2_access(**arguments)
        except SlackApiError as refusal:
            reason = mood_of(refusal.response).reason
            log.warning(NOT_CONFIRMED, reason, TO_MEND.get(reason, TRY_AGAIN))
            raise


class _Flow(AsyncOAuthFlow):
    """Bolt's, with our pages."""

    def __init__(self, pages: InstallingPages) -> None:
        self._pages = pages
        settings = pages.settings
        client = _Client(base_url=settings.slack_api_url, logger=_quiet, timeout=int(timeout().total or 0))
        if is_here(settings.slack_api_url):
            client.proxy = None
        super().__init__(
            client=client,
            logger=_quiet,
            settings=AsyncOAuthSettings(
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scopes=list(SCOPES),
                user_scopes=[],
                redirect_uri=f"{settings.public_url}{REDIRECT}",
                authorization_url=urljoin(settings.slack_api_url, AUTHORIZE),
                callback_options=AsyncCallbackOptions(success=self._let_in, failure=self._not_let_in),
                installation_store=Installations(pages.installed, pages.clock, settings.invited),
                state_store=States(pages.store, pages.clock),
                logger=_quiet,
            ),
        )

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return self._pages.page(request.context["voice"], "install", url=url)

    async def append_set_cookie_headers(self, headers: dict[str, Any], set_cookie_value: str | None) -> dict[str, Any]:
        cookies = {} if set_cookie_value is None else {"set-cookie": [set_cookie_value]}
        return {**headers, **_PAGE_HEADERS, **cookies}

    async def _let_in(self, args: AsyncSuccessArgs) -> BoltResponse:
        self._pages.nudge()
        granted = args.installation
        of_all = bool(granted.is_enterprise_install)
        coop = (granted.enterprise_name if of_all else granted.team_name) or ""
        name = "let_in_for_all" if of_all else "let_in_again" if await self._is_set_up(granted.team_id) else "let_in"
        return _shown(self._pages.page(args.request.context["voice"], name, coop=coop), 200)

    async def _is_set_up(self, workspace: str | None) -> bool:
        """Whether it was here before: nobody is invited then to settle what follows."""
        try:
            known = await self._pages.store.read(workspaces.find, workspace)
        except StoreUnavailable:
            return False
        return known is not None and known.set_up_at is not None

    async def _not_let_in(self, args: AsyncFailureArgs) -> BoltResponse:
        if isinstance(args.error, NotInvited):
            await self._leave(args.error.token)
            return _shown(self._pages.page(args.request.context["voice"], "not_invited", id=args.error.id), 403)
        if args.error is not None and isinstance(trouble := args.error.__cause__, StoreUnavailable):
            raise trouble  # it is not Slack that did not confirm
        if args.error is not None:
            write_down(args.error, self._pages.count)
        name = "refused" if args.reason == REFUSED else args.reason if args.reason in WORDED else "not_let_in"
        return _shown(self._pages.page(args.request.context["voice"], name), args.suggested_status_code)

    async def _leave(self, token: str) -> None:
        """Slack takes us out of there, with all our tokens (docs.slack.dev/reference/methods/apps.uninstall)."""
        settings = self._pages.settings
        ours = {"client_id": settings.client_id, "client_secret": settings.client_secret}
        try:
            await self.client.api_call("apps.uninstall", data=ours, headers={"Authorization": f"Bearer {token}"})
        except SlackApiError as refused:
            write_down(refused, self._pages.count)


_PAGE_HEADERS: dict[str, str | Sequence[str]] = {
    "content-type": ["text/html; charset=utf-8"],
    **{name: [value] for name, value in HEADERS.items()},
}


def _shown(page: str, status: int) -> BoltResponse:
    return BoltResponse(status=status, body=page, headers=_PAGE_HEADERS)


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response
