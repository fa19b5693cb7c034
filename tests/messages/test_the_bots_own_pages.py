"""The pages that belong to no flow: shared words, refusals, the menu, and whatever page the bot adds."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.gestures import command_of
from bot.letterbox.links import Letterbox
from flows.core.people import Member
from messages import Messages, Voice
from messages.renderer import SHIPPED
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import LINKS, VOICES

ROOT = Path(__file__).parents[2]
PAGES = ("shared", "refusals", "menu", "letters", "letterbox")
SITUATIONS = {
    "full": {
        "me": Member(id="m_1", first_name="Zoé", slack_id="U0ZOE"),
        "subject": Member(id="m_2", first_name="Awa", email="awa@exemple.coop"),
        "days": {"first_day": date(2026, 4, 28)},
        "steps": ["Bienvenue", "Le tour des outils"],
        "value": "Tout va bien",
        "low": 0,
        "high": 5,
        "length": 3_200,
        "longest": 3_000,
        "limit": 2,
        "people": 4,
        "scores": 5,
        "comments": 8,
        "floor": 3,
        "items": 60,
        "most": 40,
        "locale": "en",
        "fr": 4,
        "found": ["Awa"],
        "en": 3,
        "who": ["Zoé", "Malik"],
        "reference": "7f3a",
        "until": date(2026, 5, 4),
        "today": date(2026, 4, 28),
        "contacts": ["Zoé"],
        "by": Member(id="m_3", first_name="Malik", slack_id="U0MALIK"),
        "part": "relais métier",
        "name": "Awa",
        "address": "awa@exemple.coop",
        "day": "2026-05-11",
        "coop": "Les Voisins",
        "letterbox": Letterbox(*(f"https://voisins.example/{name}" for name in ("rex", "touch", "stop"))),
        "on": date(2026, 3, 31),
        "help_line": "_Médecine du travail, ou 17._",
        "links": {name: f"https://voisins.example/{name}" for name in LINKS},
    },
}
SITUATIONS["bare"] = {
    **SITUATIONS["full"],
    "who": [],
    "contacts": [],
    "links": dict.fromkeys(LINKS),
    "part": None,
    "coop": "",
    "by": None,
    "subject": Member(id="m_2", first_name="Awa"),
}
SAID_TO_ONE_PERSON = ("setup_invitation", "hello")
SITUATIONS["in a channel"] = {**SITUATIONS["full"], "me": None}

NOTICE = re.compile(r'"((?:menu|shared|refusals|home|setup|letters|letterbox)/[a-z_]+)"')

every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")
every_page = pytest.mark.parametrize("page", PAGES)


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages()


@every_page
@every_voice
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_message_reads_well(messages: Messages, page: str, voice: Voice, situation: str) -> None:
    for name in messages.names("fr", page):
        if name in SAID_TO_ONE_PERSON and SITUATIONS[situation]["me"] is None:
            continue
        text = messages.say(voice, page, name, SITUATIONS[situation])
        assert faults(text, voice) == [], f"{name}: {text}"


@pytest.mark.parametrize("page", sorted({path.stem for path in SHIPPED.glob("*/*.j2")}))
def test_both_languages_say_the_same_things(messages: Messages, page: str) -> None:
    assert messages.names("en", page) == messages.names("fr", page)
    assert messages.names("fr_vous", page) <= messages.names("fr", page)


@pytest.mark.parametrize("page", sorted({path.stem for path in SHIPPED.glob("fr_vous/*.j2")}))
def test_vous_looks_at_all_that_tu_looks_at(messages: Messages, page: str) -> None:
    for name in messages.names("fr_vous", page):
        tu, vous = (messages.variables(Voice("fr", address), page, name) for address in ("tu", "vous"))
        assert vous == tu, f"messages/fr_vous/{page}.j2 tells {name!r} with less, or more"


@every_page
def test_vous_says_otherwise_only_what_differs(messages: Messages, page: str) -> None:
    for name in messages.names("fr_vous", page):
        tu, vous = (
            [messages.say(Voice("fr", address), page, name, SITUATIONS[situation]) for situation in ("full", "bare")]
            for address in ("tu", "vous")
        )
        assert tu != vous, f"messages/fr_vous/{page}.j2 repeats {name!r}"


@every_voice
def test_every_reason_to_refuse_is_worded(messages: Messages, voice: Voice) -> None:
    reasons = {
        reason
        for package in ("flows", "bot")
        for module in (ROOT / package).rglob("*.py")
        for reason in re.findall(r"\bRefused\(\s*\"(\w+)\"", module.read_text(encoding="utf-8"))
    }
    assert {"not_an_option", "not_yours"} <= reasons
    assert [reason for reason in sorted(reasons) if not is_worded(messages, voice, reason)] == []


def is_worded(messages: Messages, voice: Voice, reason: str) -> bool:
    """A window may say it in its own way."""
    return messages.has(voice, "refusals", reason) or messages.has(voice, "setup", f"refused__{reason}")


def test_in_a_channel_whoever_answered_is_thanked_by_name(messages: Messages) -> None:
    said = messages.say(Voice("fr"), "shared", "answered", SITUATIONS["in a channel"])
    assert said.startswith("<@U0MALIK>")
    assert "U0MALIK" not in messages.say(Voice("fr"), "shared", "answered", SITUATIONS["full"])


@every_voice
def test_every_notice_the_bot_gives_is_worded(messages: Messages, voice: Voice) -> None:
    notices = {
        notice
        for module in (ROOT / "bot").rglob("*.py")
        for notice in re.findall(NOTICE, module.read_text(encoding="utf-8"))
    }
    assert "menu/paused" in notices
    assert [notice for notice in sorted(notices) if not messages.has(voice, *notice.split("/"))] == []


@every_voice
def test_a_day_to_type_is_shown_as_one_writes_it(messages: Messages, voice: Voice) -> None:
    shown = "01/12/2026" if voice.locale == "fr" else "2026-12-01"
    words = messages.plain(voice, "refusals", "command_not_a_day")
    (typed,) = re.findall(r"/parcours (\S+) @\S+ ([0-9/-]+)", words)
    assert typed[1] == shown
    assert command_of(" ".join(typed)).day == date(2026, 12, 1)
