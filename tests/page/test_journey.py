"""The real bot behind the page: a cooperative sets itself up, welcomes somebody, and reads a month later what astonished her."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.page.story import AWA, BASTIEN, CHLOE, HUGO, LILA, Story
from tests.page.surf import NARROW, Surf
from tests.page.test_accessible import grave
from tests.page.whole import Whole


def live_until_the_report(page: Page) -> Story:
    story = Story(page)
    story.set_up()
    story.open_an_account(LILA)
    story.be(AWA)
    story.welcome()
    story.accept(HUGO)
    story.accept(CHLOE)
    story.live_a_month()
    return story


def test_a_cooperative_lives_a_newcomers_first_month(surf: Surf, empty_practice: Whole) -> None:
    with surf.at(empty_practice.url) as page:
        story = live_until_the_report(page)
        expect(page.locator("#clock")).to_contain_text("8 oct. 2026")
        expect(page.locator("#meanwhile")).to_contain_text("messages à 4 destinataires")
        expect(page.get_by_role("link", name=re.compile(f"{BASTIEN}.*non lus"))).to_be_visible()
        story.begin_the_report()
        story.answer_in_the_window()
        story.send_the_answer()
        story.answer_the_rest()
        story.hand_the_report_over()
        story.read_the_report(CHLOE)
        assert grave(page) == []
        page.keyboard.press("Escape")
        expect(story.window).to_be_hidden()
        story.open_the_passport()
        expect(page.locator("#home")).to_contain_text("jeudi 8 octobre 2026 — J'ai rendu mon rapport d'étonnement")
        assert grave(page) == []
        story.ask_to_add_a_step("J'ai assisté à une assemblée", date(2026, 10, 7))
        assert grave(page) == []
        story.send("Ajouter")
        expect(page.locator("#home")).to_contain_text("mercredi 7 octobre 2026 — J'ai assisté à une assemblée")
        story.go("Tout ce qui a été dit")
        page.locator("#timeline").get_by_role("link", name=HUGO).first.click()
        expect(page.get_by_role("heading", name=HUGO, level=1)).to_be_visible()
        expect(page.locator(".message:focus")).to_contain_text("rapport d'étonnement")


def test_the_same_month_on_a_phone(surf: Surf, empty_practice: Whole) -> None:
    with surf.at(empty_practice.url, size=NARROW) as page:
        story = live_until_the_report(page)
        story.begin_the_report()
        story.answer_in_the_window()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
        story.send_the_answer()
        story.answer_the_rest()
        story.hand_the_report_over()
        story.read_the_report(HUGO)
        page.keyboard.press("Escape")
        story.open_the_passport()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_nothing_is_lost_when_slack_answers_badly(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url) as page:
        page.get_by_role("button", name="Pannes").click()
        page.get_by_label("Panne", exact=True).select_option("timeout_after_success")
        page.get_by_role("button", name="Provoquer").click()
        expect(page.locator("#drawer")).to_contain_text("chat.postMessage")
        Story(page).type("menu")
        page.get_by_role("button", name="+1 jour").click()
        expect(page.get_by_text("Rien de perdu, rien en double.")).to_be_visible(timeout=20_000)


def test_the_first_view_is_light(surf: Surf, practice: Whole) -> None:
    with surf.at("about:blank", ready=False) as page:
        weights: list[int] = []
        page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
        page.goto(practice.url)
        page.wait_for_selector("html[data-ready]")
        assert 10_000 < sum(weights) < 100_000
