"""The workspace listens on the loopback, lends its addresses to a page, and stops cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import NoAnswer, Person, Sandbox
from tests.sandbox.conftest import TestClock


def page(slack: Sandbox) -> Sequence[BaseRoute]:
    async def names(_request: Request) -> Response:
        return PlainTextResponse(", ".join(person.first_name for person in slack.people))

    return [Route("/", names)]


async def test_a_page_adds_its_own_addresses(clock: TestClock) -> None:
    async with Sandbox.serve(clock=clock, routes=page) as slack, aiohttp.ClientSession() as session:
        slack.add_person("Léa")
        async with session.get(slack.base_url) as answer:
            assert await answer.text() == "Léa"


async def test_a_port_that_is_taken_is_said(slack: Sandbox, clock: TestClock) -> None:
    port = int(slack.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with Sandbox.serve(clock=clock, port=port):
            pytest.fail("two workspaces on one port")


async def test_waiting_ends_when_the_app_has_done_it(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    with pytest.raises(TimeoutError):
        await slack.until(lambda: bool(lea.messages), seconds=0.01)
    await client.chat_postMessage(channel=lea.id, text="Bonjour")
    await slack.until(lambda: bool(lea.messages))
    assert slack.front.listeners == []


async def test_it_stops_even_while_an_app_waits_for_an_answer(clock: TestClock) -> None:
    async with aiohttp.ClientSession() as session:
        async with Sandbox.serve(clock=clock) as slack:
            slack.faults.next("auth.test", NoAnswer(hang=True))
            client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
            call = asyncio.create_task(client.auth_test())
            await slack.until(lambda: bool(slack.transcript))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await call
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.auth_test()
