"""Opening a round from the Home, seeing who answered, cancelling it; and talking instead, when too few could answer."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.setting_up import Card
from flows.core.poll import Item, Thresholds
from flows.living.barometer import barometer
from storage import conversations, polls
from storage.polls import PollSettings
from tests.bot.polls.answering import filled
from tests.bot.polls.led import Led, led

WORDS = {
    "fr": ("9 personnes", "13 questions", "sous 5 réponses", "C'est parti", "est ouvert"),
    "en": ("9 people", "13 questions", "under 5 answers", "Here we go", "is open"),
}


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_a_lead_reads_what_is_promised_and_opens(tmp_path: Path, locale: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        people, questions, thresholds, begun, is_open = WORDS[locale]
        await home.press("open_poll", "barometer")
        words = home.lead.modal.words()
        assert people in words
        assert thresholds in words
        thanks = await home.send(closes="2026-04-20")
        assert thanks.title == begun
        assert is_open in thanks.words()
        (opened,) = await home.rounds()
        assert (opened.state, opened.round.closes.isoformat()) == ("open", "2026-04-20")
        assert "14 questions" in words  # nine people are enough for comments
        assert questions not in words


async def test_with_too_few_for_comments_the_open_question_is_not_counted(tmp_path: Path) -> None:
    async with led(tmp_path, people=9) as home:
        strict = PollSettings(poll=barometer.with_thresholds(Thresholds(5, 10)))  # type: ignore[arg-type]
        await home.coop.bot.store.run(lambda tx: polls.save_settings(tx, strict), home.coop.slack.team_id)
        await home.press("open_poll", "barometer")
        words = home.lead.modal.words()
        assert "13 questions" in words
        assert "commentaire" not in words


@pytest.mark.parametrize(("closes", "said"), [("2026-03-30", "déjà passé"), ("2026-09-01", "bien lointain")])
async def test_a_day_that_will_not_do_is_said_under_it(tmp_path: Path, closes: str, said: str) -> None:
    async with led(tmp_path) as home:
        await home.press("open_poll", "barometer")
        window = await home.send(closes=closes)
        assert said in window.errors["f1|closes"]
        assert await home.rounds() == []


async def test_a_round_that_would_end_before_anybody_is_invited_is_not_opened(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        friday_evening = datetime(2026, 4, 10, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
        home.coop.clock.move_to(friday_evening)
        await home.press("open_poll", "barometer")
        window = await home.send(closes="2026-04-12")
        assert "la première part lundi 13 avril" in window.errors["f1|closes"].replace("\N{NO-BREAK SPACE}", " ")
        assert await home.rounds() == []
        await home.send(closes="2026-04-13")
        assert [one.round.closes for one in await home.rounds()] == [date(2026, 4, 13)]


async def test_an_open_poll_is_not_opened_again_even_from_an_old_window(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("open_poll", "barometer")
        old = home.lead.modal.given
        await home.send()
        window = await home.send_as(home.lead, old)
        assert "déjà ouvert" in " ".join(window.errors.values())
        await home.forge(home.lead, "open_poll", "barometer")
        assert "déjà ouvert" in home.lead.modal.words()
        assert len(await home.rounds()) == 1


async def test_a_poll_that_is_no_more_says_so(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        for verb in ("open_poll", "poll_settings", "edit_poll", "add_item", "reword_item", "remove_item"):
            await home.forge(home.lead, verb, "own_nothing.at_all")
            assert "n'existe pas" in home.lead.modal.words()


@pytest.mark.parametrize(("locale", "said"), [("fr", "ne serait pas anonyme"), ("en", "would not be anonymous")])
async def test_too_few_are_proposed_to_talk_and_that_is_no_mistake(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, people=4, locale=locale) as home:
        assert said in (await home.home_of(home.lead)).words()
        await home.press("open_poll", "barometer")
        assert said in home.lead.modal.words()
        assert home.lead.modal.controls() == []
        thanks = await home.send()
        assert not thanks.errors
        assert said in thanks.words()
        assert await home.rounds() == []
        assert said in home.lead.received[-1].text
        waiting = await home.reads(lambda tx: conversations.of_flow(tx, "check_in", open_only=True))
        assert len(waiting) == 1


@pytest.mark.parametrize(
    ("locale", "said"), [("fr", "à 4, il ne serait pas anonyme"), ("en", "with 4, it would not be anonymous")]
)
async def test_too_few_are_not_told_that_a_poll_comes_back(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, people=4, locale=locale) as home:
        await home.press("open_poll", "barometer")
        await home.send()
        home.coop.clock.move_to(datetime(2026, 6, 23, 9, tzinfo=UTC))  # a week before the next
        await home.coop.bot.settle()
        told = " ".join(message.text for message in home.lead.received).replace("\N{NO-BREAK SPACE}", " ")
        assert said in told
        assert "L'invitation rappellera" not in told
        assert "The invitation will recall" not in told


async def test_people_who_left_meanwhile_make_it_a_talk(tmp_path: Path) -> None:
    async with led(tmp_path, people=9) as home:
        await home.press("open_poll", "barometer")
        for person in home.others[:5]:
            await home.coop.slack.deactivate(person)
        await home.coop.bot.settle()
        thanks = await home.send()
        assert not thanks.errors
        assert "je n'ouvre rien" in thanks.words()
        assert await home.rounds() == []


async def test_a_large_cooperative_may_talk_too_and_is_not_told_that_it_is_small(tmp_path: Path) -> None:
    async with led(tmp_path, people=12) as home:
        await home.press("check_in")
        thanks = await home.send()
        assert "t'attend dans nos messages" in thanks.words()
        asked = home.lead.received[-1].text
        assert "météo collective" in asked
        assert "anonyme" not in asked


async def test_a_text_that_lacks_in_a_language_somebody_reads_keeps_the_poll_closed(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        items = (*barometer.items[:-1], Item("own", dimension="dialogue", texts={"fr": "Nos réunions servent"}))
        own = PollSettings(poll=type(barometer)("barometer", items, barometer.dimensions))
        await home.coop.bot.store.run(lambda tx: polls.save_settings(tx, own), home.coop.slack.team_id)
        await home.press("open_poll", "barometer")
        still_fine = home.lead.modal
        assert still_fine.controls()
        await home.speaks(home.others[0], "en")
        window = await home.send()
        assert "Nos réunions servent" in window.errors["f1|closes"]
        await home.press("open_poll", "barometer")
        assert "Il manque un texte" in home.lead.modal.words()
        assert "Nos réunions servent" in home.lead.modal.words()
        assert await home.rounds() == []


async def test_who_answered_is_only_shown_where_it_was_announced(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        await home.forge(home.lead, "who_answered", record.id)
        assert "ne garde pas la liste" in home.lead.modal.words()
        assert "home.who_answered" not in await buttons_of(home)


async def test_where_it_was_announced_leads_see_who_answered_until_it_closes(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        await home.send(lists_participation=["yes"])
        record = await home.open_round()
        await home.press("who_answered", record.id)
        assert "Personne n'a encore répondu" in home.lead.modal.words()
        lea = home.others[0]
        await home.press("vote", record.id, by=lea)
        await lea.submit(lea.modal, filled(lea))
        await home.press("who_answered", record.id)
        assert "Prénom0 Nom0" in home.lead.modal.words()
        assert "Prénom1" not in home.lead.modal.words()
        await home.forge(home.others[1], "who_answered", record.id)
        assert "Prénom0" not in home.others[1].modal.words()
        await home.let_days_pass(14)
        await home.forge(home.lead, "who_answered", record.id)
        assert "Prénom0" not in home.lead.modal.words()


async def test_only_whom_the_invitation_names_sees_who_answered(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        qvct = home.others[0]
        card = Card(person=qvct.id, roles=frozenset({"qvct_lead"}))
        assert await home.coop.bot.desk.describe(home.coop.slack.team_id, home.lead.id, card) == {}
        await home.press("poll_settings", "barometer")
        await home.send(lists_participation=["yes"])
        record = await home.open_round()
        assert "Prénom0 Nom0 peut voir qui a répondu" in home.others[1].received[-1].text
        assert "home.cancel_round" in await buttons_of(home)
        assert "home.who_answered" not in await buttons_of(home)
        await home.forge(home.lead, "who_answered", record.id)
        assert "Ce geste revient à" in home.lead.modal.words()
        await home.press("who_answered", record.id, by=qvct)
        assert "Personne n'a encore répondu" in qvct.modal.words()


async def test_a_round_opened_by_mistake_is_cancelled_and_everybody_told(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        button = (await home.home_of(home.lead)).control("home.cancel_round")
        assert "détruites sans être lues" in button.element["confirm"]["text"]["text"]
        await home.press("cancel_round", record.id)
        assert [one.state for one in await home.rounds()] == ["cancelled"]
        await home.coop.bot.settle()
        assert "est annulé" in home.others[3].received[-1].text
        assert "home.open_poll" in await buttons_of(home)
        await home.forge(home.lead, "cancel_round", record.id)
        assert "n'existe pas" in home.lead.received[-1].text


async def test_a_closed_round_is_not_cancelled_from_an_old_home(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        await home.let_days_pass(14)
        await home.forge(home.lead, "cancel_round", record.id)
        assert [one.state for one in await home.rounds()] == ["closed"]
        assert "est clos" in home.lead.received[-1].text


async def buttons_of(home: Led) -> list[str]:
    return [control.action_id for control in (await home.home_of(home.lead)).controls()]


async def test_the_next_opening_comes_by_itself_once_a_first_was_opened_by_hand(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        assert "rien de prévu" in (await home.home_of(home.lead)).words()
        await home.open_round()
        await home.let_days_pass(14)
        words = (await home.home_of(home.lead)).words().replace("\N{NO-BREAK SPACE}", " ")
        assert "prochaine ouverture le mardi 30 juin" in words
