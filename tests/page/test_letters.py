"""Letters on the practice page, and the page they lead to: read, followed, answered, stopped, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bot.conductor import Conductor
from bot.rehearsal.practice import Practice
from flows.core.model import SUBJECT
from storage import contacts, conversations, members
from tests.page.departure_story import DepartureStory
from tests.page.stage import Stage
from tests.page.story import AWA
from tests.page.surf import NARROW, WIDE, Scheme, Surf
from tests.page.test_accessible import every_look, grave
from tests.page.whole import Whole

ADDRESS = "joel@exemple.org"


async def joel_has_left(practice: Practice) -> None:
    """Joël left a personal address; his account is closed, and the questions of a month later are asked."""
    slack, desk = practice.slack, practice.bot.desk
    joel = next(person for person in slack.people if person.first_name == "Joël")
    lead = next(person for person in slack.people if person.first_name == "Awa")

    def unit(conductor: Conductor) -> None:
        gone, leading = members.by_slack_id(conductor.tx, joel.id), members.by_slack_id(conductor.tx, lead.id)
        assert gone is not None
        assert leading is not None
        contacts.give(conductor.tx, gone.id, ADDRESS, conductor.today)
        conductor.forget(gone.id)
        conductor.begin("still_in_touch", {SUBJECT: gone.id})
        conductor.begin("experience_feedback", {SUBJECT: gone.id, "lead": leading.id})

    await slack.deactivate(joel)
    await slack.settled()
    await desk.do(slack.team_id, unit)
    await practice.backstage.move_to(practice.backstage.now() + timedelta(hours=2))


async def kept(practice: Practice) -> tuple[list[str], object]:
    """The addresses kept, and what was answered."""

    def unit(conductor: Conductor) -> tuple[list[str], object]:
        talk = conductor.load(conversations.of_flow(conductor.tx, "experience_feedback")[-1])
        state = talk.steps.get("feedback")
        return [one.email for one in contacts.everyone(conductor.tx)], state.value if state is not None else None

    return await practice.bot.desk.do(practice.slack.team_id, unit)


async def joel_hears_of_everything(practice: Practice) -> None:
    """Joël left a personal address, and his account is closed."""
    slack = practice.slack
    joel = next(person for person in slack.people if person.first_name == "Joël")

    def unit(conductor: Conductor) -> None:
        gone = members.by_slack_id(conductor.tx, joel.id)
        assert gone is not None
        contacts.give(conductor.tx, gone.id, ADDRESS, conductor.today)

    await practice.bot.desk.do(slack.team_id, unit)
    await slack.deactivate(joel)
    await slack.settled()


@contextmanager
def followed(page: Page, number: int) -> Iterator[Page]:
    """The page that a link of the open letter leads to, in its own tab."""
    with page.expect_popup() as opened:
        page.locator(".letter details[open] a").nth(number).click()
    tab = opened.value
    tab.wait_for_load_state()
    yield tab
    tab.close()


def test_a_former_member_answers_from_a_letter_and_receives_nothing_more(surf: Surf, practice: Whole) -> None:
    practice.do(joel_has_left)
    with surf.at(practice.url) as page:
        page.get_by_role("button", name="Courrier").click()
        letters = page.locator(".letter")
        expect(letters).to_have_count(2)
        expect(letters.first).to_contain_text(f"à {ADDRESS}")
        letters.filter(has_text="quatre questions").locator("summary").click()
        assert grave(page) == []
        with followed(page, 0) as tab:
            expect(tab.get_by_role("heading", name="Bonjour Joël")).to_be_visible()
            tab.get_by_role("button", name="Envoyer").click()
            expect(tab.get_by_label("Ce que j'ai apporté")).to_be_focused()
            tab.get_by_label("Ce que j'ai apporté").fill("Quinze ans d'atelier.")
            tab.get_by_role("button", name="Envoyer").click()
            expect(tab.get_by_label("Tout, avec mon nom")).to_be_focused()
            expect(tab).to_have_title("Rien n'est encore envoyé. Rester en lien avec Lucioles")
            expect(tab.get_by_text("Choisis l'une de ces réponses.").first).to_be_visible()
            expect(tab.get_by_label("Ce que j'ai apporté")).to_have_value("Quinze ans d'atelier.")
            assert grave(tab) == []
            tab.get_by_label("Sans mon nom").check()
            tab.get_by_role("button", name="Envoyer").click()
            expect(tab.get_by_role("status")).to_contain_text("c'est bien noté")
        assert practice.do(kept) == ([ADDRESS], {"brought": "Quinze ans d'atelier."})
        with followed(page, 1) as tab:
            tab.get_by_role("button", name="Ne plus rien recevoir").click()
            expect(tab.get_by_role("heading", name="C'est fait")).to_be_visible()
            tab.go_back()
            tab.reload()
            expect(tab.get_by_role("heading", name="Ce lien n'ouvre rien")).to_be_visible()
        assert practice.do(kept)[0] == []


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_management_invites_to_a_highlight_whoever_hears_of_everything(
    surf: Surf, practice: Whole, size: tuple[int, int], scheme: Scheme
) -> None:
    practice.do(joel_hears_of_everything)
    with surf.at(practice.url, size=size, scheme=scheme) as page:
        story = DepartureStory(page)
        story.look_at_home(AWA, "Une personne partie garde le lien")
        story.press_at_home("Inviter à un temps fort")
        expect(story.window).to_contain_text("elle recevra une lettre par e-mail, pour elle seule")
        story.window.get_by_label("Le temps fort").fill("La fête d'été, à l'atelier")
        story.window.get_by_label("Jour").fill("2027-06-19")
        story.window.get_by_label("Heure").fill("18:30")
        assert grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        story.in_window("Inviter")
        expect(story.window).to_contain_text("C'est fait : une personne est invitée")
        story.close_window()
        if size == NARROW:
            page.locator("#people-toggle").click()
        letter = story.open_the_letter("une invitation")
        expect(letter).to_contain_text(f"à {ADDRESS}")
        expect(letter).to_contain_text("La fête d'été, à l'atelier, le samedi 19 juin 2027 à 18 h 30")


def test_whoever_answers_from_a_letter_sees_that_it_is_noted(surf: Surf, practice: Whole) -> None:
    """The letter leads to the middle of the page, and what was done is told above."""
    practice.do(joel_has_left)
    address = next(word for word in practice.do(letters_of)[0].split() if word.endswith("#touch"))
    with surf.at(address, size=NARROW, ready=False) as page:
        page.get_by_role("button", name="Oui", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("on garde le lien")
        expect(page.get_by_role("status")).to_be_in_viewport()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_page_of_a_former_member_is_for_everybody(
    surf: Surf, practice: Whole, size: tuple[int, int], scheme: Scheme
) -> None:
    practice.do(joel_has_left)
    letters = practice.do(letters_of)
    address = next(word for word in letters[-1].split() if word.startswith("http"))
    with surf.at(address.partition("#")[0], size=size, scheme=scheme, ready=False) as page:
        assert grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.goto(f"{address.partition('#')[0]}/stop")
        assert grave(page) == []
        page.get_by_role("link").click()
        expect(page.get_by_role("heading", name="On garde le lien")).to_be_visible()
        page.get_by_role("button", name="Oui, mais moins").click()
        expect(page.get_by_role("status")).to_contain_text("pour l'essentiel")


async def letters_of(practice: Practice) -> list[str]:
    return [letter.text for letter in practice.slack.workspace.letters]


@every_look
def test_the_box_of_letters_is_accessible(
    surf: Surf, stage: Stage, lang: str, scheme: Scheme, size: tuple[int, int]
) -> None:
    letter = {"number": 1, "at": "2026-04-28T07:00:00Z", "to": ADDRESS, "subject": "Un an déjà", "reply_to": "a@b.fr"}
    long = f"Bonjour,\n\nhttps://exemple.org/{'a' * 200}"
    stage.state["letters"] = 1
    stage.answers["/letters"] = {"letters": [letter | {"text": long}]}
    with surf.at(f"{stage.url}/?lang={lang}", size=size, scheme=scheme, lang=lang) as page:
        if size == NARROW:
            page.locator("#people-toggle").click()
        page.locator("[data-drawer=letters]").click()
        page.locator(".letter summary").click()
        expect(page.locator(".letter a")).to_have_attribute("rel", "noopener noreferrer")
        expect(page.locator(".letter")).to_contain_text("a@b.fr")
        assert grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_letter_that_comes_is_told(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        expect(page.locator("#letters-opener")).to_be_hidden()
        stage.change(letters=2)
        expect(page.locator("#letters-opener")).to_contain_text("2")
        expect(page.locator("#toasts")).to_contain_text("2 lettres viennent d'arriver")
