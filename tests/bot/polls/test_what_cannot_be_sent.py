"""What is said, kindly, to whoever cannot answer or not so; and that nothing of it is taken."""

from pathlib import Path
from typing import Any

import pytest

from bot.accounts import Account
from bot.home import SUBMITTED
from bot.polls.ballot_window import VOTE, Filled
from sandbox import Person
from storage import ballots, members
from storage.polls import RoundRecord
from tests.bot.cooperative import WORKSPACE, cooperative
from tests.bot.polls.answering import filled
from tests.bot.polls.held import OPENING, answers_to, latest, opened
from tests.bot.polls.led import Led, led


async def ballots_of(home: Led, record: RoundRecord) -> int:
    found: int = await home.reads(lambda tx: len(ballots.sealed_in(tx, record.id)))
    return found


async def window_of(home: Led, person: Person, record: RoundRecord) -> Any:
    """The window of a round as the app gives it, closed again by the person."""
    await home.press("vote", record.id, by=person)
    view = person.modal.given
    await person.close(person.modal)
    return view


async def sent(home: Led, person: Person, view: Any, **comments: str) -> str:
    """What the person reads once they have sent this window, filled in."""
    person.hands.stage.open(person, view)
    values = filled(person) | {f"f1|{name}": text for name, text in comments.items()}
    await person.submit(person.modal, values)
    read = " ".join([*person.modal.errors.values(), person.modal.words()])
    await person.close(person.modal)
    return read.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("locale", "said"), [("fr", "Tes réponses sont déjà là"), ("en", "Your answers are here already")]
)
async def test_of_two_windows_open_at_once_the_first_sent_counts(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        record, lea = await home.open_round(), home.others[0]
        first, second = await window_of(home, lea, record), await window_of(home, lea, record)
        assert said not in await sent(home, lea, first)
        assert said in await sent(home, lea, second)
        assert await ballots_of(home, record) == 1


@pytest.mark.parametrize(("locale", "said"), [("fr", "Ce sondage est clos"), ("en", "This poll is closed")])
async def test_a_window_sent_after_the_closing_is_too_late(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        record, lea = await home.open_round(), home.others[0]
        view = await window_of(home, lea, record)
        await home.let_days_pass(14)
        assert said in await sent(home, lea, view)
        (closed,) = await home.rounds()
        assert closed.report is not None
        assert closed.report.participation.answered == 0


async def test_a_round_takes_nothing_more_on_the_days_off_before_it_is_counted(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("open_poll", "barometer")
        await home.send(closes="2026-04-10")
        await home.lead.close(home.lead.modal)
        (record,), lea = await home.rounds(), home.others[0]
        view = await window_of(home, lea, record)
        await home.let_days_pass(11)  # a Saturday
        assert [one.state for one in await home.rounds()] == ["open"]
        await home.forge(lea, "vote", record.id)
        assert "Ce sondage est clos" in lea.modal.words()
        assert lea.modal.controls() == []
        await lea.close(lea.modal)
        assert "Ce sondage est clos" in await sent(home, lea, view)
        assert await ballots_of(home, record) == 0
        assert "terminé le vendredi 10 avril, résultats à venir" in (await home.home_of(home.lead)).words()


@pytest.mark.parametrize(("locale", "said"), [("fr", "Ce sondage est annulé"), ("en", "This poll is cancelled")])
async def test_a_window_sent_after_the_poll_was_cancelled_says_so(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        record, lea = await home.open_round(), home.others[0]
        view = await window_of(home, lea, record)
        await home.press("cancel_round", record.id)
        assert said in await sent(home, lea, view)
        assert await ballots_of(home, record) == 0
        await home.forge(lea, "vote", record.id)
        assert said in lea.modal.words()


async def test_whoever_was_not_invited_is_told_even_with_somebody_else_s_window(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        view = await window_of(home, home.others[0], record)
        late = home.coop.slack.add_person("Nina", "Tard", joined=False)
        await home.coop.slack.join(late)
        await home.forge(late, "vote", record.id)
        assert "avant ton arrivée" in late.modal.words()
        await late.close(late.modal)
        assert "avant ton arrivée" in await sent(home, late, view)
        assert await ballots_of(home, record) == 0


async def test_a_closed_account_answers_nothing_and_stays_closed(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await coop.desk.accounts(WORKSPACE, [Account(slack_id="U05", first_name="Personne 5", active=False)])
        answers = answers_to((await latest(coop)).round.poll)
        faults = await SUBMITTED[VOTE].tell(coop.desk, WORKSPACE, "U05", Filled(round_id, answers, reread=True))
        assert list(faults.values()) == ["Ce compte est fermé\N{NO-BREAK SPACE}: il faudrait quelqu'un d'autre."]
        member = await coop.store.read(lambda tx: members.by_slack_id(tx, "U05"), WORKSPACE)
        assert member is not None
        assert not member.active
        assert await coop.store.read(lambda tx: ballots.sealed_in(tx, round_id), WORKSPACE) == []


async def test_a_comment_of_three_thousand_characters_is_taken(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record, lea = await home.open_round(), home.others[0]
        view = await window_of(home, lea, record)
        assert "scellées" in await sent(home, lea, view, keep_and_improve="é" * 3_000)
        assert await ballots_of(home, record) == 1


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr", "Ce texte compte 3001 caractères et je ne peux en garder que 3000."),
        ("en", "This text has 3001 characters and I can only keep 3000."),
    ],
)
async def test_a_longer_one_that_no_window_of_slack_lets_through_is_refused_in_words(
    sqlite_url: str, locale: str, said: str
) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await coop.desk.prefer(WORKSPACE, "U05", locale=locale)
        answers = answers_to((await latest(coop)).round.poll, comment="é" * 3_001)
        faults = await SUBMITTED[VOTE].tell(coop.desk, WORKSPACE, "U05", Filled(round_id, answers, reread=True))
        assert list(faults) == ["keep_and_improve"]
        assert said in str(faults["keep_and_improve"])
        assert await coop.store.read(lambda tx: ballots.sealed_in(tx, round_id), WORKSPACE) == []


RECOGNISED = (
    ("Merci à Prénom3 pour son aide.", "Prénom3"),
    ("nom4 ne répond jamais", "nom4"),
    ("Écrire à lea.martin@exemple.coop", "lea.martin@exemple.coop"),
    ("Joignable au 06 12 34 56 78", "06 12 34 56 78"),
)


@pytest.mark.parametrize(
    ("locale", "warned"), [("fr", "On pourrait reconnaître quelqu'un"), ("en", "Somebody might be recognised")]
)
@pytest.mark.parametrize(("comment", "found"), RECOGNISED)
async def test_a_comment_in_which_somebody_could_be_recognised_is_read_again_first(
    tmp_path: Path, locale: str, warned: str, comment: str, found: str
) -> None:
    async with led(tmp_path, locale=locale) as home:
        record, lea = await home.open_round(), home.others[0]
        view = await window_of(home, lea, record)
        words = await sent(home, lea, view, keep_and_improve=comment)
        assert warned in words
        assert found in words
        assert await ballots_of(home, record) == 0
        assert warned not in await sent(home, lea, view, keep_and_improve="Garder le café, améliorer les délais.")
        assert await ballots_of(home, record) == 1
