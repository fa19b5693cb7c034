"""Departures on the practice page: told, announced, debriefed, followed by letters until somebody comes back; and what others see
of one: nothing."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bot.conductor import Conductor
from bot.rehearsal.practice import Practice
from storage import members, passport
from tests.page.departure_story import (
    A_YEAR_LATER,
    DEBRIEFED,
    FIRST_LETTER,
    GAELLE,
    GOODBYE,
    INES,
    JOEL,
    LAST_DAY,
    MISSION,
    PUBLISHED,
    RETURN,
    TOLD_ON,
    DepartureStory,
)
from tests.page.story import AWA, BASTIEN, HUGO
from tests.page.surf import NARROW, WIDE, Scheme, Surf
from tests.page.test_accessible import grave
from tests.page.whole import Whole

LOOKS = pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["desktop", "phone"])


async def joel_has_a_stamp(practice: Practice) -> None:
    joel = next(person for person in practice.slack.people if person.first_name == "Joël")

    def unit(conductor: Conductor) -> None:
        member = members.by_slack_id(conductor.tx, joel.id)
        assert member is not None
        passport.stamp(conductor.tx, member.id, "general_meeting", conductor.today)

    await practice.bot.desk.do(practice.slack.team_id, unit)


def test_a_team_learns_of_a_departure_in_the_words_of_whoever_leaves(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url) as page:
        story = DepartureStory(page)
        story.tell_of_it()
        story.live_until(TOLD_ON)
        story.read_messages(JOEL, "ton départ compte autant que ton arrivée")
        story.press("Mon départ")
        expect(story.window).to_contain_text("@Bastien Kermarec : responsable")
        expect(story.window).not_to_contain_text("Inès Carpentier")  # she is told when the debrief begins
        story.plan_a_mission()
        expect(story.window).to_contain_text("proposée à @Hugo Pires")
        story.close_window()
        story.take_the_mission()
        story.open_mine()
        expect(story.window).to_contain_text("@Hugo Pires s'en charge")
        story.write_the_announcement()
        story.approve()
        story.live_until(PUBLISHED - timedelta(days=1))
        story.be(GAELLE)
        story.go("annonces")
        expect(story.messages).not_to_contain_text("Joël")
        story.live_until(PUBLISHED)
        story.read_the_announcement()
        assert grave(page) == []
        story.open_the_sheet()
        expect(story.window).to_contain_text("Annoncé à l'équipe le lundi 30 novembre")


def test_somebody_leaves_keeps_in_touch_and_comes_back(surf: Surf, practice: Whole) -> None:
    practice.do(joel_has_a_stamp)
    with surf.at(practice.url) as page:
        story = DepartureStory(page)
        story.tell_of_it()
        story.live_until(DEBRIEFED)
        story.debrief_in_writing()
        story.read_the_debrief()
        assert grave(page) == []
        story.close_window()
        story.live_until(GOODBYE)
        story.stay_in_touch()
        story.leave()
        story.live_until(FIRST_LETTER)
        story.answer_the_letter()
        story.live_until(FIRST_LETTER + timedelta(days=1))
        story.read_the_feedback()
        story.live_until(A_YEAR_LATER)
        expect(story.open_the_letter("un an déjà")).to_contain_text("La porte reste ouverte")
        page.keyboard.press("Escape")
        story.account("Rouvrir le compte")
        story.welcome_back()
        story.live_until(RETURN)
        story.read_messages(JOEL, "Te revoilà, Joël, quelle joie")
        story.go("Accueil")
        expect(story.home).to_contain_text("✔ mardi 1er septembre 2026 — J'ai assisté à une assemblée")
        expect(story.home).not_to_contain_text("Ton départ")
        story.look_at_home(AWA, "Arrivées en cours")
        expect(story.home).not_to_contain_text("Relais métier")


@LOOKS
def test_what_somebody_prepares_alone_is_seen_by_nobody(
    surf: Surf, practice: Whole, size: tuple[int, int], scheme: Scheme
) -> None:
    with surf.at(practice.url, size=size, scheme=scheme) as page:
        story = DepartureStory(page)
        story.look_at_home(HUGO, "Le préparer reste privé")
        story.press_at_home("Préparer un départ")
        story.window.get_by_label("Dernier jour").fill(LAST_DAY.isoformat())
        story.window.get_by_label("Sorte de départ").select_option(label="démission")
        assert grave(page) == []
        story.in_window("Garder pour moi")
        expect(story.window).to_contain_text("C'est gardé, pour toi")
        story.close_window()
        story.open_mine(HUGO)
        story.plan_a_mission("Les escaliers", BASTIEN)
        expect(story.window).to_contain_text("prévue pour @Bastien Kermarec")
        assert grave(page) == []
        story.close_window()
        for name in (AWA, BASTIEN):
            story.look_at_home(name, "Mes préférences")
            expect(story.home).not_to_contain_text(re.compile("Départs|escaliers"))
            story.go("Messages")
            expect(story.messages).not_to_contain_text(re.compile("Hugo|escaliers"))
        story.open_mine(HUGO)
        story.in_window("Tout effacer")
        story.agree("Effacer")
        expect(story.window).to_contain_text("il n'en reste rien")
        story.close_window()
        expect(story.home).not_to_contain_text("Ton départ")


def test_a_departure_told_by_mistake_leaves_nothing_on_the_page(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url) as page:
        story = DepartureStory(page)
        story.tell_of_it()
        story.live_until(TOLD_ON)
        story.read_messages(JOEL, "Qui sait que tu pars")
        story.read_messages(BASTIEN, "Joël Marchand nous quittera")
        story.open_the_sheet()
        story.in_window("C'était une erreur")
        story.agree("Effacer")
        expect(story.window).to_contain_text("Les messages déjà partis sont repris")
        story.close_window()
        expect(story.home).not_to_contain_text("que tu suis")
        for name in (JOEL, BASTIEN, AWA):
            story.be(name)
            story.go("Messages")
            expect(story.messages).not_to_contain_text(re.compile("quittera|que tu pars|le départ de"))
        story.look_at_home(JOEL, "Mes préférences")
        expect(story.home).not_to_contain_text("Ton départ")


@LOOKS
def test_the_windows_of_a_departure_are_for_everybody(
    surf: Surf, practice: Whole, size: tuple[int, int], scheme: Scheme
) -> None:
    with surf.at(practice.url, size=size, scheme=scheme) as page:
        story = DepartureStory(page)

        def is_for_everybody() -> bool:
            return grave(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= size[0]

        story.open_the_window()
        story.fill_the_window()
        assert is_for_everybody()
        story.in_window("Préparer")
        story.close_window()
        story.open_the_sheet()
        assert is_for_everybody()
        story.window.get_by_role("button", name=re.compile("Changer.*Prévenir la paie")).click()
        expect(story.window).to_contain_text("Où en est-on")
        assert is_for_everybody()
        story.window.get_by_label("C'est fait").check()
        story.in_window("Enregistrer")
        expect(story.window).to_contain_text("1 sur 18")
        story.close_window()
        story.open_mine()
        assert is_for_everybody()
        story.in_window("Ajouter une mission")
        expect(story.window).to_contain_text("Nommer quelqu'un, c'est lui apprendre que tu pars")
        assert is_for_everybody()
        story.close_window()


def test_whoever_leaves_reads_who_has_looked(surf: Surf, practice: Whole) -> None:
    with surf.at(practice.url) as page:
        story = DepartureStory(page)
        story.tell_of_it()
        story.open_the_sheet()
        story.close_window()
        story.open_mine()
        story.plan_a_mission(MISSION, HUGO)
        story.in_window("Qui a vu, qui a fait")
        expect(story.window).to_contain_text("@Awa Leroux a ouvert le suivi")
        expect(story.window).to_contain_text("une mission est proposée à @Hugo Pires")
        assert grave(page) == []
        story.close_window()
        story.look_at_home(INES, "Mes préférences")
        expect(story.home).not_to_contain_text("Joël")
