"""The path of a departure: moved, called something else, handed over."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.home import Home
from bot.leaving import changing, handover
from flows.leaving.checklist import CHECKLIST, DUE
from flows.leaving.parts import LEAD as LEADING
from flows.leaving.parts import OWNER
from messages import Messages
from storage import departures, missions
from storage.missions import Mission
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.leaving.left import LAST_DAY, LEAVER, NOW, WITNESS, said_to, talks_of, the_departure, told
from tests.bot.leaving.walked import SOON, decided, with_mission
from tests.bot.leaving.watched import a_window


async def plan_of(coop: Cooperative) -> list[Mission]:
    found = await the_departure(coop)
    return await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)


# ------------------------------------------------------------------------------------------------------- the checklist


async def test_each_thing_to_see_to_has_an_owner_and_a_day(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        tasks = await talks_of(coop, "departure_task")
        wanted = {item.name for item in CHECKLIST if "warm" in item.tones}
        assert {talk.details["item"] for talk in tasks} == wanted
        assert {talk.cast[OWNER].id for talk in tasks} == {await coop.member_id(LEAD), await coop.member_id(SUPERVISOR)}
        assert all(talk.anchors[DUE] >= NOW.date() for talk in tasks)


async def test_a_postponed_last_day_moves_all_that_is_counted_from_it_and_tells_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        before = {talk.details["item"]: talk.anchors[DUE] for talk in await talks_of(coop, "departure_task")}
        found, later = await the_departure(coop), LAST_DAY + timedelta(days=28)
        assert not await decided(coop, LEAD, lambda it, me: changing.postpone(it, me, found.id, later))
        after = {talk.details["item"]: talk.anchors[DUE] for talk in await talks_of(coop, "departure_task")}
        moved = {name for name in after if after[name] != before[name]}
        assert {"closing_documents", "access_and_keys", "news_at_one_month"} <= moved
        assert not {"tell_payroll", "listen_first"} & moved
        await coop.live_until(SOON + timedelta(days=1))
        assert (await said_to(coop, LEAVER)).count("last_day_moved") == 1
        assert (await the_departure(coop)).last_day == later


async def test_only_whoever_leads_moves_the_last_day(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        for other in (SUPERVISOR, WITNESS, LEAVER):
            refused = await decided(coop, other, lambda it, me: changing.postpone(it, me, found.id, LAST_DAY))
            assert (
                refused["last_day"]
                == (await decided(coop, other, lambda it, me: changing.postpone(it, me, "d_none", LAST_DAY)))[
                    "last_day"
                ]
            ), "what is not theirs to know is as what is not"


async def test_another_kind_of_the_same_tone_changes_nothing_that_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        assert not await decided(
            coop, LEAD, lambda it, me: changing.change_kind(it, me, found.id, "retirement", is_delicate=False)
        )
        assert (await the_departure(coop)).path_id == found.path_id


async def test_another_tone_goes_on_from_where_it_was_and_asks_nothing_twice(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        assert await coop.answer("departure", "confidentiality", "agreed") is None
        found = await the_departure(coop)
        assert not await decided(
            coop, LEAD, lambda it, me: changing.change_kind(it, me, found.id, "resignation", is_delicate=True)
        )
        coop.said.clear()
        await coop.live_until(SOON + timedelta(days=8))
        assert [talk.status for talk in await talks_of(coop, "departure")] == ["stopped"]
        (path,) = await talks_of(coop, "quiet_departure")
        assert path.steps["confidentiality"].value == "agreed"
        assert not {"confidentiality", "taking_care"} & set(await said_to(coop, LEAVER))
        assert "support_wanted" in await said_to(coop, LEAVER)
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.status == "open"]
        assert {talk.details["tone"] for talk in tasks} == {"sober"}


async def give(coop: Cooperative, by: str, item: str, to: str, **given: str) -> Mapping[str, str]:
    """`by` gives something to see to, to somebody else, in its window."""
    (task,) = [talk for talk in await talks_of(coop, "departure_task") if talk.details["item"] == item]
    view = a_window("departure_task", task.id, {"task_state": "open", "owner": to, **given})
    return await Home(coop.store, coop.score, Messages(), coop.clock).submit(coop.desk, WORKSPACE, by, view)


async def test_whoever_leads_alone_gives_something_to_see_to_to_somebody_who_does_not_know(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        found, witness = await the_departure(coop), await coop.member_id(WITNESS)

        async def known() -> Mapping[str, str]:
            return await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE)

        refused = await give(coop, SUPERVISOR, "listen_first", WITNESS)
        assert "Personne 0" in refused["f1|owner"], "whoever leads is named"
        assert witness not in await known()
        assert not await give(coop, LEAD, "tell_payroll", WITNESS)
        assert (await known())[witness] == "told"
        traces = await coop.store.read(lambda tx: departures.traces(tx, found.id), WORKSPACE)
        assert ("task_given", witness) in {(one.verb, one.about_id) for one in traces}
        assert not await give(coop, SUPERVISOR, "listen_first", WITNESS), "they know now"
        await coop.live_until(SOON + timedelta(days=7))
        assert "seen_to" in await said_to(coop, WITNESS)


async def test_once_it_is_announced_anybody_may_be_given_something_to_see_to(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        announced = NOW.date() + timedelta(days=1)
        await coop.store.run(lambda tx: departures.change(tx, found.id, published_on=announced), WORKSPACE)
        assert not await give(coop, SUPERVISOR, "listen_first", WITNESS)


async def test_something_to_see_to_that_is_refused_its_day_changes_no_hands(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        before = {talk.id: talk.cast[OWNER].id for talk in await talks_of(coop, "departure_task")}
        for day in ("2026-01-05", "9999-12-31"):
            assert (await give(coop, LEAD, "tell_payroll", SUPERVISOR, due=day)).keys() == {"f1|due"}
        assert {talk.id: talk.cast[OWNER].id for talk in await talks_of(coop, "departure_task")} == before


# ----------------------------------------------------------------------------------------------- whoever leads goes first


async def test_when_whoever_leads_leaves_somebody_of_the_management_goes_on(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, lead=WITNESS)
        await coop.desk.accounts(WORKSPACE, [account(WITNESS, first_name="Personne 5", email=None, active=False)])
        heir = await coop.member_id(LEAD)
        found = await the_departure(coop)
        assert found.lead_id == heir
        assert (await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE))[heir] == "lead"
        (path,) = await talks_of(coop, "departure")
        assert path.cast[LEADING].id == heir
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.status == "open"]
        assert await coop.member_id(WITNESS) not in {talk.cast[OWNER].id for talk in tasks}
        await coop.live_until(NOW + timedelta(days=1))
        assert "leaving/lead_inherited" in await said_to(coop, LEAD)


async def test_a_closed_account_stops_nothing_and_what_was_left_to_say_is_told_to_whoever_leads(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2", email=None, active=False)])
        (path,) = await talks_of(coop, "departure")
        assert path.status == "open"
        await coop.live_until(SOON + timedelta(days=7))
        out_of_reach = [one for one in coop.said if one.message == "leaving/out_of_reach"]
        assert {one.recipient for one in out_of_reach} == {await coop.member_id(LEAD)}
        left = {step for one in out_of_reach for step in one.context["steps"]}
        assert {"handover", "support_wanted"} <= left
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=500))
        assert await said_to(coop, LEAVER) == []
        assert (await the_departure(coop)).state == "left"


# --------------------------------------------------------------------------------------------------------- the missions


async def test_before_the_announcement_only_whoever_leaves_lets_somebody_be_asked(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, SUPERVISOR)
        await coop.live_until(SOON)
        assert await said_to(coop, WITNESS) == []
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, SUPERVISOR, lambda it, me: handover.propose(it, me, found.id))
        assert await talks_of(coop, "mission_handover") == []
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: handover.propose(it, me, found.id))
        await coop.live_until(SOON + timedelta(days=1))
        assert await said_to(coop, WITNESS) == ["take_it"]
        assert await coop.answer("mission_handover", "take_it", "accept") is None
        assert [one.state for one in await plan_of(coop)] == ["accepted"]


@pytest.mark.parametrize(
    ("answer", "heard"), [("accept", {"taken_over"}), ("talk", {"talk_first"}), ("decline", set())]
)
async def test_whoever_leaves_hears_that_a_mission_is_taken_or_talked_about(
    sqlite_url: str, answer: str, heard: set[str]
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", answer) is None
        await coop.live_until(SOON + timedelta(days=1))
        assert {"taken_over", "talk_first"} & set(await said_to(coop, LEAVER)) == heard


async def test_nothing_of_a_mission_is_said_to_whoever_has_died(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death")
        await with_mission(coop, LEAD)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", "accept") is None
        await coop.live_until(SOON + timedelta(days=1))
        assert await said_to(coop, LEAVER) == []


async def test_whoever_knows_already_is_asked_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAD, taker=SUPERVISOR)
        assert len(await talks_of(coop, "mission_handover")) == 1


async def test_a_mission_declined_is_to_be_proposed_to_somebody_else(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", "decline") is None
        await coop.live_until(SOON + timedelta(days=1))
        assert "leaving/mission_declined" in await said_to(coop, SUPERVISOR)
        (mission,) = await plan_of(coop)
        assert mission.state == "declined"
        assert not await decided(
            coop, LEAVER, lambda it, me: handover.change(it, me, mission.id, "Les commandes de bois", "U06")
        )
        await coop.live_until(SOON + timedelta(days=2))
        assert await said_to(coop, "U06") == ["take_it"]


async def test_a_mission_nobody_answered_about_is_meant_for_nobody_and_not_asked_again_by_itself(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON + timedelta(days=20))
        assert "leaving/mission_free" in await said_to(coop, SUPERVISOR)
        (mission,) = await plan_of(coop)
        assert (mission.state, mission.taker_id) == ("free", None)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: handover.propose(it, me, found.id))
        await coop.speak()
        assert (await said_to(coop, WITNESS)).count("take_it") == 1
