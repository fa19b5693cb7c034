"""The tones of departures: which flow speaks in which, all that each says, and its words that are no other's."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from flows.core.model import SUBJECT, Flow
from flows.leaving.afterwards import after_bereavement, afterwards, quiet_afterwards
from flows.leaving.announcement import announcement_approval, bereavement_announcement, departure_announcement
from flows.leaving.checklist import CHECKLIST, Item, departure_task
from flows.leaving.departure import departure, quiet_departure
from flows.leaving.grieving import bereavement
from flows.leaving.kinds import Tone
from flows.leaving.parts import OWNER
from flows.leaving.staying import stepping_back
from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import labels, said
from tests.messages.contexts import VOICES, listeners
from tests.messages.leaving import situations, told

MESSAGES = Messages()
TU = Voice("fr", "tu")
IN_TONE: Mapping[Tone, tuple[Flow, ...]] = {
    "warm": (departure, afterwards),
    "sober": (quiet_departure, quiet_afterwards),
    "bereaved": (bereavement, after_bereavement, bereavement_announcement),
    "staying": (stepping_back,),
}
OF_SEVERAL = (departure_announcement, announcement_approval)
"""Flows that several tones share, as the checklist is."""

every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")
every_tone = pytest.mark.parametrize("tone", IN_TONE)

# ------------------------------------------------------------------------------------------------------ words, and why not

Words = Mapping[str, Mapping[str, str]]
"""By language: a word, as a regular expression, and why it is wrong in another tone."""

CELEBRATED: Words = {
    "fr": {
        r"merci pour": "nobody is thanked before everybody",
        r"\bjoie|plaisir|réjoui|heureu": "nobody is glad",
        r"\bfête|\bpot\b|aventure|bravo": "nothing is celebrated",
        r"volontiers|belle route|coups? de (main|pouce)": "it is too light",
        r"porte reste ouverte|on garde le lien": "a door may be told of, not held open",
        r"à bientôt": "nobody knows that",
        r"!": "nothing is exclaimed",
    },
    "en": {
        r"thank you for (what|every)": "nobody is thanked before everybody",
        r"\bjoy|\bglad|delighted|happy|\blove\b": "nobody is glad",
        r"celebrat|\bparty\b|adventure|congratulat": "nothing is celebrated",
        r"safe travels|helping hand": "it is too light",
        r"door stays open|shall we keep in touch": "a door may be told of, not held open",
        r"see you soon": "nobody knows that",
        r"!": "nothing is exclaimed",
    },
}
LEAVING: Words = {
    "fr": {
        r"\bdéparts?\b|dernier jour|\bquitte|nous quitt": "they do not leave",
        r"au revoir|bonne suite|hélas|malheureusement|regret": "nobody says goodbye, nor complains",
        r"bilan|\bpréavis|démission|licenci": "it is no end of contract like another",
    },
    "en": {
        r"\bdepart(?!ment)|last day|\bleaving\b|\bleft\b(?! to)": "they do not leave",
        r"goodbye|\balas\b|unfortunately|\bsorry\b|regret": "nobody says goodbye, nor complains",
        r"debrief|\bnotice\b|resign|dismiss": "it is no end of contract like another",
    },
}
GRIEVED: Words = {
    "fr": {r"décès|\bmorte?\b|héritier|obsèques|\bfamille|succession|recueillir": "nobody has died"},
    "en": {r"death|\bdied\b|\bheirs?\b|funeral|\bfamily|\bestate|respects\b": "nobody has died"},
}
SILENCED: Words = {
    "fr": {r"médecine du travail|\bCSE\b|santé|par respect|la raison\b|raisons ne se": "nothing is kept quiet"},
    "en": {r"occupational|\bCSE\b|health|out of respect|the reason\b|reasons (of|are)": "nothing is kept quiet"},
}
WRONG: Mapping[Tone, tuple[Words, ...]] = {
    "warm": (GRIEVED, SILENCED),
    "sober": (CELEBRATED, GRIEVED),
    "bereaved": (CELEBRATED, LEAVING),
    "staying": (CELEBRATED, GRIEVED, SILENCED, LEAVING),
}
"""By tone, the words of the others."""
LEAVES_MEMBERSHIP = re.compile(r"\bquitt(e|é|er|es|ez) le sociétariat")
"""What somebody who stays does leave."""
PROMISED = {
    "fr": r"garanti|a droit|aura droit|la loi |légalement|cinq ans|5 ans|dans les \d|obligatoire",
    "en": r"guarantee|entitled|by law|the law |legally|five years|5 years|within \d|mandatory",
}
"""What only bylaws, and those who know them, can say."""

# ---------------------------------------------------------------------------------------------------------- what is said


def flat(text: str) -> str:
    """The same, its spaces all alike."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def say(flow: Flow, name: str, to: str = SUBJECT, voice: Voice = TU, **changed: Any) -> str:
    return flat(MESSAGES.say(voice, flow.name, name, told(flow, to, **changed)))


def seen_to(item: Item, tone: str, voice: Voice = TU, **changed: Any) -> tuple[str, str]:
    """What one thing of the checklist is called, and what is said of it."""
    details = {"item": item.name, "tone": tone}
    known = told(departure_task, OWNER, **{"details": details, "hats": ["la gérance"], **changed})
    title = MESSAGES.plain(voice, departure_task.name, "seen_to__title", known)
    return title, MESSAGES.say(voice, departure_task.name, "seen_to", known)


def said_in(tone: Tone, voice: Voice) -> Iterator[tuple[str, str]]:
    """All that is said in a tone, and where it is from: messages in every situation, titles, labels, the checklist."""
    for flow in IN_TONE[tone]:
        yield from said_by(flow, voice)
        yield from ((f"{flow.name}/{name}", MESSAGES.say(voice, flow.name, name)) for name, _ in labels(flow, MESSAGES))
    for flow in OF_SEVERAL if tone != "bereaved" else ():
        # The draft they show is made of somebody's own words.
        yield from said_by(flow, voice, lambda why: why in (f"{tone}, without draft", f"{tone}, with next to nothing"))
    for item in (item for item in CHECKLIST if tone in item.tones):
        for shares in ("to_redeem", "kept", None):
            for hats in (["la gérance"], []):
                yield from ((item.name, text) for text in seen_to(item, tone, voice, shares=shares, hats=hats))


def said_by(flow: Flow, voice: Voice, fits: Callable[[str], bool] = bool) -> Iterator[tuple[str, str]]:
    """The messages of a flow in the situations that fit."""
    for name, step in said(flow, MESSAGES):
        for part in listeners(flow, step):
            for why, known in situations(flow, part):
                if fits(why):
                    yield f"{flow.name}/{name}, {why}", flat(MESSAGES.say(voice, flow.name, name, known))
