"""The practice page takes anything from anybody on this machine: what is asked of it is done, or told why not."""

import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.rehearsal.practice import Practice, practice
from tests.chaos.apart import Apart
from tests.chaos.mutations import MARK, anything, spoiled, words

BEGINS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
ASKED: dict[str, dict[str, Any]] = {
    "/gesture write": {"place": "dm", "text": "menu", "thread_ts": None},
    "/gesture click": {"surface": {"kind": "home"}, "action_id": "home.welcome", "value": ""},
    "/gesture click message": {"surface": {"kind": "message", "channel": "dm", "ts": "1"}, "block_id": "a"},
    "/gesture select": {"surface": {"kind": "modal", "view_id": "V1"}, "action_id": "first_day", "value": "2026-10-01"},
    "/gesture submit": {
        "view_id": "V1",
        "values": {"first_name": {"first_name": "Lila"}, "first_day": {"first_day": "2026-10-01"}, "job_buddy": {}},
    },
    "/gesture close": {"view_id": "V1", "whole": False},
    "/gesture command": {"command": "/parcours", "text": "menu"},
    "/gesture shortcut": {"callback_id": "welcome"},
    "/gesture open_home": {},
    "/gesture see": {"place": "dm"},
    "/travel": {"to": "next"},
    "/travel/stop": {},
    "/fault": {"kind": "server_error", "method": "chat.postMessage", "times": 1},
    "/people": {"first_name": "Zoé", "last_name": "Besson", "email": "zoe@exemple.coop"},
    "/people/U1/join": {},
    "/people/U1/deactivate": {},
}
SHOWN = ("/", "/state", "/timeline", "/calls", "/letters", "/faults", "/static/page.css", "/nowhere")
QUERY = st.dictionaries(
    st.sampled_from(("person", "place", "limit", "before", "since", "filter", "lang")),
    words | st.sampled_from(("dm", "home", "timeline", "-1", "0", "٣", "²", "9" * 5_000)),
    max_size=4,
)
SEVERAL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def opened(apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """Somebody has a window open."""
    opening = practice(tmp_path_factory.mktemp("practice") / "practice.db", port=0, people=5, begins=BEGINS)
    opened = apart.run(apart.stack.enter_async_context(opening))
    apart.run(ask(opened, "/gesture", {"kind": "shortcut", "callback_id": "welcome"}))
    assert opened.slack.people[0].modals
    return opened


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Any]:
    """An address, and what is posted there: what the page would, but for one to three places of it, or anything at all."""
    name = draw(st.sampled_from(sorted(ASKED)))
    path, kind = name.split()[:2] if " " in name else (name, "")
    true = {**ASKED[name], "kind": kind} if kind else ASKED[name]
    return path, draw(spoiled(true) | anything)


@SEVERAL
@example(asked=("/gesture", {"kind": "click", "surface": ["home"]}))
@example(asked=("/gesture", {"kind": "submit", "view_id": "V1", "values": ["person"]}))
@example(asked=("/travel", {"to": "9" * 5_000}))
@given(asked=requests())
def test_whatever_is_asked_of_the_page_is_done_or_told_why_not(
    opened: Practice, apart: Apart, written: io.StringIO, asked: tuple[str, Any]
) -> None:
    path, said = asked
    begun = written.tell()
    status, body = apart.run(ask(opened, path, said))
    assert status == 200, written.getvalue()[begun:]
    answer = json.loads(body)
    assert answer["ok"] is True or answer["text"]
    assert "Traceback" not in written.getvalue()[begun:]
    assert MARK not in written.getvalue()[begun:]


@SEVERAL
@example(path="/timeline", query={"limit": "9" * 5_000})
@given(path=st.sampled_from(SHOWN), query=QUERY)
def test_whatever_is_looked_at_is_shown_or_not_there(
    opened: Practice, apart: Apart, path: str, query: dict[str, str]
) -> None:
    async def look() -> int:
        address = f"{opened.slack.base_url}{path}?{urlencode(query, errors='surrogatepass')}"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            await answer.read()
            return answer.status

    assert apart.run(look()) in (200, 404)


def test_after_all_that_the_page_still_shows_who_is_played(opened: Practice, apart: Apart) -> None:
    status, body = apart.run(ask(opened, "/gesture", {"kind": "open_home"}))
    assert (status, json.loads(body)["ok"]) == (200, True)


async def ask(opened: Practice, path: str, said: Any) -> tuple[int, bytes]:
    """The person of an address is the last one, the window the first one's."""
    address = f"{opened.slack.base_url}{path.replace('U1', opened.slack.people[-1].id)}"
    modals = opened.slack.people[0].modals
    body = json.dumps(said).replace('"V1"', f'"{modals[-1].id}"' if modals else '"V1"')
    async with (
        aiohttp.ClientSession(headers={"x-sandbox": "1"}) as session,
        session.post(address, data=body) as answer,
    ):
        return answer.status, await answer.read()
