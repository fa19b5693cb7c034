"""How long things are kept is said once: what the night does, what windows say and what the documents promise agree."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.leaving.changing import call_off
from bot.retention import (
    DEBRIEF,
    DEBRIEFS,
    DEPARTURES,
    DIGEST,
    PATH,
    PATHS,
    RULES,
    UNTIL_ERASED,
    WORDS,
    Rule,
    rule_of_words,
)
from bot.rights.reader import PAGE
from flows import ALL_FLOWS
from flows.core.calendar import months_later
from flows.core.model import Conversation, StepState
from messages import Messages, Voice
from storage import (
    Transaction,
    conversations,
    departures,
    meetings,
    members,
    missions,
    passport,
    rights,
    self_radars,
)
from storage.departures import Departure
from storage.missions import Mission
from tests.bot.cooperative import LEAD, NEWCOMER, WORKSPACE, Cooperative, account, arrived, cooperative
from tests.bot.leaving.left import LEAVER, NOW, the_departure
from tests.bot.leaving.left import told as departure_told
from tests.storage.conftest import somebody

ROOT = Path(__file__).parents[2]
PAGES = {
    "docs/privacy.md": (Voice("en"), "## How long", "\n\nMonths after"),
    "docs/vie-privee.md": (Voice("fr", "vous"), "**Combien de temps.**", "\n\nQuand personne"),
}
"""Each page, in whose voice it speaks, and what stands before and after the rules."""
SOON_AFTER = datetime(2026, 5, 6, 9, tzinfo=UTC)


def said(rule: Rule, voice: Voice) -> str:
    messages = Messages()
    unit, n = rule.span
    span = messages.plain(voice, PAGE, f"span__{unit}", {"n": n})
    return messages.plain(voice, PAGE, f"rule__{rule.name}", {"span": span, "n": self_radars.KEPT})


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_each_rule_in_the_words_of_the_window_and_no_other(page: str) -> None:
    voice, begins, ends = PAGES[page]
    told = (ROOT / page).read_text(encoding="utf-8").partition(begins)[2].partition(ends)[0]
    bullets = [plain(bullet) for bullet in re.split(r"^- ", told, flags=re.MULTILINE)[1:]]
    assert bullets == [plain(said(rule, voice)) for rule in RULES]


def test_every_table_that_holds_something_about_somebody_has_its_rule() -> None:
    holding = {one.table.name for one in rights.HOLDINGS if one.about is not None}
    ruled = {table for rule in RULES for table in rule.tables}
    lacking = sorted(holding - ruled)
    assert lacking == [], (
        f"say in bot/retention.py how long {lacking} keep what they hold, and why (domain.md, section 8.1)"
    )


def test_the_spans_are_those_of_the_register() -> None:
    """domain.md, section 8.1: whoever changes one of these changes what people were promised."""
    assert {rule.name: rule.span for rule in RULES if rule.since not in ("erased", "agreed")} == {
        "words": ("months", 12),
        "path": ("months", 3),
        "ballots": ("days", 0),
        "comments": ("months", 6),
        "figures": ("years", 5),
        "debrief": ("months", 6),
        "debrief_digest": ("years", 3),
        "departure": ("years", 5),
        "copies": ("days", 30),
        "contexts": ("days", 90),
        "seen": ("days", 1),
        "put_out": ("days", 30),
    }


def test_how_long_each_flow_is_kept_is_decided_once() -> None:
    known = sorted(flow.name for flow in ALL_FLOWS)
    assert known == sorted((*PATHS, *DEPARTURES, *UNTIL_ERASED)), "name a new one in PATHS, in bot/retention.py"


def test_every_debrief_that_is_named_is_there_and_none_is_forgotten() -> None:
    known = {flow.name for flow in ALL_FLOWS}
    assert known >= DEBRIEFS
    assert {name for name in known if "debrief" in name} <= DEBRIEFS


@pytest.mark.parametrize(
    ("flow", "step", "rule"),
    [
        ("fresh_eyes_report", "oddity", WORDS),
        ("debrief", "energy", DEBRIEF),
        ("gentle_debrief", "your_needs", DEBRIEF),
        ("debrief_meeting", "digest", DIGEST),
        ("debrief", "digest", DIGEST),
        ("departure_support", "digest", WORDS),
    ],
)
def test_words_follow_the_narrowest_rule(flow: str, step: str, rule: Rule) -> None:
    assert rule_of_words(flow, step) is rule


@pytest.mark.parametrize(
    ("today", "day"), [(date(2027, 3, 31), date(2026, 12, 31)), (date(2027, 5, 31), date(2027, 2, 28))]
)
def test_months_are_those_of_the_calendar(today: date, day: date) -> None:
    assert PATH.since_when(today) == day
    assert months_later(day, PATH.months) <= today


# ----------------------------------------------------------------------------------------------------- whoever has left


async def left(coop: Cooperative, slack_id: str, last_day: date) -> str:
    """They leave on that day; their member's id."""
    member = await coop.member_id(slack_id)
    assert await coop.store.run(lambda tx: members.leave(tx, member, last_day), WORKSPACE)
    return member


async def night(coop: Cooperative, day: date) -> None:
    coop.clock.move_to(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
    await coop.desk.forget_what_is_old(WORKSPACE)


async def lived(coop: Cooperative, member: str) -> tuple[list[str], set[str], dict[str, date]]:
    """The conversations about them, whom they have met, and their passport."""

    def unit(tx: Transaction) -> tuple[list[str], set[str], dict[str, date]]:
        about = [id for flow in PATHS for id in conversations.of_flow(tx, flow, subject=member)]
        return about, meetings.met_by(tx, member), passport.stamps_of(tx, member)

    return await coop.store.read(unit, WORKSPACE)


async def test_a_path_is_forgotten_three_months_after_its_person_left_and_the_passport_stays(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        await coop.answer("onboarding", "met_buddies", "yes")
        await coop.speak()
        lila = await left(coop, NEWCOMER, date(2026, 6, 30))
        before = await lived(coop, lila)
        assert all(before)
        await night(coop, date(2026, 9, 30))
        assert await lived(coop, lila) == before
        await night(coop, date(2026, 10, 1))
        assert await lived(coop, lila) == ([], set(), before[2])
        buddy = await coop.member_id("U02")
        assert lila not in await coop.store.read(lambda tx: meetings.met_by(tx, buddy), WORKSPACE)


async def test_whoever_came_back_keeps_their_path(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        lila = await left(coop, NEWCOMER, date(2026, 6, 30))

        def come_back(tx: Transaction) -> None:
            known = members.find(tx, lila)
            assert known is not None
            members.remember(tx, known.__class__(id=lila, first_name="Lila", arrived_on=date(2026, 9, 1)))

        await coop.store.run(come_back, WORKSPACE)
        await night(coop, date(2027, 1, 10))
        assert (await lived(coop, lila))[0]


async def test_whoever_is_here_keeps_their_path(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        lila = await coop.member_id(NEWCOMER)
        await night(coop, SOON_AFTER.date() + timedelta(days=1_000))
        assert (await lived(coop, lila))[0]


async def test_an_account_that_closes_counts_as_a_last_day_where_no_departure_was_told(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        await coop.answer("onboarding", "met_buddies", "yes")
        await coop.speak()
        lila = await coop.member_id(NEWCOMER)
        before = await lived(coop, lila)
        assert all(before)
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, active=False)])
        await night(coop, date(2026, 6, 30))
        await night(coop, date(2026, 9, 30))
        assert await lived(coop, lila) == before
        await night(coop, date(2026, 10, 1))
        assert await lived(coop, lila) == ([], set(), before[2])


async def test_an_account_that_opens_again_is_somebody_here(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        lila = await coop.member_id(NEWCOMER)
        for active, day in ((False, date(2026, 6, 30)), (True, date(2026, 7, 1)), (False, date(2026, 9, 1))):
            await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, active=active)])
            await night(coop, day)
        await night(coop, date(2026, 12, 1))
        assert (await lived(coop, lila))[0]
        await night(coop, date(2026, 12, 2))
        assert (await lived(coop, lila))[0] == []


# --------------------------------------------------------------------------------------------------------- a departure

LAST_DAY = date(2026, 6, 30)


async def departed(coop: Cooperative, *, leaves: bool = True) -> str:
    """Lila's departure, with a debrief in writing and its digest; her member's id."""
    lila, lead = await coop.member_id(NEWCOMER), await coop.member_id("U00")
    written = StepState("done", SOON_AFTER, value="Trop de réunions", by=lila)
    digest = StepState("done", SOON_AFTER, value={"kept": "Moins de réunions"}, by=lead)

    def unit(tx: Transaction) -> None:
        drawn = Departure(id="d_1", member_id=lila, kind="resignation", last_day=LAST_DAY, begun_on=SOON_AFTER.date())
        departures.save(tx, replace(drawn, words={"word": "Merci à l'équipe"}))
        departures.allow(tx, "d_1", lila, "subject")
        missions.save(tx, Mission(id="h_1", departure_id="d_1", title="Le planning"))
        cast = {"subject": somebody(lila), "debriefer": somebody(lead)}
        steps = {"energy": written, "digest": digest}
        talk = Conversation("c_debrief", "debrief", cast, steps=steps, status="finished")
        conversations.begin(tx, talk, shape="x", parent=None, by=None, now=SOON_AFTER)
        if leaves:
            members.leave(tx, lila, LAST_DAY)

    await coop.store.run(unit, WORKSPACE)
    return lila


async def told(coop: Cooperative) -> set[str]:
    """What is left of the debrief."""
    talk = await coop.talk("debrief")
    return {name for name, state in talk.steps.items() if state.value is not None}


async def test_a_debrief_is_blanked_six_months_after_the_last_day_and_its_digest_three_years(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        await departed(coop)
        for day, left_of_it in (
            (date(2026, 12, 30), {"energy", "digest"}),
            (date(2027, 1, 1), {"digest"}),
            (date(2029, 6, 30), {"digest"}),
            (date(2029, 7, 1), set()),
        ):
            await night(coop, day)
            assert await told(coop) == left_of_it, day


async def test_the_debrief_of_a_departure_that_was_called_off_is_blanked_as_any_words(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        await departed(coop, leaves=False)
        await night(coop, SOON_AFTER.date() + timedelta(days=364))
        assert await told(coop) == {"energy", "digest"}
        await night(coop, SOON_AFTER.date() + timedelta(days=366))
        assert await told(coop) == set()


async def test_what_was_written_for_the_team_is_blanked_twelve_months_after_the_last_day(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        lila = await departed(coop)
        for day, state, is_kept in (
            (date(2027, 6, 30), "left", True),
            (date(2027, 7, 1), "open", True),
            (date(2027, 7, 2), "left", False),
        ):
            await coop.store.run(lambda tx, it=state: departures.change(tx, "d_1", state=it), WORKSPACE)  # type: ignore[misc]
            await night(coop, day)
            (departure,) = await coop.store.read(lambda tx: departures.of_member(tx, lila), WORKSPACE)
            assert bool(departure.words) == is_kept, day


async def test_a_departure_is_forgotten_five_years_after_the_last_day(database_url: str) -> None:
    async with arrived(database_url, SOON_AFTER) as coop:
        lila = await departed(coop)
        for day, is_kept in ((date(2031, 6, 30), True), (date(2031, 7, 1), False)):
            await night(coop, day)
            kept = await coop.store.read(lambda tx: departures.of_member(tx, lila), WORKSPACE)
            assert bool(kept) == is_kept
        assert await coop.store.read(lambda tx: conversations.of_flow(tx, "debrief"), WORKSPACE) == []
        assert await coop.store.read(lambda tx: missions.find(tx, "h_1"), WORKSPACE) is None


@pytest.mark.parametrize("comes_back", [True, False], ids=["came back", "never left"])
async def test_the_former_departure_of_whoever_is_here_is_forgotten_as_long_after(
    sqlite_url: str, comes_back: bool
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await departure_told(coop)
        if comes_back:
            await coop.live_until(NOW + timedelta(days=110))
            first_day = coop.clock().date() + timedelta(days=7)
            assert not await coop.welcome(person=LEAVER, email=None, first_name="", first_day=first_day)
        else:
            found = await the_departure(coop)
            await coop.desk.act(WORKSPACE, LEAD, lambda it, me: call_off(it, me, found.id))
        leaver = await coop.member_id(LEAVER)
        for day, is_kept in ((date(2031, 12, 18), True), (date(2031, 12, 19), False)):
            await night(coop, day)
            kept = await coop.store.read(lambda tx: departures.of_member(tx, leaver), WORKSPACE)
            assert bool(kept) == is_kept
        for flow in ("departure", "departure_task"):
            assert await coop.store.read(lambda tx, it=flow: conversations.of_flow(tx, it), WORKSPACE) == []  # type: ignore[misc]
