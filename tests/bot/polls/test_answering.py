"""Answering a round, whole: from the button to the thanks, over Socket Mode and in the strict practice workspace."""

from pathlib import Path
from typing import Any

import pytest

from bot.polls.opening import open_by_hand
from sandbox import Person
from storage import ballots, outbox, polls
from tests.bot.connected import Connected, connected
from tests.bot.polls.answering import asked, filled
from tests.bot.polls.led import led


async def with_a_round(coop: Connected, *, people: int = 9, poll: str = "barometer") -> list[Person]:
    """A cooperative of so many, a round open in it."""
    team = coop.slack.team_id
    others = [coop.slack.add_person(f"Prénom{number}", f"Nom{number}") for number in range(people - 1)]
    await coop.bot.meet_everyone()
    from bot.setting_up import SetUp

    await coop.bot.desk.set_up(team, coop.lead.id, SetUp(name="Les Lucioles", management=(coop.lead.id,)))
    refusals: list[Any] = []
    await coop.bot.desk.act(team, coop.lead.id, lambda it, me: refusals.append(open_by_hand(it, me, poll)))
    assert refusals == [None]
    await coop.bot.settle()
    return [coop.lead, *others]


async def test_a_person_answers_once_and_is_thanked_in_the_window(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        lea = (await with_a_round(coop))[1]
        await asked(lea)
        assert len(lea.modal.controls()) == 15
        before = await coop.bot.store.read(lambda tx: (outbox.waiting_count(tx), outbox.next_at(tx, coop.clock())))
        await lea.submit(lea.modal, filled(lea, "Garder le café. Améliorer les délais."))
        assert not lea.modal.errors
        assert "scellées" in lea.modal.words()
        after = await coop.bot.store.read(lambda tx: (outbox.waiting_count(tx), outbox.next_at(tx, coop.clock())))
        assert after == before
        await lea.close(lea.modal)
        await asked(lea)
        assert "déjà là" in lea.modal.words()
        team = coop.slack.team_id
        found = await coop.bot.store.read(lambda tx: polls.open_rounds(tx)[0].id, team)
        assert len(await coop.bot.store.read(lambda tx: ballots.sealed_in(tx, found), team)) == 1


async def test_a_comment_that_names_somebody_is_sent_once_it_was_read_again(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        lea = (await with_a_round(coop))[1]
        await asked(lea)
        values = filled(lea, "Merci à Awa, joignable au 06 12 34 56 78.")
        await lea.submit(lea.modal, values)
        assert "Awa" in " ".join(lea.modal.errors.values())
        await lea.submit(lea.modal, {**values, "f1|reread": ["yes"]})
        assert "scellées" in lea.modal.words()


async def test_an_empty_ballot_is_kindly_refused(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        lea = (await with_a_round(coop))[1]
        await asked(lea)
        nothing = {key: "prefer_not" for key, value in filled(lea).items() if value}
        await lea.submit(lea.modal, nothing)
        assert list(lea.modal.errors.values())
        assert lea.modal.callback_id == "vote"


@pytest.mark.parametrize(
    ("verb", "said"),
    [("read_results", "pas encore"), ("vote", "n'existe pas, ou plus"), ("check_in_guide", "tour de météo")],
)
async def test_a_window_of_a_round_that_is_no_more_says_so(tmp_path: Path, verb: str, said: str) -> None:
    async with led(tmp_path) as home:
        await home.forge(home.others[0], verb, "r_0123456789abcdef")
        assert said in home.others[0].modal.words()
