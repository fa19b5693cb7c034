"""Those who stay in touch, those who leave and those who come back."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.core.people import Member
from storage import Store, Transaction, contacts, members, outbox, passport, tables
from storage.contacts import Contact
from tests.storage.conftest import HERE, NINE, OpenStore, an_intention

ANA = Member(id="m_ana", first_name="Ana", last_name="Lô", slack_id="U1", email="ana@exemple.coop")
BOB = Member(id="m_bob", first_name="Bob", last_name="Aubin")
ARRIVED, LAST_DAY, BACK = date(2021, 3, 1), date(2026, 12, 31), date(2028, 2, 1)
DAY, LATER = date(2026, 12, 1), date(2029, 12, 2)
ADDRESS = "ana.lo@exemple.org"


@pytest.fixture
async def peopled(store: Store) -> Store:
    await store.run(lambda tx: [members.remember(tx, ANA), members.remember(tx, BOB)], HERE)
    return store


async def run(store: Store, unit: Any) -> Any:
    return await store.run(unit, HERE)


async def ana(store: Store) -> Member:
    found: Member | None = await store.read(lambda tx: members.find(tx, ANA.id), HERE)
    assert found is not None
    return found


# -- the address


async def test_an_address_given_is_their_members_until_it_is_taken_back(peopled: Store) -> None:
    assert await run(peopled, lambda tx: contacts.give(tx, ANA.id, f" {ADDRESS} ", DAY, "less"))
    assert (await ana(peopled)).personal_email == ADDRESS
    assert (await ana(peopled)).pace == "less"
    assert await run(peopled, lambda tx: contacts.forget(tx, ANA.id))
    assert not await run(peopled, lambda tx: contacts.forget(tx, ANA.id))
    assert await ana(peopled) == ANA


async def test_an_address_given_again_takes_the_place_of_the_other(peopled: Store) -> None:
    await run(peopled, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    await run(peopled, lambda tx: contacts.asked_again(tx, ANA.id, DAY))
    await run(peopled, lambda tx: contacts.bounce(tx, ANA.id, DAY, "smtp_550"))
    await run(peopled, lambda tx: contacts.give(tx, ANA.id, "ana@exemple.net", LATER))
    assert await run(peopled, contacts.everyone) == [
        Contact(member_id=ANA.id, email="ana@exemple.net", pace="all", consented_on=LATER)
    ]


async def test_nobody_gives_the_address_of_somebody_unknown(peopled: Store) -> None:
    assert not await run(peopled, lambda tx: contacts.give(tx, "m_nobody", ADDRESS, DAY))


async def test_a_dead_address_is_news_once_and_is_no_longer_written_to(peopled: Store) -> None:
    await run(peopled, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    assert await run(peopled, lambda tx: contacts.bounce(tx, ANA.id, DAY, "smtp_550"))
    assert not await run(peopled, lambda tx: contacts.bounce(tx, ANA.id, LATER, "smtp_551"))
    assert (await ana(peopled)).personal_email is None
    kept = await run(peopled, lambda tx: contacts.find(tx, ANA.id))
    assert (kept.email, kept.bounced_on, kept.bounce_reason) == (ADDRESS, DAY, "smtp_550")
    assert await run(peopled, lambda tx: contacts.due_for_renewal(tx, LATER)) == []
    assert await run(peopled, lambda tx: contacts.dead(tx, DAY)) == []
    assert await run(peopled, lambda tx: contacts.dead(tx, LATER)) == [kept]


async def test_whoever_said_yes_long_ago_is_asked_again_once_and_what_they_say_counts_from_then(peopled: Store) -> None:
    def due(before: date) -> Any:
        return lambda tx: [one.member_id for one in contacts.due_for_renewal(tx, before)]

    await run(peopled, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    await run(peopled, lambda tx: contacts.give(tx, BOB.id, "bob@exemple.org", LATER))
    assert await run(peopled, due(DAY)) == []
    assert await run(peopled, due(LATER)) == [ANA.id]
    assert await run(peopled, lambda tx: contacts.asked_again(tx, ANA.id, LATER))
    assert await run(peopled, due(LATER)) == []
    assert await run(peopled, lambda tx: contacts.renew(tx, ANA.id, LATER, "less"))
    assert await run(peopled, due(LATER)) == []
    assert await run(peopled, due(date(2033, 1, 1))) == [ANA.id, BOB.id]
    assert (await ana(peopled)).pace == "less"


async def test_whoever_does_not_answer_when_asked_again_is_known(peopled: Store) -> None:
    await run(peopled, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    await run(peopled, lambda tx: contacts.asked_again(tx, ANA.id, LATER))
    assert await run(peopled, lambda tx: contacts.unanswered(tx, LATER)) == []
    assert [one.member_id for one in await run(peopled, lambda tx: contacts.unanswered(tx, date(2030, 3, 1)))] == [
        ANA.id
    ]
    await run(peopled, lambda tx: contacts.renew(tx, ANA.id, LATER, "all"))
    assert await run(peopled, lambda tx: contacts.unanswered(tx, date(2030, 3, 1))) == []


async def test_who_stays_in_touch_still_takes_one_statement(peopled: Store) -> None:
    await run(peopled, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    await run(peopled, lambda tx: members.leave(tx, ANA.id, LAST_DAY))
    said: list[str] = []

    def unit(tx: Transaction) -> list[tuple[str | None, date | None]]:
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        return [(one.personal_email, one.left_on) for one in members.everyone(tx)]

    assert await peopled.read(unit, HERE) == [(None, None), (ADDRESS, LAST_DAY)]
    assert len(said) == 1


async def test_an_address_forgotten_is_nowhere_in_the_file(sqlite_url: str, open_store: OpenStore) -> None:
    store, file = open_store(sqlite_url), Path(sqlite_url.removeprefix("sqlite:///"))
    await run(store, lambda tx: members.remember(tx, ANA))
    await run(store, lambda tx: contacts.give(tx, ANA.id, ADDRESS, DAY))
    assert ADDRESS.encode() in file.with_name(f"{file.name}-wal").read_bytes()
    await run(store, lambda tx: contacts.forget(tx, ANA.id))
    await store.close()
    assert b"Ana" in file.read_bytes()
    assert ADDRESS.encode() not in file.read_bytes()
    assert not file.with_name(f"{file.name}-wal").exists()


async def test_what_was_still_to_be_said_to_them_is_let_go_and_is_no_failure(peopled: Store) -> None:
    def queue(tx: Transaction) -> None:
        for number, recipient in enumerate((ANA.id, ANA.id, ANA.id, BOB.id)):
            outbox.enqueue(tx, an_intention(str(number), recipient), NINE)
        for claimed in outbox.claim(tx, NINE, 2, timedelta(minutes=2))[:1]:
            outbox.settle_later(tx, claimed.id, NINE + timedelta(hours=1), "later", counts=True)

    await run(peopled, queue)
    assert await run(peopled, lambda tx: contacts.let_go(tx, ANA.id, NINE)) == 3
    later = NINE + timedelta(days=1)
    left = await run(peopled, lambda tx: outbox.claim(tx, later, 10, timedelta(minutes=2)))
    assert [row.recipient for row in left] == [BOB.id]
    assert await run(peopled, lambda tx: outbox.given_up(tx, 10)) == []
    assert await run(peopled, lambda tx: contacts.let_go(tx, ANA.id, NINE)) == 0


# -- leaving, and coming back


async def tenures(store: Store) -> list[tuple[date | None, date | None]]:
    def unit(tx: Transaction) -> list[tuple[date | None, date | None]]:
        kept = tables.tenure.c
        rows = tx.connection.execute(sa.select(kept.arrived_on, kept.left_on).order_by(kept.id))
        return [(row.arrived_on, row.left_on) for row in rows]

    return await store.read(unit, HERE)


async def test_whoever_leaves_is_known_to_have_left_and_keeps_what_they_are(peopled: Store) -> None:
    await run(peopled, lambda tx: members.remember(tx, replace(ANA, arrived_on=ARRIVED)))
    assert await run(peopled, lambda tx: members.leave(tx, ANA.id, LAST_DAY))
    assert await ana(peopled) == replace(ANA, left_on=LAST_DAY)
    assert not await run(peopled, lambda tx: members.leave(tx, ANA.id, BACK))
    assert not await run(peopled, lambda tx: members.leave(tx, "m_nobody", LAST_DAY))
    assert await tenures(peopled) == [(ARRIVED, LAST_DAY)]


async def test_whoever_arrived_on_no_known_day_leaves_on_a_known_one(peopled: Store) -> None:
    assert await run(peopled, lambda tx: members.leave(tx, ANA.id, LAST_DAY))
    assert (await ana(peopled)).left_on == LAST_DAY
    assert await tenures(peopled) == [(None, LAST_DAY)]


async def test_whoever_comes_back_has_two_tenures_and_the_passport_they_had(peopled: Store) -> None:
    await run(peopled, lambda tx: members.remember(tx, replace(ANA, arrived_on=ARRIVED, associate_since=DAY)))
    await run(peopled, lambda tx: passport.stamp(tx, ANA.id, "welcomed", ARRIVED))
    await run(peopled, lambda tx: members.leave(tx, ANA.id, LAST_DAY))
    await run(peopled, lambda tx: members.remember(tx, replace(ANA, arrived_on=BACK)))
    assert await ana(peopled) == replace(ANA, arrived_on=BACK)
    assert await tenures(peopled) == [(ARRIVED, LAST_DAY), (BACK, None)]
    assert await run(peopled, lambda tx: passport.stamps_of(tx, ANA.id)) == {"welcomed": ARRIVED}
    await run(peopled, lambda tx: members.leave(tx, ANA.id, LATER))
    assert (await ana(peopled)).left_on == LATER
    assert await tenures(peopled) == [(ARRIVED, LAST_DAY), (BACK, LATER)]


async def test_a_refreshed_profile_brings_nobody_back(peopled: Store) -> None:
    await run(peopled, lambda tx: members.remember(tx, replace(ANA, arrived_on=ARRIVED)))
    await run(peopled, lambda tx: members.leave(tx, ANA.id, LAST_DAY))
    await run(peopled, lambda tx: members.remember(tx, replace(members.find(tx, ANA.id) or ANA, active=False)))
    assert (await ana(peopled)).left_on == LAST_DAY
    assert await tenures(peopled) == [(ARRIVED, LAST_DAY)]
