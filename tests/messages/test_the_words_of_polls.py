"""The pages of polls: each message reads well in each voice, whatever a round gave, and fits where Slack shows it."""

import re
from datetime import date
from typing import Any

import pytest

from flows import ALL_POLLS
from flows.core.people import Member
from flows.core.poll import Poll
from messages import Messages, Voice
from storage.improvements import Improvement
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import VOICES

ZOE = Member(id="m_1", first_name="Zoé", slack_id="U0ZOE")


def decided(state: Any, outcome: str = "") -> Improvement:
    return Improvement(
        id="i_1",
        source="round",
        finding="La charge déborde",
        action="Un jour sans réunion",
        due_on=date(2026, 6, 1),
        opened_on=date(2026, 4, 1),
        state=state,
        outcome=outcome,
    )


FULL: dict[str, Any] = {
    "me": ZOE,
    "coop": "Les Voisins",
    "form": "Scop",
    "help_line": "_Médecine du travail, ou 17._",
    "today": date(2026, 4, 28),
    "poll": "Baromètre QVCT",
    "about": "Il s'agit de trois mois de travail.",
    "opens": date(2026, 4, 28),
    "closes": date(2026, 5, 8),
    "closed": date(2026, 5, 9),
    "coming": date(2026, 7, 28),
    "gathered": date(2026, 5, 20),
    "discussion": date(2026, 5, 20),
    "day": date(2026, 4, 28),
    "before": date(2026, 1, 28),
    "scores": 5,
    "comments": 8,
    "hears_comments": True,
    "audience": 12,
    "answered": 11,
    "percent": 91,
    "people": 12,
    "count": 14,
    "version": 2,
    "lists_participation": True,
    "leads": ["Zoé", "Malik"],
    "names": ["Zoé", "Malik"],
    "actions": [decided("done", "Deux soirs libres"), decided("dropped"), decided("under_way")],
    "strong": "Dialogue",
    "to_discuss": ["Santé et prévention"],
    "concludes": True,
    "shows_more": False,
    "drawn": 6,
    "total": 8,
    "lines": [("Dialogue", "4,2 sur 5"), ("Santé et prévention", "2,1 sur 5, en baisse")],
    "dimension": "Dialogue",
    "figure": "4,2 sur 5",
    "figures": "Dialogue 4,2 sur 5",
    "items": [("On se dit les choses.", "4,2 sur 5")],
    "finding": "La charge déborde",
    "action": "Un jour sans réunion",
    "outcome": "Deux soirs libres",
    "is_done": True,
    "mean": "3,4",
    "value": "3,4",
    "low": "2,1",
    "high": 5,
    "words": "3,4 sur 5",
    "n": 11,
    "level": "haut",
    "why": "La question n'a pas de texte en anglais.",
    "label": "Entraide",
    "bar": "▰▰▰▱▱",
}
SITUATIONS: dict[str, dict[str, Any]] = {
    "full": FULL,
    "bare": {
        **FULL,
        "lists_participation": False,
        "hears_comments": False,
        "leads": ["Zoé"],
        "names": [],
        "actions": [],
        "lines": [],
        "strong": None,
        "to_discuss": [],
        "concludes": False,
        "discussion": None,
        "coming": None,
        "before": None,
        "outcome": "",
        "is_done": False,
        "answered": 1,
    },
    "in a channel": {**FULL, "me": None, "concludes": False},
}
PAGES = ("polls", *(poll.name for poll in ALL_POLLS))
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")
every_situation = pytest.mark.parametrize("situation", SITUATIONS)


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages()


@every_voice
@pytest.mark.parametrize("name", ["open_poll__intro", "edited", "composed"])
def test_one_question_is_one_question(messages: Messages, voice: Voice, name: str) -> None:
    assert re.search(r"\b1 question\b", messages.say(voice, "polls", name, {**FULL, "count": 1}))


@every_voice
def test_whoever_is_alone_is_not_told_to_speak_each_in_turn(messages: Messages, voice: Voice) -> None:
    alone = messages.say(voice, "polls", "polls__too_few_line", {**FULL, "people": 1})
    assert not re.search(r"\b1\b|météo|check-in", alone)


@every_voice
@every_situation
@pytest.mark.parametrize("page", PAGES)
def test_every_message_reads_well(messages: Messages, page: str, voice: Voice, situation: str) -> None:
    for name in messages.names("fr", page):
        if name == "results__discussion" and SITUATIONS[situation]["discussion"] is None:
            continue  # said when there is a day
        text = messages.say(voice, page, name, SITUATIONS[situation])
        assert faults(text, voice) == [], f"{name}: {text}"


def test_the_two_manners_of_french_differ_where_both_are_written(messages: Messages) -> None:
    for page in PAGES:
        for name in messages.names("fr_vous", page):
            said = [
                [messages.say(Voice("fr", address), page, name, one) for one in SITUATIONS.values()]
                for address in ("tu", "vous")
            ]
            assert said[0] != said[1], f"messages/fr_vous/{page}.j2 repeats {name!r}"


@every_voice
def test_what_is_pressed_and_what_heads_a_window_is_short(messages: Messages, voice: Voice) -> None:
    longest = {"button__": 30, "choice__": 75, "cadence__": 75, "kind__": 75}
    for name in messages.names("fr", "polls"):
        text = messages.plain(voice, "polls", name, FULL)
        for start, length in longest.items():
            assert not name.startswith(start) or len(text) <= length, f"{name}: {text}"
        if name.endswith("__title") and f"{name.removesuffix('__title')}__confirm" not in messages.names("fr", "polls"):
            assert len(text) <= 24 or name in NOT_WINDOWS, f"{name}: {text}"


NOT_WINDOWS = {"recommendation__title"}


@every_voice
@pytest.mark.parametrize("poll", ALL_POLLS, ids=lambda poll: poll.name)
def test_every_question_and_dimension_of_ours_has_its_words(messages: Messages, poll: Poll, voice: Voice) -> None:
    wanted = ["poll__title", "poll__about", *(item.name for item in poll.items)]
    wanted += [f"{kind}__{one.name}" for one in poll.dimensions for kind in ("dimension", "short")]
    assert [name for name in wanted if not messages.has(voice, poll.name, name)] == []
    assert len(messages.plain(voice, poll.name, "poll__title", FULL)) <= 24
    shorts = [messages.plain(voice, poll.name, f"short__{one.name}", FULL) for one in poll.dimensions]
    assert max(map(len, shorts)) <= 20
    assert len(set(shorts)) == len(shorts)


@pytest.mark.parametrize("name", ["results", "results_in_channel"])
@pytest.mark.parametrize("voice", VOICES)
def test_that_nothing_is_shown_is_said_when_nothing_is(messages: Messages, voice: Voice, name: str) -> None:
    nothing = {**FULL, "lines": [], "strong": None, "to_discuss": []}
    told = {shows: messages.say(voice, "polls", name, {**nothing, "shows_more": shows}) for shows in (False, True)}
    assert [any(words in said for words in ("rien n'a été gardé", "nothing was kept")) for said in told.values()] == [
        True,
        False,
    ]
    assert any(words in told[True] for words in ("Tout lire", "Read it all"))


@pytest.mark.parametrize(
    "name", ["cancelled", "opened", "not_opened", "not_reopened", "another_key", "composed", "edited"]
)
@every_voice
def test_a_sentence_speaks_of_a_poll_and_quotes_its_title(messages: Messages, voice: Voice, name: str) -> None:
    said = messages.plain(voice, "polls", name, FULL).replace("\N{NO-BREAK SPACE}", " ")
    quoted = "the poll *“Baromètre QVCT”*" if voice.locale == "en" else "le sondage *« Baromètre QVCT »*"
    assert quoted.casefold() in said.casefold()
