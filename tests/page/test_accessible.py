"""axe-core finds nothing serious on any screen: in French and in English, light and dark, wide and narrow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.gallery import CHARTS, CONTROLS, FIELDS, LEA, TEXTS, Json, message, modal
from tests.page.stage import Stage
from tests.page.surf import NARROW, WIDE, Scheme, Surf

GRAVE = {"serious", "critical"}
LOOKS = [("fr", "light", WIDE), ("en", "dark", NARROW)]
"""Each language, each scheme and each width once: what is legible in one scheme is so in either language."""
every_look = pytest.mark.parametrize(("lang", "scheme", "size"), LOOKS, ids=["-".join(it[:2]) for it in LOOKS])


def grave(page: Page) -> list[str]:
    """What axe finds serious or critical, and where."""
    violations: list[Json] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')}"
        for one in violations
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def entries() -> dict[str, Json]:
    said = {"id": 1, "at": "2026-04-28T07:00:00Z", "to": {"id": LEA, "name": "Lea Martin", "kind": "person"}}
    more = {
        "method": "chat.postMessage",
        "text": "Bonjour *Lea*",
        "ts": "1.1",
        "place": "dm",
        "ok": True,
        "error": None,
    }
    call = {"id": 1, "at": "2026-04-28T07:00:00Z", "direction": "from_app", "name": "chat.postMessage", "ok": False}
    broken = {"path": "/blocks/0", "rule": "must be shorter", "doc": "block-kit/blocks/section-block"}
    last = {"kind": "no_answer", "method": "chat.postMessage", "at": "2026-04-28T07:00:00Z", "times": 1}
    return {
        "/timeline": {"entries": [said | more, said | more | {"id": 2, "ok": False, "error": "channel_not_found"}]},
        "/calls": {
            "entries": [call | {"error": "invalid_blocks", "faults": [broken], "payload": {"a": 1}, "answer": {"b": 2}}]
        },
        "/faults": {
            "waiting": [{"kind": "server_error", "method": "chat.update", "times": 2}],
            "last": last | {"said": 3, "doubled": 1, "lost": 1},
        },
    }


@every_look
def test_messages_are_accessible(surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]) -> None:
    shown = [TEXTS, CONTROLS, *CHARTS]
    stage.state["messages"] = [message(f"1.{at}", "Un texte", blocks, edited=True) for at, blocks in enumerate(shown)]
    stage.state["messages"].append(message("2.1", "Pour vous seule", ephemeral=True))
    stage.state["faults_found"] = ["Il manque un mot"]
    with surf.at(f"{stage.url}/?lang={lang}", size=size, scheme=scheme, lang=lang) as page:
        assert grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@every_look
def test_a_window_is_accessible(surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]) -> None:
    stage.state["modals"] = [modal(errors={"récit": "Trop court."})]
    with surf.at(f"{stage.url}/?lang={lang}", size=size, scheme=scheme, lang=lang) as page:
        page.get_by_role("button", name=re.compile("Personnes")).click()
        assert grave(page) == []


@every_look
def test_the_home_and_the_timeline_are_accessible(
    surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    blocks = [block for block in TEXTS if block["type"] not in ("table", "markdown")]
    stage.state["home"] = {"id": "VH", "hash": "1", "blocks": [*blocks, *FIELDS[:4]], "values": {}}
    stage.answers = entries()
    with surf.at(f"{stage.url}/?lang={lang}&place=home", size=size, scheme=scheme, lang=lang) as page:
        assert grave(page) == []
        page.locator("#places a").last.click()
        expect(page.locator(".entry")).to_have_count(2)
        assert grave(page) == []


@every_look
def test_drawers_menus_and_news_are_accessible(
    surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    stage.answers |= entries()
    with surf.at(f"{stage.url}/?lang={lang}", size=size, scheme=scheme, lang=lang) as page:
        page.locator("[data-travel=next]").click()
        expect(page.locator("#meanwhile")).to_be_visible()
        page.locator("#say").press_sequentially("/par")
        expect(page.get_by_role("option")).to_have_count(1)
        assert grave(page) == []
        page.locator("[data-drawer=inspector]").click()
        page.locator(".call summary").click()
        assert grave(page) == []
        page.locator("#drawer-close").click()
        page.locator("[data-drawer=faults]").click()
        expect(page.locator(".figures")).to_be_visible()
        assert grave(page) == []


@every_look
def test_choosing_and_adding_people_is_accessible(
    surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    with surf.at(f"{stage.url}/?lang={lang}", size=size, scheme=scheme, lang=lang) as page:
        if size == NARROW:
            page.locator("#people-toggle").click()
        assert grave(page) == []
        page.locator("#newcomer-opener").click()
        assert grave(page) == []
