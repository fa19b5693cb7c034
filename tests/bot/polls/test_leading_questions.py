"""The questions of a poll, changed by its leads from Slack."""

from pathlib import Path
from typing import Any

import pytest

from flows.core.poll import Kind
from tests.bot.polls.answering import filled
from tests.bot.polls.led import Led, composed, led, loose, own_names

ODD = "🌻 <!channel> & *gras* “ça” \N{ZERO WIDTH SPACE}— Ünï\N{COMBINING ACUTE ACCENT} ‮ ?"


async def list_of(home: Led, poll: str = "barometer") -> None:
    await home.press("edit_poll", poll)


async def test_a_lead_sees_every_question_under_its_dimension(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        words = home.lead.modal.words()
        assert words.count("Reformuler") == words.count("Retirer") == 14
        assert words.index("Organisation") < words.index("Égalité")
        await list_of(home, "radar")
        assert home.lead.modal.words().count("Reformuler") == 8


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_a_question_is_added_in_the_place_of_the_list(tmp_path: Path, locale: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        assert len(home.lead.modals) == 1
        texts: dict[str, Any] = {"text_fr": "Nos réunions servent", "text_en": "Our meetings are of use"}
        window = await home.send(**texts, dimension="dialogue")
        assert "15 questions" in window.words()
        assert texts[f"text_{locale}"] in window.words()
        assert len(home.lead.modals) == 1
        poll = await home.poll()
        added = poll.item("q_v2")
        assert added is not None
        assert (added.dimension, added.since, added.kind) == ("dialogue", 2, Kind.AGREEMENT)
        assert added.texts == {"fr": "Nos réunions servent", "en": "Our meetings are of use"}
        assert poll.version == 2
        assert [item.name for item in poll.items][-4:] == [
            "what_became_of_it",
            "q_v2",
            "recommendation",
            "keep_and_improve",
        ]


async def test_questions_are_changed_from_the_home_in_a_window_however_often(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.lead.command("/parcours")
        await home.lead.click(home.lead.whispers[0], action_id="offer.home")
        await home.lead.click(home.lead.modal, action_id="home.edit_poll", value="radar")
        for item in ("openness", "decision", "learning", "mutual_aid"):
            await home.press_inside("remove_item", f"radar.{item}")
            await home.send()
            assert len(home.lead.modals) == 2
        assert not home.lead.failures
        assert len((await home.poll("radar")).items) == 4


async def test_a_new_dimension_comes_with_its_first_question(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        given: dict[str, Any] = {
            "text_fr": "Le télétravail me va",
            "new_dimension_fr": "Lieux de travail",
            "kind": "axis",
        }
        window = await home.send(**given)
        assert "Lieux de travail" in window.words()
        assert (await home.poll()).dimensions[-1].texts == {"fr": "Lieux de travail"}


async def test_a_free_text_belongs_to_no_dimension(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        await home.send(text_fr="Et la cantine ?", kind="open", dimension="dialogue")
        assert (await home.poll()).items[-1].dimension is None


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"text_fr": "Ici"}, "dimension", "Choisis un thème"),
        ({"text_fr": "Ici", "dimension": "dialogue", "kind": "axis"}, "kind", "même échelle"),
        ({"text_fr": " \N{NO-BREAK SPACE} ", "dimension": "dialogue"}, "text_fr", "encore rien d'écrit"),
    ],
)
async def test_a_question_that_will_not_do_says_why(tmp_path: Path, given: Any, field: str, said: str) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        window = await home.send_as(home.lead, loose(home.lead.modal.given), **given)
        assert said in window.errors[f"f1|{field}"].replace("\N{NO-BREAK SPACE}", " ")
        assert (await home.poll()).version == 1


async def test_a_poll_holds_twenty_questions_at_most(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        for number in range(6):
            await home.press_inside("add_item", "barometer")
            await home.send(text_fr=f"Question {number}", dimension="dialogue")
        await home.press_inside("add_item", "barometer")
        assert "20 au plus" in home.lead.modal.words()
        record = await home.open_round()
        await home.press("vote", record.id)
        assert "Question 5" in home.lead.modal.words()


async def test_any_words_are_taken_as_they_are_and_ring_nobody(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        longest = (ODD * 10)[:299].strip() + "."
        await home.send(text_fr=longest, new_dimension_fr=ODD[:60])
        assert "<!channel>" not in "".join(mrkdwn_of(home.lead.modal.blocks))
        assert (await home.poll()).item("q_v2").texts["fr"] == " ".join(longest.split())  # type: ignore[union-attr]
        record = await home.open_round()
        await home.press("vote", record.id)
        assert not home.lead.failures
        await home.lead.submit(home.lead.modal, filled(home.lead))
        assert "scellées" in home.lead.modal.words()


def mrkdwn_of(node: Any) -> list[str]:
    if isinstance(node, dict):
        mine = [str(node["text"])] if node.get("type") == "mrkdwn" else []
        return mine + [text for value in node.values() for text in mrkdwn_of(value)]
    return [text for item in node for text in mrkdwn_of(item)] if isinstance(node, list) else []


async def test_a_text_longer_than_its_field_is_refused_in_words(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("add_item", "barometer")
        window = await home.send_as(home.lead, loose(home.lead.modal.given), text_fr="é" * 3_000, dimension="dialogue")
        assert "3000" in window.errors["f1|text_fr"].replace("\N{NARROW NO-BREAK SPACE}", "")
        assert (await home.poll()).version == 1


async def test_a_question_reworded_starts_again_unless_it_says_the_same(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        await home.press_inside("reword_item", "barometer.bearable_load")
        known = home.lead.modal.control("field", "f1|text_fr").element["initial_value"]
        english = home.lead.modal.control("field", "f1|text_en").element["initial_value"]
        assert known != english
        window = await home.send(text_fr="Ma charge me va", same_meaning=["yes"])
        assert "Ma charge me va" in window.words()
        await home.press_inside("reword_item", "barometer.bearable_load")
        assert home.lead.modal.control("field", "f1|text_fr").element["initial_value"] == "Ma charge me va"
        assert (await home.poll()).item("bearable_load").since == 1  # type: ignore[union-attr]
        await home.send(text_fr="Ma charge est juste")
        item = (await home.poll()).item("bearable_load")
        assert item is not None
        assert (item.since, item.texts) == (3, {"fr": "Ma charge est juste", "en": english})


async def test_a_question_sent_back_as_it_was_keeps_its_trend(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home)
        for item in ("bearable_load", "keep_and_improve"):
            await home.press_inside("reword_item", f"barometer.{item}")
            await home.send()
        assert (await home.poll()).version == 1


async def test_a_question_is_removed_once_confirmed_with_the_dimension_it_leaves_empty(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await list_of(home, "radar")
        await home.press_inside("remove_item", "radar.openness")
        assert "ne sera plus posée" in home.lead.modal.words()
        window = await home.send()
        assert "7 questions" in window.words()
        poll = await home.poll("radar")
        assert (len(poll.items), len(poll.dimensions)) == (7, 7)
        await home.forge(home.lead, "reword_item", "radar.openness")
        assert "n'existe pas" in home.lead.modal.words()


async def test_the_last_question_of_a_poll_stays(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await composed(home, items_fr="Une seule")
        (name,) = await own_names(home)
        await list_of(home, name)
        await home.press_inside("remove_item", f"{name}.q_1")
        window = await home.send()
        assert "au moins une question" in window.words()
        assert len((await home.poll(name)).items) == 1


async def test_questions_of_an_open_poll_are_read_and_frozen(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        old: dict[str, Any] = {}
        texts = {"text_fr": "Autre chose"}
        for verb, argument in (
            ("add_item", "barometer"),
            ("reword_item", "barometer.bearable_load"),
            ("remove_item", "barometer.bearable_load"),
        ):
            await list_of(home)
            await home.press_inside(verb, argument)
            old[verb] = home.lead.modal.given
        await home.open_round()
        before = await home.whole()
        await list_of(home)
        assert "après la clôture" in home.lead.modal.words()
        assert home.lead.modal.controls() == []
        for verb in old:
            await home.forge(home.lead, verb, "barometer.bearable_load")
            assert "ne changent qu'après la clôture" in home.lead.modal.words()
        for verb, given in (
            ("add_item", {**texts, "dimension": "dialogue"}),
            ("reword_item", texts),
            ("remove_item", {}),
        ):
            window = await home.send_as(home.lead, old[verb], **given)
            said = " ".join(window.errors.values()) or window.words()
            assert "ne changent qu'après la clôture" in said
        assert await home.whole() == before
