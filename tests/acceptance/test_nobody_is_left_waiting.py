"""When somebody leaves, or nobody holds a part yet, whoever waits for them hears of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.setting_up import SetUp
from sandbox import Message, Person
from tests.acceptance.village import FIRST_DAY, button, last, village


def open_questions(person: Person, words: str) -> list[Message]:
    return [message for message in person.received if words in message.words() and message.controls()]


async def test_what_was_missed_is_told_to_the_management_while_nobody_plays_the_part(tmp_path: Path) -> None:
    async with village(tmp_path, size=6) as here:
        await here.welcome(await here.arrive("Lila", "Besson"))
        for _ in range(8):  # nobody takes the part
            for person in here.people:
                for message in open_questions(person, "Accepterais-tu"):
                    await person.click(message, **button(message, "Pas cette fois"))
                    await here.breathe()
        here.clock.move_to(here.clock() + timedelta(days=45))
        await here.breathe()
        assert "Ton premier jour" in last(here.awa, "pas pu dire ceci à temps").words()


async def test_what_is_missed_by_night_is_told_by_day(tmp_path: Path) -> None:
    async with village(tmp_path, size=6) as here:
        await here.welcome(await here.arrive("Lila", "Besson"))
        here.clock.move_to(here.clock().replace(hour=23) + timedelta(days=45))
        before = len(here.awa.received)
        await here.breathe()
        assert len(here.awa.received) == before
        await here.on(date(2026, 5, 18))
        assert "Ton premier jour" in last(here.awa, "pas pu dire ceci à temps").words()


async def test_when_whoever_was_to_name_somebody_leaves_another_is_asked(tmp_path: Path) -> None:
    async with village(tmp_path, size=5) as here:
        bastien = here.people[1]
        both = SetUp(management=(here.awa.id, bastien.id))
        assert await here.bot.desk.set_up(here.slack.team_id, here.awa.id, both) == {}
        await here.welcome(await here.arrive("Lila", "Besson"))
        [asked] = [one for one in (here.awa, bastien) if open_questions(one, "un rôle reste à confier")]
        other = bastien if asked is here.awa else here.awa
        await here.slack.deactivate(asked)
        await here.breathe()
        assert open_questions(other, "responsable")


async def test_when_whoever_was_proposed_a_part_leaves_somebody_else_is_asked_at_once(tmp_path: Path) -> None:
    async with village(tmp_path, size=6) as here:
        elsa, lila = here.people[4], await here.arrive("Lila", "Besson")
        await here.welcome(lila, job_buddy=elsa)
        assert open_questions(elsa, "relais métier")
        await here.slack.deactivate(elsa)
        await here.breathe()
        assert any(open_questions(one, "relais métier") for one in here.people if one is not elsa)


@pytest.mark.parametrize("said_yes", [True, False])
async def test_when_somebody_to_meet_leaves_the_next_encounter_comes(tmp_path: Path, said_yes: bool) -> None:
    async with village(tmp_path, size=8) as here:
        lila = await here.arrive("Lila", "Besson")
        await here.welcome(lila, job_buddy=here.people[1], coop_buddy=here.people[2], supervisor=here.awa)
        await here.on(FIRST_DAY + timedelta(days=7))
        question = last(lila, "Je te présente deux personnes par semaine")
        await lila.click(question, **button(question, "Oui, deux par semaine"))
        await here.on(FIRST_DAY + timedelta(days=15))
        offered = open_questions(lila, "je te propose de rencontrer")
        assert offered
        for message in offered:
            other = next(one for one in here.people if one.mention in message.words())
            if said_yes:
                await lila.click(message, **button(message, "Oui, avec plaisir"))
                await here.breathe()
            await here.slack.deactivate(other)
            await here.breathe()
        before = len(offered)
        await here.on(date(2026, 6, 12))
        assert len([one for one in lila.received if "je te propose de rencontrer" in one.words()]) > before
        assert not any(other.mention in one.words() for one in open_questions(lila, "je te propose de rencontrer"))


async def test_when_the_only_person_who_may_welcome_leaves_an_administrator_may(tmp_path: Path) -> None:
    async with village(tmp_path, size=2) as here:
        bastien, lila = here.people[1], await here.arrive("Lila", "Besson")
        await here.slack.change(bastien, is_admin=True)
        await here.slack.deactivate(here.awa)
        await here.breathe()
        await bastien.shortcut("welcome")
        given = {"f1|person": lila.id, "f1|first_day": FIRST_DAY.isoformat()}
        assert (await bastien.submit(bastien.modal, given)).errors == {}
        await bastien.open_home()
        await here.breathe()
        assert bastien.home is not None
        assert "home.settings" in {control.action_id for control in bastien.home.controls()}


async def test_whoever_still_lacks_something_after_two_weeks_is_not_told_that_it_was_just_passed_on(
    tmp_path: Path,
) -> None:
    async with village(tmp_path, size=6) as here:
        lila, bastien = await here.arrive("Lila", "Besson"), here.people[1]
        await here.welcome(lila, job_buddy=bastien, supervisor=here.awa)
        await bastien.click(last(bastien, "Accepterais"), "J'accepte")
        await here.on(FIRST_DAY + timedelta(days=1))
        await lila.click(last(lila, "Alors, ce premier jour"), "Il me manque quelque chose")
        await here.breathe()
        await lila.write("Une clé de l'atelier")
        await here.breathe()
        assert "Une clé de l'atelier" in last(bastien, "Il manque quelque chose").words()
        await here.on(FIRST_DAY + timedelta(days=20))
        assert "je ne sais pas encore si c'est réglé" in last(lila, "un mot de vive voix").words()
