"""Awa alone welcomes Lila: one person plays every part, and nothing is said as if there were more of them."""

from datetime import date
from pathlib import Path

from sandbox import Person
from tests.acceptance.village import Village, button, last, village


async def welcomed_by_awa(here: Village) -> Person:
    """Lila, whose only colleague accepts to accompany her both ways."""
    awa, lila = here.awa, await here.arrive("Lila", "Besson")
    await here.welcome(lila, job_buddy=awa, coop_buddy=awa, supervisor=awa)
    for part in ("relais métier", "relais coopérateur"):
        asked = last(awa, f"Accepterais-tu d'être son {part}")
        await awa.click(asked, **button(asked, "J'accepte"))
        await here.breathe()
    return lila


async def test_whoever_has_met_everybody_is_not_promised_two_people_a_week(tmp_path: Path) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await welcomed_by_awa(here)
        await here.on(date(2026, 5, 4))
        await lila.click(last(lila, "faire connaissance"), "Oui")
        await here.on(date(2026, 5, 5))
        await lila.click(last(lila, "Je te présente deux personnes"), "Oui, deux par semaine")
        await here.breathe()
        assert "il ne reste personne à te présenter" in lila.received[-1].words()
