"""A discussion or a météo collective held on another day than was said: everybody told of one is told of the other."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox import Person
from storage import conversations
from tests.bot.polls.led import Led, led

DAY, OTHER_DAY = date(2026, 4, 16), date(2026, 4, 21)


def told(person: Person, words: str) -> list[Any]:
    return [one for one in person.received if words in one.text.replace("\N{NO-BREAK SPACE}", " ")]


async def gathering_of(home: Led) -> str:
    found: list[str] = await home.reads(lambda tx: conversations.of_flow(tx, "gathering", open_only=True))
    return found[-1]


async def discussed(home: Led) -> str:
    """A round that is closed and will be talked about on `DAY`; the id of the gathering."""
    await home.open_round()
    await home.let_days_pass(10)
    await home.lead.select(told(home.lead, "Quel jour en parler")[-1], "pick", DAY.isoformat())
    await home.coop.bot.settle()
    return await gathering_of(home)


async def test_a_discussion_is_moved_and_everybody_told_and_recalled_on_the_new_day(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await discussed(home)
        lea = home.others[0]
        assert "On parle des résultats" in (await home.home_of(home.lead)).words()
        assert "home.move_gathering" not in [one.action_id for one in (await home.home_of(lea)).controls()]
        await home.press("move_gathering")
        assert "jeudi 16 avril" in home.lead.modal.words().replace("\N{NO-BREAK SPACE}", " ")
        await home.send(gathered=OTHER_DAY.isoformat())
        await home.let_days_pass(3)  # until Monday
        assert told(lea, "Changement de jour : on parle des résultats du sondage *« Baromètre QVCT »* mardi 21 avril")
        (record,) = await home.rounds()
        assert record.discussion_on == OTHER_DAY
        await home.let_days_pass(4)
        assert not told(lea, "C'est aujourd'hui qu'on parle")
        assert not told(home.lead, "Qu'avez-vous décidé")
        await home.let_days_pass(5)
        assert len(told(lea, "C'est aujourd'hui qu'on parle")) == 1
        assert len(told(home.lead, "Qu'avez-vous décidé")) == 1
        assert "home.move_gathering" not in [one.action_id for one in (await home.home_of(home.lead)).controls()]


async def test_whoever_was_away_hears_of_the_day_that_holds_and_of_no_other(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea = home.others[0]
        await home.open_round()
        await home.let_days_pass(10)
        back = home.coop.clock().date() + timedelta(days=4)
        await home.coop.bot.desk.prefer(home.coop.slack.team_id, lea.id, paused_until=back)
        await home.lead.select(told(home.lead, "Quel jour en parler")[-1], "pick", DAY.isoformat())
        await home.coop.bot.settle()
        await home.press("move_gathering", await gathering_of(home))
        await home.send(gathered=OTHER_DAY.isoformat())
        await home.let_days_pass(5)
        assert told(lea, "mardi 21 avril")
        assert not told(lea, "jeudi 16 avril")


async def test_a_check_in_is_moved_too(tmp_path: Path) -> None:
    async with led(tmp_path, people=4) as home:
        await home.press("open_poll", "barometer")
        await home.send()
        await home.lead.close(home.lead.modal)
        await home.lead.select(told(home.lead, "Quel jour ?")[-1], "pick", "2026-04-02")
        await home.coop.bot.settle()
        await home.press("move_gathering", await gathering_of(home))
        await home.send(gathered="2026-04-03")
        await home.let_days_pass(1)
        assert told(home.others[0], "Changement de jour : la météo collective, c'est vendredi 3 avril")


@pytest.mark.parametrize(("day", "said"), [("2026-04-01", "déjà passé"), ("2027-06-01", "bien lointain")])
async def test_a_day_that_will_not_do_is_said_under_it(tmp_path: Path, day: str, said: str) -> None:
    async with led(tmp_path) as home:
        await home.press("move_gathering", await discussed(home))
        window = await home.send(gathered=day)
        assert said in window.errors["f1|gathered"]


async def test_only_those_who_lead_move_what_is_still_to_come(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        gathering = await discussed(home)
        lea = home.others[0]
        await home.press("move_gathering", gathering)
        window = home.lead.modal.given
        await home.forge(lea, "move_gathering", gathering)
        assert "Awa Leroux" in lea.modal.words()
        await home.send_as(lea, window, gathered=OTHER_DAY.isoformat())
        assert (await home.rounds())[0].discussion_on == DAY
        await home.let_days_pass(7)
        refused = await home.send_as(home.lead, window, gathered="2026-04-24")
        assert "n'existe plus" in refused.errors["f1|gathered"]
        await home.forge(home.lead, "move_gathering", gathering)
        assert "n'existe plus" in home.lead.modal.words()
