"""The lines of the improvement plan, the radars that people draw for themselves, and who met whom."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.core.people import Member
from storage import Store, Transaction, improvements, meetings, members, self_radars
from storage.self_radars import SelfRadar
from tests.storage.conftest import HERE
from tests.storage.poll_verbs import DAY, LATER, a_line

A_DAY = timedelta(days=1)


@pytest.fixture
async def here(store: Store) -> Store:
    """A store with three people in it."""

    def settle_in(tx: Transaction) -> None:
        for name in ("m_ana", "m_bob", "m_cyr"):
            members.remember(tx, Member(id=name, first_name=name))

    await store.run(settle_in, HERE)
    return store


async def written(here: Store, *lines: improvements.Improvement) -> None:
    for line in lines:
        await here.run(lambda tx, it=line: improvements.save(tx, it), HERE)  # type: ignore[misc]


async def read(here: Store, unit: Any) -> Any:
    return await here.read(unit, HERE)


def ids(found: list[improvements.Improvement]) -> list[str]:
    return [one.id for one in found]


# ------------------------------------------------------------------------------------------------------------- the plan


async def test_a_line_is_found_whole_whether_it_comes_from_a_round_or_not(here: Store) -> None:
    full = a_line(poll="barometer", sign="On finit à l'heure", owner_id="m_ana", outcome="Deux soirs libres")
    bare = a_line("i_2", source="other", round_id=None)
    await written(here, full, bare)
    assert await read(here, lambda tx: improvements.find(tx, "i_1")) == full
    assert await here.run(lambda tx: improvements.find(tx, "i_2", lock=True), HERE) == bare
    assert await read(here, lambda tx: improvements.find(tx, "i_3")) is None


async def test_what_is_under_way_comes_the_soonest_due_first_and_leaves_once_it_is_over(here: Store) -> None:
    late, soon = a_line("i_a", due_on=LATER), a_line("i_b", due_on=DAY)
    same_day = [a_line("i_d", due_on=LATER, opened_on=DAY - A_DAY), a_line("i_c", due_on=LATER)]
    await written(here, late, soon, *same_day)
    assert ids(await read(here, improvements.under_way)) == ["i_b", "i_d", "i_a", "i_c"]
    await written(here, replace(soon, state="done", closed_on=DAY), replace(late, state="dropped", closed_on=DAY))
    assert ids(await read(here, improvements.under_way)) == ["i_d", "i_c"]


async def test_a_line_written_again_is_the_same_line(here: Store) -> None:
    await written(here, a_line(), a_line("i_2"))
    changed = a_line(state="done", outcome="Fait", closed_on=LATER, owner_id="m_bob", due_on=LATER + A_DAY)
    await written(here, changed)
    assert await read(here, lambda tx: improvements.find(tx, "i_1")) == changed
    assert await read(here, lambda tx: improvements.find(tx, "i_2")) == a_line("i_2")


async def test_since_a_day_is_from_that_day_on(here: Store) -> None:
    await written(
        here,
        a_line("i_1", opened_on=DAY - A_DAY, state="done", closed_on=LATER - A_DAY),
        a_line("i_2", opened_on=DAY, state="done", closed_on=LATER),
        a_line("i_3", opened_on=DAY + A_DAY),
    )
    assert ids(await read(here, lambda tx: improvements.opened_since(tx, DAY))) == ["i_2", "i_3"]
    assert ids(await read(here, lambda tx: improvements.closed_since(tx, LATER))) == ["i_2"]
    assert ids(await read(here, lambda tx: improvements.closed_since(tx, LATER + A_DAY))) == []


async def test_new_lines_have_ids_of_their_own() -> None:
    assert len({improvements.new_id() for _ in range(50)}) == 50


# ------------------------------------------------------------------------------------------------------- one's own radar


def drawn_on(day: date, helping: int | None = 4) -> SelfRadar:
    return SelfRadar(day, {"helping": helping, "sharing": None})


async def kept(here: Store, member: str, *radars: SelfRadar) -> None:
    for radar in radars:
        await here.run(lambda tx, it=radar: self_radars.keep(tx, member, it), HERE)  # type: ignore[misc]


async def test_the_last_two_radars_are_kept_the_latest_first(here: Store) -> None:
    await kept(here, "m_ana", *(drawn_on(DAY + n * A_DAY, n) for n in (2, 0, 1)))
    await kept(here, "m_bob", drawn_on(DAY, 5))
    await kept(here, "m_ana", drawn_on(DAY + 3 * A_DAY, 3))
    assert await read(here, lambda tx: self_radars.of(tx, "m_ana")) == [
        drawn_on(DAY + 3 * A_DAY, 3),
        drawn_on(DAY + 2 * A_DAY, 2),
    ]
    assert await read(here, lambda tx: self_radars.of(tx, "m_bob")) == [drawn_on(DAY, 5)]


async def test_a_radar_drawn_again_the_same_day_takes_the_place_of_the_first(here: Store) -> None:
    await kept(here, "m_ana", drawn_on(DAY, 1), drawn_on(LATER, 2), drawn_on(LATER, 5))
    assert await read(here, lambda tx: self_radars.of(tx, "m_ana")) == [drawn_on(LATER, 5), drawn_on(DAY, 1)]


async def test_a_radar_that_is_forgotten_leaves_that_of_everybody_else(here: Store) -> None:
    await kept(here, "m_ana", drawn_on(DAY), drawn_on(LATER))
    await kept(here, "m_bob", drawn_on(DAY))
    await here.run(lambda tx: self_radars.forget(tx, "m_ana"), HERE)
    assert await read(here, lambda tx: self_radars.of(tx, "m_ana")) == []
    assert await read(here, lambda tx: self_radars.of(tx, "m_bob")) == [drawn_on(DAY)]
    await here.run(lambda tx: self_radars.forget(tx, "m_ana"), HERE)


async def test_nothing_is_kept_for_somebody_who_is_not_here(here: Store) -> None:
    await kept(here, "m_who", drawn_on(DAY))
    assert await read(here, lambda tx: self_radars.of(tx, "m_who")) == []


# ---------------------------------------------------------------------------------------------------------- who met whom


async def test_whoever_is_forgotten_was_met_by_nobody(here: Store) -> None:
    for other in ("m_bob", "m_cyr"):
        await here.run(lambda tx, it=other: meetings.record(tx, "m_ana", it, DAY), HERE)  # type: ignore[misc]
    await here.run(lambda tx: meetings.forget(tx, "m_bob"), HERE)
    assert await read(here, lambda tx: meetings.met_by(tx, "m_ana")) == {"m_cyr"}
