"""Inviting those who have left to a highlight: who may, who receives what, once, and what is said when it cannot be."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from bot.conductor import Conductor
from bot.home import Home
from bot.letterbox.addresses import withdraw
from bot.letterbox.gestures import bounced
from bot.rehearsal.mailbag import Mail, Mailbag
from bot.score import Score
from bot.setting_up import Card
from bot.wire import field_block
from flows.core.people import STEWARD, Member, Pace
from messages import Messages
from sandbox import Person
from storage import contacts, departures, members, outbox, tables
from storage.departures import Departure
from storage.keys import KEY_LENGTH
from tests.bot.connected import MORNING, Connected, connected

T = TypeVar("T")
ELSEWHERE = "T0ELSEWHERE"
KEY = bytes(KEY_LENGTH)
PUBLIC = "https://parcours.exemple.coop"
PARTY, THEIR_DAY, THEIR_HOUR = "La fête d'été, à l'atelier", "2026-06-20", "18:30"
"""A Saturday; Parcours is asked on a Tuesday morning of March."""
BY_DAY, BY_HOUR = {"what": PARTY, "day": THEIR_DAY}, {"what": PARTY, "day": THEIR_DAY, "hour": THEIR_HOUR}


@dataclass
class Alumni:
    """A cooperative whose mail server carries letters, and those who have left it."""

    coop: Connected
    mail: Mailbag
    other: Person

    @property
    def lead(self) -> Person:
        return self.coop.lead

    async def does(self, unit: Callable[[Conductor], T], workspace: str | None = None) -> T:
        return await self.coop.bot.desk.do(workspace or self.coop.slack.team_id, unit)

    async def left(self, name: str, pace: Pace = "all", workspace: str | None = None, **known: Any) -> str:
        """Somebody who has left their address; gives their id."""

        def unit(conductor: Conductor) -> str:
            known_so = {"id": members.new_id(), "first_name": name, "active": False, **known}
            gone = members.remember(conductor.tx, Member(**known_so))
            contacts.give(conductor.tx, gone.id, address_of(name), date(2026, 1, 5), pace)
            return gone.id

        return await self.does(unit, workspace)

    async def window(self, by: Person | None = None) -> str:
        """The words of the window the command opens."""
        person = by or self.lead
        await person.command("/parcours", "inviter")
        assert person.failures == []
        return person.modal.words()

    async def sent(self, **given: str) -> str:
        """What is read once the window is sent: the next one, or what is wrong in this one."""
        await self.window()
        ack = await self.lead.submit(self.lead.modal, {field_block(name): value for name, value in given.items()})
        return "\n".join(ack.errors.values()) if ack.errors else self.lead.modal.words()

    async def letters(self) -> list[Mail]:
        await self.coop.bot.settle()
        return self.mail.emptied()

    async def home_of(self, person: Person) -> str:
        await person.open_home()
        await self.coop.bot.settle()
        assert person.home is not None
        return person.home.words()


def address_of(name: str) -> str:
    return f"{name.lower()}@ailleurs.exemple"


@asynccontextmanager
async def alumni(folder: Path, database_url: str, *, smtp: bool = True) -> AsyncIterator[Alumni]:
    mail = Mailbag()
    postman = mail if smtp else None
    keys: dict[str, Any] = {"words_keys": (KEY,), "ballot_key": KEY}
    async with connected(folder, postman=postman, public_url=PUBLIC, database_url=database_url, **keys) as coop:
        other = coop.slack.add_person("Malik", "Benali")
        await coop.slack.join(other)
        await coop.set_up()
        yield Alumni(coop, mail, other)


@pytest.fixture
async def life(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Alumni]:
    async with alumni(tmp_path, sqlite_url) as life:
        yield life


# ------------------------------------------------------------------------------------------------------ who receives it


async def test_each_of_those_who_want_to_hear_of_everything_receives_a_letter_and_nobody_else(
    tmp_path: Path, database_url: str
) -> None:
    async with alumni(tmp_path, database_url) as life:
        for name in ("Ana", "Bob"):
            await life.left(name)
        await life.left("Cyr", "less")
        await life.left("Dina", active=True, slack_id="U0DINA")
        for name, forget in (("Eli", refuses_for_good), ("Flo", erases_their_address)):
            gone = await life.left(name)
            await life.does(forget(gone))
        await life.left("Gus", workspace=ELSEWHERE)
        assert "2 personnes sont invitées" in await life.sent(**BY_HOUR)
        letters = await life.letters()
        assert sorted(letter.to for letter in letters) == [address_of("Ana"), address_of("Bob")]
        for letter, name in zip(sorted(letters, key=lambda it: it.to), ("Ana", "Bob"), strict=True):
            assert f"{name}, une invitation des Lucioles" in letter.subject
            assert PARTY in letter.text
            assert "le samedi 20 juin" in letter.text
            assert "18\xa0h\xa030" in letter.text
            assert str(letter.stop).startswith(f"{PUBLIC}/former/")


def refuses_for_good(member: str) -> Callable[[Conductor], object]:
    return lambda it: contacts.bounce(it.tx, member, it.today, "smtp_550")


def erases_their_address(member: str) -> Callable[[Conductor], object]:
    def unit(conductor: Conductor) -> None:
        gone = conductor.member(member)
        assert gone is not None
        assert withdraw(conductor, gone)

    return unit


async def test_a_letter_that_says_no_hour_says_the_day_alone(life: Alumni) -> None:
    await life.left("Ana")
    await life.sent(**BY_DAY)
    (letter,) = await life.letters()
    assert "le samedi 20 juin." in letter.text


async def test_everybody_is_written_to_in_their_language(life: Alumni) -> None:
    await life.left("Ana", locale="en")
    await life.left("Bob", address="vous")
    await life.sent(**BY_HOUR)
    english, formal = sorted(await life.letters(), key=lambda it: it.to)
    assert "on Saturday 20 June at 18:30" in english.text
    assert "votre place est gardée" in formal.text


async def test_nobody_learns_who_else_is_invited(life: Alumni) -> None:
    for name in ("Ana", "Bob"):
        await life.left(name, last_name="Lô")
    said = [await life.home_of(life.lead), await life.window(), await life.sent(**BY_DAY)]
    letters = await life.letters()
    assert len(letters) == 2
    for name in ("Ana", "Bob"):
        others = [letter.text for letter in letters if letter.to != address_of(name)]
        assert not any(word in text for word in (name, address_of(name)) for text in (*said, *others))


# ------------------------------------------------------------------------------------------------------ once


async def test_the_same_window_sent_twice_invites_once(tmp_path: Path, database_url: str) -> None:
    async with alumni(tmp_path, database_url) as life:
        await life.left("Ana")
        await life.window()
        assert [await submitted(life, life.lead, **BY_DAY) for _ in range(2)] == ["", ""]
        assert "est invitée" in await life.sent(**BY_DAY)
        assert len(await life.letters()) == 1


async def submitted(life: Alumni, by: Person, **given: str) -> str:
    """What is wrong in the window that is open before whoever leads, sent by `by` as any client might."""
    coop = life.coop
    home = Home(coop.bot.store, Score({}, {}, {}, smtp=True), Messages(), coop.clock)
    view = life.lead.modal.shown() | {"state": {"values": values(**given)}}
    return "\n".join((await home.submit(coop.bot.desk, coop.slack.team_id, by.id, view)).values())


def values(**given: str) -> dict[str, Any]:
    keys = {"what": "value", "day": "selected_date", "hour": "selected_time"}
    return {field_block(name): {"field": {keys[name]: value}} for name, value in given.items()}


async def test_another_highlight_of_the_same_day_is_another_invitation(life: Alumni) -> None:
    await life.left("Ana")
    for what in (PARTY, "La veillée"):
        await life.sent(**BY_DAY | {"what": what})
    assert len(await life.letters()) == 2


# ------------------------------------------------------------------------------------------------------ who may


async def test_the_management_is_told_in_its_home_of_how_many_stay_in_touch(life: Alumni) -> None:
    assert "gardent le lien" not in await life.home_of(life.lead)
    for name in ("Ana", "Bob"):
        await life.left(name)
    assert "2 personnes parties gardent le lien" in await life.home_of(life.lead)
    assert life.lead.home is not None
    await life.lead.click(life.lead.home, action_id="home.invite")
    assert "2 personnes parties" in life.lead.modal.words()
    assert "sans voir les autres" in life.lead.modal.words()


async def test_nobody_else_may_invite_nor_learns_that_somebody_stays_in_touch(life: Alumni) -> None:
    await life.left("Ana")
    assert "garde le lien" not in await life.home_of(life.other)
    assert "Ce geste revient à Awa Leroux" in await life.window(life.other)
    await life.window()
    assert "Ce geste revient à Awa Leroux" in await submitted(life, life.other, **BY_DAY)
    assert await life.letters() == []


async def test_a_steward_leaves_it_to_the_management(life: Alumni) -> None:
    await life.left("Ana")
    card = Card(person=life.other.id, roles=frozenset({STEWARD}))
    assert not await life.coop.bot.desk.describe(life.coop.slack.team_id, life.lead.id, card)
    assert "Ce geste revient à Awa Leroux" in await life.window(life.other)


# ------------------------------------------------------------------------------------------------------ what cannot be


async def test_without_a_mail_server_the_window_says_so(tmp_path: Path, sqlite_url: str) -> None:
    async with alumni(tmp_path, sqlite_url, smtp=False) as life:
        await life.left("Ana")
        assert "SMTP_URL" in await life.window()


async def test_with_nobody_to_invite_nothing_is_asked(life: Alumni) -> None:
    await life.left("Cyr", "less")
    assert "rien ne part" in await life.window()
    assert life.lead.modal.controls() == []


async def test_whoever_was_alone_and_wants_no_more_letters_is_invited_by_no_window_left_open(life: Alumni) -> None:
    gone = await life.left("Ana")
    await life.window()
    await life.does(erases_their_address(gone))
    ack = await life.lead.submit(life.lead.modal, {field_block(name): value for name, value in BY_DAY.items()})
    assert "rien ne part" in "".join(ack.errors.values())
    assert await life.letters() == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"day": "2026-03-30"}, "déjà passé"),
        ({"day": "2028-06-01"}, "bien lointain"),
        ({"what": " \x00 "}, "quelques mots suffisent"),
        ({"day": ""}, "choisis-le dans le calendrier"),
        ({"hour": "25:00"}, "pas reconnu cette heure"),
        ({"day": "2026-03-31", "hour": "09:00"}, "la prochaine le mardi 31 mars"),
    ],
    ids=["yesterday", "in more than two years", "nothing written", "no day", "no such hour", "an hour ago"],
)
async def test_what_cannot_be_is_said_kindly_and_nobody_is_written_to(
    life: Alumni, given: dict[str, str], said: str
) -> None:
    await life.left("Ana")
    await life.window()
    assert said in await submitted(life, life.lead, **BY_DAY | given)
    assert await life.letters() == []


async def test_no_letter_is_to_come_after_what_it_invites_to(life: Alumni) -> None:
    await life.left("Ana")
    life.coop.clock.move_to(datetime(2026, 4, 4, 8, tzinfo=MORNING.tzinfo))
    assert "la prochaine le mardi 7 avril" in await life.sent(what=PARTY, day="2026-04-05"), "Easter Monday is off"
    assert "est invitée" in await life.sent(what=PARTY, day="2026-04-08")


@pytest.mark.parametrize(("hour", "letters"), [("15:30", 1), ("14:30", 0), ("", 1)])
async def test_a_letter_that_was_held_up_invites_nobody_to_what_is_over(life: Alumni, hour: str, letters: int) -> None:
    """Nothing ran for days, until three in the afternoon."""
    await life.left("Ana")
    life.coop.clock.move_to(datetime(2026, 4, 4, 8, tzinfo=MORNING.tzinfo))
    await life.sent(what=PARTY, day="2026-04-08", **({"hour": hour} if hour else {}))
    life.coop.clock.move_to(datetime(2026, 4, 8, 13, tzinfo=MORNING.tzinfo))
    assert len(await life.letters()) == letters


# ------------------------------------------------------------------------------------------------------ what failed


async def test_an_invitation_that_failed_is_shown_to_whoever_leads_without_a_name_and_sent_again(life: Alumni) -> None:
    gone = await life.left("Ana", last_name="Lô")
    await life.sent(**BY_DAY)
    await life.does(fails(gone))
    home = await life.home_of(life.lead)
    assert "*Une invitation* · une personne partie" in home
    assert "Le serveur d'e-mail n'a pas pris cette lettre (smtp_554)" in home
    assert not any(word in str(life.lead.home) for word in ("Ana", "Lô", address_of("Ana"), gone))
    assert "Une invitation" not in await life.home_of(life.other)
    assert life.lead.home is not None
    await life.lead.click(life.lead.home, action_id="home.retry")
    assert [letter.to for letter in await life.letters()] == [address_of("Ana")]
    assert "Une invitation" not in await life.home_of(life.lead)


async def test_invitations_that_failed_alike_are_told_together_and_sent_again_at_once(life: Alumni) -> None:
    gone = [await life.left(f"Prénom{number}") for number in range(12)]
    await life.sent(**BY_DAY)
    for one in gone:
        await life.does(fails(one))
    home = await life.home_of(life.lead)
    assert "*Une invitation* · 12 personnes parties" in home
    assert (home.count("Une invitation"), "autres" in home, "un appel" in home) == (1, False, False)
    assert life.lead.home is not None
    await life.lead.click(life.lead.home, action_id="home.retry_all")
    assert len(await life.letters()) == 12


async def test_a_failed_invitation_to_what_is_over_or_to_whoever_wants_no_more_is_shown_no_longer(life: Alumni) -> None:
    gone, other = await life.left("Ana"), await life.left("Bob")
    await life.sent(**BY_DAY)
    for one in (gone, other):
        await life.does(fails(one))
    assert "*Une invitation* · 2 personnes parties" in await life.home_of(life.lead)
    await life.does(erases_their_address(other))
    assert "*Une invitation* · une personne partie" in await life.home_of(life.lead)
    life.coop.clock.move_to(datetime(2026, 6, 22, 8, tzinfo=MORNING.tzinfo))
    assert "Une invitation" not in await life.home_of(life.lead)


@pytest.mark.parametrize("is_known", [True, False])
async def test_that_an_invitation_reached_nobody_is_told_to_whoever_saw_their_departure_through(
    life: Alumni, is_known: bool
) -> None:
    gone = await life.left("Ana")

    def unit(it: Conductor) -> None:
        lead = members.by_slack_id(it.tx, life.other.id)
        assert lead is not None
        day = date(2026, 1, 5)
        left = Departure(id="d_x", member_id=gone, kind="retirement", last_day=day, begun_on=day, state="left")
        departures.save(it.tx, replace(left, lead_id=lead.id if is_known else None))

    await life.does(unit)
    await life.sent(**BY_DAY)
    letter = await life.does(lambda it: outbox.delivery_of(it.tx.connection.execute(_letter_to(gone)).mappings().one()))
    before = {person.id: len(person.received) for person in (life.lead, life.other)}
    await life.does(lambda it: bounced(it, letter, "smtp_nobody_550"))
    await life.coop.bot.settle()
    told = [person for person in (life.lead, life.other) if "Ana" in said_since(person, before)]
    assert told == [life.other if is_known else life.lead]


def _letter_to(member: str) -> sa.Select[Any]:
    return sa.select(tables.outbox).where(tables.outbox.c.recipient == member)


def said_since(person: Person, before: dict[str, int]) -> str:
    return "".join(message.text for message in person.received[before[person.id] :])


def fails(member: str) -> Callable[[Conductor], object]:
    """Their letter, queued or gone, was refused as spam."""

    def unit(it: Conductor) -> None:
        theirs = sa.select(tables.outbox.c.id).where(tables.outbox.c.recipient == member)
        for row in it.tx.connection.execute(theirs).scalars().all():
            assert outbox.settle_given_up(it.tx, row, "smtp_554", it.now)

    return unit


async def test_the_window_is_read_in_english_by_whoever_speaks_it(life: Alumni) -> None:
    await life.left("Ana")
    await life.coop.bot.desk.prefer(life.coop.slack.team_id, life.lead.id, locale="en")
    assert "One person who has left wished to hear of everything" in await life.window()
    assert "one person is invited" in await life.sent(**BY_DAY)
