"""The system's Chromium, driven by Playwright, and pages opened in it that must not complain."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.lacking import lacking

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-lcd-text"),
)
WIDE, NARROW = (1280, 800), (390, 844)
PATIENCE_MS = 15_000
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
Scheme = Literal["light", "dark"]


@dataclass
class Surf:
    """A browser, and what its pages complained of."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def at(
        self,
        address: str,
        *,
        size: tuple[int, int] = WIDE,
        scheme: Scheme = "light",
        lang: str = "fr",
        ready: bool = True,
    ) -> Iterator[Page]:
        """A page at this address, once its script has shown everything (`ready`)."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            locale=LANGUAGES[lang],
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{error.message}\n{error.stack}"))
        page.on("console", self._heard)
        page.goto(address)
        if ready:
            page.wait_for_selector("html[data-ready]")
        try:
            yield page
        finally:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


@contextmanager
def surfing() -> Iterator[Surf]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        lacking("Chromium is not on this machine: `apt-get install chromium` (or your system's package) adds it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            yield Surf(browser)
        finally:
            browser.close()
