"""What a cooperative lives around a poll on the practice page: opened, answered, closed, discussed, acted upon."""

import re
from datetime import date

from playwright.sync_api import Locator, expect

from tests.page.story import Story

INES = "Inès Carpentier"
VOTERS = ("Awa Leroux", "Bastien Kermarec", "Chloé Ferrand", "Driss Belhaj", "Estelle Moreau", "Hugo Pires")
CLOSED, TALKED_OVER = date(2026, 9, 11), date(2026, 9, 21)
ACTION = "Un jour sans réunion par semaine"
FINDING = "La charge déborde en fin de mois"


class PollStory(Story):
    def line(self, poll: str) -> Locator:
        """The row of buttons under a poll's line in the Home of whoever leads."""
        home = self.page.locator("#home")
        return home.locator(".block").filter(has_text=poll).last.locator("xpath=following-sibling::*[1]")

    def open_the_window(self, poll: str) -> None:
        self.be(INES)
        self.go("Accueil")
        self.line(f"{poll} ·").get_by_role("button", name="Ouvrir").click()
        expect(self.window).to_contain_text(f"« {poll} » sera proposé à 10 personnes")

    def open(self, poll: str) -> None:
        self.open_the_window(poll)
        self.window.get_by_role("button", name="Ouvrir", exact=True).click()
        expect(self.window).to_contain_text("est ouvert")
        self.close_the_window()

    def ask_to_answer(self, name: str, poll: str) -> None:
        self.be(name)
        self.go("Messages")
        expect(self.last).to_contain_text(re.compile(rf"{poll}\s: c.est le moment"))
        self.press("Répondre")
        expect(self.window).to_contain_text("C'est facultatif et anonyme")

    def fill(self, *values: int, comment: str = "") -> None:
        """Choose on each scale, the values being taken in turn from their lowest label."""
        groups = self.window.get_by_role("radiogroup")
        for number in range(groups.count()):
            groups.nth(number).get_by_role("radio").nth(values[number % len(values)]).check()
        lists = self.window.get_by_role("combobox")
        for number in range(lists.count()):
            lists.nth(number).select_option(index=9)
        if comment:
            self.window.get_by_role("textbox").first.fill(comment)

    def answer(self, name: str, poll: str, *values: int, comment: str = "") -> None:
        self.ask_to_answer(name, poll)
        self.fill(*values, comment=comment)
        self.window.get_by_role("button", name="Envoyer").click()
        expect(self.window).to_contain_text("Tes réponses sont scellées")
        self.close_the_window()

    def close_the_window(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.window).to_be_hidden()

    def read_the_results(self, name: str, poll: str) -> None:
        self.be(name)
        self.go("Messages")
        expect(self.page.locator(".message", has_text=re.compile(rf"{poll}\s: 6 réponses sur 10")).last).to_be_visible()

    def alt_of(self, poll: str) -> re.Pattern[str]:
        return re.compile(rf"^{poll}, Lucioles, vendredi 11 septembre 2026.*sur 5")

    def choose_the_day(self, day: date) -> None:
        self.be(INES)
        self.go("Messages")
        self.page.locator(".message").last.locator("input[type=date]").fill(day.isoformat())
        expect(self.last).to_contain_text("On parle des résultats")

    def act(self) -> None:
        self.be(INES)
        self.press("Noter une action")
        self.window.get_by_label("Constat").fill(FINDING)
        self.window.get_by_label("Action", exact=True).fill(ACTION)
        self.window.get_by_label("Qui").select_option(label="Hugo Pires")
        self.send("Noter")
