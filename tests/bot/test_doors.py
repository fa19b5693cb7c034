"""Tests of the HTTP door: whose words come in, how they are read, and what is answered."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.bodies import without_nul
from bot.clock import MovableClock
from bot.doors import LARGEST_BODY, CannotListen, Malformed, Signatures, decoded, http_app, served
from bot.metrics import Metrics
from storage import members
from tests.bot.connected import connected

MORNING = datetime(2026, 4, 28, 7, tzinfo=UTC)
SECRET = "a-signing-secret"


class Door:
    """An open HTTP door, and what came in through it."""

    def __init__(self, url: str, session: aiohttp.ClientSession, clock: MovableClock) -> None:
        self.url, self.session, self.clock = url, session, clock
        self.heard: list[dict[str, Any]] = []
        self.answer = BoltResponse(status=200, body="")
        self.metrics = Metrics(iter(range(1_000)).__next__)

    async def dispatch(self, said: dict[str, Any]) -> BoltResponse:
        self.heard.append(said)
        return self.answer

    async def post(
        self, body: bytes, *, signed: bytes | None = None, stamp: str | None = None, signature: str | None = None
    ) -> int:
        status, _ = await self.ask(body, signed=signed, stamp=stamp, signature=signature)
        return status

    async def ask(
        self, body: bytes, *, signed: bytes | None = None, stamp: str | None = None, signature: str | None = None
    ) -> tuple[int, bytes]:
        stamp = stamp or str(int(self.clock().timestamp()))
        base = b"v0:" + stamp.encode() + b":" + (body if signed is None else signed)
        if signature is None:
            signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
        sent = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}
        async with self.session.post(f"{self.url}/slack/events", data=body, headers=sent) as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    clock = MovableClock(MORNING)
    async with aiohttp.ClientSession() as session:
        door = Door("", session, clock)
        app = http_app(door.dispatch, Signatures(SECRET, clock), door.metrics)
        async with served(app, "127.0.0.1", 0) as port:
            door.url = f"http://127.0.0.1:{port}"
            yield door


EVENT = json.dumps({"type": "event_callback", "event": {"type": "message", "text": "Éric & Zoé"}}).encode()


async def test_a_signed_event_comes_in(door: Door) -> None:
    assert await door.post(EVENT) == 200
    assert door.heard == [json.loads(EVENT)]


async def test_a_gesture_comes_in_decoded(door: Door) -> None:
    gesture = {"type": "block_actions", "actions": [{"value": "100 % +1 & é 🎉 <b>"}]}
    assert await door.post(urlencode({"payload": json.dumps(gesture)}).encode()) == 200
    assert door.heard == [gesture]


async def test_a_command_comes_in_as_its_fields(door: Door) -> None:
    assert await door.post(b"command=%2Fparcours&text=&user_id=U1") == 200
    assert door.heard == [{"command": "/parcours", "text": "", "user_id": "U1"}]


async def test_a_forged_signature_stays_out(door: Door) -> None:
    assert await door.post(EVENT, signature="v0=" + "0" * 64) == 401
    assert await door.post(EVENT, signed=EVENT.replace(b"Zo", b"Bo")) == 401
    assert await door.post(EVENT, signature="v0=é") == 401
    assert await door.post(EVENT, signature="") == 401
    assert door.heard == []


@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
async def test_a_stale_or_future_signature_stays_out(door: Door, late: timedelta) -> None:
    assert await door.post(EVENT, stamp=str(int((MORNING - late).timestamp()))) == 401
    assert door.heard == []


async def test_five_minutes_are_not_too_old(door: Door) -> None:
    assert await door.post(EVENT, stamp=str(int((MORNING - timedelta(minutes=5)).timestamp()))) == 200


@pytest.mark.parametrize("stamp", ["now", "1e9", "-5", "١٢٣", " ", "9" * 400])
async def test_a_stamp_that_is_no_number_stays_out(door: Door, stamp: str) -> None:
    assert await door.post(EVENT, stamp=stamp) == 401


async def test_a_wrong_secret_is_told_once_a_minute_without_a_word_of_what_came(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    for seconds in (0, 59, 60, 200):
        door.clock.move_to(MORNING + timedelta(seconds=seconds))
        assert await door.post(EVENT, signature="v0=" + "0" * 64) == 401
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 3
    assert "copy SLACK_SIGNING_SECRET again" in lines[0]
    assert "Zo" not in caplog.text


async def test_a_request_without_signature_stays_out(door: Door) -> None:
    async with door.session.post(f"{door.url}/slack/events", data=EVENT) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'"x"', b"payload=", b"payload=%7B", b"payload=%5B%5D", b"word", b"{}"]
)
async def test_a_signed_body_that_makes_no_sense_is_malformed(door: Door, body: bytes) -> None:
    assert await door.post(body) == 400
    assert door.heard == []


async def test_a_body_that_is_not_text_is_not_slacks(door: Door) -> None:
    assert await door.post(b"{\xff}") == 401


async def test_nothing_is_read_there_by_any_other_method(door: Door) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        async with door.session.request(method, f"{door.url}/slack/events") as answer:
            assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_a_body_larger_than_slack_sends_is_not_read(door: Door) -> None:
    assert await door.post(b"{" + b" " * LARGEST_BODY + b"}") == 413


async def test_slack_may_check_the_address(door: Door) -> None:
    status, body = await door.ask(b'{"type": "url_verification", "challenge": "c-1", "token": "t"}')
    assert (status, json.loads(body)) == (200, {"challenge": "c-1"})
    assert await door.post(b"ssl_check=1&token=t") == 200
    assert door.heard == []


async def test_what_a_listener_answers_goes_back(door: Door) -> None:
    door.answer = BoltResponse(status=200, body={"response_action": "errors", "errors": {"a": "b"}})
    status, body = await door.ask(EVENT)
    assert (status, json.loads(body)) == (200, {"response_action": "errors", "errors": {"a": "b"}})


async def test_what_is_answered_does_not_wait_until_its_headers_are_acknowledged(door: Door) -> None:
    """On a connection that is kept, that takes the other end forty milliseconds each time."""
    door.answer = BoltResponse(status=200, body={"response_action": "errors", "errors": {"b": "Impossible"}})
    taken = []
    for _ in range(12):
        begun = time.perf_counter()
        assert await door.post(EVENT) == 200
        taken.append(time.perf_counter() - begun)
    assert sorted(taken)[3] < 0.03


async def test_a_listener_that_failed_acknowledges_nothing(door: Door) -> None:
    door.answer = BoltResponse(status=500, body="")
    assert await door.post(EVENT) == 500


@pytest.mark.parametrize(
    ("status", "signature", "kind", "outcome"),
    [(200, None, "event", "acked"), (500, None, "event", "failed"), (200, "", "other", "refused")],
)
async def test_what_became_of_a_request_is_counted_with_the_time_it_took(
    door: Door, status: int, signature: str | None, kind: str, outcome: str
) -> None:
    door.answer = BoltResponse(status=status, body="")
    await door.post(EVENT, signature=signature)
    name, told = "parcours_acknowledgement_seconds", {"kind": kind, "outcome": outcome}
    registry = door.metrics.registry
    assert [registry.get_sample_value(f"{name}_{what}", told) for what in ("count", "sum")] == [1, 1]
    samples = [sample for family in registry.collect() for sample in family.samples]
    assert sum(sample.value for sample in samples if sample.name == f"{name}_count") == 1


async def test_closing_lets_an_answer_finish() -> None:
    clock, entered, go_on = MovableClock(MORNING), asyncio.Event(), asyncio.Event()
    async with aiohttp.ClientSession() as session:
        door = Door("", session, clock)

        async def slow(said: dict[str, Any]) -> BoltResponse:
            entered.set()
            await go_on.wait()
            return await door.dispatch(said)

        async with served(http_app(slow, Signatures(SECRET, clock), door.metrics), "127.0.0.1", 0) as port:
            door.url = f"http://127.0.0.1:{port}"
            answer = asyncio.create_task(door.post(EVENT))
            await entered.wait()
            asyncio.get_running_loop().call_later(0.05, go_on.set)
        assert await answer == 200


# ------------------------------------------------------------------------------------------------------ whoever means harm

SHORT = 0.2
"""Seconds of patience, so that its end is soon seen."""


def true_request(door: Door) -> tuple[bytes, dict[str, str]]:
    stamp = str(int(door.clock().timestamp()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + EVENT, hashlib.sha256).hexdigest()
    return EVENT, {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signature}"}


async def test_a_true_request_cut_short_anywhere_stays_out(door: Door) -> None:
    body, headers = true_request(door)
    for length in range(0, len(body), 7):
        async with door.session.post(f"{door.url}/slack/events", data=body[:length], headers=headers) as answer:
            assert answer.status == 401
    assert door.heard == []


async def test_what_is_signed_is_read_whatever_its_type_is_said_to_be(door: Door) -> None:
    body, headers = true_request(door)
    for kind in (
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "image/png",
        ";",
    ):
        headers |= {"content-type": kind, "content-encoding": "gzip"}
        async with door.session.post(f"{door.url}/slack/events", data=body, headers=headers) as answer:
            assert answer.status == 200
    assert door.heard == [json.loads(EVENT)] * 5


async def test_of_two_signatures_the_first_alone_counts(door: Door) -> None:
    body, headers = true_request(door)
    forged = ("x-slack-signature", "v0=" + "0" * 64)
    for pairs, status in ([forged, *headers.items()], 401), ([*headers.items(), forged], 200):
        async with door.session.post(f"{door.url}/slack/events", data=body, headers=CIMultiDict(pairs)) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    "said",
    [
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nX",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slack-signature: v0=1\n x: y\r\n\r\n",
        b"GET /slack/events HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /slack/../slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"X" * 70_000,
    ],
)
async def test_what_is_no_request_of_slacks_stays_out(door: Door, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(said)
    writer.write_eof()
    assert not (await reader.read(20)).startswith(b"HTTP/1.1 2")
    writer.close()
    assert door.heard == []
    assert await door.post(EVENT) == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /slack/events HT",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc",
    ],
)
async def test_whoever_never_ends_their_request_is_not_waited_for(begun: bytes) -> None:
    clock = MovableClock(MORNING)
    async with aiohttp.ClientSession() as session:
        door = Door("", session, clock)
        app = http_app(door.dispatch, Signatures(SECRET, clock), door.metrics)
        async with served(app, "127.0.0.1", 0, patience=SHORT) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
            door.url = f"http://127.0.0.1:{port}"
            assert await door.post(EVENT) == 200


@pytest.mark.parametrize(
    ("begun", "more"),
    [
        (b"POST /slack/events HTTP/1.1\r\n", b"x-more: and more\r\n" * 500),
        (b"POST /slack/events HTTP/1.1\r\nx-more: ", b"and more, " * 1000),
        (b"POST /slack/events?", b"and=more&" * 1000),
        (b"POST /slack/events HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", b"x-more: and more\r\n" * 500),
    ],
)
async def test_what_has_no_end_around_its_body_is_not_kept(door: Door, begun: bytes, more: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(begun)

    async def go_on() -> None:
        for _ in range(5_000):
            writer.write(more)
            await writer.drain()

    with pytest.raises(ConnectionError):
        await go_on()
    writer.close()
    assert door.heard == []
    assert await door.post(EVENT) == 200


async def test_of_requests_that_come_before_the_first_is_answered_none_is_kept() -> None:
    begun, may_answer = asyncio.Event(), asyncio.Event()
    asked: list[str] = []

    async def slowly(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        begun.set()
        await may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with served(slowly, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /first HTTP/1.1\r\nhost: x\r\n\r\n")
        await begun.wait()
        writer.write(b"GET /next HTTP/1.1\r\nhost: x\r\n\r\n" * 1000)
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        may_answer.set()
        writer.close()
    assert asked == ["/first"]


async def test_what_trips_before_any_listener_is_told_by_its_reference(written: io.StringIO) -> None:
    clock = MovableClock(MORNING)

    async def trip(said: dict[str, Any]) -> BoltResponse:
        raise TypeError(str(said))

    async with aiohttp.ClientSession() as session:
        door = Door("", session, clock)
        async with served(http_app(trip, Signatures(SECRET, clock), door.metrics), "127.0.0.1", 0) as port:
            door.url = f"http://127.0.0.1:{port}"
            status, reference = await door.ask(EVENT)
    assert status == 500
    assert f'"reference":"{reference.decode()}"' in written.getvalue()
    assert "Zo" not in written.getvalue()


async def test_a_port_already_taken_is_an_error_at_once(door: Door) -> None:
    port = int(door.url.rpartition(":")[2])
    app = http_app(door.dispatch, Signatures(SECRET, door.clock), door.metrics)
    with pytest.raises(CannotListen, match="in use"):
        async with served(app, "127.0.0.1", port):
            pass


@given(st.text(max_size=50), st.integers(0, 5_000), st.text(max_size=50))
def test_a_body_of_any_length_is_signed_as_slacks_own_client_would(first: str, between: int, last: str) -> None:
    body, stamp = f"{first}{'x' * between}{last}".encode(), str(int(MORNING.timestamp()))
    ours, slacks = Signatures(SECRET, MovableClock(MORNING)), SignatureVerifier(SECRET)
    signature = slacks.generate_signature(timestamp=stamp, body=body)
    assert ours.generate_signature(timestamp=stamp, body=body) == signature
    assert ours.generate_signature(timestamp=stamp, body=body.decode()) == signature


async def test_whoever_asks_for_a_websocket_is_answered_that_there_is_none(door: Door) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{door.url}/slack/events")
    assert refused.value.status == 403


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), min_size=1))
def test_a_gesture_is_read_as_the_standard_library_would(said: dict[str, str]) -> None:
    body = urlencode({"payload": json.dumps(said)})
    assert decoded(body.encode()) == without_nul(json.loads(dict(parse_qsl(body))["payload"]))


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": ["x\\u0000y", {"b\\u0000": 1}], "c": "\\u0001"}',
        urlencode({"payload": '{"a": ["x\\u0000y", {"b\\u0000": 1}], "c": "\\u0001"}'}).encode(),
    ],
)
def test_what_comes_in_holds_no_nul(body: bytes) -> None:
    assert decoded(body) == {"a": ["xy", {"b": 1}], "c": "\x01"}


async def test_a_signed_body_that_is_nested_too_deep_to_be_cleaned_is_malformed(door: Door) -> None:
    assert await door.post(b'{"a":' + b"[" * 900 + b'"\\u0000"' + b"]" * 900 + b"}") == 400
    assert door.heard == []


def test_a_command_holds_no_nul() -> None:
    assert decoded(b"command=%2Fparcours&text=pa%00use\0") == {"command": "/parcours", "text": "pause"}


@pytest.mark.parametrize("door", ["socket", "http"])
async def test_what_is_kept_holds_no_nul(tmp_path: Path, door: Literal["socket", "http"]) -> None:
    async with connected(tmp_path, door) as coop:
        await coop.slack.change(coop.lead, first_name="Zo\0é")
        lead = await coop.bot.store.read(lambda tx: members.by_slack_id(tx, coop.lead.id), coop.slack.team_id)
        assert lead is not None
        assert lead.first_name == "Zoé"


@given(st.binary(max_size=300))
def test_any_body_is_read_or_malformed(body: bytes) -> None:
    for whole in (body, b"payload=" + body, b"{" + body):
        try:
            assert isinstance(decoded(whole), dict)
        except Malformed:
            continue
