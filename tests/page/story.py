"""What a cooperative lives on the practice page, from its first minute to a newcomer's report: gestures with a mouse and a
keyboard. Lila arrives on the 8th of September, with Hugo and Chloé for buddies."""

import re
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Locator, Page, expect

AWA, LILA, HUGO, CHLOE, BASTIEN = "Awa Leroux", "Lila Besson", "Hugo Pires", "Chloé Ferrand", "Bastien Kermarec"
FIRST_DAY, A_MONTH_LATER = date(2026, 9, 8), date(2026, 10, 8)
QUESTIONS = 9
SURPRISE = "Tout le monde mange ensemble le jeudi, et personne ne me l'avait dit."
TOLD = "J'ai demandé trois fois où étaient les clés de l'atelier."


@dataclass
class Story:
    page: Page

    @property
    def window(self) -> Locator:
        return self.page.locator("#modal")

    @property
    def last(self) -> Locator:
        """The latest message before one's eyes."""
        return self.page.locator(".message").last

    def be(self, name: str) -> None:
        toggle = self.page.locator("#people-toggle")
        if toggle.is_visible():
            toggle.click()
        self.page.locator("#people").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def go(self, place: str) -> None:
        self.page.locator("#places").get_by_role("link", name=place).click()

    def press(self, name: str) -> None:
        """A button of the app's, the latest of that name."""
        self.page.locator("#view").get_by_role("button", name=name, exact=True).last.click()

    def send(self, name: str) -> None:
        self.window.get_by_role("button", name=name).click()
        expect(self.window).to_be_hidden()

    def type(self, text: str) -> None:
        self.page.locator("#say").fill(text)
        self.page.keyboard.press("Enter")

    def travel_to(self, day: date, hour: int = 10) -> None:
        self.page.get_by_role("button", name="À une date…").click()
        self.page.get_by_label("Avancer jusqu'au").fill(f"{day.isoformat()}T{hour:02}:00")
        self.page.get_by_role("button", name="Y aller").click()
        expect(self.page.locator("#meanwhile")).to_be_visible(timeout=60_000)

    # ------------------------------------------------------------------------------------------------- chapters

    def set_up(self) -> None:
        self.press("C'est parti")
        self.window.get_by_role("button", name=re.compile("Gérance")).click()
        self.window.get_by_role("checkbox", name=AWA).check()
        self.page.keyboard.press("Escape")
        self.send("Enregistrer")
        expect(self.last).to_contain_text("je connais maintenant Lucioles")

    def open_an_account(self, name: str) -> None:
        self.be(name)
        self.page.get_by_role("button", name=f"Compte de {name}").click()
        self.page.get_by_role("button", name="Créer le compte").click()
        expect(self.page.locator("#composer")).to_be_visible()

    def prepare_the_welcome(self) -> None:
        """Up to the filled window, not sent."""
        self.press("Accueillir quelqu'un")
        chosen = {"Personne": LILA, "Relais métier": HUGO, "Relais coopérateur": CHLOE, "Responsable": BASTIEN}
        for field, name in chosen.items():
            self.window.get_by_label(field).select_option(label=name)
        self.window.get_by_label("Premier jour").fill(FIRST_DAY.isoformat())

    def welcome(self) -> None:
        self.prepare_the_welcome()
        self.send("Préparer l'arrivée")
        expect(self.last).to_contain_text("Lila Besson arrive le mardi 8 septembre")

    def accept(self, name: str) -> None:
        self.be(name)
        expect(self.last).to_contain_text("Accepterais-tu d'être son relais")
        self.press("J'accepte")
        expect(self.last).to_contain_text("Lila a bien de la chance")

    def live_a_month(self) -> None:
        self.travel_to(A_MONTH_LATER)

    def begin_the_report(self) -> None:
        self.be(LILA)
        expect(self.last).to_contain_text("rapport d'étonnement")
        self.press("Commencer")
        expect(self.last).to_contain_text("par quoi commencerais-tu")

    def answer_in_the_window(self) -> None:
        self.press("Répondre")
        self.window.get_by_role("textbox").fill(SURPRISE)

    def send_the_answer(self) -> None:
        self.send("Répondre")
        expect(self.last).to_contain_text("plus belle surprise")

    def answer_the_rest(self) -> None:
        for _ in range(QUESTIONS - 1):
            asked = self.last.locator(".blocks").inner_text()
            self.type(TOLD)
            expect(self.last.locator(".blocks")).not_to_have_text(asked, use_inner_text=True)
        expect(self.last).to_contain_text("9 réponses sur 9")

    def hand_the_report_over(self) -> None:
        self.press("Envoyer")
        expect(self.last).to_contain_text("Étape validée")

    def read_the_report(self, name: str) -> None:
        self.be(name)
        self.press("Lire le rapport")
        expect(self.window).to_contain_text(SURPRISE)
        expect(self.window).to_contain_text(TOLD)

    def open_the_passport(self) -> None:
        self.be(LILA)
        self.go("Accueil")
        passport = self.page.locator("#home").get_by_role("heading", name="Mon passeport coopérateur")
        expect(passport).to_be_visible()
        passport.evaluate("node => node.scrollIntoView()")

    def ask_to_add_a_step(self, step: str, day: date) -> None:
        """Up to the filled window, not sent."""
        self.page.locator("#home").get_by_role("button", name="Ajouter une étape").click()
        self.window.get_by_label("Étape", exact=True).select_option(label=step)
        self.window.get_by_label("Jour", exact=True).fill(day.isoformat())
