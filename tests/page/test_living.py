"""The page keeps in step with the server and loses nothing of what a person is doing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.gallery import (
    AWA,
    CHANNEL,
    FIELDS,
    HUGO,
    LEA,
    Json,
    actions,
    button,
    field,
    message,
    modal,
    plain,
    section,
)
from tests.page.stage import Stage
from tests.page.surf import NARROW, Surf
from tests.page.test_blocks import wait_for


def people_with(stage: Stage, **unread: int) -> list[Json]:
    return [one | {"unread": unread.get(one["id"], one["unread"])} for one in stage.state["people"]]


def test_a_message_that_arrives_is_shown_and_said(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        stage.change(messages=[*stage.state["messages"], message("2.1", "Et voici la suite")])
        expect(page.locator(".message").last).to_contain_text("Et voici la suite")
        expect(page.get_by_role("status").filter(has_text="Parcours : Et voici la suite")).to_have_count(1)


def test_what_is_being_typed_outlives_what_changes_around_it(surf: Surf, stage: Stage) -> None:
    text = field("mot", {"type": "plain_text_input"})
    stage.state["modals"] = [modal([section("Avant"), text])]
    with surf.at(stage.url) as page:
        page.get_by_label("Mot").press_sequentially("Il pl")
        hinted = text | {"hint": plain("Quelques mots")}
        stage.change(modals=[modal([section("Après"), hinted])], people=people_with(stage, **{HUGO: 1}))
        expect(page.get_by_text("Quelques mots")).to_be_visible()
        page.keyboard.type("eut")
        expect(page.get_by_label("Mot")).to_have_value("Il pleut")


def test_what_has_not_changed_is_not_rebuilt(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.locator(".message").first.evaluate("node => { node.marked = true; }")
        page.locator("#people-list li").first.evaluate("node => { node.marked = true; }")
        stage.change(
            messages=[*stage.state["messages"], message("2.1", "Ensuite")], people=people_with(stage, **{LEA: 4})
        )
        expect(page.locator(".message")).to_have_count(2)
        assert page.locator(".message").first.evaluate("node => node.marked")
        assert page.locator("#people-list li").first.evaluate("node => node.marked")


def test_the_focus_stays_on_a_button_whose_message_changes(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = [message("1.1", "Oui ?", [actions(button("Oui", "yes"), button("Non", "no"))])]
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Non").focus()
        stage.change(messages=[message("1.1", "Oui ?", [actions(button("Si", "yes"), button("Toujours non", "no"))])])
        expect(page.get_by_role("button", name="Toujours non")).to_be_focused()
        stage.change(messages=[message("1.1", "C'est noté", [section("C'est noté")])])
        expect(page.locator(".message")).to_be_focused()


def test_what_others_are_told_shows_on_them_and_leads_to_them(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        stage.change(people=people_with(stage, **{LEA: 5}))
        expect(page.get_by_role("link", name=re.compile(r"Lea Martin.*5 non lus"))).to_be_visible()
        page.get_by_role("link", name="2 messages pour Lea Martin").click()
        expect(page.get_by_role("heading", name="Lea Martin")).to_be_visible()
        expect(page.locator("#main")).to_be_focused()
        assert f"person={LEA}" in page.url


def test_one_goes_back_to_whom_and_where_one_was(surf: Surf, stage: Stage) -> None:
    with surf.at(f"{stage.url}/?lang=en") as page:
        page.get_by_role("link", name=re.compile("Hugo Petit")).click()
        expect(page.get_by_role("heading", name="Hugo Petit")).to_be_visible()
        page.get_by_role("link", name=re.compile("volontaires")).click()
        expect(page.get_by_role("link", name=re.compile("volontaires"))).to_have_attribute("aria-current", "page")
        assert f"place={CHANNEL}" in page.url
        page.go_back()
        page.go_back()
        expect(page.get_by_role("heading", name="Awa Diallo")).to_be_visible()
        page.go_forward()
        expect(page.get_by_role("heading", name="Hugo Petit")).to_be_visible()
        assert "lang=en" in page.url


def test_what_is_looked_at_is_read(surf: Surf, stage: Stage) -> None:
    stage.state["places"][1]["unread"] = 2
    with surf.at(stage.url) as page:
        expect(page.get_by_role("link", name=re.compile(r"Messages.*2 non lus"))).to_be_visible()
    assert ("/gesture", {"person": AWA, "kind": "see", "place": "dm"}) in stage.posted


def test_windows_are_stacked_and_what_was_typed_below_waits(surf: Surf, stage: Stage) -> None:
    below = modal([field("mot", {"type": "plain_text_input"})], id="V1", title="Dessous")
    above = modal([section("Autre chose")], id="V2", title="Dessus", submit="")
    opener = [message("1.1", "Ouvrir", [actions(button("Ouvrir", "open"))])]
    stage.state["messages"] = opener
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Ouvrir").focus()
        stage.change(modals=[below])
        page.get_by_label("Mot").fill("à finir")
        stage.change(modals=[below, above])
        expect(page.get_by_role("dialog", name="Dessus")).to_be_visible()
        expect(page.get_by_label("Mot")).to_be_hidden()
        page.keyboard.press("Escape")
        wait_for(page, stage, 1)
        stage.change(modals=[below])
        expect(page.get_by_label("Mot")).to_have_value("à finir")
        expect(page.locator("#modal :focus")).to_have_count(1)
        stage.change(modals=[])
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_role("button", name="Ouvrir")).to_be_focused()
    assert stage.gestures == [{"person": AWA, "kind": "close", "view_id": "V2", "whole": False}]


def test_the_cross_closes_the_whole_stack(surf: Surf, stage: Stage) -> None:
    stage.state["modals"] = [modal(FIELDS, id="V1"), modal([section("Autre chose")], id="V2", title="Dessus")]
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Fermer toutes les fenêtres").click()
        wait_for(page, stage, 1)
    assert stage.gestures == [{"person": AWA, "kind": "close", "view_id": "V2", "whole": True}]


def test_the_first_of_a_month_is_written_as_the_french_do(surf: Surf, stage: Stage) -> None:
    stage.state["clock"]["iso"] = "2027-02-01T09:00:00+01:00"
    with surf.at(stage.url) as page:
        expect(page.locator("#clock")).to_contain_text("1er février 2027")
        page.get_by_role("textbox", name=re.compile("Écrire à Parcours")).press_sequentially("/parcours pause auj")
        expect(page.get_by_role("option")).to_contain_text("lundi 1er février")


def test_a_command_is_completed_with_people_and_days(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("textbox", name=re.compile("Écrire à Parcours")).press_sequentially("/par")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
        page.keyboard.type("accueillir @lea")
        expect(page.get_by_role("option", name=re.compile("Lea Martin"))).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Tab")
        expect(page.get_by_role("option")).to_have_count(5)
        page.keyboard.type("lun")
        expect(page.get_by_role("option", name=re.compile("lundi prochain.*lundi 4 mai"))).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        wait_for(page, stage, 1)
    said: dict[str, Any] = {"kind": "command", "command": "/parcours", "text": "accueillir @lea.martin 2026-05-04"}
    assert stage.gestures == [{"person": AWA, **said}]


def test_what_one_says_of_oneself_is_a_message(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("textbox", name=re.compile("Écrire à Parcours")).press_sequentially("/me attend un badge")
        page.keyboard.press("Enter")
        wait_for(page, stage, 1)
    assert [(one["kind"], one["text"]) for one in stage.gestures] == [("write", "/me attend un badge")]


def test_a_shortcut_is_called_from_its_menu(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Raccourcis").click()
        page.get_by_role("button", name="Accueillir quelqu'un").click()
        wait_for(page, stage, 1)
    assert stage.gestures == [{"person": AWA, "kind": "shortcut", "callback_id": "welcome"}]


def test_one_answers_in_a_thread(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("button", name=re.compile("^Fil")).click()
        page.keyboard.type("Merci")
        page.keyboard.press("Enter")
        wait_for(page, stage, 1)
        reply = message("2.1", "Merci", thread_ts="1.1", author={"id": AWA, "name": "Awa Diallo", "is_app": False})
        stage.change(messages=[*stage.state["messages"], reply])
        expect(page.locator(".message .thread .message")).to_contain_text("Merci")
    assert stage.gestures == [{"person": AWA, "kind": "write", "place": "dm", "text": "Merci", "thread_ts": "1.1"}]


def test_a_draft_waits_for_one_to_come_back(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("textbox").fill("Un début")
        page.get_by_role("link", name=re.compile("Hugo Petit")).click()
        expect(page.get_by_role("textbox")).to_have_value("")
        page.get_by_role("link", name=re.compile("Awa Diallo")).click()
        expect(page.get_by_role("textbox")).to_have_value("Un début")


def test_after_a_journey_the_page_says_what_happened_meanwhile(surf: Surf, stage: Stage) -> None:
    told = [("U0LEA", "Lea Martin"), ("U0LEA", "Lea Martin"), ("U0HUGO", "Hugo Petit")]
    entries = [
        {
            "id": at,
            "at": "2026-04-29T07:00:00Z",
            "to": {"id": id, "name": name, "kind": "person"},
            "method": "chat.postMessage",
        }
        | {"text": "Bonjour", "ts": f"{at}.1", "place": "dm", "ok": True, "error": None}
        for at, (id, name) in enumerate(told, start=1)
    ]
    # The last is taken back: nobody has it.
    entries += [entries[-1] | {"id": 9, "ts": "9.1"}, entries[-1] | {"id": 10, "ts": "9.1", "method": "chat.delete"}]
    stage.answers["/timeline"] = {"entries": entries}
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Prochain événement").click()
        summary = page.get_by_role("region", name="Pendant ce temps")
        expect(summary).to_contain_text("3 messages à 2 destinataires.")
        summary.get_by_role("link", name=re.compile("Lea Martin.*2 messages")).click()
        expect(page.get_by_role("heading", name="Lea Martin")).to_be_visible()
    assert ("/travel", {"to": "next"}) in stage.posted


def test_a_date_to_travel_to_is_of_the_wall_that_is_shown(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="À une date…").click()
        page.get_by_label("Avancer jusqu'au").fill("2026-12-01T08:30")
        with page.expect_response("**/travel"):
            page.get_by_role("button", name="Y aller").click()
    assert ("/travel", {"to": "2026-12-01T07:30:00.000Z"}) in stage.posted


def test_the_timeline_leads_to_the_message(surf: Surf, stage: Stage) -> None:
    entry = {"id": 1, "at": "2026-04-28T07:00:00Z", "to": {"id": LEA, "name": "Lea Martin", "kind": "person"}}
    said = {
        "method": "chat.postMessage",
        "text": "Bonjour *Awa*",
        "ts": "1.1",
        "place": "dm",
        "ok": True,
        "error": None,
    }
    stage.answers["/timeline"] = {"entries": [entry | said]}
    with surf.at(stage.url) as page:
        page.get_by_role("link", name="Tout ce qui a été dit").click()
        page.locator("#timeline").get_by_role("link", name="Lea Martin").click()
        expect(page.locator("[id='m-1.1']")).to_be_focused()
        assert page.url.endswith("#m-1.1")


def test_a_message_taken_back_goes_from_under_ones_eyes(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = [message("1.1", "Trop tôt"), message("2.1", "La suite")]
    with surf.at(stage.url) as page:
        expect(page.get_by_text("Trop tôt")).to_be_visible()
        stage.change(messages=[message("2.1", "La suite")])
        expect(page.get_by_text("Trop tôt")).to_have_count(0)
        expect(page.locator(".message")).to_have_count(1)


def test_the_timeline_keeps_no_word_of_what_was_taken_back(surf: Surf, stage: Stage) -> None:
    lea = {"to": {"id": LEA, "name": "Lea Martin", "kind": "person"}, "place": "dm", "ok": True, "error": None}
    said = {"id": 1, "at": "2026-04-28T07:00:00Z", "method": "chat.postMessage", "text": "Trop tôt", "ts": "1.1"} | lea
    other = said | {"id": 2, "text": "La suite", "ts": "2.1"}
    stage.answers["/timeline"] = {"entries": [other, said]}
    with surf.at(f"{stage.url}/?place=timeline") as page:
        timeline = page.locator("#timeline")
        expect(timeline.get_by_text("Trop tôt")).to_be_visible()
        gone = said | {"id": 3, "method": "chat.delete", "text": ""}
        stage.answers["/timeline"] = {"entries": [gone, other, said]}
        stage.ring()
        expect(timeline.get_by_text("(message effacé)")).to_have_count(1)
        expect(timeline.get_by_text("Trop tôt")).to_have_count(0)
        expect(timeline.get_by_text("La suite")).to_be_visible()
        expect(timeline.locator(".entry")).to_have_count(2)


def test_a_refused_payload_shows_the_rule_it_broke(surf: Surf, stage: Stage) -> None:
    refused = {"id": 2, "at": "2026-04-28T07:00:00Z", "direction": "from_app", "name": "chat.postMessage", "ok": False}
    broken = {
        "path": "/blocks/0/text",
        "rule": "must be less than 3001 characters",
        "doc": "block-kit/blocks/section-block",
    }
    more = {"error": "invalid_blocks", "faults": [broken], "payload": {"text": "<b>"}, "answer": {"ok": False}}
    stage.answers["/calls"] = {"entries": [refused | more]}
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Échanges").click()
        page.get_by_text("invalid_blocks").click()
        drawer = page.get_by_role("complementary", name="Échanges")
        expect(drawer).to_contain_text("must be less than 3001 characters")
        drawer.get_by_role("button", name="Copier").first.click()
        expect(drawer.get_by_role("button", name="Copié")).to_be_visible()
        assert '"<b>"' in page.evaluate("navigator.clipboard.readText()")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Échanges")).to_be_focused()


def test_a_fault_is_asked_for_and_what_came_of_it_is_shown(surf: Surf, stage: Stage) -> None:
    last = {"kind": "rate_limit", "method": "chat.postMessage", "at": "2026-04-28T07:00:00Z", "times": 2}
    stage.answers["/faults"] = {"waiting": [], "last": last | {"said": 4, "doubled": 0, "lost": 0}}
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Pannes").click()
        page.get_by_label("Fois").fill("2")
        with page.expect_response("**/fault"):
            page.get_by_role("button", name="Provoquer").click()
        expect(page.get_by_text("Rien de perdu, rien en double.")).to_be_visible()
    assert ("/fault", {"kind": "rate_limit", "method": "chat.postMessage", "times": 2}) in stage.posted


def test_what_did_not_work_is_said(surf: Surf, stage: Stage) -> None:
    stage.answers["/gesture"] = {"ok": False, "error": "unknown", "text": "Rien à faire"}
    stage.state["messages"] = [message("1.1", "Oui ?", [actions(button("Oui", "yes"))])]
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Oui").click()
        expect(page.locator(".toast")).to_contain_text("Rien à faire")
        stage.change(notices=[{"at": "2026-04-28T07:00:00Z", "text": "button: no answer"}])
        expect(page.locator(".toast").last).to_contain_text("button: no answer")


def test_everything_is_reached_with_the_keyboard(surf: Surf, stage: Stage) -> None:
    stage.state["messages"] = [message("1.1", "Oui ?", [actions(button("Oui", "yes"))])]
    with surf.at(stage.url) as page:
        assert reached(page, 30) >= {
            *("Aller à la conversation", "Prochain événement", "+1 jour", "+1 semaine", "À une date…", "Échanges"),
            *("Pannes", "Awa Diallo", "Accueil", "Messages", "Tout ce qui a été dit", "Oui", "Raccourcis"),
        }


NAMED = """() => {
  const it = document.activeElement;
  const own = it.querySelector(".name") ?? it.querySelector("span:not([aria-hidden])") ?? it;
  return it.getAttribute("aria-label") ?? own.innerText;
}"""


def reached(page: Page, steps: int) -> set[str]:
    """The beginnings of the names of what Tab goes through."""
    names = set()
    for _ in range(steps):
        page.keyboard.press("Tab")
        name: str = page.evaluate(NAMED)
        names.add(name.strip())
    return names


def test_on_a_phone_people_are_a_sheet(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url, size=NARROW) as page:
        people = page.get_by_role("navigation", name="Qui jouez-vous ?")
        expect(people).to_be_hidden()
        page.get_by_role("button", name=re.compile(r"Changer.*3 non lus")).click()
        people.get_by_role("link", name=re.compile("Lea Martin")).click()
        expect(page.get_by_role("heading", name="Lea Martin")).to_be_visible()
        expect(people).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_the_longest_date_leaves_the_hour_and_the_tools_apart(surf: Surf, stage: Stage, width: int) -> None:
    stage.state["clock"]["iso"] = "2026-09-01T09:00:00+02:00"
    with surf.at(stage.url, size=(width, 844)) as page:
        hour, tools = page.locator("#clock-hour").bounding_box(), page.locator(".tools").bounding_box()
        assert hour is not None
        assert tools is not None
        assert hour["x"] + hour["width"] <= tools["x"]


def test_without_anybody_one_may_still_add_somebody(surf: Surf, stage: Stage) -> None:
    stage.state["people"] = []
    stage.answers["/people"] = {"ok": True, "id": "U0NEW"}
    with surf.at(stage.url) as page:
        page.get_by_role("button", name="Ajouter une personne").click()
        page.get_by_label("Prénom").fill("Zoé")
        with page.expect_response("**/people"):
            page.get_by_role("button", name="Créer le compte").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert ("/people", {"first_name": "Zoé", "last_name": "", "email": ""}) in stage.posted


def test_news_of_several_people_are_told_together_until_they_are_visited(surf: Surf, stage: Stage) -> None:
    with surf.at(stage.url) as page:
        stage.change(people=people_with(stage, **{LEA: 4}))
        expect(page.locator(".toast")).to_contain_text("Un message pour Lea Martin")
        stage.change(people=people_with(stage, **{LEA: 4, HUGO: 1}))
        expect(page.locator(".toast")).to_contain_text("Des messages pour Lea Martin, Hugo Petit")
        page.locator(".toast").get_by_role("link", name="Hugo Petit").click()
        expect(page.locator(".toast")).to_contain_text("Un message pour Lea Martin")
