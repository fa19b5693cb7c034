"""Each tone says its own words and no other's; and each thing to see to has its words in every tone it makes sense in."""

import re
from dataclasses import replace

import pytest

from flows.leaving import LEAVING_FLOWS
from flows.leaving.afterwards import afterwards, highlight_invitation, quiet_afterwards, still_in_touch
from flows.leaving.checklist import CHECKLIST, Item, departure_task
from flows.leaving.coming_back import coming_back
from flows.leaving.departure import departure, quiet_departure
from flows.leaving.kinds import Tone
from messages import Voice
from tests.flows.test_every_flow_has_its_words import EMOJI, faults
from tests.messages.tones import (
    IN_TONE,
    LEAVES_MEMBERSHIP,
    OF_SEVERAL,
    PROMISED,
    WRONG,
    every_tone,
    every_voice,
    flat,
    said_in,
    say,
    seen_to,
)

BY_NAME = {item.name: item for item in CHECKLIST}
LONGEST_TASK = 350
every_item = pytest.mark.parametrize(
    ("item", "tone"),
    [(item, tone) for item in CHECKLIST for tone in sorted(item.tones)],
    ids=lambda one: one if isinstance(one, str) else one.name,
)

# --------------------------------------------------------------------------------------------------------- one tone each


@every_voice
@every_tone
def test_no_word_of_one_tone_is_said_in_another(tone: Tone, voice: Voice) -> None:
    wrong = [(word, why) for words in WRONG[tone] for word, why in words[voice.locale].items()]
    texts = {flat(text): where for where, text in said_in(tone, voice)}
    assert len(texts) > 20
    found = []
    for text, where in texts.items():
        kept = LEAVES_MEMBERSHIP.sub("", text) if tone == "staying" else text
        there = [(said.group(), why) for word, why in wrong if (said := re.search(word, kept, re.IGNORECASE))]
        found += [f"{where} says {word!r}, and {why}: {text}" for word, why in there]
    assert not found, "\n\n".join(found)


@every_voice
@pytest.mark.parametrize("tone", ["sober", "bereaved", "staying"])
def test_nothing_smiles_where_there_is_nothing_to_smile_at(tone: Tone, voice: Voice) -> None:
    for where, text in said_in(tone, voice):
        assert not EMOJI.search(text), f"{where}: {text}"


@every_voice
@every_tone
def test_nothing_is_promised_that_bylaws_alone_can_say(tone: Tone, voice: Voice) -> None:
    for where, text in said_in(tone, voice):
        assert not re.search(PROMISED[voice.locale], flat(text), re.IGNORECASE), f"{where}: {text}"


@every_voice
@pytest.mark.parametrize("step", ["taking_care", "support_wanted", "debrief_choice", "stay_in_touch", "last_day"])
def test_the_two_paths_share_their_steps_and_not_their_words(step: str, voice: Voice) -> None:
    assert say(departure, step, voice=voice) != say(quiet_departure, step, tone="sober", voice=voice)


def test_a_door_is_held_open_warmly_or_told_of_with_reserve() -> None:
    assert "La porte reste ouverte" in say(afterwards, "one_year")
    quiet = say(quiet_afterwards, "one_year", tone="sober")
    assert "Une porte est là, si un jour" in quiet
    assert "rien n'est attendu de toi" in quiet


def test_every_flow_of_departures_is_held_to_its_tone_here_or_elsewhere() -> None:
    here = [*OF_SEVERAL, departure_task, *(flow for flows in IN_TONE.values() for flow in flows)]
    of_no_tone = [highlight_invitation, still_in_touch, coming_back]
    by_those_of_announcements = ["departure_support", "mission_handover", "published_announcement"]
    by_those_of_debriefs = ["debrief_talk", "debrief_with", "debrief_meeting", "debrief", "gentle_debrief"]
    held = [*(flow.name for flow in (*here, *of_no_tone)), *by_those_of_announcements, *by_those_of_debriefs]
    assert sorted([*held, "experience_feedback"]) == sorted(flow.name for flow in LEAVING_FLOWS)


# ---------------------------------------------------------------------------------------------------------- the checklist


@every_voice
@every_item
def test_everything_to_see_to_has_its_title_and_its_text(item: Item, tone: str, voice: Voice) -> None:
    title, text = seen_to(item, tone, voice)
    another_title, another_text = seen_to(replace(item, name="unheard_of"), tone, voice)
    assert title != another_title
    assert text != another_text
    assert len(title) <= 24
    assert len("\n".join(line for line in text.splitlines() if not line.startswith("•"))) <= LONGEST_TASK
    assert faults(title, voice) == faults(text, voice) == []


@every_voice
@every_tone
def test_no_two_things_to_see_to_are_called_the_same(tone: Tone, voice: Voice) -> None:
    titles = [seen_to(item, tone, voice)[0] for item in CHECKLIST if tone in item.tones]
    assert len(set(titles)) == len(titles)


@every_voice
@every_tone
def test_each_hat_to_hand_over_is_named(tone: Tone, voice: Voice) -> None:
    hats = ["la gérance", "relais métier de Lila"]
    _, text = seen_to(BY_NAME["hand_over_hats"], tone, voice, hats=hats)
    assert [line for line in text.splitlines() if line.startswith("•")] == [f"• {hat}" for hat in hats]
    assert "•" not in seen_to(BY_NAME["hand_over_hats"], tone, voice, hats=[])[1]


@every_voice
@every_tone
@pytest.mark.parametrize("name", ["kind_notice_bylaws", "shares_schedule"])
def test_bylaws_are_there_to_be_opened_where_there_is_a_link(name: str, tone: Tone, voice: Voice) -> None:
    assert "<https://voisins.example/bylaws|" in seen_to(BY_NAME[name], tone, voice)[1]
    assert "<http" not in seen_to(BY_NAME[name], tone, voice, links={"bylaws": None})[1]


@every_voice
@every_tone
def test_mandates_and_shares_are_named_to_whoever_checks_the_bylaws(tone: Tone, voice: Voice) -> None:
    text = seen_to(BY_NAME["kind_notice_bylaws"], tone, voice)[1]
    named = ("mandats", "parts") if voice.locale == "fr" else ("mandates", "shares")
    assert [word for word in named if word in text] == list(named)


@every_voice
@pytest.mark.parametrize("item", [item for item in CHECKLIST if "bereaved" in item.tones], ids=lambda item: item.name)
def test_after_a_death_a_task_names_the_person_without_ringing_their_account(item: Item, voice: Voice) -> None:
    assert "<@U00>" not in seen_to(item, "bereaved", voice)[1]
    assert "<@U00>" in seen_to(item, "warm", voice)[1]
