"""A round whose results nobody has chosen a day for: whoever leads chooses one from the Home, whatever became of the question."""

from datetime import timedelta
from pathlib import Path

from tests.bot.polls.led import Led, led
from tests.bot.polls.test_moving_a_gathering import DAY, told

SAID = "On parle des résultats du sondage *« Baromètre QVCT »* jeudi 16 avril"


async def test_a_day_passed_over_is_chosen_later(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await closed(home)
        await home.lead.click(told(home.lead, "Quel jour en parler")[-1], action_id="skip")
        await home.coop.bot.settle()
        lea = home.others[0]
        assert "home.set_discussion" not in [one.action_id for one in (await home.home_of(lea)).controls()]
        await home.press("set_discussion")
        assert "Baromètre QVCT" in home.lead.modal.words()
        await home.send(discussed=DAY.isoformat())
        await home.let_days_pass(1)
        assert len(told(lea, SAID)) == 1
        (record,) = await home.rounds()
        assert record.discussion_on == DAY
        assert "home.set_discussion" not in [one.action_id for one in (await home.home_of(home.lead)).controls()]


async def test_a_day_still_asked_for_is_asked_no_more_once_chosen(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await closed(home)
        await home.press("set_discussion")
        await home.send(discussed=DAY.isoformat())
        assert "16 avril" in told(home.lead, "Quel jour en parler")[-1].text.replace("\N{NO-BREAK SPACE}", " ")
        await home.let_days_pass(4)
        assert len(told(home.others[0], SAID)) == 1
        assert len(told(home.lead, "Quel jour en parler")) == 1


async def test_only_those_who_lead_choose_and_only_once(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await closed(home)
        lea = home.others[0]
        await home.press("set_discussion")
        window = home.lead.modal.given
        await home.forge(lea, "set_discussion", record)
        assert "Awa Leroux" in lea.modal.words()
        await home.send_as(lea, window, discussed=DAY.isoformat())
        assert (await home.rounds())[0].discussion_on is None
        past = await home.send_as(home.lead, window, discussed="2026-04-01")
        assert "déjà passé" in past.errors["f1|discussed"]
        await home.send_as(home.lead, window, discussed=DAY.isoformat())
        again = await home.send_as(home.lead, window, discussed="2026-04-17")
        assert "n'existe plus" in again.errors["f1|discussed"]
        assert (await home.rounds())[0].discussion_on == DAY


async def test_once_the_next_round_is_open_the_last_one_is_talked_about_no_more(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await closed(home)
        await home.press("set_discussion")
        window = home.lead.modal.given
        await home.lead.close(home.lead.modal)
        await home.open_round()
        assert "home.set_discussion" not in [one.action_id for one in (await home.home_of(home.lead)).controls()]
        late = await home.send_as(home.lead, window, discussed=DAY.isoformat())
        assert "n'existe plus" in late.errors["f1|discussed"]


async def test_three_months_after_its_closing_a_round_is_talked_about_no_more(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await closed(home)
        home.coop.clock.move_to(home.coop.clock() + timedelta(days=80))
        await home.coop.bot.settle()
        assert "home.set_discussion" in [one.action_id for one in (await home.home_of(home.lead)).controls()]
        home.coop.clock.move_to(home.coop.clock() + timedelta(days=15))
        assert "home.set_discussion" not in [one.action_id for one in (await home.home_of(home.lead)).controls()]


async def test_where_nobody_has_answered_no_empty_picture_is_drawn(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await closed(home)
        assert "pas montré" not in told(home.others[0], "Trop peu de réponses pour montrer")[-1].words()


async def closed(home: Led) -> str:
    """A round that is closed, whose discussion has no day; its id."""
    record = await home.open_round()
    await home.let_days_pass(10)
    return record.id
