"""What is said of a departure outside its steps: in its tone too, though one page has the words of all of them."""

import re
from typing import Any

import pytest

from flows.leaving.parts import LEAD, SUBJECT
from flows.leaving.paths import PATH_OF_TONE
from messages import Voice
from tests.messages.leaving import told
from tests.messages.tones import LEAVES_MEMBERSHIP, MESSAGES, WRONG, every_voice, flat

SAID = ("you_know", "told_again", "lead_inherited", "called_off", "no_channel")


def say(tone: Any, name: str, voice: Voice, to: str = LEAD) -> str:
    known = told(PATH_OF_TONE[tone], to, tone, who="Inès Roy", count=2, draft="")
    return flat(MESSAGES.say(voice, "leaving", name, known))


@every_voice
@pytest.mark.parametrize("tone", ["bereaved", "staying"])
@pytest.mark.parametrize("name", SAID)
def test_nothing_speaks_of_leaving_where_nobody_leaves(name: str, tone: Any, voice: Voice) -> None:
    text = LEAVES_MEMBERSHIP.sub("", say(tone, name, voice))
    for words in WRONG[tone]:
        for wrong, why in words[voice.locale].items():
            assert not re.search(wrong, text, re.IGNORECASE), (text, why)


@every_voice
def test_what_somebody_who_died_held_is_not_counted_from_their_last_day(voice: Voice) -> None:
    text = say("bereaved", "hats_left", voice)
    assert "2" in text
    assert not re.search("dernier jour|last day|<@", text)


@every_voice
def test_whoever_keeps_their_membership_is_told_so(voice: Voice) -> None:
    mine, others = say("staying", "called_off", voice, SUBJECT), say("staying", "called_off", voice)
    assert re.search("(restes|restez) au sociétariat|keep your membership", mine)
    assert re.search("reste au sociétariat|keeps their membership", others)


@every_voice
def test_what_is_to_be_read_to_the_team_is_handed_with_its_words(voice: Voice) -> None:
    draft = "Awa quittera Les Voisins.\nLa porte reste ouverte."
    known = told(PATH_OF_TONE["warm"], LEAD, draft=draft)
    text = flat(MESSAGES.say(voice, "leaving", "no_channel", known))
    assert "> Awa quittera Les Voisins.\n> La porte reste ouverte." in text
