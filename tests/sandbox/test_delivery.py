"""Payloads arrive by Socket Mode or signed HTTP, are acknowledged or not, and events come again when they were not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from time import time
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import Person, Sandbox
from sandbox.server import Listener
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import Json, actions, button, modal, section, text_field


@pytest.fixture
async def http_app(slack: Sandbox, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The Bolt app behind a signed HTTP endpoint, which checks signatures by the real clock."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    listener = Listener()
    port = await listener.start(Starlette(routes=[Route("/slack/events", events, methods=["POST"])]), 0)
    slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events", seconds=time)
    yield app
    await listener.stop()


def wait_for_the_app(slack: Sandbox, seconds: float) -> None:
    slack.ack_seconds = seconds


def failing(app: AsyncApp, times: int, and_then: Callable[[], None] = lambda: None) -> list[AsyncBoltRequest]:
    """Make the app fail that many times on messages; gives the requests it got."""
    requests: list[AsyncBoltRequest] = []

    @app.event("message")
    async def said(request: AsyncBoltRequest) -> None:
        requests.append(request)
        if len(requests) <= times:
            and_then()
            raise LookupError("the database is locked")

    return requests


async def test_an_acknowledged_event_comes_once(slack: Sandbox, lea: Person, connected_app: AsyncApp) -> None:
    requests = failing(connected_app, 0)
    ack = await lea.write("Bonjour")
    assert (ack.acknowledged, ack.attempts, ack.status, len(requests)) == (True, 1, 200, 1)
    assert slack.deliveries[-1].acknowledged
    assert await slack.retries_due(early=True) == []


async def test_an_event_that_failed_comes_again_at_once(slack: Sandbox, lea: Person, connected_app: AsyncApp) -> None:
    requests = failing(connected_app, 1, and_then=lambda: wait_for_the_app(slack, 3))
    wait_for_the_app(slack, 0.2)
    ack = await lea.write("Bonjour")
    assert (ack.acknowledged, ack.attempts) == (True, 2)
    assert requests[0].body["event_id"] == requests[1].body["event_id"]
    assert [request.headers.get("x-slack-retry-num") for request in requests] == [["0"], ["1"]]
    assert requests[1].headers["x-slack-retry-reason"] == ["timeout"]


async def test_then_after_a_minute_then_after_five_then_never(slack: Sandbox, lea: Person, clock: TestClock) -> None:
    ack = await lea.write("Personne n'est là")
    assert (ack.acknowledged, ack.attempts, ack.problem) == (False, 2, "connection_failed")
    assert await slack.retries_due() == []
    clock.advance(minutes=1)
    assert [late.attempts for late in await slack.retries_due()] == [3]
    clock.advance(minutes=4)
    assert await slack.retries_due() == []
    clock.advance(minutes=1)
    assert [late.attempts for late in await slack.retries_due()] == [4]
    assert await slack.retries_due(early=True) == []


async def test_a_retry_that_is_acknowledged_is_the_last(
    slack: Sandbox, lea: Person, app: AsyncApp, clock: TestClock
) -> None:
    await lea.write("Personne n'est là")
    requests = failing(app, 0)
    handler: Any = AsyncSocketModeHandler(app, slack.app_token, web_client=app.client)
    await handler.connect_async()
    await slack.connected()
    clock.advance(minutes=1)
    assert [late.acknowledged for late in await slack.retries_due()] == [True]
    assert (await slack.retries_due(early=True), len(requests)) == ([], 1)
    await handler.close_async()


async def test_a_gesture_that_failed_never_comes_again(
    slack: Sandbox, lea: Person, connected_app: AsyncApp, client: AsyncWebClient
) -> None:
    clicks: list[Json] = []

    @connected_app.action("yes")
    async def clicked(body: Json) -> None:
        clicks.append(body)
        raise LookupError("the database is locked")

    await client.chat_postMessage(channel=lea.id, text="Oui ?", blocks=[actions(button("Oui", "yes"))])
    slack.ack_seconds = 0.2
    ack = await lea.click(lea.messages[-1], "Oui")
    assert (ack.acknowledged, ack.attempts, ack.problem) == (False, 1, "timeout")
    assert ack.seconds >= 0.2
    assert lea.failures == ["button 'Oui': timeout"]
    assert (await slack.retries_due(early=True), len(clicks)) == ([], 1)


async def test_an_acknowledged_event_may_come_again(slack: Sandbox, lea: Person, connected_app: AsyncApp) -> None:
    requests = failing(connected_app, 0)
    await lea.write("Bonjour")
    again = await slack.redeliver(slack.deliveries[-1])
    assert (again.attempts, len({request.body["event_id"] for request in requests})) == (2, 1)
    assert requests[-1].headers["x-slack-retry-num"] == ["1"]


async def test_the_app_connects_again_when_asked(slack: Sandbox, lea: Person, connected_app: AsyncApp) -> None:
    requests = failing(connected_app, 0)
    await slack.disconnect()
    await slack.connected()
    assert (await lea.write("Encore là ?")).acknowledged
    await slack.drop_sockets()
    assert (await lea.write("Et là ?")).acknowledged is False
    await slack.connected()
    assert [ack.acknowledged for ack in await slack.retries_due(early=True)] == [True]
    assert len(requests) == 2


async def test_any_open_connection_may_get_a_payload(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    apps = [AsyncApp(client=client, process_before_response=True) for _ in range(2)]
    heard = [failing(app, 0) for app in apps]
    handlers: list[Any] = [AsyncSocketModeHandler(app, slack.app_token, web_client=client) for app in apps]
    for handler in handlers:
        await handler.connect_async()
    await slack.connected(2)
    for number in range(4):
        assert (await lea.write(str(number))).acknowledged
    assert [len(requests) for requests in heard] == [2, 2]
    for handler in handlers:
        await handler.close_async()


async def test_a_connection_lost_before_the_answer_is_a_failure(
    slack: Sandbox, lea: Person, connected_app: AsyncApp
) -> None:
    @connected_app.shortcut("begin")
    async def begin(ack: Any) -> None:
        await slack.drop_sockets()
        await ack()

    ack = await lea.shortcut("begin")
    assert (ack.acknowledged, ack.problem) == (False, "connection_failed")


async def test_a_socket_needs_a_ticket_of_its_own(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(f"{slack.base_url}/link?ticket=forged")


async def test_hello_comes_first_and_eleven_connections_are_too_many(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        sockets, first = [], []
        for _ in range(11):
            headers = {"Authorization": f"Bearer {slack.app_token}"}
            async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as answer:
                sockets.append(await session.ws_connect((await answer.json())["url"]))
            first.append(await sockets[-1].receive_json())
        assert [said["type"] for said in first] == ["hello"] * 10 + ["disconnect"]
        assert (first[9]["num_connections"], first[10]["reason"]) == (10, "too_many_websockets")
        for socket in sockets:
            await socket.close()


async def test_payloads_come_by_signed_http(
    slack: Sandbox, lea: Person, http_app: AsyncApp, client: AsyncWebClient
) -> None:
    requests = failing(http_app, 1)

    @http_app.command("/parcours")
    async def typed(ack: Any, body: Json) -> None:
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal("Été", text_field("Nom", "name"), section("…"))
        )
        await ack(f"Compris : {body['text']}")

    @http_app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"name_block": "Déjà pris"})

    assert (await lea.write("Bonjour & bienvenue")).attempts == 2
    assert requests[1].headers["x-slack-retry-reason"] == ["http_error"]
    assert (await lea.command("/parcours", "accueillir l'équipe")).acknowledged
    assert lea.whispers[0].text == "Compris : accueillir l'équipe"
    ack = await lea.submit(lea.modal, {"name": "Léa"})
    assert (ack.status, ack.errors) == (200, {"name_block": "Déjà pris"})


async def test_a_stale_or_forged_signature_is_refused(slack: Sandbox, lea: Person, http_app: AsyncApp) -> None:
    requests = failing(http_app, 0)
    url = slack.http.url
    slack.deliver_over_http(url, seconds=lambda: time() - 600)
    assert (await lea.shortcut("begin")).status == 401
    slack.deliver_over_http(url, seconds=time)
    slack.http.secret = "forged"
    assert (await lea.write("Bonjour")).status == 401
    assert requests == []


async def test_the_request_url_answers_the_challenge(slack: Sandbox, http_app: AsyncApp) -> None:
    assert await slack.verify_url()
    slack.deliver_over_http(f"{slack.base_url}/nowhere")
    assert not await slack.verify_url()


Answer = Callable[[], Response]


@pytest.mark.parametrize(
    ("answer", "status", "problem", "attempts"),
    [
        (lambda: Response(status_code=500), 500, "http_error", 2),
        (lambda: Response(status_code=500, headers={"X-Slack-No-Retry": "1"}), 500, "http_error", 1),
        (lambda: Response(status_code=204), 204, "", 1),
    ],
)
async def test_http_answers_are_judged_by_their_status(
    slack: Sandbox, lea: Person, answer: Answer, status: int, problem: str, attempts: int
) -> None:
    async def events(request: Request) -> Response:
        return answer()

    listener = Listener()
    port = await listener.start(Starlette(routes=[Route("/", events, methods=["POST"])]), 0)
    slack.deliver_over_http(f"http://127.0.0.1:{port}/")
    ack = await lea.write("Bonjour")
    assert (ack.status, ack.problem, ack.attempts) == (status, problem, attempts)
    await listener.stop()


async def test_a_silent_endpoint_times_out_and_a_missing_one_fails(slack: Sandbox, lea: Person) -> None:
    silence = asyncio.Event()

    async def events(request: Request) -> Response:
        await silence.wait()
        return Response()

    listener = Listener()
    port = await listener.start(Starlette(routes=[Route("/", events, methods=["POST"])]), 0)
    slack.deliver_over_http(f"http://127.0.0.1:{port}/")
    slack.ack_seconds = 0.1
    assert (await lea.shortcut("begin")).problem == "http_timeout"
    silence.set()
    await listener.stop()
    assert (await lea.shortcut("begin")).problem == "connection_failed"
