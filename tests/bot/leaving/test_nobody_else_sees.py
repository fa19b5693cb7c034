"""Nobody who is not named sees a departure, by any door: they are given what they would be of one that does not exist."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import upkeep
from bot.conductor import Conductor
from bot.home.gestures import AT_ONCE, WINDOWS_OF
from bot.leaving import announcing
from bot.leaving.beginning import Told, prepare, tell_departure
from bot.leaving.doors import LEAVING_AT_ONCE, LEAVING_SUBMITTED, LEAVING_WINDOWS
from bot.leaving.handover import add
from bot.leaving.telling_windows import TELLING_SUBMITTED
from bot.readings import answer_window, read_window
from bot.setting_up import Card
from bot.settings import Settings
from bot.wire import Ref
from storage import departures, members, outbox, polls
from storage.departures import Departure
from storage.keys import KEY_LENGTH
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE
from tests.bot.home.conftest import words_in
from tests.bot.leaving.left import DEBRIEFER, LAST_DAY, LEAVER, NOW, the_departure
from tests.bot.leaving.watched import (
    AWARE,
    BETRAYALS,
    MISSION,
    NOBODY,
    OUTSIDERS,
    SEES_THROUGH,
    TAKER,
    Watched,
    a_cooperative,
    a_window,
    as_text,
    tell,
)
from tests.bot.polls.held import opened
from tests.bot.polls.led import Led, led

READINGS = ("read_debrief", "read_digest", "read_lesson", "read_plan", "read_feedback", "read_report", "read_sheet")
BY_DAY = NOW + timedelta(days=95)
OF_ONES_OWN = tuple(TELLING_SUBMITTED)
"""The windows in which somebody tells of a departure that is not yet: they take no id."""
SAID = ("outbox", "seen")
"""The tables in which any gesture leaves something, were it for nothing."""


@pytest.fixture
async def watched(sqlite_url: str) -> AsyncIterator[Watched]:
    """A departure told three days ago to the few who may know."""
    async with a_cooperative(sqlite_url) as watched:
        await tell(watched)
        await watched.coop.live_until(NOW + timedelta(days=3))
        yield watched


async def everything_tried(watched: Watched) -> list[tuple[str, str]]:
    """Each true id of the departure, and one of nothing of the same shape; then two together."""
    ids = await watched.ids()
    assert all(ids.values())
    pairs = [(id, NOBODY[kind]) for kind, found in ids.items() for id in found]
    (departure,), (mission,) = ids["d"], ids["h"]
    together = [(f"{departure}|{mission}", f"{NOBODY['d']}|{NOBODY['h']}"), (f"{departure}|", f"{NOBODY['d']}|")]
    parts = [(f"{ids['c'][0]}|{part}", f"{NOBODY['c']}|{part}") for part in ("subject", "lead", "supervisor", "owner")]
    return [*pairs, *together, *parts]


# -------------------------------------------------------------------------------- a cooperative where nobody leaves


@pytest.mark.parametrize("told_to", ["those named", "nobody"])
async def test_all_the_others_live_the_same_months_as_where_nobody_leaves(tmp_path: Path, told_to: str) -> None:
    here, there = f"sqlite:///{tmp_path / 'here.db'}", f"sqlite:///{tmp_path / 'there.db'}"
    async with a_cooperative(here) as leaving, a_cooperative(there) as staying:
        others = {**OUTSIDERS}
        if told_to == "nobody":
            await prepared_alone(leaving)
            others |= {"their supervisor": SUPERVISOR, "anybody else": SEES_THROUGH, "whoever a mission is for": TAKER}
        else:
            await tell(leaving)
        lives = [await lived_by(one, list(others.values())) for one in (leaving, staying)]
        for who, slack_id in others.items():
            assert lives[0][slack_id] == lives[1][slack_id], who
        assert lives[0]["poll"] == lives[1]["poll"]
        known = await leaving.coop.store.read(lambda tx: departures.under_way(tx, lives[0]["leaver"]), WORKSPACE)
        assert known is not None, "there was something to see"


async def test_whoever_is_to_lead_the_debrief_is_given_nothing_of_it_before_it_begins(tmp_path: Path) -> None:
    """Nor in the copy of their data, nor in what they hold themselves, when they prepare a departure of their own."""
    here, there = f"sqlite:///{tmp_path / 'here.db'}", f"sqlite:///{tmp_path / 'there.db'}"
    async with a_cooperative(here) as leaving, a_cooperative(there) as staying:
        await tell(leaving)
        known = []
        for one in (leaving, staying):
            await one.coop.live_until(NOW + timedelta(days=3))
            desk = one.coop.desk
            assert not await desk.decide(WORKSPACE, DEBRIEFER, lambda it, me: prepare(it, me, LAST_DAY, "resignation"))
            mine = await one.window("my_departure", DEBRIEFER)
            known.append((mine, await one.given(DEBRIEFER), await one.home_of(DEBRIEFER)))
        assert known[0] == known[1]
        await leaving.coop.live_until(NOW + timedelta(days=88))
        assert await leaving.coop.answer("departure", "debrief_choice", "talk", by=LEAVER) is None
        await leaving.coop.live_until(NOW + timedelta(days=89))
        assert "Personne 2" in await leaving.given(DEBRIEFER), "once it begins, it is theirs to read"


async def prepared_alone(watched: Watched) -> None:
    desk = watched.coop.desk
    assert not await desk.decide(WORKSPACE, LEAVER, lambda it, me: prepare(it, me, LAST_DAY, "resignation"))
    found = await the_departure(watched.coop)
    assert not await desk.decide(WORKSPACE, LEAVER, lambda it, me: add(it, me, found.id, MISSION, TAKER))


async def lived_by(watched: Watched, people: list[str]) -> dict[str, Any]:
    """By person: what they heard until shortly before the last day, their Home, their data, and the window of a departure of
    this person. Meanwhile somebody is welcomed, for whom buddies are sought, and a poll is opened."""
    coop = watched.coop
    await coop.live_until(NOW + timedelta(days=1))
    assert not await coop.welcome(person="U12", first_name="", email=None, first_day=date(2026, 9, 21))
    round_id = await opened(coop)
    asked = await coop.store.read(lambda tx: polls.audience(tx, round_id), WORKSPACE)
    ids = [await coop.member_id(f"U{number:02}") for number in range(13)]
    await coop.live_until(BY_DAY)
    lived: dict[str, Any] = {"poll": [id in asked for id in ids], "leaver": await coop.member_id(LEAVER)}
    for one in people:
        mine = (await watched.heard_by(one), await watched.home_of(one), await watched.given(one))
        lived[one] = (*mine, await watched.window("depart", one, LEAVER), await watched.window("my_departure", one))
    return lived


# -------------------------------------------------------------------------------------- true ids, pressed by somebody


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_no_window_and_no_reading_shows_more_of_it_than_of_nothing(watched: Watched, who: str) -> None:
    me = OUTSIDERS[who]
    for real, nothing in await everything_tried(watched):
        for verb in WINDOWS_OF:
            if verb in ("card", "welcome", "depart"):  # these take a person, and are looked at above
                continue
            shown = await watched.window(verb, me, real)
            assert shown == await watched.window(verb, me, nothing), verb
    for talk in (await watched.ids())["c"]:
        assert await read(watched, me, talk) == await read(watched, me, NOBODY["c"])


async def read(watched: Watched, slack_id: str, talk: str) -> list[str]:
    """What each reading verb, and each question's own window, shows of this conversation."""
    steps = {step.name for flow in watched.coop.score.flows.values() if flow.private for step in flow.steps}

    def look(sight: Any) -> list[str]:
        readings = [read_window(sight.scene, sight.me, verb, Ref(talk, "")) for verb in READINGS]
        windows = [answer_window(sight.scene, sight.me, Ref(talk, step)) for step in sorted(steps)]
        return [as_text(one) for one in (*readings, *windows)]

    return await watched.home.look(WORKSPACE, slack_id, look)


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_no_gesture_does_anything_to_it_nor_says_that_there_was_something(watched: Watched, who: str) -> None:
    me, before = OUTSIDERS[who], await watched.rows(*SAID)
    for real, nothing in await everything_tried(watched):
        for verb in AT_ONCE:
            if verb.startswith("retry"):  # what fails has its own test
                continue
            answers = [await said_after(watched, me, verb, argument) for argument in (real, nothing)]
            assert answers[0] == answers[1], verb
    assert await watched.rows(*SAID) == before


async def said_after(watched: Watched, slack_id: str, verb: str, argument: str) -> list[str]:
    """What they are shown, and what anybody is told, once this was pressed."""
    coop = watched.coop
    coop.said.clear()
    await watched.home.act(coop.desk, verb, WORKSPACE, slack_id, argument)
    coop.clock.advance(timedelta(seconds=1))
    await coop.speak()
    shown = await watched.home.after(verb, WORKSPACE, slack_id, argument)
    return [as_text(shown), *(as_text([one.recipient, one.message, dict(one.context)]) for one in coop.said)]


SENT = {
    "last_day": "2026-12-24",
    "kind": "retirement",
    "lead": "U07",
    "task_state": "done",
    "owner": "U07",
    "due": "2026-12-01",
    "title": "Autre chose",
    "taker": "U07",
    "first_day": "2026-12-24",
}


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_no_window_opened_for_somebody_else_can_be_sent(watched: Watched, who: str) -> None:
    me, before = OUTSIDERS[who], await watched.rows(*SAID)
    for real, nothing in await everything_tried(watched):
        for callback in (*LEAVING_SUBMITTED, "postpone"):
            if callback in OF_ONES_OWN:  # of no departure yet
                continue
            found = [await sent(watched, me, callback, argument) for argument in (real, nothing)]
            assert found[0], callback
            assert found[0] == found[1], callback
    assert await watched.rows(*SAID) == before


async def sent(watched: Watched, slack_id: str, callback: str, about: str, **given: str) -> Any:
    view = a_window(callback, about, {**SENT, **given})
    return await watched.home.submit(watched.coop.desk, WORKSPACE, slack_id, view)


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_no_answer_is_taken_from_somebody_who_is_not_asked_nor_refused_in_other_words(
    watched: Watched, who: str
) -> None:
    me, coop, before = OUTSIDERS[who], watched.coop, await watched.rows(*SAID)
    for talk in (await watched.ids())["c"]:
        steps = (await coop.store.read(lambda tx, id=talk: _steps(tx, watched, id), WORKSPACE)) or ["seen_to"]  # type: ignore[misc]
        for step in steps:
            heard = []
            for id in (talk, NOBODY["c"]):
                coop.said.clear()
                complaint = await coop.desk.answer(WORKSPACE, me, Ref(id, step), "2026-09-09")
                await coop.desk.skip(WORKSPACE, me, Ref(id, step), None)
                await coop.desk.hand_over(WORKSPACE, me, id, "lead")
                coop.clock.advance(timedelta(seconds=1))
                await coop.speak()
                heard.append((complaint, [as_text([one.recipient, one.message, one.context]) for one in coop.said]))
            assert heard[0] == heard[1], step
    assert await watched.rows(*SAID) == before


def _steps(tx: Transaction, watched: Watched, talk: str) -> list[str]:
    loaded = Conductor(tx, watched.coop.score, watched.coop.clock()).load(talk)
    return [step.name for step in watched.coop.score.flows[loaded.flow].steps]


async def test_a_day_that_must_stay_confidential_is_not_told_by_trying_to_announce(watched: Watched) -> None:
    """The refusal of a day names the one before which nothing is to be known: to the person asked, and to nobody else."""
    coop, found = watched.coop, await the_departure(watched.coop)
    await coop.store.run(lambda tx: departures.change(tx, found.id, confidential_until=date(2026, 11, 1)), WORKSPACE)
    await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
    await coop.speak()
    draft = await coop.talk("departure_announcement")
    await coop.desk.skip(WORKSPACE, LEAVER, Ref(draft.id, "words"), None)
    await coop.speak()
    refused = await coop.desk.answer(WORKSPACE, LEAVER, Ref(draft.id, "publish_on"), "2026-10-05")
    assert refused is not None
    assert "novembre" in refused.why
    for me in (*OUTSIDERS.values(), TAKER, AWARE, DEBRIEFER):
        assert await coop.desk.answer(WORKSPACE, me, Ref(draft.id, "publish_on"), "2026-10-05") is None


# ------------------------------------------------------------------------------------- those who know a part of it


@pytest.mark.parametrize(
    ("who", "theirs"),
    [(TAKER, {"mission_handover"}), (DEBRIEFER, set()), (AWARE, set())],
    ids=["whoever is asked to take a mission over", "whoever leads the debrief", "whoever is only told"],
)
async def test_whoever_knows_a_part_sees_nothing_of_the_rest(watched: Watched, who: str, theirs: set[str]) -> None:
    (departure,), (mission,) = (await watched.ids())["d"], (await watched.ids())["h"]
    before = await watched.rows(*SAID)
    for verb in LEAVING_WINDOWS:
        for about in (departure, f"{departure}|{mission}", f"{departure}|"):
            if verb in OF_ONES_OWN:
                continue
            assert await watched.window(verb, who, about) == await watched.window(verb, who, NOBODY["d"]), verb
    for verb in LEAVING_AT_ONCE:
        assert await said_after(watched, who, verb, departure) == await said_after(watched, who, verb, NOBODY["d"])
    for callback in LEAVING_SUBMITTED:
        if callback not in OF_ONES_OWN:
            assert await sent(watched, who, callback, departure) == await sent(watched, who, callback, NOBODY["d"])
    assert await watched.rows(*SAID) == before, "nor is it written down that they saw what they did not"
    home = await watched.home_of(who)
    asked_of_them = (MISSION, "18 décembre") if theirs else ()
    assert [one for one in BETRAYALS if one in home] == list(asked_of_them)
    for talk in (await watched.ids())["c"]:
        flow = await watched.coop.store.read(lambda tx, id=talk: _flow(tx, watched, id), WORKSPACE)  # type: ignore[misc]
        if flow not in theirs:
            assert await read(watched, who, talk) == await read(watched, who, NOBODY["c"]), flow


def _flow(tx: Transaction, watched: Watched, talk: str) -> str:
    return Conductor(tx, watched.coop.score, watched.coop.clock()).load(talk).flow


# ------------------------------------------------------------------------------------------- telling of it oneself


async def test_the_management_that_tells_of_it_too_is_answered_as_if_it_were_the_first(sqlite_url: str) -> None:
    async with a_cooperative(sqlite_url) as watched:
        coop, asked = watched.coop, Told(person=LEAVER, last_day=date(2027, 1, 29), kind="retirement")
        before = [await watched.window("depart", LEAD, argument) for argument in ("", LEAVER, f"{LEAVER} 2027-01-29")]
        await tell(watched)
        told = await watched.rows(*SAID, "departure_trace")
        after = [await watched.window("depart", LEAD, argument) for argument in ("", LEAVER, f"{LEAVER} 2027-01-29")]
        assert after == before
        assert not await coop.desk.decide(WORKSPACE, LEAD, lambda it, me: tell_departure(it, me, asked))
        assert await watched.rows(*SAID, "departure_trace") == told, "nothing is begun twice"
        assert await watched.heard_by(LEAD) == []
        refused = await coop.desk.decide(
            WORKSPACE, LEAD, lambda it, me: tell_departure(it, me, replace(asked, last_day=date(2026, 1, 1)))
        )
        assert refused.keys() == {"last_day"}


# --------------------------------------------------------------------------------------- what failed, and the logs


async def test_what_could_not_be_said_of_it_is_shown_to_none_of_them_nor_listed_by_its_name(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_cooperative(sqlite_url) as watched:
        coop = watched.coop
        before = {who: await watched.home_of(who) for who in OUTSIDERS.values()}
        await tell(watched)
        await coop.desk.tick()
        now = coop.clock() + timedelta(days=30)

        def fail(tx: Transaction) -> int:
            mine = [one for one in outbox.claim(tx, now, 1_000, timedelta(minutes=2)) if one.kind == "post"]
            for one in mine:
                outbox.settle_given_up(tx, one.id, "channel_not_found", now)
            return len(mine)

        assert await coop.store.run(fail, WORKSPACE)
        for who, home in before.items():
            assert await watched.home_of(who) == home
            await watched.home.act(coop.desk, "retry", WORKSPACE, who, "1")
        settings = Settings(database_url=sqlite_url, words_keys=(bytes(KEY_LENGTH),))
        assert await asyncio.to_thread(upkeep.list_given_up, settings) == 0
        listed = capsys.readouterr().out
        assert "a private message: channel_not_found" in listed
        people = [await coop.member_id(one) for one in (LEAVER, SUPERVISOR, SEES_THROUGH)]
        assert not any(one in listed for one in (*BETRAYALS, *people, "departure", "taking_care", "what_you_lead"))


async def test_no_log_says_that_somebody_leaves_whoever_does_what(tmp_path: Path, written: io.StringIO) -> None:
    async with led(tmp_path) as home:
        await told_on_slack(home)
        await home.let_days_pass(3)
        found = await the_one(home)
        for verb in (*LEAVING_WINDOWS, *LEAVING_AT_ONCE):
            await home.forge(home.others[5], verb, found.id)
    log = written.getvalue()
    assert log.count("\n") > 10, "there was something to read"
    words = (*BETRAYALS, "Prénom0", "taking_care", "what_you_lead", "departure", "confidentiality", found.id)
    assert [one for one in words if one in log] == []


# ------------------------------------------------------------------------------------------ from Slack, the whole way


async def told_on_slack(home: Led) -> None:
    """Prénom1 supervises Prénom0 and Prénom6, tells of their departure, and names who sees it through."""
    leaver, boss, lead, hears = home.others[:4]
    for person in (leaver, home.others[6]):
        card = Card(person=person.id, supervisor=boss.id)
        assert not await home.coop.bot.desk.describe(home.coop.slack.team_id, home.lead.id, card)
    await home.press("depart", by=boss)
    about = {"person": leaver.id, "last_day": "2026-06-30", "kind": "resignation"}
    await home.send(boss, **about, lead=lead.id, debriefer=hears.id)


async def the_one(home: Led) -> Departure:
    leaver = home.others[0].id

    def unit(tx: Transaction) -> Departure:
        person = members.by_slack_id(tx, leaver)
        assert person is not None
        found = departures.under_way(tx, person.id)
        assert found is not None
        return found

    found: Departure = await home.reads(unit)
    return found


async def test_a_forged_press_a_borrowed_window_and_the_command_give_an_administrator_nothing(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await told_on_slack(home)
        found, awa, lead = await the_one(home), home.lead, home.others[2]
        for verb in ("departure", "departure_trace", "departure_postpone"):
            seen = []
            for id in (found.id, NOBODY["d"]):
                await home.forge(awa, verb, id)
                seen.append(words_in(awa.modal.given))
                await awa.close(awa.modal, whole_stack=True)
            assert seen[0] == seen[1], verb
        await home.forge(lead, "departure_postpone", found.id)
        borrowed = lead.modal.given
        assert await home.send_as(awa, borrowed, last_day="2026-07-31") is not None, "it stays, and says why"
        assert (await the_one(home)).last_day == date(2026, 6, 30)
        await awa.close(awa.modal, whole_stack=True)
        shown = []
        for person in (home.others[0], home.others[6]):
            await awa.command("/parcours", f"départ {person.mention}")
            shown.append(words_in(awa.modal.given).replace(person.id, "U"))
            await awa.close(awa.modal, whole_stack=True)
        assert shown[0] == shown[1], "whoever leaves is shown as whoever stays"
        await home.send_as(lead, borrowed, last_day="2026-07-31")
        assert (await the_one(home)).last_day == date(2026, 7, 31), "whoever leads may"
