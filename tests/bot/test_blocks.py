"""Texts, answers and labels to Block Kit: the sandbox's strict reader is the judge of all that comes out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import blocks
from bot.blocks import Link, Offer, Part, Words
from bot.wire import Ref
from flows.core.answers import Answer, Choice, Day, Done, Form, Person, Scale, Text
from sandbox.blockkit import check_message

REF = Ref("c_1f", "oddity")
WORDS = Words(options={"yes": "Oui"}, done="C'est fait", answer="Répondre", skip="Passer", placeholder="Choisis")
ANSWERS: tuple[Answer[Any], ...] = (
    Choice("yes"),
    Choice("yes", "no", "later"),
    Choice("a", "b", "c", "d", "e", "f"),
    Choice(*(f"option_{number}" for number in range(150))),
    Done(),
    Scale(0, 5),
    Scale(-20, 200),
    Text(),
    Form(kept=Text(), not_kept=Text()),
    Person(),
    Day(),
)

anything = st.text(max_size=200)
long_texts = st.tuples(anything, st.integers(0, 60)).map(lambda pair: pair[0] * pair[1])
words = st.builds(
    Words,
    options=st.dictionaries(st.sampled_from(["yes", "no", "a"]), anything),
    done=anything,
    answer=anything,
    skip=st.none() | anything,
    placeholder=st.none() | anything,
    low=anything,
    high=anything,
    about=st.none() | anything,
)
links = st.lists(st.builds(Link, anything, anything | st.just("https://exemple.coop/livret")), max_size=8)
offers = st.lists(
    st.builds(Offer, st.sampled_from(["pause", "home", "edit"]), anything), max_size=3, unique_by=lambda it: it.verb
)


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = block["elements"]
    return found


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    made = []
    for number in range(draw(st.integers(1, 30))):
        ref = Ref("c_1f", f"step_{number}")
        question = blocks.question(ref, draw(st.sampled_from(ANSWERS)), draw(words))
        around = blocks.beside(ref, number, draw(links), draw(offers))
        made.append(Part(draw(long_texts), (question, *around), draw(long_texts)))
    return made


@settings(max_examples=50)
@given(parts(), st.none() | long_texts, anything)
def test_whatever_is_said_slack_takes_it(said: list[Part], head: str | None, more: str) -> None:
    payload = {
        "channel": "D1",
        "text": blocks.top_text(said, head),
        "blocks": blocks.message(said, head=head, more=more),
    }
    assert check_message(payload, method="chat.postMessage") == []
    assert check_message({**payload, "ts": "1.1"}, method="chat.update") == []


@pytest.mark.parametrize("count", [1, 2, 5, 9, 12, 50])
@pytest.mark.parametrize("text", ["mot " * 5_000, "x" * 30_000, "ligne\n\n" * 3_000, "court", "é" * 1_450 + "\n"])
def test_many_long_texts_together_are_still_taken(count: int, text: str) -> None:
    asked = [blocks.question(Ref("c", f"t{number}"), ANSWERS[number % len(ANSWERS)], WORDS) for number in range(count)]
    said = [Part(text, (control,), text) for control in asked]
    payload = {"channel": "D1", "text": blocks.top_text(said, text), "blocks": blocks.message(said, head=text)}
    assert check_message(payload) == []


@given(long_texts.filter(str.strip), st.integers(5, 400))
def test_a_split_text_loses_no_word(text: str, longest: int) -> None:
    pieces = blocks.split(text, longest)
    assert all(0 < len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_paragraphs() -> None:
    first, second = "a " * 1_000 + "fin.", "b " * 1_000
    assert blocks.split(f"{first}\n\n{second}") == [first, second.strip()]


@pytest.mark.parametrize("markup", ["<@U0123456789>", "&amp;", "<https://exemple.coop|le livret>"])
def test_markup_is_never_cut_in_two(markup: str) -> None:
    for before in range(20):
        for piece in blocks.split("x" * before + markup + "y" * 40, 34):
            assert piece.count("<") == piece.count(">")
            assert ("&" in piece) == ("&amp;" in piece)


def test_the_first_option_stands_out() -> None:
    shown = elements(blocks.question(REF, Choice("yes", "no"), WORDS))
    assert [(it["text"]["text"], it["value"], it.get("style")) for it in shown[:2]] == [
        ("Oui", "yes", "primary"), ("no", "no", None),
    ]  # fmt: skip
    assert [it["action_id"] for it in shown] == ["answer.0", "answer.1", "skip"]


def test_many_options_make_a_menu() -> None:
    select = elements(blocks.question(REF, ANSWERS[2], WORDS))[0]
    assert (select["type"], select["action_id"], len(select["options"])) == ("static_select", "pick", 6)


def test_a_short_scale_is_buttons_and_a_long_one_a_menu_with_its_ends_in_words() -> None:
    few = Words(low="pas du tout", high="tout à fait")
    assert [it["value"] for it in elements(blocks.question(REF, Scale(0, 5), few))] == ["0", "1", "2", "3", "4", "5"]
    (select,) = elements(blocks.question(REF, Scale(0, 10), few))
    assert [it["text"]["text"] for it in select["options"]][::10] == ["0 · pas du tout", "10 · tout à fait"]


def test_free_text_is_given_in_a_window() -> None:
    shown = elements(blocks.question(REF, Text(), WORDS))
    assert [it["action_id"] for it in shown] == ["window", "skip"]


def test_neighbours_with_the_same_label_are_told_apart_by_who_hears_the_screen() -> None:
    (done,) = elements(blocks.question(REF, Done(), Words(done="C'est fait", about="Le matériel")))
    assert done["accessibility_label"] == "C'est fait – Le matériel"


def test_a_link_slack_would_refuse_is_not_shown() -> None:
    shown = blocks.beside(REF, 0, [Link("Livret", "javascript:alert(1)"), Link("Vidéo", "https://exemple.coop/video")])
    assert [it["url"] for it in elements(shown[0])] == ["https://exemple.coop/video"]
    assert blocks.beside(REF, 0, [Link("Livret", "pas une adresse")]) == ()


def test_an_offer_with_choices_is_a_menu() -> None:
    (row,) = blocks.beside(REF, 1, offers=[Offer("edit", "Modifier", choices=(("oddity", "Une surprise · ✔"),))])
    (select,) = elements(row)
    assert (row["block_id"], select["action_id"], select["options"][0]["value"]) == (
        "o1|c_1f|oddity|1",
        "offer.edit",
        "oddity",
    )


def test_a_message_cut_short_says_so() -> None:
    said = [Part(f"Tâche {number}", (blocks.question(Ref("c", f"t{number}"), Done(), WORDS),)) for number in range(40)]
    shown = blocks.message(said, more="Et d'autres, dans l'Accueil.")
    assert shown[-1]["elements"][0]["text"] == "Et d'autres, dans l'Accueil."


def test_short_texts_leave_their_share_to_long_ones() -> None:
    shown = blocks.message([Part("court"), Part("long " * 1_800)])
    assert sum(len(it["text"]["text"]) for it in shown if it["type"] == "section") > 8_900
