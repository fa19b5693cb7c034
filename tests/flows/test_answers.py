"""What each kind of answer takes, what it refuses, and how it says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.answers import LONGEST_TEXT, Answer, Choice, Day, Done, Email, Form, Person, Refused, Scale, Text

FORM = Form(clarity=Scale(0, 5), vision=Text(), day=Day())
KINDS: tuple[Answer[Any], ...] = (
    Choice("yes", "no"),
    Done(),
    Scale(1, 5),
    Scale(-10, 10),
    Text(),
    Text(longest=12),
    Person(),
    Day(),
    Email(),
    FORM,
    Form(one=Text(longest=5)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["clarity", "vision", "day", "x"]), inner)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Choice("yes", "no"), "yes", "yes"),
        (Done(), "done", True),
        (Done(), True, True),
        (Scale(1, 5), "3", 3),
        (Scale(1, 5), " 5 ", 5),
        (Scale(-2, 2), "-2", -2),
        (Scale(1, 5), 1, 1),
        (Text(), "  bonjour\n", "bonjour"),
        (Text(), "👋", "👋"),
        (Text(), "a\x00b", "ab"),
        (Text(), "a\ud800b", "ab"),
        (Text(), "<!channel> & moi", "<!channel> & moi"),
        (Text(), "x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
        (Person(), "U0ADA", "U0ADA"),
        (Day(), " 2026-12-01 ", "2026-12-01"),
        (Email(), " lila.besson+coop@exemple.coop ", "lila.besson+coop@exemple.coop"),
        (Email(), "lea@coopérative.coop", "lea@coopérative.coop"),
        (FORM, {"clarity": "4", "vision": "  "}, {"clarity": 4}),
        (FORM, {"vision": "loin", "unknown": 1}, {"vision": "loin"}),
        (FORM, "tapé dans la conversation", {"vision": "tapé dans la conversation"}),
    ],
)
def test_what_is_meant_is_taken(kind: Answer[Any], raw: object, value: object) -> None:
    assert kind.parse(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        (Choice("yes", "no"), "perhaps", "not_an_option"),
        (Choice("yes", "no"), None, "not_an_option"),
        (Done(), False, "not_an_option"),
        (Done(), "later", "not_an_option"),
        (Scale(1, 5), "6", "not_on_the_scale"),
        (Scale(1, 5), "0", "not_on_the_scale"),
        (Scale(1, 5), "3.5", "not_on_the_scale"),
        (Scale(1, 5), 3.0, "not_on_the_scale"),
        (Scale(1, 5), True, "not_on_the_scale"),
        (Scale(1, 5), "", "not_on_the_scale"),
        (Text(), " \n ", "empty_text"),
        (Text(), "\x00", "empty_text"),
        (Text(), 7, "empty_text"),
        (Text(), "x" * 10_000, "text_too_long"),
        (Person(), "ada", "not_a_person"),
        (Person(), "<@U0ADA>", "not_a_person"),
        (Day(), "01/12/2026", "not_a_day"),
        (Day(), "2026-02-30", "not_a_day"),
        (Day(), 20261201, "not_a_day"),
        (Email(), "lila", "not_an_email"),
        (Email(), "lila@exemple", "not_an_email"),
        (Email(), "rené@exemple.coop", "not_an_email"),
        (Email(), "lila besson@exemple.coop", "not_an_email"),
        (Email(), "lila@exemple..coop", "not_an_email"),
        (Email(), ".lila@exemple.coop", "not_an_email"),
        (Email(), "lila@[exemple.coop", "not_an_email"),
        (Email(), "lila@exemple.coop\nBcc: tous@exemple.coop", "not_an_email"),
        (Email(), "Lila <lila@exemple.coop>", "not_an_email"),
        (Email(), f"{'x' * 250}@a.coop", "not_an_email"),
        (Email(), None, "not_an_email"),
        (FORM, {}, "empty_form"),
        (FORM, {"vision": None, "clarity": ""}, "empty_form"),
        (FORM, ["clarity"], "empty_form"),
        (FORM, " ", "empty_form"),
        (Form(clarity=Scale(0, 5)), "typed", "empty_form"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(kind: Answer[Any], raw: object, reason: str) -> None:
    refused = kind.parse(raw)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_a_number_beyond_what_can_be_written_is_refused_too() -> None:
    assert isinstance(Scale(1, 5).parse(10**5000), Refused)


def test_a_refusal_says_what_would_do() -> None:
    assert Scale(1, 5).parse("9") == Refused("not_on_the_scale", {"low": 1, "high": 5})
    assert Text(longest=3).parse("bonjour") == Refused("text_too_long", {"longest": 3, "length": 7})
    assert FORM.parse({"clarity": "9"}) == Refused("not_on_the_scale", {"low": 0, "high": 5, "field": "clarity"})


def test_words_typed_go_to_the_first_free_text_of_a_form() -> None:
    assert FORM.typed_field == "vision"
    assert Form(clarity=Scale(0, 5)).typed_field is None


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_every_sample_is_taken(kind: Answer[Any]) -> None:
    assert kind.samples()
    assert not [raw for raw in kind.samples() if isinstance(kind.parse(raw), Refused)]


@given(JSON)
def test_anything_is_taken_or_refused_and_nothing_raises(raw: object) -> None:
    for kind in KINDS:
        value = kind.parse(raw)
        if not isinstance(value, Refused):
            assert kind.parse(value) == value, "an answer shown again to be changed is taken again"


@pytest.mark.parametrize(
    "mistaken",
    [
        lambda: Choice(),
        lambda: Choice("a", "a"),
        lambda: Choice(["a", "b"]),  # type: ignore[arg-type]
        lambda: Scale(3, 3),
        lambda: Form(),
        lambda: Form(mood=Text),  # type: ignore[arg-type]
    ],
)
def test_a_kind_of_answer_that_makes_no_sense_is_a_programmer_s_mistake(mistaken: Any) -> None:
    with pytest.raises(ValueError, match=r"a form has|a choice needs|a scale goes up"):
        mistaken()
