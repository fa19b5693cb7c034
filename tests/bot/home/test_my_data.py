"""My data, through Slack: anybody sees what is kept of them, receives it in their own conversation, erases what they wrote."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conductor import Conductor
from bot.retention import RULES
from flows.core.people import Member
from messages import Messages, Voice
from sandbox import Message, Person
from storage import members, self_radars
from storage.self_radars import SelfRadar
from tests.bot.connected import MORNING, Connected, connected
from tests.bot.home.conftest import PEOPLE, VOICES, House, assert_slack_takes, controls_in, words_in

MISSING = "Un casque à ma taille"


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        yield coop


async def lila_of(coop: Connected) -> Person:
    """Somebody in her first week, who has said what she lacks and drawn her own radar."""
    lila = coop.slack.add_person("Lila", "Besson", email="lila@exemple.coop")
    await coop.slack.join(lila)

    def arrive(conductor: Conductor, me: Member) -> None:
        conductor.begin("onboarding", {"subject": me.id}, anchors={"first_day": conductor.today - timedelta(days=1)})
        self_radars.keep(conductor.tx, me.id, SelfRadar(conductor.today, {"openness": 4}))

    await coop.bot.desk.act(coop.slack.team_id, lila.id, arrive)
    await coop.bot.settle()
    question = next(one for one in lila.received if "manque" in one.words())
    lacking = next(control for control in question.controls() if "manque" in control.label)
    await lila.click(question, action_id=lacking.action_id, block_id=lacking.block_id)
    await coop.bot.settle()
    await lila.write(MISSING)
    await coop.bot.settle()
    return lila


async def kept(coop: Connected, person: Person) -> tuple[list[SelfRadar], str]:
    """Her radars, and all she ever answered."""

    def unit(tx: Any) -> list[SelfRadar]:
        me = members.by_slack_id(tx, person.id)
        assert me is not None
        return self_radars.of(tx, me.id)

    radars = await coop.bot.store.read(unit, coop.slack.team_id)
    files = await received(coop, person)
    return radars, files[1] if files else ""


async def received(coop: Connected, person: Person) -> list[str]:
    """Ask to receive, through the window; what each file says."""
    await person.command("/parcours", "exporter")
    coop.clock.advance(timedelta(seconds=2))
    assert (await person.submit(person.modal)).acknowledged
    await person.close(person.modal)
    await coop.bot.settle()
    return [(coop.slack.workspace.uploads[one["id"]].content or b"").decode() for one in files_of(person.received[-1])]


def files_of(message: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message.payload.get("files", [])
    return found


def labels_of(surface: Any) -> list[str]:
    return [control.label for control in surface.controls()]


async def test_the_home_leads_to_a_window_that_leads_to_both_rights(coop: Connected) -> None:
    lila = await lila_of(coop)
    await lila.open_home()
    await coop.bot.settle()
    assert lila.home is not None
    await lila.click(lila.home, action_id="home.my_data")
    assert labels_of(lila.modal) == ["Recevoir mes données", "Effacer…"]
    await lila.click(lila.modal, action_id="home.export_my_data")
    assert "Deux fichiers" in lila.modal.words()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("mes-donnees", "Ce que je garde"),
        ("my-data", "Ce que je garde"),
        ("exporter", "Deux fichiers"),
        ("export", "Deux fichiers"),
        ("effacer", "Ce qui s'efface maintenant"),
        ("ERASE", "Ce qui s'efface maintenant"),
    ],
)
async def test_a_command_opens_the_same_windows(coop: Connected, typed: str, words: str) -> None:
    assert (await coop.lead.command("/parcours", typed)).acknowledged
    assert words in coop.lead.modal.words()


async def test_the_menu_has_it_too(coop: Connected) -> None:
    await coop.lead.write("menu")
    await coop.bot.settle()
    menu = coop.lead.received[-1]
    await coop.lead.click(menu, action_id="offer.my_data")
    assert "Ce que je garde" in coop.lead.modal.words()


async def test_two_files_come_to_whoever_asks_and_to_nobody_else(coop: Connected) -> None:
    lila = await lila_of(coop)
    before = len(coop.lead.received)
    await lila.write("menu")
    await coop.bot.settle()
    page, data = await received(coop, lila)
    assert "Un message de service" in page
    assert "menu/menu" not in page
    assert "Voici tout ce que je garde de toi" in lila.received[-1].text
    assert [one["name"] for one in files_of(lila.received[-1])] == [
        "mes-donnees-2026-03-31.html",
        "mes-donnees-2026-03-31.json",
    ]
    assert json.loads(data)["identity"]["email"] == "lila@exemple.coop"
    assert MISSING in page
    assert len(coop.lead.received) == before


async def test_a_word_of_thanks_takes_the_place_of_the_window(coop: Connected) -> None:
    await coop.lead.command("/parcours", "export")
    await coop.lead.submit(coop.lead.modal)
    assert "C'est en route" in coop.lead.modal.words()


async def test_what_somebody_wrote_is_erased_once_they_have_read_what_goes(coop: Connected) -> None:
    lila = await lila_of(coop)
    radars, told = await kept(coop, lila)
    assert (len(radars), MISSING in told) == (1, True)
    await lila.command("/parcours", "effacer")
    await lila.close(lila.modal)
    assert (await kept(coop, lila))[0] == radars, "reading what goes erases nothing"
    await lila.command("/parcours", "effacer")
    assert (await lila.submit(lila.modal)).acknowledged
    assert "C'est effacé" in lila.modal.words()
    await lila.close(lila.modal)
    radars, told = await kept(coop, lila)
    assert (radars, MISSING in told) == ([], False)
    assert json.loads(told)["identity"]["first_name"] == "Lila"
    assert "La première année" in told


async def test_nobody_loses_a_word_by_the_gesture_of_another(coop: Connected) -> None:
    lila = await lila_of(coop)
    await coop.lead.command("/parcours", "effacer")
    await coop.lead.submit(coop.lead.modal)
    assert MISSING in (await kept(coop, lila))[1]


# --------------------------------------------------------------------------------------------------- what it looks like


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_the_window_says_each_rule_as_it_is_applied(house: House, locale: str, address: str) -> None:
    await house.change("m_job", locale=locale, address=address)
    for verb in ("my_data", "export_my_data", "erase_my_data"):
        view = await house.front().window(verb, "T1", "U0JOB")
        assert view is not None
        assert_slack_takes(view)
    shown = words_in(await house.front().window("my_data", "T1", "U0JOB"))
    voice = Voice("en" if locale == "en" else "fr", "vous" if address == "vous" else "tu")
    rules = {rule.name: Messages().say(voice, "rights", f"rule__{rule.name}", told_in(rule, voice)) for rule in RULES}
    assert [name for name, words in rules.items() if words not in shown] == [
        rule.name for rule in RULES if rule.is_technical
    ]


def told_in(rule: Any, voice: Voice) -> dict[str, Any]:
    unit, n = rule.span
    return {"span": Messages().plain(voice, "rights", f"span__{unit}", {"n": n}), "n": self_radars.KEPT}


async def test_whoever_asks_to_correct_or_to_object_is_sent_to_the_management_not_to_their_buddies(
    house: House,
) -> None:
    await house.welcome()
    window = await house.front().window("my_data", "T1", "U0LEA")
    assert window is not None
    said = words_in(window).replace("\N{NO-BREAK SPACE}", " ")
    assert "Pour corriger quelque chose, t'opposer ou poser une question : Awa Ba." in said


async def test_everybody_has_the_button_before_and_after_the_cooperative_is_set_up(house: House) -> None:
    for set_up_at in (MORNING, None):
        await house.decide(set_up_at=set_up_at)
        for person in PEOPLE:
            view = await house.home(person.id)
            assert_slack_takes(view)
            assert [one["action_id"] for one in controls_in(view)].count("home.my_data") == 1


async def test_somebody_nobody_knows_yet_is_shown_what_anybody_would_be(house: House) -> None:
    view = await house.front().window("my_data", "T1", "U0NEW")
    assert view is not None
    assert_slack_takes(view)
