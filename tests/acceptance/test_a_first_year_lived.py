"""Parts of a first year, lived through the whole bot: outages, letters, few people, another database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message as Letter
from pathlib import Path

import pytest

from bot.postman import SmtpPostman
from bot.settings import Mailbox
from sandbox import Person
from tests.acceptance.village import FIRST_DAY, Village, button, last, village

MONDAY, NEXT_MONDAY = datetime(2026, 4, 26, 10, tzinfo=UTC), datetime(2026, 5, 4, 7, 5, tzinfo=UTC)


async def begin(here: Village, lila: Person, job_buddy: Person, coop_buddy: Person, supervisor: Person) -> None:
    """Lila's year, its parts taken."""
    await here.welcome(lila, job_buddy=job_buddy, coop_buddy=coop_buddy, supervisor=supervisor)
    for _ in range(2):
        for buddy in (job_buddy, coop_buddy):
            for message in [one for one in buddy.received if "Accepterais-tu" in one.words() and one.controls()]:
                await buddy.click(message, **button(message, "J'accepte"))
                await here.breathe()


async def test_five_days_of_outage_make_one_message_a_person_and_what_was_missed_is_told(tmp_path: Path) -> None:
    async with village(tmp_path, size=5) as here:
        _, bastien, chloé, driss = here.people[:4]
        lila = await here.arrive("Lila", "Besson")
        await begin(here, lila, chloé, driss, bastien)
        await here.until(MONDAY)
        before = {person.id: len(person.received) for person in (*here.people, lila)}
        here.clock.move_to(NEXT_MONDAY)
        await here.breathe()
        told = {person.first_name: len(person.received) - before[person.id] for person in (*here.people, lila)}
        assert max(told.values()) == 1, told
        assert told["Lila"] == told["Driss"] == told["Chloé"] == 1
        assert "Ton premier jour" in driss.received[-1].words()
        assert "Bienvenue Lila" in lila.received[-1].words()
        assert "le petit robot des Lucioles" in lila.received[-1].words()


@pytest.mark.parametrize("size", [2, 4])
async def test_whoever_holds_several_parts_receives_what_comes_together_in_one_message(
    tmp_path: Path, size: int
) -> None:
    async with village(tmp_path, size=size) as here:
        bastien, lila = here.people[1], await here.arrive("Lila", "Besson")
        await begin(here, lila, bastien, bastien, bastien)
        before = len(bastien.received)
        await here.on(date(2026, 4, 19))
        told = bastien.received[before:]
        await here.on(date(2026, 4, 20))
        together = bastien.received[before + len(told) :]
        assert len(together) == 1
        assert "tour des outils" in together[0].words()
        assert "dix minutes" in together[0].words()


async def test_in_a_cooperative_of_five_the_management_may_give_several_parts_to_one_person(tmp_path: Path) -> None:
    async with village(tmp_path, size=4) as here:
        bastien, lila = here.people[1], await here.arrive("Lila", "Besson")
        ack = await here.welcome(lila, job_buddy=bastien, coop_buddy=bastien, supervisor=bastien)
        assert ack.errors == {}
        await begin_again(here, bastien)
        await here.awa.open_home()
        await here.breathe()
        assert here.awa.home is not None
        assert "à trouver" not in here.awa.home.words()


async def begin_again(here: Village, buddy: Person) -> None:
    for _ in range(2):
        for message in [one for one in buddy.received if "Accepterais-tu" in one.words() and one.controls()]:
            await buddy.click(message, **button(message, "J'accepte"))
            await here.breathe()


async def test_a_year_on_postgresql_is_the_same_as_on_sqlite(tmp_path: Path, postgresql_url: str) -> None:
    stories = []
    for database_url in (None, postgresql_url):
        folder = tmp_path / ("one" if database_url else "other")
        folder.mkdir()
        async with village(folder, size=5, database_url=database_url) as here:
            _, bastien, chloé, driss = here.people[:4]
            lila = await here.arrive("Lila", "Besson")
            await begin(here, lila, chloé, driss, bastien)
            await here.on(FIRST_DAY + timedelta(days=8))
            question = last(lila, "Je te présente deux personnes par semaine")
            await lila.click(question, **button(question, "Oui, deux par semaine"))
            await here.on(date(2027, 6, 1))
            stories.append({person.first_name: [one.words() for one in person.received] for person in here.people})
            assert len(lila.received) > 20
    assert stories[0] == stories[1]


async def test_a_week_before_a_newcomer_without_account_gets_a_letter_then_is_recognised(tmp_path: Path) -> None:
    async with mailbox() as (box, letters), village(tmp_path, postman=SmtpPostman(box)) as here:
        await here.awa.shortcut("welcome")
        given = {
            "f1|first_name": "Zoé",
            "f1|email": "Zoe@exemple.coop",
            "f1|first_day": FIRST_DAY.isoformat(),
            "f1|supervisor": here.awa.id,
        }
        assert (await here.awa.submit(here.awa.modal, given)).errors == {}
        await here.on(FIRST_DAY - timedelta(days=6))
        [letter] = letters
        assert (letter["To"], str(make_header(decode_header(letter["Subject"])))) == (
            "zoe@exemple.coop",
            "Zoé, à très vite aux Lucioles !",
        )
        zoé = await here.arrive("Zoé", "Ba", email="zoe@exemple.coop")
        await here.on(FIRST_DAY)
        assert [message for message in zoé.received if "Bienvenue Zoé" in message.words()]
        assert len(letters) == 1


async def test_somebody_who_joins_in_english_is_spoken_to_in_english(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        kim = await here.arrive("Kim", "Lee", locale="en-GB")
        await here.welcome(kim, supervisor=here.awa)
        await here.on(FIRST_DAY)
        assert last(kim, "Welcome Kim")


async def test_a_gesture_made_while_the_database_is_locked_is_not_acknowledged_and_works_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with village(tmp_path) as here:
        bastien = here.people[1]
        with sqlite3.connect(tmp_path / "parcours.db", isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            ack = await bastien.write("menu")
            assert not ack.acknowledged
            assert any("locked" in line.getMessage() for line in caplog.records)
            other.execute("ROLLBACK")
        other.close()
        here.clock.advance(timedelta(minutes=1))
        assert all(again.acknowledged for again in await here.slack.retries_due(early=True))
        await here.breathe()
        assert "Que veux-tu faire" in bastien.received[-1].words()
        assert len(bastien.received) == 1


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[Mailbox, list[Letter]]]:
    """A small SMTP server (RFC 5321) that keeps the letters it takes."""
    letters: list[Letter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                letters.append(message_from_string(body.decode()))
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
            if verb == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Mailbox("127.0.0.1", port, "parcours@exemple.coop", tls=False), letters
