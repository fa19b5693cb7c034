"""The windows of questions and readings; the sandbox's strict reader is the judge."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import windows
from bot.blocks import Words
from bot.windows import Wording
from bot.wire import Ref
from flows.core.answers import Answer, Choice, Day, Done, Form, Person, Scale, Text
from sandbox.blockkit import check_view, missing_required, state_of

REF = Ref("c_1f", "oddity")
WORDING = Wording("3. L'étrange", "*Qu'est-ce qui t'a semblé étrange ?*", "Répondre", "Fermer")
FORM = Form(clarity=Scale(0, 5), vision=Text(), when=Day(), who=Person())
ANSWERS: tuple[Answer[Any], ...] = (
    Text(), Choice("yes", "no"), Choice(*(f"o{n}" for n in range(40))), Scale(0, 5), Scale(0, 20), Day(), Person(), Done(), FORM,
)  # fmt: skip

texts = st.text(max_size=100)
long_texts = st.tuples(texts, st.integers(0, 400)).map(lambda pair: pair[0] * pair[1])
wordings = st.builds(
    Wording, texts, long_texts, texts, texts, st.builds(Words, low=texts, high=texts, done=texts, placeholder=texts),
    st.dictionaries(st.sampled_from(["clarity", "vision"]), texts),
)  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from(ANSWERS), wordings)
def test_whatever_is_asked_slack_opens_the_window(answer: Answer[Any], wording: Wording) -> None:
    for known in (None, *(answer.parse(sample) for sample in answer.samples())):
        assert check_view(windows.question_window(REF, answer, wording, known), surface="modal") == []


@settings(max_examples=60)
@given(texts, st.lists(st.tuples(texts, long_texts), min_size=1, max_size=12), texts)
def test_whatever_is_to_be_read_slack_opens_the_window(title: str, parts: list[tuple[str, str]], close: str) -> None:
    assert check_view(windows.reading(title, parts, close), surface="modal") == []


@pytest.mark.parametrize("text", ["é" * 3_000, "🌱 " * 1_500, "mot\n\n" * 50_000])
def test_nine_long_answers_are_read_in_one_window(text: str) -> None:
    shown = windows.reading("Un rapport à lire", [(f"Question {n}", text) for n in range(9)], "Fermer")
    assert check_view(shown, surface="modal") == []


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda it: type(it).__name__)
def test_what_was_answered_comes_back_as_it_was_given(answer: Answer[Any]) -> None:
    for sample in answer.samples():
        known = answer.parse(sample)
        view = windows.question_window(REF, answer, WORDING, known)
        submitted = {**view, "state": state_of(view, {})}
        assert not missing_required(view, {})
        assert answer.parse(windows.raw_of(submitted)) == known


def test_what_is_typed_in_a_form_is_what_is_answered() -> None:
    view = windows.question_window(REF, FORM, WORDING)
    typed = {"f1|clarity": {"field": "3"}, "f1|vision": {"field": "Elle décide."}, "f1|when": {"field": "2026-12-01"}}
    submitted = {**view, "state": state_of(view, typed)}
    assert FORM.parse(windows.raw_of(submitted)) == {"clarity": 3, "vision": "Elle décide.", "when": "2026-12-01"}


def test_an_empty_form_is_refused_under_its_first_field() -> None:
    view = windows.question_window(REF, FORM, WORDING)
    assert windows.complaint(view, "Une réponse au moins.")["errors"] == {"f1|clarity": "Une réponse au moins."}
    assert windows.complaint(view, "Trop long.", "vision")["errors"] == {"f1|vision": "Trop long."}


def test_a_window_carries_the_question_and_never_an_answer() -> None:
    view = windows.question_window(REF, Text(), WORDING, "mes mots")
    assert (view["callback_id"], view["private_metadata"]) == ("answer", "c_1f|oddity")
