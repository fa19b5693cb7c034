"""Every block an app may send is shown as people expect, and what is done in it is told as the server expects."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.blockkit import check_message, check_view
from tests.page.gallery import (
    CHARTS,
    CONTROLS,
    FIELDS,
    HOSTILE,
    HUGO,
    LEA,
    TEXTS,
    Json,
    message,
    modal,
    plain,
    section,
)
from tests.page.stage import Stage
from tests.page.surf import Surf

ON_THE_MESSAGE = {"kind": "message", "channel": "dm", "ts": "1.1"}


def saying(*blocks: Json, **more: Any) -> list[Json]:
    return [message("1.1", "Un texte", list(blocks), **more)]


@pytest.mark.parametrize("blocks", [TEXTS, CONTROLS, *CHARTS])
def test_slack_would_take_the_gallery(blocks: list[Json]) -> None:
    assert check_message({"channel": "C0VOL", "text": "Un texte", "blocks": blocks}) == []


def test_slack_would_take_the_window_of_the_gallery() -> None:
    given = {"type": "modal", "title": plain("Une fenêtre"), "submit": plain("Envoyer"), "blocks": FIELDS}
    assert check_view(given, surface="modal") == []


def test_mrkdwn_is_laid_out_and_links_only_to_the_web(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = saying(*TEXTS)
    with surf.at(stage.url) as page:
        text = page.locator(".message .section").first
        expect(text.locator("strong")).to_have_text("gras")
        expect(text.locator("em")).to_have_text("italique")
        expect(text.locator("s")).to_have_text("barré")
        expect(text.locator("blockquote")).to_have_text("une citation")
        expect(text.locator("pre")).to_have_text("x = 1")
        assert text.locator(".mention").all_inner_texts() == ["@Léa Martin", "#volontaires", "@channel"]
        assert [link.get_attribute("href") for link in text.locator("a").all()] == ["https://exemple.coop"]
        expect(text).to_contain_text("<b>pas gras</b> & piège")
        expect(page.get_by_role("heading", name="Bienvenue 👋")).to_be_visible()


def test_rich_text_markdown_and_tables_are_shown(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = saying(*TEXTS)
    with surf.at(stage.url) as page:
        expect(page.locator(".rich_text ol li")).to_have_text("Premier")
        expect(page.locator(".rich_text strong")).to_have_text("gras")
        expect(page.get_by_role("heading", name="Un titre")).to_be_visible()
        assert page.locator(".block.markdown li").all_inner_texts() == ["une", "deux"]
        expect(page.get_by_role("columnheader", name="Note")).to_be_visible()
        expect(page.get_by_role("cell", name="4")).to_be_visible()
        expect(page.get_by_text("L'atelier, au matin")).to_be_visible()


def test_a_chart_is_a_drawing_with_its_numbers(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = [message(f"1.{at}", "Climat", blocks) for at, blocks in enumerate(CHARTS)]
    with surf.at(stage.url) as page:
        for kind in ("line", "bar", "area", "pie"):
            expect(page.get_by_role("img", name=f"Climat {kind}")).to_be_visible()
        page.get_by_text("Voir les chiffres").first.click()
        expect(page.get_by_role("row", name="Janvier")).to_contain_text("3")


def test_what_people_write_never_becomes_html(surf: Surf, stage: Stage) -> None:
    hostile = saying(section(HOSTILE), author={"id": LEA, "name": HOSTILE, "is_app": False})
    names = stage.state["names"] | {LEA: HOSTILE}
    stage.state |= {"messages": hostile, "names": names, "modals": [modal([section(HOSTILE)], title=HOSTILE)]}
    stage.state["people"][1]["name"] = HOSTILE
    with surf.at(stage.url) as page:
        expect(page.locator("#modal h2")).to_have_text(HOSTILE)
        assert page.locator("img").count() == 0
        assert page.locator("b").count() == 0


def test_buttons_and_menus_tell_who_did_what_where(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = saying(*CONTROLS)
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Accepter").click()
        page.get_by_label("Couleur").select_option("green")
        page.get_by_label("Qui ?").select_option(HUGO)
        page.get_by_label("Quel jour ?").fill("2026-05-04")
        page.get_by_role("button", name="Plus d'actions").click()
        page.get_by_role("button", name="Plus tard").click()
        page.get_by_role("checkbox", name="Ocre").check()
        page.get_by_role("radio", name="Bleu").check()
        expect(page.get_by_role("link", name="Le livret")).to_have_attribute("href", "https://exemple.coop/livret")
        wait_for(page, stage, 7)
    done = [(it["kind"], it["block_id"], it["action_id"], it["value"]) for it in stage.gestures]
    assert done == [
        ("click", "actions", "yes", "y"),
        ("select", "actions", "colour", "green"),
        ("select", "actions", "who", HUGO),
        ("select", "actions", "day", "2026-05-04"),
        ("select", "actions", "more", "later"),
        ("select", "ticks", "boxes", ["ochre"]),
        ("select", "radios", "one", "blue"),
    ]
    assert all(it["surface"] == ON_THE_MESSAGE and it["person"] == "U0AWA" for it in stage.gestures)


def test_a_button_that_asks_first_does_nothing_when_one_says_no(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = saying(*CONTROLS)
    with surf.at(stage.url) as page:
        refuse = page.get_by_role("button", name="Refuser")
        refuse.click()
        page.get_by_role("dialog", name="Êtes-vous sûre ?").get_by_role("button", name="Non").click()
        expect(refuse).to_be_focused()
        refuse.click()
        page.get_by_role("dialog", name="Êtes-vous sûre ?").get_by_role("button", name="Oui").click()
        wait_for(page, stage, 1)
    assert [it["action_id"] for it in stage.gestures] == ["no"]


def test_a_window_sends_what_it_holds_as_the_server_reads_it(surf: Surf, stage: Stage) -> None:
    stage.state["modals"] = [modal()]
    with surf.at(stage.url) as page:
        page.get_by_label("Récit").fill("Il pleut.")
        page.get_by_role("button", name=re.compile("Personnes")).click()
        page.get_by_role("checkbox", name="Lea Martin").check()
        page.get_by_role("checkbox", name="Hugo Petit").check()
        page.keyboard.press("Escape")
        page.get_by_label("Canal").select_option("C0VOL")
        page.get_by_role("button", name="Envoyer ma réponse").click()
        wait_for(page, stage, 1)
    [sent] = stage.gestures
    assert (sent["kind"], sent["view_id"]) == ("submit", "V1")
    assert {name: held["field"] for name, held in sent["values"].items()} == {
        "prénom": "Léa",
        "récit": "Il pleut.",
        "couleur": "green",
        "personne": HUGO,
        "personnes": [HUGO, LEA],
        "canal": "C0VOL",
        "lieu": None,
        "choix": "blue",
        "cases": ["blue", "green"],
        "jour": "2026-04-28",
        "heure": "09:30",
        "moment": 1_777_359_600,
        "nombre": None,
        "courriel": None,
        "page": None,
    }


def test_a_window_is_not_sent_with_an_empty_or_wrong_field(surf: Surf, stage: Stage) -> None:
    stage.state["modals"] = [modal()]
    with surf.at(stage.url) as page:
        page.get_by_label("Courriel").fill("pas une adresse")
        page.get_by_role("button", name="Envoyer ma réponse").click()
        story = page.get_by_label("Récit")
        expect(story).to_be_focused()
        expect(story).to_have_attribute("aria-invalid", "true")
        assert page.locator(".error:visible").all_inner_texts() == ["À remplir.", "Ce n'est pas une adresse e-mail."]
    assert stage.gestures == []


def test_what_the_app_finds_wrong_is_said_under_its_field(surf: Surf, stage: Stage) -> None:
    stage.state["modals"] = [modal()]
    with surf.at(stage.url) as page:
        page.get_by_label("Récit").fill("Il pleut.")
        stage.answers["/gesture"] = lambda _body: refused(stage)
        page.get_by_role("button", name="Envoyer ma réponse").click()
        story = page.get_by_label("Récit")
        expect(page.get_by_text("Trop court.")).to_be_visible()
        expect(story).to_have_accessible_description(re.compile(r"Trois lignes suffisent\. Trop court\."))
        expect(story).to_be_focused()
        expect(story).to_have_value("Il pleut.")


def refused(stage: Stage) -> Json:
    stage.state = stage.state | {"modals": [modal(errors={"récit": "Trop court."})]}
    return {"ok": True, "errors": {"récit": "Trop court."}}


def wait_for(page: Page, stage: Stage, gestures: int) -> None:
    """Wait until that many gestures were told, in the browser's own time."""
    for _ in range(100):
        if len(stage.gestures) >= gestures:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{len(stage.gestures)} gestures of {gestures}: {stage.gestures}")
