"""Where no channel is for announcements, whoever leads is given the words to read, and the windows say where they stand."""

import json
from datetime import timedelta

from bot.home import Home
from bot.leaving import announcing
from messages import Messages
from tests.bot.cooperative import LEAD, WORKSPACE
from tests.bot.leaving.left import LEAVER, NOW, the_departure, told
from tests.bot.leaving.test_undoing import a_day
from tests.bot.spoken import Spoken, spoken


async def agreed_on(life: Spoken) -> None:
    """The person's words, approved by both, for the fifteenth of September."""
    coop = life.coop
    assert not await told(coop)
    for _ in range(2):
        await a_day(life)
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
    await a_day(life)
    assert await coop.answer("departure_announcement", "words", {"word": "Merci à l'atelier."}) is None
    await a_day(life)
    assert await coop.answer("departure_announcement", "publish_on", "2026-09-15") is None
    for who in ("leaver", "lead"):
        await a_day(life)
        assert await coop.answer("announcement_approval", f"{who}_approves", "approve") is None


async def test_the_words_are_handed_to_whoever_leads_and_the_windows_say_so(sqlite_url: str) -> None:
    async with spoken(sqlite_url, now=NOW) as life:
        await agreed_on(life)
        while life.coop.clock() < NOW + timedelta(days=9):
            await a_day(life)
        handed = [message.words() for message in life.received(LEAD) if "pas de canal" in message.words()]
        assert len(handed) == 1
        assert "Merci à l'atelier." in handed[0]
        found = await the_departure(life.coop)
        home = Home(life.coop.store, life.coop.score, Messages(), life.coop.clock)
        for who, verb in ((LEAVER, "my_departure"), (LEAD, "departure")):
            shown = json.dumps(await home.window(verb, WORKSPACE, who, found.id), ensure_ascii=False)
            assert "Approuvée, et confiée à <@U00> pour être lue" in shown
            assert "Pas encore. Rien ne paraît" not in shown
