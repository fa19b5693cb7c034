"""Whatever comes in, nothing fails in another way than the documents say, and nothing of it is written down."""

import io
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import gestures, wire
from bot.doors import Malformed, decoded, served
from bot.moods import LONGEST_SILENCE, Later, Never
from bot.polls.from_file import PollFileError, poll_from
from bot.settings import VARIABLES, Settings, SettingsFaults
from bot.slack import Posted, Slack
from sandbox import Message, Person
from sandbox.signed_http import encoded
from tests.bot.connected import Connected, connected
from tests.chaos.apart import Apart
from tests.chaos.mutations import MARK, anything, spoiled, words

T = TypeVar("T")

# ------------------------------------------------------------------------------------------------- what is read alone

SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "BALLOT_KEY",
    "WORDS_KEY",
    "SMTP_URL",
)
SECRET = "s3cr3t"
STARTS = st.sampled_from(
    (
        "", "xoxb-", "xapp-", "sqlite:///", "postgresql://", f"postgresql://p:{SECRET}@", "smtp://", f"smtps://p:{SECRET}@",
        "http://", "https://[", "~",
    )
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(VARIABLES), st.builds(str.__add__, STARTS, st.text(max_size=30))), st.booleans())
def test_any_settings_are_taken_or_told_without_a_secret(given_settings: dict[str, str], http: bool) -> None:
    environ = {name: value + (SECRET if name in SECRETS else "") for name, value in given_settings.items()}
    try:
        told = repr(Settings.from_env(environ, http=http))
    except SettingsFaults as faults:
        told = str(faults)
    assert SECRET not in told


@given(st.text())
def test_any_text_is_a_command_or_none_we_know(text: str) -> None:
    gestures.command_of(text)
    gestures.command_of(f"accueillir {text}")
    gestures.plain(text)


@given(st.text() | st.lists(st.text(max_size=5), max_size=5).map("|".join))
def test_any_id_is_ours_or_nobody_s(text: str) -> None:
    for read in (wire.ref_of, wire.field_of, wire.verb_of, wire.unpacked, wire.is_answer, wire.is_link):
        read(text)


@given(st.binary(max_size=200) | anything.map(lambda said: json.dumps(said).encode()))
def test_any_body_is_an_object_or_malformed(body: bytes) -> None:
    for whole in (body, b"payload=" + body, b"a=b&payload=" + body):
        with suppress(Malformed):
            assert isinstance(decoded(whole), dict)


POLL = {
    "name": "climate",
    "cadence": "yearly",
    "scores": 5,
    "comments": 8,
    "discussed": 1,
    "title": {"fr": "Climat", "en": "Climate"},
    "dimensions": [{"name": "trust", "fr": "La confiance", "en": "Trust"}],
    "items": [
        {"name": "listened", "kind": "agreement", "dimension": "trust", "fr": "On m'écoute", "en": "I am heard"},
        {"name": "why", "kind": "open", "fr": "Pourquoi", "en": "Why"},
    ],
}


def as_toml(value: Any) -> str:
    """A value in TOML's own words, tables in line; null, which TOML has not, is left to be a mistake."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


def test_the_poll_we_spoil_is_one_to_begin_with() -> None:
    assert poll_from("\n".join(f"{name} = {as_toml(value)}" for name, value in POLL.items()), None).name == "climate"


@given(spoiled(POLL))
def test_any_file_says_a_poll_or_is_told_what_is_wrong(said: dict[str, Any]) -> None:
    text = "\n".join(f"{json.dumps(name)} = {as_toml(value)}" for name, value in said.items())
    with suppress(PollFileError):
        poll_from(text, None)


@given(st.text())
def test_any_text_says_a_poll_or_is_told_what_is_wrong(text: str) -> None:
    with suppress(PollFileError):
        poll_from(text, None)


# ----------------------------------------------------------------------------------------------- a bot that lives apart


@dataclass
class Spoken:
    """`told`: true payloads, by what they are."""

    apart: Apart
    coop: Connected
    told: dict[str, tuple[Any, Any]]
    log: io.StringIO


@pytest.fixture(scope="module")
def bot(apart: Apart, written: io.StringIO, tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    coop = apart.run(apart.stack.enter_async_context(connected(tmp_path_factory.mktemp("fuzz"), "http")))
    return Spoken(apart, coop, apart.run(everything_told(coop)), written)


async def everything_told(coop: Connected) -> dict[str, tuple[Any, Any]]:
    """One gesture of each kind, and what Slack said of it."""
    await coop.set_up()
    lead, other = coop.lead, coop.slack.add_person("Zoé", joined=False)
    await coop.slack.join(other)
    await coop.slack.change(other, title="menuiserie")
    cast = {"subject": lead.id, "job_buddy": other.id, "coop_buddy": other.id}
    await coop.bot.desk.begin(coop.slack.team_id, "fresh_eyes_report", cast, date(2026, 3, 31), {})
    await minute(coop)
    await lead.write("Un mot")
    await minute(coop)
    await lead.click(asked(lead, wire.WINDOW), action_id=wire.WINDOW)
    await lead.submit(lead.modal, {wire.field_block(wire.WHOLE): "Un autre"})
    await minute(coop)
    await lead.click(asked(lead, wire.SKIP), action_id=wire.SKIP)
    await lead.command("/parcours", "menu")
    await lead.open_home()
    await minute(coop)
    assert lead.home is not None
    await lead.click(lead.home, action_id=lead.home.controls()[0].action_id)
    await lead.shortcut("welcome")
    kinds: dict[str, tuple[Any, Any]] = {}
    for one in coop.slack.deliveries:
        said = one.payload
        name = said.get("event", {}).get("type") or said.get("type") or "command"
        kinds.setdefault(f"{name} {(said.get('actions') or [{}])[0].get('action_id', '')}".strip(), (one.kind, said))
    return kinds


async def minute(coop: Connected) -> None:
    coop.clock.advance(timedelta(minutes=1))
    await coop.bot.settle()


def asked(person: Person, action: str) -> Message:
    """The latest message of theirs with such a button."""
    return next(it for it in reversed(person.received) if action in {control.action_id for control in it.controls()})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_signed_request_is_answered_and_its_words_are_written_nowhere(bot: Spoken, data: st.DataObject) -> None:
    kind, true = bot.told[data.draw(st.sampled_from(sorted(bot.told)))]
    said = data.draw(spoiled(true))
    if kind == "slash_commands":
        said = {name: str(value) for name, value in said.items()}
    begun = bot.log.tell()
    status, body = bot.apart.run(post(bot.coop, encoded(kind, said)[0]))
    written = bot.log.getvalue()[begun:]
    assert status in (200, 400, 404, 500)
    assert MARK not in written
    if status == 500:
        assert '"reference"' in written
        assert body == "" or f'"{body}"' in written


def test_after_all_that_the_bot_still_answers(bot: Spoken) -> None:
    """It comes after the others: in a file, tests run in order, and in one process."""

    async def menu() -> int:
        before = len(bot.coop.lead.received)
        assert (await bot.coop.lead.write("menu")).acknowledged
        with suppress(Later, Never):
            await minute(bot.coop)
        return len(bot.coop.lead.received) - before

    assert bot.apart.run(menu()) >= 1


async def post(coop: Connected, body: bytes) -> tuple[int, str]:
    headers = {"Content-Type": "application/json", **coop.slack.http.signature(body)}
    url = f"http://127.0.0.1:{coop.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status, (await answer.text())[:40]


# -------------------------------------------------------------------------------------------------- what Slack answers

CALLS: dict[str, Callable[[Slack], Awaitable[object]]] = {
    "post": lambda slack: slack.post("C1", "mot", [], ["1"]),
    "update": lambda slack: slack.update(Posted("C1", "1.0"), "mot", []),
    "delete": lambda slack: slack.delete(Posted("C1", "1.0")),
    "find": lambda slack: slack.find_message("C1", "1", datetime(2026, 1, 1, tzinfo=UTC)),
    "open_dm": lambda slack: slack.open_dm("U1"),
    "upload": lambda slack: slack.upload("a.png", b"png"),
    "open_view": lambda slack: slack.open_view("1", {}),
    "push_view": lambda slack: slack.push_view("1", {}),
    "identity": lambda slack: slack.identity(),
    "who": lambda slack: slack.who("U1"),
    "everyone": lambda slack: everybody(slack),
}
TRUE = {
    "ok": True, "channel": {"id": "C1"}, "ts": "1.0", "team_id": "T1", "team": "T", "user_id": "U1", "bot_id": "B1",
    "view": {"id": "V1"}, "user": {"id": "U1", "profile": {"first_name": "A"}, "name": "a"},
    "members": [{"id": "U1", "profile": {"first_name": "A"}}], "upload_url": "http://127.0.0.1:1/", "file_id": "F1",
    "messages": [{"ts": "1.0", "metadata": {"event_type": "parcours", "event_payload": {"delivery": "1"}}}],
    "response_metadata": {"next_cursor": "", "messages": ["[ERROR] json-pointer:/blocks"]},
}  # fmt: skip
ANSWERS = spoiled(TRUE) | spoiled({**TRUE, "ok": False, "error": "invalid_blocks"}) | spoiled({**TRUE, "channel": "C1"})


async def everybody(slack: Slack) -> object:
    return [account async for account in slack.everyone()]


class Answering:
    """A server that answers everything with `answer`."""

    answer: Response
    slack: Slack

    def __init__(self) -> None:
        self.pages = 0

    async def open(self, stack: AsyncExitStack) -> "Answering":
        async def answered(_request: Request) -> Response:
            self.pages += 1
            assert self.pages < 100, "it asks for pages without end"
            return self.answer

        app = Starlette(routes=[Route("/{rest:path}", answered, methods=["GET", "POST"])])
        port = await stack.enter_async_context(served(app, "127.0.0.1", 0))
        self.slack = await stack.enter_async_context(Slack("xoxb-1", f"http://127.0.0.1:{port}/", patience=5.0))
        return self


@pytest.fixture(scope="module")
def answering(apart: Apart) -> Answering:
    return apart.run(Answering().open(apart.stack))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    call=st.sampled_from(sorted(CALLS)),
    said=ANSWERS | anything,
    status=st.sampled_from((200, 200, 200, 302, 404, 429, 500)),
    wait=st.sampled_from(("", "1", "-1", "9" * 400, "soon", "٣")),
)
def test_whatever_slack_answers_it_is_an_answer_or_a_mood(
    answering: Answering, apart: Apart, call: str, said: Any, status: int, wait: str
) -> None:
    answering.pages = 0
    headers = {"Retry-After": wait} if wait.isascii() else {}
    answering.answer = Response(json.dumps(said), status, headers, "application/json")

    async def asked() -> Later | None:
        try:
            await CALLS[call](answering.slack)
        except Later as later:
            return later
        except Never:  # it names Slack's own error, whatever that is
            return None
        return None

    later = apart.run(asked())
    assert later is None or (0 <= later.seconds <= LONGEST_SILENCE and MARK not in str(later))


@given(words)
def test_what_is_made_up_can_be_recognised(said: str) -> None:
    assert MARK in said
