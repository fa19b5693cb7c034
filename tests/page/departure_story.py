"""What a cooperative lives around a departure on the practice page: Joël retires, hands over, says goodbye, writes a year later,
and comes back. Awa, of the management, sees it through."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from playwright.sync_api import Locator, Page, expect

from tests.page.story import AWA, BASTIEN, CHLOE, HUGO, Story
from tests.page.surf import PATIENCE_MS

JOEL, GAELLE, INES = "Joël Marchand", "Gaëlle Tanguy", "Inès Carpentier"
LAST_DAY, TOLD_ON, LEFT_ON = date(2026, 12, 18), date(2026, 9, 2), date(2026, 12, 21)
PUBLISHED, DEBRIEFED, GOODBYE = date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 15)
FIRST_LETTER, A_YEAR_LATER, RETURN = date(2027, 1, 18), date(2027, 12, 20), date(2028, 1, 10)
MISSION, WORD = "Les commandes de bois", "Quatorze ans parmi vous, et pas un matin sans rire."
ADDRESS, DEBRIEF, BROUGHT = "joel@exemple.org", "Les lundis matin vont me manquer.", "Quatorze ans d'atelier."
QUESTIONS = 10


class DepartureStory(Story):
    @property
    def home(self) -> Locator:
        return self.page.locator("#home")

    @property
    def messages(self) -> Locator:
        """All that is said where one is."""
        return self.page.get_by_role("list", name="Messages", exact=True)

    def in_window(self, name: str) -> None:
        self.window.get_by_role("button", name=name, exact=True).click()

    def agree(self, name: str) -> None:
        """Answer the dialog that asks once more."""
        self.page.locator("dialog.confirm").get_by_role("button", name=name, exact=True).click()

    def close_window(self) -> None:
        """By its cross, with whatever is under it."""
        self.window.get_by_role("button", name=re.compile("^Fermer")).first.click()
        expect(self.window).to_be_hidden()

    def look_at_home(self, name: str, to_find: str) -> None:
        self.be(name)
        self.go("Accueil")
        expect(self.home).to_contain_text(to_find, timeout=PATIENCE_MS)

    def press_at_home(self, name: str) -> None:
        """Again, each time the Home was shown anew under one's finger."""
        button, missed = self.home.get_by_role("button", name=name), self.page.locator(".toast", has_text="a changé")
        button.click()
        expect(self.window.or_(missed).first).to_be_visible()
        while missed.count():
            missed.first.get_by_role("button", name="Masquer").click()
            button.click()
            expect(self.window.or_(missed).first).to_be_visible()

    def read_messages(self, name: str, to_find: str) -> None:
        self.be(name)
        self.go("Messages")
        expect(self.messages).to_contain_text(to_find, timeout=PATIENCE_MS)

    def live_until(self, day: date) -> None:
        self.travel_to(day)
        self.page.locator("#meanwhile").get_by_role("button", name="Fermer").click()

    # ------------------------------------------------------------------------------------------------- told, prepared

    def open_the_window(self) -> None:
        self.page.get_by_role("button", name="Raccourcis").click()
        self.page.get_by_role("button", name="Préparer un départ").click()
        expect(self.window).to_contain_text("je ne remplace pas cette conversation")

    def fill_the_window(self, who: str = JOEL, kind: str = "départ à la retraite") -> None:
        self.window.get_by_label("Personne").select_option(label=who)
        self.window.get_by_label("Dernier jour").fill(LAST_DAY.isoformat())
        self.window.get_by_label("Sorte de départ").select_option(label=kind)
        self.window.get_by_label("Responsable").select_option(label=BASTIEN)

    def tell_of_it(self) -> None:
        self.open_the_window()
        self.fill_the_window()
        self.in_window("Préparer")
        expect(self.window).to_contain_text("Seules les personnes nommées")
        self.close_window()
        expect(self.last).to_contain_text("Tu suis le départ de @Joël Marchand")

    def open_the_sheet(self) -> None:
        self.look_at_home(AWA, "que tu suis")
        self.press_at_home("Suivre")
        expect(self.window).to_contain_text("Chaque ouverture de cette fenêtre est notée")

    def open_mine(self, name: str = JOEL) -> None:
        self.look_at_home(name, "Ton départ")
        self.press_at_home("Mon départ")
        expect(self.window).to_contain_text("Qui reprend quoi")

    def plan_a_mission(self, title: str = MISSION, taker: str = HUGO) -> None:
        """From one's own departure, and back to it."""
        self.in_window("Ajouter une mission")
        self.window.get_by_label("La mission").fill(title)
        self.window.get_by_label("Qui pourrait la reprendre").select_option(label=taker)
        self.in_window("Enregistrer")
        expect(self.window).to_contain_text(title)

    def take_the_mission(self) -> None:
        self.read_messages(HUGO, "Ce départ est confidentiel jusqu'à l'annonce")
        self.press("Je la prends")
        expect(self.last).to_contain_text("Bien noté : Je la prends")

    # ------------------------------------------------------------------------------------------------- announced

    def write_the_announcement(self) -> None:
        self.in_window("Écrire l'annonce")
        expect(self.window).to_contain_text("la suite est dans nos messages")
        self.close_window()
        self.go("Messages")
        self.press("Répondre")
        self.window.get_by_label("Mon mot à l'équipe").fill(WORD)
        self.window.get_by_label("Un moment ensemble").fill("jeudi 17 décembre à 17 h, à l'atelier")
        self.send("Répondre")
        self.last.locator("input[type=date]").fill(PUBLISHED.isoformat())
        expect(self.last).to_contain_text(f"« {MISSION} » passe à Hugo Pires")

    def approve(self) -> None:
        """The person, then whoever sees the departure through."""
        self.press("Je suis d'accord")
        expect(self.last).to_contain_text("Bien noté")
        self.read_messages(AWA, "Ce sont ses mots")
        self.press("Je valide")
        expect(self.last).to_contain_text("je la publie le lundi 30 novembre, mot pour mot")

    def read_the_announcement(self) -> None:
        self.be(GAELLE)
        self.go("annonces")
        expect(self.last).to_contain_text("Joël quittera Lucioles le vendredi 18 décembre.")
        expect(self.last).to_contain_text(WORD)

    # ------------------------------------------------------------------------------------------------- debriefed, gone

    def debrief_in_writing(self) -> None:
        self.read_messages(JOEL, "ne s'impose à personne")
        self.press("Par écrit")
        expect(self.last).to_contain_text("Comment vas-tu à l'approche de ce départ")
        for _ in range(QUESTIONS):
            asked = self.last.locator(".blocks").inner_text()
            self.type(DEBRIEF)
            expect(self.last.locator(".blocks")).not_to_have_text(asked, use_inner_text=True)
        expect(self.last).to_contain_text("10 réponses sur 10")
        self.press("Envoyer")
        expect(self.last).to_contain_text("@Inès Carpentier les lira, et personne d'autre")

    def read_the_debrief(self) -> None:
        self.read_messages(INES, "t'a confié son bilan de départ")
        self.press("Lire le bilan")
        expect(self.window).to_contain_text(DEBRIEF)

    def stay_in_touch(self) -> None:
        self.read_messages(JOEL, "On garde le lien")
        self.press("Oui")
        expect(self.last).to_contain_text("À quelle adresse t'écrire")
        self.press("Répondre")
        self.window.get_by_role("textbox").fill(ADDRESS)
        self.send("Répondre")
        expect(self.last).to_contain_text("La première lettre partira environ un mois après ton départ")

    def leave(self) -> None:
        self.live_until(LAST_DAY)
        self.read_messages(JOEL, "C'est ton dernier jour de travail parmi nous")
        self.live_until(LEFT_ON)
        self.account("Désactiver le compte")

    def account(self, gesture: str, name: str = JOEL) -> None:
        self.be(name)
        self.page.get_by_role("button", name=f"Compte de {name}").click()
        self.page.get_by_role("button", name=gesture).click()

    # ------------------------------------------------------------------------------------------------- after, back

    def open_the_letter(self, subject: str) -> Locator:
        self.page.get_by_role("button", name="Courrier").click()
        letter = self.page.locator(".letter", has_text=subject)
        letter.locator("summary").click()
        return letter

    @contextmanager
    def page_of(self, letter: Locator) -> Iterator[Page]:
        """Where the first link of a letter leads, in its own tab."""
        with self.page.expect_popup() as opened:
            letter.get_by_role("link").first.click()
        tab = opened.value
        tab.wait_for_load_state()
        yield tab
        tab.close()

    def answer_the_letter(self) -> None:
        with self.page_of(self.open_the_letter("quatre questions")) as tab:
            tab.get_by_label("Ce que j'ai apporté").fill(BROUGHT)
            tab.get_by_label("Tout, avec mon nom").check()
            tab.get_by_role("button", name="Envoyer").click()
            expect(tab.get_by_role("status")).to_contain_text("c'est bien noté")
        self.page.keyboard.press("Escape")

    def read_the_feedback(self) -> None:
        self.be(GAELLE)
        self.go("annonces")
        expect(self.last).to_contain_text("Joël Marchand nous laisse son retour d'expérience")
        self.press("Lire")
        expect(self.window).to_contain_text(BROUGHT)
        self.close_window()

    def welcome_back(self) -> None:
        self.read_messages(AWA, "Joël Marchand a de nouveau un compte ici")
        self.press("Accueillir quelqu'un")
        expect(self.window.get_by_label("Personne").locator("option:checked")).to_have_text(JOEL)
        chosen = {"Relais coopérateur": CHLOE, "Responsable": BASTIEN}
        for field, name in chosen.items():
            self.window.get_by_label(field).select_option(label=name)
        self.window.get_by_label("Premier jour").fill(RETURN.isoformat())
        self.send("Préparer l'arrivée")
        expect(self.last).to_contain_text("Joël Marchand arrive le lundi 10 janvier 2028")
