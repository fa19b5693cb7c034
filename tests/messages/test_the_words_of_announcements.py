"""What a team is told of somebody who leaves: in one tone, with what was given and no more, and nobody rung."""

import re
from dataclasses import replace
from typing import Any

import pytest

from flows.core.model import Flow
from flows.core.people import Member
from flows.leaving.announcement import (
    announcement_approval,
    bereavement_announcement,
    departure_announcement,
    published_announcement,
)
from flows.leaving.kinds import TONES
from flows.leaving.parts import ANNOUNCEMENTS, LEAD, SUBJECT, TAKER
from flows.leaving.support import departure_support, mission_handover, take_it
from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import faults, said
from tests.messages.contexts import VOICES, listeners
from tests.messages.leaving import INES, LEFT_FROM, MALIK, WORDS, Mission, accepted, situations, told

MESSAGES = Messages()
FLOWS = (
    departure_announcement,
    announcement_approval,
    bereavement_announcement,
    published_announcement,
    mission_handover,
    departure_support,
)
OURS = {
    "fr": {
        "warm": ("quittera", "Merci pour", "Pour la suite", "se dire au revoir", "La porte reste ouverte", "un retour"),
        "sober": ("ne fera plus partie", "Par respect", "Ses dossiers", "Pour le reste", "lui dire au revoir"),
        "bereaved": ("n'est plus parmi nous", "Pour se recueillir", "est là"),
        "staying": ("continue avec nous", "le sociétariat", "choix respecté", "Ce qui change", "Ce qui passe"),
    },
    "en": {
        "warm": ("will leave", "Thank you", "What comes next", "A moment to say goodbye", "The door", "coming back"),
        "sober": ("will not be part", "Out of respect", "Their files", "For the rest", "To say goodbye to them"),
        "bereaved": ("is no longer with us", "To pay your respects", "is there"),
        "staying": ("goes on with us", "membership", "It is a choice", "What changes", "What passes"),
    },
}
"""What each tone says of its own when everything is there."""
BARE = {
    "warm": "Awa quittera Les Voisins.\n\nLa porte reste ouverte : un retour est possible.",
    "sober": "Awa ne fait plus partie de l'équipe.\n\nPar respect, nous n'en dirons pas plus.",
    "bereaved": "Awa n'est plus parmi nous.\nNos pensées vont à sa famille et à ses proches.",
    "staying": "Awa continue avec nous dans l'équipe salariée et quitte le sociétariat. C'est un choix respecté.\n\n"
    "Ce qui change : le vote en assemblée et les mandats. Ce qui ne change pas : son travail et sa place dans l'équipe.",
}
ASKED = {
    "fr": {"warm": "la porte reste ouverte", "sober": "Aucune raison", "staying": "le sociétariat"},
    "en": {"warm": "the door stays open", "sober": "no reason", "staying": "membership"},
}
LABELS = {"word": "«", "thanks": "Merci pour", "goodbye": "se dire au revoir", "keeps_in_touch": "Pour garder le lien"}

every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")
every_tone = pytest.mark.parametrize("tone", TONES)
every_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)


def announced(tone: str = "warm", locale: Any = "fr", **changed: Any) -> str:
    known = told(published_announcement, ANNOUNCEMENTS, tone, **changed)
    return MESSAGES.say(Voice(locale), published_announcement.name, "announcement", known)


# --------------------------------------------------------------------------------------------------------- in one tone


@every_voice
@every_flow
def test_each_message_reads_well_in_each_tone_whatever_lacks(flow: Flow, voice: Voice) -> None:
    for name, step in said(flow, MESSAGES):
        for part in listeners(flow, step):
            texts = {MESSAGES.say(voice, flow.name, name, known): why for why, known in situations(flow, part)}
            for text, why in texts.items():
                assert faults(text, voice) == [], f"{name}, {why}: {text}"


@every_tone
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_announcement_of_each_tone_says_nothing_of_the_others(tone: str, locale: str) -> None:
    text = announced(tone, locale)
    for other, phrases in OURS[locale].items():
        there = [phrase for phrase in phrases if phrase in text]
        assert there == (list(phrases) if other == tone else []), f"{other}: {text}"


def test_an_announcement_whose_tone_is_not_known_is_the_sober_one() -> None:
    assert announced(details={}) == announced("sober")


@pytest.mark.parametrize(("tone", "bare"), BARE.items())
def test_an_announcement_that_nothing_was_given_for_is_short_and_whole(tone: str, bare: str) -> None:
    text = announced(tone, departure=None, missions=[], contact=None)
    assert text.replace("\xa0", " ") == bare


@pytest.mark.parametrize(
    ("tone", "before", "after"),
    [
        ("warm", "Awa quittera Les Voisins le", "Awa a quitté Les Voisins le"),
        ("sober", "ne fera plus partie de l'équipe après le", "ne fait plus partie de l'équipe depuis le"),
        ("staying", "À partir du vendredi 30 avril", "Depuis le vendredi 30 avril"),
    ],
)
def test_what_is_said_after_the_last_day_is_said_in_the_past(tone: str, before: str, after: str) -> None:
    on_the_day = replace(LEFT_FROM, publish_on=LEFT_FROM.last_day)
    later = replace(LEFT_FROM, publish_on=LEFT_FROM.last_day.replace(month=5))
    assert before in announced(tone, departure=on_the_day)
    assert after in announced(tone, departure=later)


def test_what_was_approved_before_the_last_day_is_what_is_read_after_it() -> None:
    later = replace(LEFT_FROM, publish_on=LEFT_FROM.last_day.replace(month=5))
    approved = announced(departure=later, today=LEFT_FROM.begun_on)
    assert approved == announced(departure=later, today=later.publish_on)


# ------------------------------------------------------------------------------------------------ what was given, no more


@pytest.mark.parametrize("left_out", WORDS)
def test_what_the_person_did_not_write_is_not_spoken_of(left_out: str) -> None:
    written = {name: words for name, words in WORDS.items() if name != left_out}
    text = announced(departure=replace(LEFT_FROM, words=written), missions=[])
    assert [name for name, label in LABELS.items() if label not in text] == [left_out]


@every_tone
def test_what_the_person_wrote_is_told_whole_in_each_tone_but_in_grief(tone: str) -> None:
    text = announced(tone).replace("&amp;", "&")
    there = [name for name, words in WORDS.items() if words in text]
    assert there == (["word", "goodbye"] if tone == "bereaved" else list(WORDS))


@pytest.mark.parametrize(("given", "said"), [("à bientôt !", "à bientôt !"), ("dix ans", "dix ans."), ("…", "…")])
def test_a_sentence_that_somebody_ends_ends_once(given: str, said: str) -> None:
    text = announced(departure=replace(LEFT_FROM, words={"thanks": given}), missions=[])
    assert f"Merci pour {said}\n" in text


# ------------------------------------------------------------------------------------------------------------- missions


@every_tone
def test_with_no_mission_taken_no_sentence_is_left_dangling(tone: str) -> None:
    nobody = [Mission("La paie", None, "free"), Mission("Les achats", MALIK, "proposed"), Mission("Le site", None)]
    for missions in ([], nobody):
        text = announced(tone, missions=missions)
        assert not re.search(r":\s*(\n|$)", text), text
        assert not any(mission.title in text for mission in missions)


def test_a_mission_that_somebody_has_not_accepted_is_not_given_to_them() -> None:
    missions = [*accepted("La paie"), Mission("Les achats", INES, "declined"), Mission("Le site", INES, "to_talk")]
    text = announced(missions=missions, contact=None)
    assert "« La paie » passe à Malik Benali" in text.replace("\xa0", " ")
    assert "Inès" not in text


def test_one_mission_is_told_in_a_sentence_and_several_in_a_list() -> None:
    one, three = (
        announced(missions=accepted(*titles)).replace("\xa0", " ") for titles in (["La paie"], ["A", "B", "C"])
    )
    assert "Pour la suite : « La paie » passe à Malik Benali.\n" in one
    assert "Pour la suite :\n• « A » passe à Malik Benali\n• « B » passe à Inès Roy\n• « C »" in three
    assert "•" not in one


# ------------------------------------------------------------------------------------------------------ nobody is rung


@every_tone
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_people_are_named_in_an_announcement_and_never_rung(tone: str, locale: str) -> None:
    assert "<" not in announced(tone, locale)


@every_tone
@pytest.mark.parametrize("text", ["<!channel>", "<@U0999>", "<https://evil.example|Zoé>"])
def test_no_name_nor_word_of_an_announcement_becomes_a_command(tone: str, text: str) -> None:
    bold = Member(id="m_9", first_name=text, slack_id="U09")
    words = replace(LEFT_FROM, words=dict.fromkeys(WORDS, text))
    missions = [Mission(text, bold), Mission("La paie", bold)]
    for shown in (missions, missions[:1]):
        assert "<" not in announced(tone, subject=bold, contact=bold, missions=shown, departure=words, coop=text)


# -------------------------------------------------------------------------------------------------- approving, proposing


@every_voice
@every_tone
@pytest.mark.parametrize(("step", "part"), [("leaver_approves", SUBJECT), ("lead_approves", LEAD)])
def test_both_approve_every_line_of_what_the_team_will_read(voice: Voice, tone: str, step: str, part: str) -> None:
    known = told(published_announcement, ANNOUNCEMENTS, tone)
    draft = MESSAGES.plain(voice, published_announcement.name, "announcement", known)
    shown = MESSAGES.plain(
        voice, announcement_approval.name, step, told(announcement_approval, part, tone, draft=draft)
    )
    quoted = "\n".join(f"> {line}" for line in draft.splitlines())
    assert quoted in shown


@every_voice
def test_whoever_is_asked_to_take_a_mission_reads_which_one_and_whose(voice: Voice) -> None:
    known = told(mission_handover, TAKER)
    text = MESSAGES.say(voice, mission_handover.name, take_it.name, known)
    assert f"\n> {known['mission'].title}\n" in text
    assert "<@U00>" in text
    assert known["kind"] not in text


@every_voice
@every_flow
def test_what_kind_of_departure_it_is_goes_unsaid(flow: Flow, voice: Voice) -> None:
    for name, _ in said(flow, MESSAGES):
        assert "kind" not in MESSAGES.variables(voice, flow.name, name)


@every_tone
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_words_are_asked_for_in_the_tone_they_will_be_read_in(tone: str, locale: Any) -> None:
    known = told(departure_announcement, tone=tone)
    text = MESSAGES.say(Voice(locale), departure_announcement.name, "words", known)
    expected = "sober" if tone == "bereaved" else tone
    assert [other for other, phrase in ASKED[locale].items() if phrase in text] == [expected]
