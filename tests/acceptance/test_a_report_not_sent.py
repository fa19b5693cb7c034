"""Whoever would rather talk than send their fresh-eyes report: told beforehand what is erased, and left with nothing to undo."""

from datetime import date
from pathlib import Path

from tests.acceptance.village import button, last, village


async def test_preferring_to_talk_asks_once_more_and_leaves_no_button_behind(tmp_path: Path) -> None:
    async with village(tmp_path, size=5) as here:
        lila, chloé, driss = await here.arrive("Lila", "Besson"), here.people[2], here.people[3]
        await here.welcome(lila, job_buddy=chloé, coop_buddy=driss, supervisor=here.awa)
        for buddy in (chloé, driss):
            await buddy.click(last(buddy, "Accepterais"), **button(last(buddy, "Accepterais"), "J'accepte"))
        await here.on(date(2026, 5, 29))
        await lila.click(last(lila, "yeux neufs"), **button(last(lila, "yeux neufs"), "Commencer"))
        await here.breathe()
        for number in range(9):
            await lila.write(f"Réponse {number}.") if number not in (6, 8) else await lila.write("passer")
            await here.breathe()
        review = last(lila, "Ton rapport est prêt")
        assert "7 réponses sur 9" in review.words()
        asking = {control.label: control.element.get("confirm") for control in review.controls()}
        assert "effacées" in str(asking["Je préfère en parler"])
        assert asking["Envoyer"] is None
        assert any("Modifier" in message.words() for message in lila.received)
        await lila.click(review, **button(review, "Je préfère en parler"))
        await here.breathe()
        assert [one.words() for one in lila.received if "Modifier" in one.words() or "sur 9" in one.words()] == []
        assert "Ton rapport était prêt" in last(lila, "Ton rapport").words()
