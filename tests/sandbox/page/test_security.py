"""Who is let in: this machine's own page, by this machine's own name."""

from __future__ import annotations

import pytest

from sandbox import Person
from tests.sandbox.page.conftest import Page

POSTS = ("/gesture", "/travel", "/travel/stop", "/fault", "/people", "/people/U0/join", "/people/U0/deactivate")


@pytest.mark.parametrize("path", ["/", "/state", "/events", "/timeline", "/calls", "/static/page.js", "/api/auth.test"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1"])
async def test_another_host_is_refused(page: Page, path: str, host: str) -> None:
    async with page.http.get(page.base + path, headers={"Host": host}) as answer:
        assert answer.status == 421


async def test_localhost_is_this_machine(page: Page) -> None:
    host = page.base.replace("http://127.0.0.1", "localhost")
    async with page.http.get(f"{page.base}/state", headers={"Host": host, "Origin": f"http://{host}"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", [*POSTS, "/api/chat.postMessage", "/hooks/x", "/upload/x"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_page_can_do_nothing(page: Page, path: str, origin: str) -> None:
    headers = {"Origin": origin, "X-Sandbox": "1"}
    async with page.http.post(page.base + path, json={}, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", POSTS)
async def test_a_post_without_our_header_is_refused(page: Page, path: str) -> None:
    async with page.http.post(page.base + path, json={}, headers={"Origin": page.base}) as answer:
        assert answer.status == 403


async def test_no_other_script_or_picture_is_allowed(page: Page) -> None:
    async with page.http.get(f"{page.base}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"'])
async def test_what_is_no_json_object_is_refused(page: Page, body: bytes) -> None:
    async with page.http.post(f"{page.base}/gesture", data=body, headers={"X-Sandbox": "1"}) as answer:
        assert (await answer.json())["error"] == "unreadable"


async def test_too_much_at_once_is_refused(page: Page, lea: Person) -> None:
    answer = await page.gesture(lea, "write", place="dm", text="x" * 1_000_000)
    assert answer["error"] == "too_long"
