"""Members and their workspace, their stamps, and whom they have met."""

from dataclasses import replace
from datetime import date, time

import pytest
import sqlalchemy as sa

from flows.core.people import MANAGEMENT, STEWARD, Member, Workspace
from storage import Store, Transaction, meetings, members, passport, seen, workspaces
from tests.storage.conftest import HERE, NINE

ANA = Member(
    id="m_ana",
    first_name="Ana",
    last_name="Lô",
    slack_id="U1",
    email="ana@exemple.coop",
    locale="fr",
    address="vous",
    zone="Indian/Reunion",
    slot=time(10, 30),
    working_days=frozenset({0, 1, 3}),
    paused_until=date(2026, 12, 24),
    trade="paysagiste",
    team="Sud",
    supervisor_id="m_bob",
    arrived_on=date(2026, 12, 1),
    associate_since=date(2027, 6, 1),
    roles=frozenset({MANAGEMENT, STEWARD}),
    has_opened_home=True,
)
BOB = Member(id="m_bob", first_name="Bob", last_name="Aubin", active=False)
DAY = date(2026, 12, 1)


async def remember_both(store: Store) -> None:
    await store.run(lambda tx: [members.remember(tx, ANA), members.remember(tx, BOB)], HERE)


async def test_a_member_comes_back_as_remembered(store: Store) -> None:
    assert await store.run(lambda tx: members.remember(tx, ANA), HERE) == ANA
    for verb, key in (
        (members.find, ANA.id),
        (members.by_slack_id, "U1"),
        (members.by_email, " Ana@Exemple.coop"),
    ):
        assert await store.read(lambda tx, verb=verb, key=key: verb(tx, key), HERE) == ANA  # type: ignore[misc]


async def test_who_speaks_comes_with_what_their_cooperative_has_decided(store: Store) -> None:
    await remember_both(store)
    assert await store.read(lambda tx: members.speaking(tx, "U1"), HERE) == (ANA, None)
    decided = Workspace(
        id=HERE,
        name="Les Lucioles",
        links={"bylaws": "https://exemple.coop"},
        closing_days=frozenset({DAY}),
        reply_to="contact@exemple.coop",
    )
    await store.run(lambda tx: workspaces.save(tx, decided), HERE)
    assert await store.read(lambda tx: members.speaking(tx, "U1"), HERE) == (ANA, decided)
    assert await store.read(lambda tx: members.speaking(tx, "U2"), HERE) == (None, None)


async def test_several_members_are_found_together(store: Store) -> None:
    await remember_both(store)
    assert await store.read(lambda tx: members.find_all(tx, [ANA.id, "m_nobody", BOB.id]), HERE) == [BOB, ANA]
    assert await store.read(lambda tx: members.find_all(tx, []), HERE) == []


async def test_everyone_is_there_by_name_but_those_whose_account_is_closed(store: Store) -> None:
    await remember_both(store)
    assert await store.read(members.everyone, HERE) == [ANA]
    assert await store.read(lambda tx: members.everyone(tx, active_only=False), HERE) == [BOB, ANA]


async def test_everyone_takes_one_statement(store: Store) -> None:
    await remember_both(store)
    said: list[str] = []

    def unit(tx: Transaction) -> int:
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        return len(members.everyone(tx, active_only=False))

    assert await store.read(unit, HERE) == 2
    assert len(said) == 1


async def test_remembering_again_changes_what_is_said_and_keeps_what_is_not(store: Store) -> None:
    await remember_both(store)
    refreshed = Member(id=ANA.id, first_name="Anna", slack_id="U9", arrived_on=date(2026, 12, 8))
    await store.run(lambda tx: members.remember(tx, refreshed), HERE)
    found = await store.read(lambda tx: members.find(tx, ANA.id), HERE)
    assert found == replace(refreshed, roles=ANA.roles, associate_since=ANA.associate_since)


async def test_two_members_cannot_share_an_account(store: Store) -> None:
    await remember_both(store)
    with pytest.raises(sa.exc.IntegrityError):
        await store.run(lambda tx: members.remember(tx, replace(BOB, slack_id="U1")), HERE)
    with pytest.raises(sa.exc.IntegrityError):
        await store.run(lambda tx: members.remember(tx, replace(BOB, email="ANA@exemple.coop")), HERE)


async def test_preferences_change_one_by_one(store: Store) -> None:
    await remember_both(store)
    changes = {"slot": time(14), "working_days": frozenset({2}), "paused_until": None}
    changed = await store.run(lambda tx: members.set_preferences(tx, ANA.id, **changes), HERE)
    assert changed == replace(ANA, slot=time(14), working_days=frozenset({2}), paused_until=None)
    with pytest.raises(TypeError, match="is_admin"):
        await store.run(lambda tx: members.set_preferences(tx, ANA.id, is_admin=True), HERE)


async def test_a_role_is_granted_once_and_taken_back(store: Store) -> None:
    await remember_both(store)
    assert await store.run(lambda tx: members.grant(tx, BOB.id, MANAGEMENT), HERE)
    assert not await store.run(lambda tx: members.grant(tx, BOB.id, MANAGEMENT), HERE)
    holders = await store.read(lambda tx: members.holders(tx, MANAGEMENT), HERE)
    assert [(holder.id, holder.roles) for holder in holders] == [
        (BOB.id, frozenset({MANAGEMENT})),
        (ANA.id, ANA.roles),
    ]
    assert await store.run(lambda tx: members.revoke(tx, ANA.id, MANAGEMENT), HERE)
    assert not await store.run(lambda tx: members.revoke(tx, ANA.id, MANAGEMENT), HERE)
    assert [holder.id for holder in await store.read(lambda tx: members.holders(tx, MANAGEMENT), HERE)] == [BOB.id]


async def test_a_stamp_keeps_its_first_day(store: Store) -> None:
    await remember_both(store)
    assert await store.run(lambda tx: passport.stamp(tx, ANA.id, "welcomed", DAY), HERE)
    assert not await store.run(lambda tx: passport.stamp(tx, ANA.id, "welcomed", date(2027, 1, 1)), HERE)
    assert not await store.run(lambda tx: passport.stamp(tx, "m_nobody", "welcomed", DAY), HERE)
    assert await store.read(lambda tx: passport.stamps_of(tx, ANA.id), HERE) == {"welcomed": DAY}


async def test_a_stamp_of_ones_own_is_corrected_and_taken_off_and_that_of_what_happened_stays(store: Store) -> None:
    await remember_both(store)
    later = date(2027, 1, 1)

    def change(tx: Transaction) -> list[bool]:
        passport.stamp(tx, ANA.id, "met_team", DAY)
        passport.stamp(tx, ANA.id, "pass_1", DAY, by_oneself=True)
        passport.stamp(tx, ANA.id, "mandate", DAY, by_oneself=True)
        assert passport.added_by(tx, ANA.id) == {"mandate": DAY, "pass_1": DAY}
        corrected = [passport.correct(tx, ANA.id, name, later) for name in ("met_team", "pass_1", "pass_2")]
        return [*corrected, *(passport.take_off(tx, ANA.id, name) for name in ("met_team", "mandate", "mandate"))]

    assert await store.run(change, HERE) == [False, True, False, False, True, False]
    assert await store.read(lambda tx: passport.stamps_of(tx, ANA.id), HERE) == {"met_team": DAY, "pass_1": later}


async def test_two_people_meet_once_whoever_says_it(store: Store) -> None:
    await remember_both(store)
    assert await store.run(lambda tx: meetings.record(tx, BOB.id, ANA.id, DAY), HERE)
    assert not await store.run(lambda tx: meetings.record(tx, ANA.id, BOB.id, DAY), HERE)
    assert not await store.run(lambda tx: meetings.record(tx, ANA.id, ANA.id, DAY), HERE)
    assert await store.read(lambda tx: meetings.met_by(tx, ANA.id), HERE) == {BOB.id}
    assert await store.read(lambda tx: meetings.met_by(tx, BOB.id), HERE) == {ANA.id}


async def test_a_workspace_comes_back_as_saved(store: Store) -> None:
    workspace = Workspace(
        id=HERE,
        name="Les Jardins",
        links={"video": "https://exemple.coop/v", "booklet": "https://exemple.coop/b"},
        starters={"onboarding": ("management", "steward")},
        closing_days=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        set_up_at=NINE,
    )
    await store.run(lambda tx: workspaces.save(tx, replace(workspace, name="Avant")), HERE)
    await store.run(lambda tx: workspaces.save(tx, workspace), HERE)
    found = await store.read(workspaces.find, HERE)
    assert found == workspace
    assert list(found.links) == ["video", "booklet"]
    assert await store.read(workspaces.all_ids) == [HERE]
    with pytest.raises(ValueError, match=HERE):
        await store.run(lambda tx: workspaces.save(tx, Workspace(id="T0OTHER")), HERE)


async def test_an_event_is_seen_for_the_first_time_once(store: Store) -> None:
    def twice(tx: Transaction) -> list[bool]:
        return [seen.first_sight(tx, "Ev1", NINE), seen.first_sight(tx, "Ev1", NINE)]

    assert await store.run(twice, HERE) == [True, False]
    assert await store.run(twice, "T0OTHER") == [True, False]
    assert await store.run(lambda tx: seen.forget_before(tx, NINE)) == 0
    assert await store.run(twice, HERE) == [False, False]
    assert await store.run(lambda tx: seen.forget_before(tx, NINE.replace(hour=10))) == 2
    assert await store.run(twice, HERE) == [True, False]
