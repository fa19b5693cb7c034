"""A cooperative installs Parcours from a browser: our page, Slack's, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.rehearsal.ports import free_port
from tests.bot.hosted import Hosted, hosted, team_of
from tests.page.surf import Scheme, Surf
from tests.page.test_accessible import every_look, grave
from tests.page.whole import elsewhere

HERE = "localhost"
"""Where a browser keeps a cookie that is for private connections alone."""


@contextmanager
def open_to_all(folder: Path) -> Iterator[tuple[Hosted, str]]:
    port = free_port()
    address = f"http://{HERE}:{port}"
    opening = hosted(f"sqlite:///{folder / 'parcours.db'}", port=port, public_url=address)
    with elsewhere(opening) as (host, _):
        team_of(host.slack, "Les Lucioles")
        yield host, f"{address}/slack/install"


@pytest.fixture
def open_host(tmp_path: Path) -> Iterator[tuple[Hosted, str]]:
    with open_to_all(tmp_path) as host:
        yield host


def test_a_workspace_is_let_in_from_a_browser(surf: Surf, open_host: tuple[Hosted, str]) -> None:
    host, install = open_host
    with surf.at(install, ready=False) as page:
        page.get_by_role("link", name="Continuer vers Slack").click()
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_role("status")).to_contain_text("Les Lucioles")
        assert grave(page) == []
    [team] = host.slack.teams.values()
    assert team.bot_token


def test_whoever_says_no_may_begin_again(surf: Surf, open_host: tuple[Hosted, str]) -> None:
    _, install = open_host
    with surf.at(install, ready=False, lang="en") as page:
        page.get_by_role("link", name="Continue to Slack").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("status")).to_contain_text("The door stays open")
        page.get_by_role("link", name="Start again").click()
        expect(page).to_have_url(install)


@every_look
def test_the_page_is_accessible(
    surf: Surf, open_host: tuple[Hosted, str], lang: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    _, install = open_host
    with surf.at(install, ready=False, lang=lang, scheme=scheme, size=size) as page:
        page.get_by_role("link").focus()
        assert grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
