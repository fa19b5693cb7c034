"""A poll on the practice page: opened by its lead, answered by six, told to all, talked over, and acted upon."""

from datetime import date

from playwright.sync_api import expect

from bot.polls.radar_picture import PIXELS
from tests.page.poll_story import ACTION, CLOSED, INES, TALKED_OVER, VOTERS, PollStory
from tests.page.surf import NARROW, Surf
from tests.page.test_accessible import grave
from tests.page.whole import Whole


def test_a_cooperative_holds_a_poll_and_acts_on_it(surf: Surf, practice: Whole) -> None:
    poll = "Radar de la coopération"
    with surf.at(practice.url) as page:
        story = PollStory(page)
        story.open(poll)
        story.ask_to_answer(VOTERS[0], poll)
        assert grave(page) == []
        story.close_the_window()
        for number, name in enumerate(VOTERS):
            story.answer(name, poll, 1 + number % 4, 3, 2 + number % 3)
        story.travel_to(CLOSED)
        page.get_by_role("button", name="Fermer").click()
        story.read_the_results("Joël Marchand", poll)
        picture = page.locator(".message img").last
        expect(picture).to_have_attribute("alt", story.alt_of(poll))
        assert picture.evaluate("image => image.complete && image.naturalWidth") == PIXELS
        assert grave(page) == []
        story.choose_the_day(date(2026, 9, 18))
        story.travel_to(TALKED_OVER)
        page.get_by_role("button", name="Fermer").click()
        story.act()
        story.be("Joël Marchand")
        story.go("Accueil")
        expect(page.locator("#home")).to_contain_text(ACTION)
        assert grave(page) == []


def test_a_poll_is_answered_on_a_phone(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url, size=NARROW) as page:
        story = PollStory(page)
        story.open("Baromètre QVCT")
        story.answer(INES, "Baromètre QVCT", 3, comment="Un peu plus de calme le matin.")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_a_comment_that_names_somebody_is_read_again_before_it_is_sent(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url) as page:
        story = PollStory(page)
        story.open("Baromètre QVCT")
        story.ask_to_answer(VOTERS[1], "Baromètre QVCT")
        story.fill(3, comment="Merci à Hugo, au 06 12 34 56 78.")
        story.window.get_by_role("button", name="Envoyer").click()
        expect(story.window).to_contain_text("On pourrait reconnaître quelqu'un")
        story.window.get_by_role("checkbox").check()
        story.window.get_by_role("button", name="Envoyer").click()
        expect(story.window).to_contain_text("Tes réponses sont scellées")
