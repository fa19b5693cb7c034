"""What people type to the bot, or click in it: each gets a kind answer that helps."""

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import Person
from tests.acceptance.village import FIRST_DAY, Village, button, last, village
from tests.bot.connected import connected

MENU = {f"offer.{verb}" for verb in ("home", "ask", "my_data", "pause", "preferences")}
"""Of somebody who may welcome nobody, and whom nothing waits for."""


async def test_words_that_answer_nothing_bring_the_menu_itself_and_somebody_who_knows(tmp_path: Path) -> None:
    async with village(tmp_path, size=5) as here:
        lila, chloé, driss = await here.arrive("Lila", "Besson"), here.people[2], here.people[3]
        await lila.write("Où est-ce que je me gare ?")
        await here.breathe()
        assert "Awa Leroux" in lila.received[-1].words()
        await here.welcome(lila, job_buddy=chloé, coop_buddy=driss, supervisor=here.awa)
        for buddy in (chloé, driss):
            await buddy.click(last(buddy, "Accepterais"), **button(last(buddy, "Accepterais"), "J'accepte"))
        await here.until(here.clock() + timedelta(minutes=1))
        await lila.write("Où est-ce que je me gare ?")
        await here.breathe()
        answer = lila.received[-1]
        assert "Chloé Test" in answer.words()
        assert "Driss Test" in answer.words()
        assert {control.action_id for control in answer.controls()} == MENU


async def test_whoever_says_that_things_go_badly_is_told_that_a_robot_reads_and_what_to_call(tmp_path: Path) -> None:
    async with village(tmp_path, size=5) as here:
        bastien = here.people[1]
        await bastien.write("je ne vais pas bien, mon chef me harcèle")
        await here.breathe()
        await bastien.command("/parcours", "je ne vais pas bien")
        for said in (bastien.received[-1].words(), bastien.whispers[-1].words()):
            assert "Je suis un robot" in said
            assert "pas grave" not in said
            assert "3919" in said


async def test_the_menu_proposes_to_welcome_to_whoever_may_and_to_resume_what_there_is(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        for person, more in ((here.people[1], set()), (here.awa, {"offer.welcome"})):
            await person.command("/parcours")
            assert {control.action_id for control in person.whispers[-1].controls()} == MENU | more
        bastien = here.people[1]
        await bastien.command("/parcours", "pause 3")
        await bastien.write("menu")
        await here.breathe()
        assert {control.action_id for control in bastien.received[-1].controls()} == MENU | {"offer.resume"}


@pytest.mark.parametrize("typed", ["mes données", "Mes Données !", "mes-donnees", "my data", "préférences", "Salut"])
async def test_words_that_open_a_window_bring_its_button_whatever_is_asked(tmp_path: Path, typed: str) -> None:
    """Slack opens no window at a message; and they are no answer to the question that waits for words."""
    async with village(tmp_path, size=1) as here:
        lila = await asked_for_words(here)
        await lila.write(typed)
        await here.breathe()
        assert "pas compris" not in lila.received[-1].words()
        await lila.click(lila.received[-1], "Mes données")
        assert "Ce que je garde" in lila.modal.words()
        assert not any("Il manque quelque chose" in message.words() for message in here.awa.received)


@pytest.mark.parametrize("typed", ["merci", "Merci !", "thanks"])
async def test_whoever_thanks_the_bot_is_told_no_numbers_to_call_in_danger(tmp_path: Path, typed: str) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await asked_for_words(here)
        await lila.write(typed)
        await here.breathe()
        assert lila.received[-1].words() == "Avec plaisir\N{NO-BREAK SPACE}!"
        assert not any("Il manque quelque chose" in message.words() for message in here.awa.received)


async def test_whoever_answers_by_saying_what_they_do_has_answered(tmp_path: Path) -> None:
    async with village(tmp_path, size=1) as here:
        lila = await asked_for_words(here)
        await lila.write("/me attend un badge pour l'atelier")
        await here.breathe()
        assert any("attend un badge" in message.words() for message in here.awa.received)


async def asked_for_words(here: Village) -> Person:
    """Lila, asked what she lacks."""
    lila = await here.arrive("Lila", "Besson")
    await here.welcome(lila, job_buddy=here.awa, coop_buddy=here.awa, supervisor=here.awa)
    await here.on(FIRST_DAY + timedelta(days=1))
    await lila.click(last(lila, "Alors, ce premier jour"), "Il me manque quelque chose")
    await here.breathe()
    return lila


async def test_the_menu_tells_whom_to_ask_a_question(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        bastien = here.people[1]
        await bastien.command("/parcours")
        await bastien.click(bastien.whispers[-1], action_id="offer.ask")
        await here.breathe()
        assert "Awa Leroux" in bastien.received[-1].words()
        assert "conseil juridique" in bastien.received[-1].words()


@pytest.mark.parametrize(
    "typed", ["accueillir @personne 2026-12-01", "accueillir @awa.leroux demain", "accueillir @awa.leroux 31/02/2026"]
)
async def test_a_command_that_cannot_be_read_says_how_to_write_it(tmp_path: Path, typed: str) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        await coop.lead.command("/parcours", typed)
        assert "/parcours accueillir" in coop.lead.whispers[-1].text
        assert "calendrier" not in coop.lead.whispers[-1].text
        assert "liste" not in coop.lead.whispers[-1].text


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("pause", "7 avril"),
        ("pause 3", "3 avril"),
        ("pause 30 jours", "30 avril"),
        ("pause 2027-03-20", "20 mars"),
        ("pause un peu", None),
        ("pause 2026-03-31", None),
        ("pause 0", None),
        ("pause 900", None),
    ],
)
async def test_a_pause_lasts_as_long_as_was_typed_or_its_window_asks(
    tmp_path: Path, typed: str, until: str | None
) -> None:
    async with village(tmp_path) as here:
        bastien = here.people[1]
        await bastien.command("/parcours", typed)
        await here.breathe()
        assert (bastien.received != []) == (until is not None)
        if until is not None:
            assert until in bastien.received[-1].words()
        else:
            assert "paused_until" in str(bastien.modal)


async def test_whoever_is_late_to_get_things_ready_is_not_told_that_the_newcomer_will_come(tmp_path: Path) -> None:
    async with village(tmp_path, size=6) as here:
        bastien = here.people[1]
        await here.welcome(await here.arrive("Lila", "Besson"), supervisor=bastien)
        await here.until(here.clock().replace(month=5, day=4))
        assert "Lila arrive le" not in bastien.received[-1].words()
        assert "accès" in bastien.received[-1].words()
