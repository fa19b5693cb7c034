"""The practice workspace as tests, rehearsals and the page hold it: one, alone, at an address of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.line import ACK_SECONDS, Line, Lined
from sandbox.server import Addresses, build_app, listening
from sandbox.team import Site, Team
from sandbox.workspace import DEFAULT_SCOPES, Clock, Workspace

BOT_TOKEN = "xoxb-sandbox"


class Sandbox(Team, Lined):
    """A small strict Slack. Open one with `async with Sandbox.serve(clock=...) as slack`.

    Many workspaces at one address: `ManyWorkspaces`.
    """

    app_token = "xapp-sandbox"
    signing_secret = "sandbox-signing-secret"

    def __init__(self, clock: Clock, scopes: str, ack_seconds: float, base_url: str) -> None:
        self.base_url = base_url
        workspace = Workspace(clock, scopes)
        self.line = Line(workspace.app_id, workspace.seconds, self.signing_secret, ack_seconds)
        super().__init__(workspace, Site(base_url, self.line, self.app_token, base_url), BOT_TOKEN)
        self.closing: list[Callable[[], object]] = []
        """What is to end before the listener does: whoever shows the workspace puts itself here."""

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        *,
        clock: Clock,
        port: int = 0,
        scopes: str = DEFAULT_SCOPES,
        ack_seconds: float = ACK_SECONDS,
        routes: Callable[[Sandbox], Sequence[BaseRoute]] = lambda _slack: (),
    ) -> AsyncIterator[Sandbox]:
        """Listen on 127.0.0.1 (port 0: any free one) in the running event loop, until the block ends.

        `routes` adds a page of one's own.
        """
        made: list[Sandbox] = []

        def app(base_url: str) -> Starlette:
            slack = cls(clock, scopes, ack_seconds, base_url)
            made.append(slack)
            return build_app(Addresses(slack.front.answer, lambda _request: slack.front, slack.hub), routes(slack))

        async with listening(port, app):
            try:
                yield made[0]
            finally:
                await made[0]._close()

    async def _close(self) -> None:
        for end in self.closing:
            end()
        await self._finish_errands()
        await self._hang_up()
