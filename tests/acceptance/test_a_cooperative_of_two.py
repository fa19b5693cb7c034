"""Awa alone welcomes Lila: one person plays every part, and nothing is said as if there were more of them."""

from datetime import date
from pathlib import Path

from sandbox import Person
from tests.acceptance.village import Village, button, last, village


async def welcomed_by_awa(here: Village) -> Person:
    """Lila, whose only colleague names herself for every part."""
    awa, lila = here.awa, await here.arrive("Lila", "Besson")
    await here.welcome(lila, job_buddy=awa, coop_buddy=awa, supervisor=awa)
    return lila


async def test_whoever_names_herself_is_not_asked_whether_she_accepts(tmp_path: Path) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await welcomed_by_awa(here)
        assert not any("Accepterais-tu" in message.words() for message in here.awa.received)
        await lila.open_home()
        await here.breathe()
        assert lila.home is not None
        assert lila.home.words().count(f"<@{here.awa.id}>") == 3


async def test_whoever_answers_that_a_part_is_hers_is_not_told_of_somebody_else(tmp_path: Path) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await here.arrive("Lila", "Besson")
        await here.welcome(lila)
        proposed = last(here.awa, "Accepterais-tu")
        await here.awa.click(proposed, **button(proposed, "Pas cette fois"))
        await here.breathe()
        for _ in range(3):
            asked = next(
                one for one in here.awa.received if "un rôle reste à confier" in one.words() and one.controls()
            )
            [choice] = asked.controls()
            await here.awa.select(asked, choice.action_id, here.awa.id, block_id=choice.block_id)
            await here.breathe()
        said = [message.words() for message in here.awa.received]
        assert sum("la suite viendra pas à pas" in words for words in said) == 3
        assert not any("Je lui explique" in words or "son accord" in words for words in said)
        assert sum("Accepterais-tu" in words for words in said) == 1


async def test_whoever_has_met_everybody_is_not_promised_two_people_a_week(tmp_path: Path) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await welcomed_by_awa(here)
        await here.on(date(2026, 5, 4))
        await lila.click(last(lila, "faire connaissance"), "Oui")
        await here.on(date(2026, 5, 5))
        await lila.click(last(lila, "Je te présente deux personnes"), "Oui, deux par semaine")
        await here.breathe()
        assert "il ne reste personne à te présenter" in lila.received[-1].words()
