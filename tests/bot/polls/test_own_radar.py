"""One's own radar: drawn from the Home, read there by whoever drew it alone, beside the one before, erased by a button."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.core.amending import poll_of
from flows.core.poll import Dimension, Item, Kind, Poll
from flows.living.radar import radar
from sandbox import Person
from storage import members, outbox, polls, self_radars
from storage.polls import PollSettings
from storage.self_radars import SelfRadar
from tests.bot.polls.led import Led, led

BAR = "▰"
DRAWN = {axis.name: "4" for axis in radar.items}


async def words_of_home(home: Led, person: Person) -> str:
    return str((await home.home_of(person)).words()).replace("\N{NO-BREAK SPACE}", " ")


async def drawn(home: Led, person: Person, **given: str) -> Any:
    await home.press("self_radar", by=person)
    return await home.send(person, **given)


async def kept(home: Led, person: Person) -> list[SelfRadar]:
    def unit(tx: Any) -> list[SelfRadar]:
        member = members.by_slack_id(tx, person.id)
        assert member is not None
        return self_radars.of(tx, member.id)

    found: list[SelfRadar] = await home.reads(unit)
    return found


WORDS = {
    "fr": (
        "▰▰▱▱▱ Décision : 2 sur 5",
        "Information : sans réponse",
        "Du mardi 31 mars. Personne d'autre que toi ne le voit.",
    ),
    "en": ("▰▰▱▱▱ Decision: 2 out of 5", "Information: not answered", "Drawn on Tuesday 31 March. You alone see it."),
}


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_a_radar_is_read_by_whoever_drew_it_and_by_nobody_else(tmp_path: Path, locale: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        lea = home.others[0]
        received = [len(person.received) for person in (home.lead, *home.others)]
        assert await drawn(home, lea, **{**DRAWN, "information": "prefer_not", "decision": "2"}) is None
        words = await words_of_home(home, lea)
        for said in WORDS[locale]:
            assert said in words
        assert words.count(BAR) == 2 + 6 * 4
        for person in (home.lead, *home.others[1:]):
            assert BAR not in await words_of_home(home, person)
        assert [len(person.received) for person in (home.lead, *home.others)] == received, "nobody is told of it"
        assert await home.reads(outbox.waiting_count) == 0


async def test_a_radar_drawn_later_is_read_beside_the_one_before(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        await drawn(home, lea, **{**DRAWN, "decision": "2", "openness": "prefer_not"})
        await home.let_days_pass(40)
        await drawn(home, lea, **{**DRAWN, "decision": "5"})
        words = await words_of_home(home, lea)
        assert "Du dimanche 10 mai (entre parenthèses : mardi 31 mars)." in words
        assert "▰▰▰▰▰ Décision : 5 sur 5 (avant : 2)" in words
        assert "▰▰▰▰▱ Ouverture : 4 sur 5\n" in f"{words}\n", "there was nothing before"


async def test_a_radar_is_erased_by_its_button_with_the_one_before(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea, malik = home.others[:2]
        await drawn(home, malik, **DRAWN)
        await drawn(home, lea, **DRAWN)
        await home.let_days_pass(1)
        await drawn(home, lea, **DRAWN)
        assert len(await kept(home, lea)) == 2
        button = (await home.home_of(lea)).control("home.forget_self_radar")
        assert "Personne d'autre ne les a vus." in button.element["confirm"]["text"]["text"]
        await home.press("forget_self_radar", by=lea)
        words = await words_of_home(home, lea)
        assert BAR not in words
        assert "Faire mon radar" in words
        assert "home.forget_self_radar" not in [control.action_id for control in (await home.home_of(lea)).controls()]
        assert await kept(home, lea) == []
        assert len(await kept(home, malik)) == 1


async def test_whoever_has_drawn_none_erases_none_with_a_button_that_was_never_shown(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea, malik = home.others[:2]
        await drawn(home, lea, **DRAWN)
        await home.forge(malik, "forget_self_radar")
        assert len(await kept(home, lea)) == 1
        assert BAR in await words_of_home(home, lea)


async def test_a_radar_without_any_answer_is_kindly_refused(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        window = await drawn(home, lea, **dict.fromkeys(DRAWN, "prefer_not"))
        assert "Aucune réponse n'est donnée" in " ".join(window.errors.values())
        assert await kept(home, lea) == []


async def test_an_answer_that_is_not_on_the_scale_is_said_under_its_axis(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        await home.press("self_radar", by=lea)
        for block in lea.modal.given["blocks"]:
            if block.get("block_id") == "f1|decision":
                block["element"]["options"].append({"text": {"type": "plain_text", "text": "9"}, "value": "9"})
        window = await home.send_as(lea, lea.modal.given, **{**DRAWN, "decision": "9"})
        assert "de 0 à 5" in window.errors["f1|decision"]
        assert await kept(home, lea) == []


async def test_an_axis_the_cooperative_took_away_or_brought_since_is_not_drawn(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        await drawn(home, lea, **DRAWN)
        other = Item("nature", Kind.AXIS, dimension="nature", texts={"fr": "Nous prenons soin du vivant."})
        axes = (*radar.dimensions[1:], Dimension("nature", {"fr": "Nature"}))
        changed = poll_of("radar", (*radar.items[1:], other), axes)
        assert isinstance(changed, Poll)
        await home.coop.bot.store.run(
            lambda tx: polls.save_settings(tx, PollSettings(poll=changed)), home.coop.slack.team_id
        )
        words = await words_of_home(home, lea)
        assert "Information" not in words
        assert "Nature" not in words
        assert words.count(BAR) == 7 * 4
        await home.press("self_radar", by=lea)
        assert "Nous prenons soin du vivant." in lea.modal.words()


async def test_a_radar_of_the_same_day_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        await drawn(home, lea, **DRAWN)
        await drawn(home, lea, **{**DRAWN, "decision": "1"})
        (only,) = await kept(home, lea)
        assert only.answers["decision"] == 1
        assert "(avant :" not in await words_of_home(home, lea)
        assert only.drawn_on == home.coop.clock().date() - timedelta(0)
