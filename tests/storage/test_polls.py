"""What is remembered of polls and of their rounds: all while it serves, nothing of the answers once they are counted."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flows.core.answers import Refused
from flows.core.people import Member
from flows.core.poll import Poll, Thresholds
from flows.core.report import Comments, Figure, ItemResult, Level, Past
from flows.core.rounds import Cut, Kinship, open_round
from flows.living.barometer import barometer
from storage import Store, Transaction, ballots, closed_rounds, members, pictures, poll_tables, polls
from storage.polls import PollSettings, RoundRecord
from tests.storage.conftest import HERE
from tests.storage.poll_verbs import AUDIENCE, DAY, LATER, TABLES, a_poll, a_record, a_report

PEOPLE = ("m_ana", "m_bob", "m_cyr")


def settle_in(tx: Transaction) -> None:
    for name in PEOPLE:
        members.remember(tx, Member(id=name, first_name=name))


@pytest.fixture
async def here(store: Store) -> Store:
    """A store with three people in it."""
    await store.run(settle_in, HERE)
    return store


async def opened(here: Store, *records: RoundRecord) -> None:
    for record in records:
        await here.run(lambda tx, it=record: polls.open_round(tx, it, AUDIENCE), HERE)  # type: ignore[misc]


async def closed(here: Store, id: str, on: date = LATER, poll: str = "barometer") -> None:
    await here.run(lambda tx: polls.close(tx, id, a_report(id, poll), on), HERE)


async def read(here: Store, unit: Any) -> Any:
    return await here.read(unit, HERE)


# ------------------------------------------------------------------------------------------------------- what is decided


async def test_a_poll_of_which_nothing_was_decided_is_ours_as_it_is(here: Store) -> None:
    assert await read(here, lambda tx: polls.settings(tx, "barometer", {"barometer": barometer})) == PollSettings(
        poll=barometer
    )
    assert await read(here, lambda tx: polls.settings(tx, "own_1", {"barometer": barometer})) is None
    assert await read(here, polls.decided_names) == []


async def test_what_was_decided_of_a_poll_is_found_whole_and_stands_before_ours(here: Store) -> None:
    stricter = barometer.with_thresholds(Thresholds(6, 9))
    assert isinstance(stricter, Poll)
    decided = PollSettings(
        poll=stricter, cuts=("team", "seniority"), lists_participation=True, days_open=7, turnout_percent=80
    )
    await here.run(lambda tx: polls.save_settings(tx, decided), HERE)
    assert await read(here, lambda tx: polls.settings(tx, "barometer", {"barometer": barometer})) == decided
    again = replace(decided, poll=barometer, cuts=(), lists_participation=False)
    await here.run(lambda tx: polls.save_settings(tx, again), HERE)
    await here.run(lambda tx: polls.save_settings(tx, PollSettings(poll=a_poll("apart"))), HERE)
    assert await read(here, lambda tx: polls.settings(tx, "barometer", {})) == again
    assert await read(here, polls.decided_names) == ["apart", "barometer"]


# ---------------------------------------------------------------------------------------------------------------- rounds


async def test_a_round_is_found_as_it_was_frozen_with_whom_it_is_for(here: Store) -> None:
    labels = [{"team": "atelier"}, {"team": "atelier"}, {"team": "atelier"}, *[{"team": "bureau"}] * 3]
    frozen = open_round(
        replace(barometer, thresholds=Thresholds(3, 3), texts={"fr": "Notre baromètre"}),
        id="r_1",
        opens=DAY,
        closes=LATER,
        audience=labels,
        cuts=("team", "seniority"),
        turnout_percent=100,
        kin={"r_0": {"": {"": Kinship(1, 5)}}},
    )
    assert not isinstance(frozen, Refused)
    assert frozen.cuts == (Cut("team", {"atelier": 3, "bureau": 3}),)
    record = a_record(round=frozen, number=4, lists_participation=True, key_print="print")
    await opened(here, record)
    assert await read(here, lambda tx: polls.find(tx, "r_1")) == record
    assert await here.run(lambda tx: polls.find(tx, "r_1", lock=True), HERE) == record
    assert await read(here, lambda tx: polls.audience(tx, "r_1")) == AUDIENCE
    assert await read(here, lambda tx: polls.labels_of(tx, "r_1", "m_ana")) == {"team": "atelier"}
    assert await read(here, lambda tx: polls.labels_of(tx, "r_1", "m_cyr")) is None
    assert await read(here, lambda tx: polls.find(tx, "r_2")) is None


async def test_a_poll_has_one_round_open_at_a_time(here: Store) -> None:
    await opened(here, a_record("r_1"), a_record("r_2", "radar"))
    with pytest.raises(IntegrityError):
        await opened(here, a_record("r_3", number=2))
    assert [one.id for one in await read(here, polls.open_rounds)] == ["r_1", "r_2"]
    await closed(here, "r_1")
    await opened(here, a_record("r_3", number=2))
    assert [one.id for one in await read(here, polls.open_rounds)] == ["r_3", "r_2"]


async def test_no_two_rounds_of_a_poll_have_the_same_number(here: Store) -> None:
    assert await read(here, lambda tx: polls.next_number(tx, "barometer")) == 1
    await opened(here, a_record("r_1"))
    await here.run(lambda tx: polls.cancel(tx, "r_1", DAY), HERE)
    assert await read(here, lambda tx: polls.next_number(tx, "barometer")) == 2
    assert await read(here, lambda tx: polls.next_number(tx, "radar")) == 1
    with pytest.raises(IntegrityError):
        await opened(here, a_record("r_2"))


async def test_a_round_that_is_forgotten_gives_its_number_to_no_other(here: Store) -> None:
    for number in (1, 2):
        await opened(here, a_record(f"r_{number}", number=number))
        await closed(here, f"r_{number}")
    await here.run(lambda tx: polls.forget_round(tx, "r_1"), HERE)
    assert await read(here, lambda tx: polls.next_number(tx, "barometer")) == 3


async def test_rounds_come_in_their_order_and_the_one_before_is_the_last_that_was_shown(here: Store) -> None:
    await opened(here, a_record("r_c"))
    await closed(here, "r_c")
    await opened(here, a_record("r_a", number=2))
    await here.run(lambda tx: polls.cancel(tx, "r_a", LATER), HERE)
    await opened(here, a_record("r_b", number=3), a_record("r_0", "radar"))
    rounds = await read(here, lambda tx: polls.rounds_of(tx, "barometer"))
    assert [(one.id, one.state) for one in rounds] == [("r_c", "closed"), ("r_a", "cancelled"), ("r_b", "open")]
    assert [one.id for one in await read(here, polls.all_rounds)] == ["r_c", "r_a", "r_b", "r_0"]
    assert (await read(here, lambda tx: polls.latest_closed(tx, "barometer"))).id == "r_c"
    assert (await read(here, lambda tx: polls.closed_before(tx, rounds[2]))).id == "r_c"
    assert await read(here, lambda tx: polls.closed_before(tx, rounds[0])) is None
    assert await read(here, lambda tx: polls.latest_closed(tx, "radar")) is None


async def test_new_rounds_have_ids_of_their_own() -> None:
    ids = {polls.new_round_id() for _ in range(50)}
    assert len(ids) == 50
    assert {len(id) for id in ids} == {18}


# --------------------------------------------------------------------------------------------------- answered, and closed


async def answered(here: Store, round_id: str = "r_1", *people: str) -> None:
    for member in people or ("m_ana", "m_bob"):
        await here.run(lambda tx, it=member: ballots.cast(tx, round_id, it, b"sealed"), HERE)  # type: ignore[misc]


async def test_who_has_answered_is_known_while_the_round_is_open(here: Store) -> None:
    await opened(here, a_record("r_1"), a_record("r_2", "radar"))
    await answered(here, "r_1", "m_ana")
    assert await read(here, lambda tx: polls.who_answered(tx, "r_1")) == {"m_ana"}
    assert await read(here, lambda tx: polls.who_answered(tx, "r_2")) == set()
    assert await read(here, lambda tx: polls.has_answered(tx, "r_1", "m_ana"))
    assert not await read(here, lambda tx: polls.has_answered(tx, "r_1", "m_bob"))
    assert not await read(here, lambda tx: polls.has_answered(tx, "r_2", "m_ana"))


def a_full_report() -> Any:
    figure = Figure(9, 3.4, level=Level.MIDDLE, between=(30, 31))
    return replace(
        a_report(),
        items=(ItemResult("load", "load@1", figure),),
        comments=(Comments("open", ("Un mot",)),),
        history=(Past("r_1", "load@1", "", figure),),
    )


async def test_once_closed_a_round_keeps_its_report_and_nothing_of_who_answered_nor_what(here: Store) -> None:
    await opened(here, a_record("r_1"), a_record("r_2", "radar"))
    await answered(here)
    await answered(here, "r_2", "m_ana")
    await here.run(lambda tx: polls.close(tx, "r_1", a_full_report(), LATER), HERE)
    record = await read(here, lambda tx: polls.find(tx, "r_1"))
    assert (record.state, record.closed_on, record.report) == ("closed", LATER, a_full_report())
    assert await read(here, lambda tx: (polls.who_answered(tx, "r_1"), ballots.sealed_in(tx, "r_1"))) == (set(), [])
    assert await read(here, lambda tx: polls.audience(tx, "r_1")) == AUDIENCE
    assert await read(here, lambda tx: len(ballots.sealed_in(tx, "r_2"))) == 1


async def test_a_cancelled_round_never_has_a_report_and_leaves_no_answer(here: Store) -> None:
    await opened(here, a_record("r_1"))
    await answered(here)
    await here.run(lambda tx: polls.cancel(tx, "r_1", LATER), HERE)
    record = await read(here, lambda tx: polls.find(tx, "r_1"))
    assert (record.state, record.closed_on, record.report) == ("cancelled", LATER, None)
    assert await read(here, lambda tx: (polls.who_answered(tx, "r_1"), ballots.sealed_in(tx, "r_1"))) == (set(), [])
    assert await read(here, polls.open_rounds) == []


async def test_a_round_learns_the_day_it_is_talked_about_and_may_keep_less_of_its_report(here: Store) -> None:
    await opened(here, a_record("r_1"))
    await here.run(lambda tx: polls.close(tx, "r_1", a_full_report(), LATER), HERE)
    await here.run(lambda tx: polls.set_discussion(tx, "r_1", LATER + timedelta(days=9)), HERE)
    await here.run(lambda tx: polls.replace_report(tx, "r_1", a_report()), HERE)
    record = await read(here, lambda tx: polls.find(tx, "r_1"))
    assert (record.discussion_on, record.report) == (LATER + timedelta(days=9), a_report())
    assert (record.state, record.closed_on) == ("closed", LATER)


async def test_a_round_that_is_forgotten_leaves_nothing_and_takes_no_other_with_it(here: Store) -> None:
    await opened(here, a_record("r_1"), a_record("r_10", "radar"))
    await answered(here, "r_10")
    await closed(here, "r_1")
    for name in ("picture:r_1:fr", "picture:r_1:en", "picture:r_10:fr"):
        await here.run(lambda tx, it=name: pictures.remember(tx, it, "F1"), HERE)  # type: ignore[misc]
    await here.run(lambda tx: polls.forget_round(tx, "r_1"), HERE)
    assert not [one for one in await read(here, whole) if "r_1" in one or "picture:r_1:" in str(one)]
    assert (await read(here, lambda tx: polls.find(tx, "r_10"))).id == "r_10"
    assert await read(here, lambda tx: polls.audience(tx, "r_10")) == AUDIENCE
    assert len(await read(here, lambda tx: ballots.sealed_in(tx, "r_10"))) == 2
    assert await read(here, lambda tx: pictures.file_of(tx, "picture:r_10:fr")) == "F1"
    await here.run(lambda tx: polls.forget_round(tx, "r_10"), HERE)
    assert await read(here, whole) == []


def whole(tx: Transaction) -> list[tuple[Any, ...]]:
    """Every row of polls and of what comes of them."""
    return [tuple(row) for table in TABLES for row in tx.connection.execute(sa.select(table))]


async def test_every_table_of_polls_is_looked_at() -> None:
    ours = {value for value in vars(poll_tables).values() if isinstance(value, sa.Table)}
    assert ours <= set(TABLES)


# ----------------------------------------------------------------------------------------------------------- closed last


async def test_the_last_closed_round_of_each_poll_comes_the_latest_closed_first(here: Store) -> None:
    assert await read(here, closed_rounds.last_of_each) == []
    for number, (id, poll, day) in enumerate(
        [("r_1", "barometer", 1), ("r_2", "radar", 3), ("r_3", "barometer", 2), ("r_4", "own_1", 9)], 1
    ):
        await opened(here, a_record(id, poll, number))
        await closed(here, id, date(2026, 12, day), poll)
    await opened(here, a_record("r_5", "barometer", 5))
    await here.run(lambda tx: polls.cancel(tx, "r_5", date(2026, 12, 30)), HERE)
    await opened(here, a_record("r_6", "radar", 6))
    assert await read(here, closed_rounds.last_of_each) == ["r_4", "r_2", "r_3"]


async def test_two_rounds_of_a_poll_closed_the_same_day_are_told_apart_by_their_number(here: Store) -> None:
    await opened(here, a_record("r_b"))
    await closed(here, "r_b")
    await opened(here, a_record("r_a", number=2))
    await closed(here, "r_a")
    assert await read(here, closed_rounds.last_of_each) == ["r_a"]


# -------------------------------------------------------------------------------------------------------------- pictures


async def test_a_picture_keeps_the_first_id_it_was_given(here: Store) -> None:
    await here.run(lambda tx: pictures.remember(tx, "picture:r_1:fr", "F1"), HERE)
    await here.run(lambda tx: pictures.remember(tx, "picture:r_1:fr", "F2"), HERE)
    assert await read(here, lambda tx: pictures.file_of(tx, "picture:r_1:fr")) == "F1"
    assert await read(here, lambda tx: pictures.file_of(tx, "picture:r_1:en")) is None


async def test_pictures_are_forgotten_by_how_their_names_begin(here: Store) -> None:
    for name in ("picture:r_1:fr", "picture:r_1:en", "picture:r_2:fr"):
        await here.run(lambda tx, it=name: pictures.remember(tx, it, "F1"), HERE)  # type: ignore[misc]
    await here.run(lambda tx: pictures.forget(tx, "picture:r_1:"), HERE)
    kept = [
        await read(here, lambda tx, it=f"picture:{name}": pictures.file_of(tx, it)) for name in ("r_1:fr", "r_2:fr")
    ]
    assert kept == [None, "F1"]
