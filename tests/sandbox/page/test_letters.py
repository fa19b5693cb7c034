"""The box of letters: what the app sends by e-mail, to be read beside the rest."""

import asyncio

import aiohttp

from sandbox import Person, Sandbox
from tests.sandbox.page.conftest import Page


async def test_letters_are_counted_and_read_the_newest_first(page: Page, slack: Sandbox, lea: Person) -> None:
    assert (await page.state(lea))["letters"] == 0
    slack.workspace.take_letter("lea@exemple.org", "Bonne route", "À bientôt.")
    slack.workspace.take_letter("lea@exemple.org", "Un an déjà", "On garde le lien ?", "contact@exemple.coop")
    assert (await page.state(lea))["letters"] == 2
    newest, oldest = (await page.get("/letters"))["letters"]
    assert (newest["number"], newest["subject"], oldest["text"]) == (2, "Un an déjà", "À bientôt.")
    assert newest["to"] == "lea@exemple.org"
    assert (newest["reply_to"], oldest["reply_to"]) == ("contact@exemple.coop", "")
    assert newest["at"] == slack.workspace.clock().isoformat()
    assert [one["number"] for one in (await page.get("/letters", limit=1))["letters"]] == [2]


async def test_a_letter_is_told_to_open_pages(page: Page, slack: Sandbox, lea: Person) -> None:
    async with page.http.get(f"{page.base}/events", timeout=aiohttp.ClientTimeout(total=10)) as events:
        assert await events.content.readline() == b": here\n"
        slack.workspace.take_letter("lea@exemple.org", "Bonne route", "À bientôt.")
        async with asyncio.timeout(5):
            while not (line := await events.content.readline()).startswith(b"event: changed"):
                assert line
