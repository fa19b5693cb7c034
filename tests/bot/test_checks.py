"""Tests of `parcours check`: our own words pass, and a slip in a cooperative's own is told with its place and its remedy."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.checks import faults_of, faults_of_theirs, required
from bot.flow_checks import faults_of_flows
from flows.core.answers import Answer, Choice, Form, Scale, Text
from flows.core.model import Ask, Flow, Say
from messages import Messages, Voice

ROOT = Path(__file__).parents[2]


UNMET = "{{% block welcome %}}Bonjour.{{% if extra.get('part') == 'nobody' %}} {}{{% endif %}}{{% endblock %}}"
"""Words of a situation that no trial comes to."""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "nos_textes"
    (folder / "fr").mkdir(parents=True)
    return folder


def write(texts: Path, page: str, words: str, voice: str = "fr") -> None:
    (texts / voice).mkdir(exist_ok=True)
    (texts / voice / f"{page}.j2").write_text(words, encoding="utf-8")


def test_our_own_words_are_in_order() -> None:
    assert faults_of() == []


def test_words_of_ones_own_that_are_well_written_are_in_order(texts: Path) -> None:
    write(texts, "onboarding", "{% block welcome %}Bonjour {{ me|mention }} !{% endblock %}")
    write(texts, "menu", "{% block menu %}Que faire ?{% endblock %}")
    counted = "{% if met == 3 or answers.meet_the_team in (none, 'later') %} Trois.{% endif %}"
    write(texts, "onboarding", "{% block welcome %}Bonjour." + counted + "{% endblock %}", voice="fr_vous")
    (texts / ".git").mkdir()
    assert list(faults_of_theirs(texts)) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{% block welcom %}Bonjour !{% endblock %}", "nothing says 'welcom'"),
        ("{% block welcome %}Bonjour {{ prenom }} !{% endblock %}", "'welcome' speaks of prenom"),
        ("{% block welcome %}Bonjour {{ me.surname }} !{% endblock %}", "'welcome' cannot be said"),
        (
            "{% block welcome %}\n\nVoir {{ links.booklet }}.{% endblock %}",
            "'welcome' cannot be said when little is known (line 3): ",
        ),
        ("{% block welcome %}\n{{ coop|day }}{% endblock %}", "'welcome' cannot be said when all is known (line 2): "),
        ("{% block welcome %}{{ 1 // met }}{% endblock %}", "'welcome' cannot be said when little is known (line 1): "),
        (UNMET.format("{{ answers.nothing }}"), "speaks of answers.nothing, which this flow does not have"),
        (UNMET.format("{{ days.get('frst_day') }}"), "speaks of days.frst_day, which this flow does not have"),
        (UNMET.format("{{ details.get('tonne') }}"), "speaks of details.tonne, which this flow does not have"),
        (UNMET.format("{{ links['bylows'] }}"), "speaks of links.bylows, which this flow does not have"),
        (UNMET.format("{{ 'x' if answers.meet_the_team in ('aweek',) }}"), "'aweek' as an answer to 'meet_the_team'"),
        ("{% block welcome %}" + "mot " * 1000 + "{% endblock %}", "3000 at most"),
        ("{% block welcome %} {% endblock %}", "'welcome' is empty"),
        ("{% block welcome__title %}" + "x" * 25 + "{% endblock %}", "25 characters, 24 at most"),
        ("\n{% block welcome %}{{ me", "line 2: "),
        ("{% block welcome %}Bonjour.{% endblock %}\n\nÀ bientôt !", "line 3: these words are in no block"),
        ("{{ me.first_name }}{% block welcome %}Bonjour.{% endblock %}", "line 1: these words are in no block"),
    ],
)
def test_a_slip_is_told_with_its_place(texts: Path, words: str, told: str) -> None:
    write(texts, "onboarding", words)
    [fault] = faults_of_theirs(texts)
    assert fault.startswith("nos_textes/fr/onboarding.j2: ")
    assert told in fault


def test_a_slip_in_one_tone_of_one_thing_to_see_to_is_told_with_both(texts: Path) -> None:
    of_it = "details.get('item') == 'say_thank_you' and details.get('tone') == 'sober'"
    write(
        texts,
        "departure_task",
        "{% block seen_to %}À voir.{% if " + of_it + " %}{{ coop.nothing }}{% endif %}{% endblock %}",
    )
    [fault] = faults_of_theirs(texts)
    assert "'seen_to' cannot be said of 'say_thank_you', in the sober tone" in fault


def test_a_page_or_a_voice_that_nothing_reads_is_told(texts: Path) -> None:
    write(texts, "onbording", "{% block welcome %}Bonjour !{% endblock %}")
    write(texts, "onboarding", "{% block welcome %}Kaixo!{% endblock %}", voice="eu")
    no_voice, no_page = faults_of_theirs(texts)
    assert no_voice.startswith("nos_textes/eu: no such voice")
    assert no_page.startswith("nos_textes/fr/onbording.j2: nothing is said from it")


def test_a_page_that_is_not_text_is_told(texts: Path) -> None:
    (texts / "fr" / "onboarding.j2").write_bytes(b"{% block welcome %}\xe9t\xe9{% endblock %}")
    assert list(faults_of_theirs(texts)) == ["nos_textes/fr/onboarding.j2: it is not written in UTF-8."]


def test_a_page_that_cannot_be_read_is_told(texts: Path) -> None:
    (texts / "fr" / "menu.j2").mkdir(parents=True)
    assert list(faults_of_theirs(texts)) == ["nos_textes/fr/menu.j2: it cannot be read (Is a directory)."]


def test_what_may_be_chosen_in_a_form_has_its_words_like_any_other_choice() -> None:
    asked = Flow("trial", (Ask("words", Form(mood=Choice("fine", "low"), why=Text())),))
    assert {"words__mood", "words__why", "words__fine", "words__low"} <= set(required(asked))


def test_flows_that_share_a_name_are_told() -> None:
    hello, bye = Flow("trial", (Say("hello"),)), Flow("trial", (Say("bye"),))
    assert list(faults_of_flows([hello, bye])) == ["flow 'trial' is there 2 times: only the last would be."]


def test_a_part_whose_name_says_something_else_in_the_texts_is_told() -> None:
    [fault] = faults_of_flows([Flow("trial", (Say("hello", to="contact"),), cast=("contact",))])
    assert "'contact' is something else in every text" in fault


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Choice(*(f"option_{number}" for number in range(101))), "has 101 options, 100 at most."),
        (Form(many=Scale(0, 100)), "has 101 options, 100 at most."),
        (Form(**{f"field_{number}": Text() for number in range(120)}), "is refused by Slack: /view/blocks "),
        (Form(inner=Form(words=Text())), "cannot be asked: no window knows how to ask for Form."),
    ],
)
def test_what_nobody_could_be_asked_is_told(answer: Answer[Any], told: str) -> None:
    [fault] = faults_of_flows([Flow("trial", (Ask("mood", answer),))])
    assert fault.startswith(f"flow 'trial': 'mood' {told}")


@pytest.mark.parametrize("voice", [Voice("fr"), Voice("en")], ids=["fr", "en"])
def test_whatever_the_bot_says_of_its_own_has_words(voice: Voice) -> None:
    messages = Messages()
    sources = [path.read_text(encoding="utf-8") for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("flows/**/*.py")]]
    named = {found for source in sources for found in re.findall(r'"((?:menu|shared|refusals)/[a-z_]+)"', source)}
    refused = {found for source in sources for found in re.findall(r'Refused\(\s*"([a-z_]+)"', source)}
    lacking = [name for name in sorted(named) if not messages.has(voice, *name.split("/"))]
    lacking += [
        f"refusals/{reason}"
        for reason in sorted(refused)
        if not messages.has(voice, "refusals", reason) and not messages.has(voice, "setup", f"refused__{reason}")
    ]
    assert lacking == []
