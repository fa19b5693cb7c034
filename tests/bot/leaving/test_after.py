"""The last day and what comes after: what is closed, what is written and to whom, what is shared, and how one comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.accounts import Account
from bot.courier import Courier
from bot.gestures import given_by
from bot.home import Home
from bot.leaders import leaders
from bot.leaving.changing import change_kind
from bot.leaving.hats import hats_of
from bot.leaving.sheet import sheet_window
from bot.readings import read_window
from bot.rights.erasing import erase
from bot.setting_up import Card, SetUp
from bot.speech import Speaker
from bot.wire import Ref
from flows.core.people import QVCT_LEAD, STEWARD, Member
from storage import contacts, departures, passport, tables
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.home.conftest import words_in
from tests.bot.leaving.left import LEAVER, NOW, WITNESS, member, said_to, talks_of, the_departure, told, with_mail
from tests.bot.spoken import WORDS, Spoken, only, spoken

LAST_DAY = date(2026, 9, 18)
"""A Friday, eleven days after it is told."""
NEXT_WORKING_DAY = datetime(2026, 9, 21, 20, tzinfo=UTC)
NEWS = "C0NEWS"
ADDRESS = "camille@maison.exemple"
WRITTEN = {"brought": "Le rangement du mélèze", "leaving_with": "La patience", "advice": "Moins de réunions"}


async def rows_of(coop: Cooperative, message: str) -> list[dict[str, Any]]:
    """The rows of the outbox whose message begins so."""

    def unit(tx: Transaction) -> list[dict[str, Any]]:
        found = sa.select(tables.outbox).where(tables.outbox.c.message.startswith(message))
        return [dict(one) for one in tx.connection.execute(found).mappings()]

    return await coop.store.read(unit, WORKSPACE)


async def leaves(coop: Cooperative, until: datetime = NEXT_WORKING_DAY, **changes: Any) -> None:
    """Told, and lived until the working day after the last."""
    assert not await told(coop, last_day=LAST_DAY, **changes)
    await coop.live_until(until)


# ------------------------------------------------------------------------------------------------------ the last day


async def test_once_the_last_day_is_over_the_tenure_is_closed_and_no_role_is_held_any_more(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        assert not await coop.desk.describe(WORKSPACE, LEAD, Card(person=LEAVER, roles=frozenset({STEWARD, QVCT_LEAD})))
        await leaves(coop, datetime(2026, 9, 18, 20, tzinfo=UTC))
        before = await member(coop, LEAVER)
        assert before.left_on is None, "the last day is worked"
        assert before.roles == {STEWARD, QVCT_LEAD}
        await coop.live_until(NEXT_WORKING_DAY)
        after = await member(coop, LEAVER)
        assert (after.left_on, after.roles) == (LAST_DAY, frozenset())
        assert (await the_departure(coop)).state == "left"


async def test_a_newcomer_they_accompanied_is_sought_another_buddy(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.welcome(first_day=date(2026, 9, 15), job_buddy=LEAVER, coop_buddy=WITNESS)
        await coop.speak()
        for number in (0, 1):
            assert await coop.answer("buddies", "proposal", "accept", number=number) is None
        person = await coop.member_id(LEAVER)
        assert (await coop.talk("onboarding")).cast["job_buddy"].id == person
        searches = len(await talks_of(coop, "buddies"))
        await leaves(coop)
        journey = await coop.talk("onboarding")
        assert "job_buddy" not in journey.cast
        assert journey.status == "open"
        sought = (await talks_of(coop, "buddies"))[searches:]
        assert {talk.details["part"] for talk in sought} == {"job_buddy"}
        assert person not in {talk.cast["candidate"].id for talk in sought}


async def test_what_they_still_hold_is_named_one_by_one_and_counted_for_whoever_leads(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        for card in (Card(person=LEAVER, roles=frozenset({QVCT_LEAD})), Card(person="U06", supervisor=LEAVER)):
            assert not await coop.desk.describe(WORKSPACE, LEAD, card)
        person, lead = await member(coop, LEAVER), await coop.member_id(LEAD)
        hats = await coop.store.read(lambda tx: hats_of(tx, person, seen_by=lead), WORKSPACE)
        other = await coop.member_id("U06")
        assert {(hat.kind, hat.name, hat.about) for hat in hats} == {
            ("only_role", QVCT_LEAD, None),
            ("supervises", "supervisor", other),
        }
        await leaves(coop)
        await coop.live_until(NEXT_WORKING_DAY + timedelta(days=3))
        (left,) = coop.named("leaving/hats_left")
        assert (left.recipient, left.context["count"], left.context["unheld"]) == (lead, 2, [QVCT_LEAD])


async def test_an_administrator_who_has_left_leads_nothing_as_long_as_another_is_there(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, person=LEAD, lead=SUPERVISOR, supervisor=None, last_day=LAST_DAY)
        await coop.live_until(NEXT_WORKING_DAY + timedelta(days=1))
        assert [one.slack_id for one in await coop.store.read(leaders, WORKSPACE)] == [LEAD], "nobody else may settle"
        await coop.desk.accounts(WORKSPACE, [Account(slack_id=WITNESS, first_name="Personne 5", is_admin=True)])
        assert [one.slack_id for one in await coop.store.read(leaders, WORKSPACE)] == [WITNESS]


# ---------------------------------------------------------------------------------------------------------- letters


async def test_where_no_letter_can_leave_nobody_is_asked_for_an_address_to_be_written_to(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await leaves(coop)
        heard = await said_to(coop, LEAVER)
        assert "last_day" in heard
        assert not {"stay_in_touch", "personal_email", "contact_kept"} & set(heard)


@asynccontextmanager
async def with_letters(database_url: str) -> AsyncIterator[Spoken]:
    """A cooperative whose mail server carries letters."""
    async with spoken(database_url, now=NOW) as life:
        coop = life.coop
        with_mail(coop)
        life.courier = Courier(coop.store, only(life.slack), Speaker(coop.score.flows, WORDS), coop.clock, life.letters)
        yield life


async def lived(life: Spoken, end: datetime) -> None:
    while (moment := await life.coop.next_event()) is not None and moment <= end:
        life.coop.clock.move_to(max(moment, life.coop.clock()))
        while await life.coop.desk.tick() + await life.courier.deliver():
            continue
    life.coop.clock.move_to(end)


async def gone(life: Spoken, touch: str) -> None:
    """They have left, having said how much they want to hear; their account is closed."""
    assert not await told(life.coop, last_day=LAST_DAY)
    await lived(life, datetime(2026, 9, 16, 18, tzinfo=UTC))
    assert await life.coop.answer("departure", "stay_in_touch", touch) is None
    if touch != "no":
        assert await life.coop.answer("departure", "personal_email", ADDRESS) is None
    await lived(life, NEXT_WORKING_DAY)
    await life.coop.desk.accounts(WORKSPACE, [closed()])


def closed() -> Any:
    return account(LEAVER, first_name="Personne 2", email=None, active=False)


async def test_letters_go_to_the_address_they_gave_for_a_year(sqlite_url: str) -> None:
    async with with_letters(sqlite_url) as life:
        await gone(life, "yes")
        heard = len(life.received(LEAVER))
        await lived(life, NOW + timedelta(days=400))
        assert {to for to, _, _ in life.letters.sent} == {ADDRESS}
        assert len(life.letters.sent) >= 3, "after a month, three, and a year"
        assert len(life.received(LEAVER)) == heard
        assert (await member(life.coop, LEAVER)).personal_email == ADDRESS


async def test_without_consent_no_letter_is_written_and_whoever_leads_is_told_what_could_not_be_said(
    sqlite_url: str,
) -> None:
    async with with_letters(sqlite_url) as life:
        await gone(life, "no")
        await lived(life, NOW + timedelta(days=400))
        assert life.letters.sent == []
        assert (await member(life.coop, LEAVER)).personal_email is None
        untold = await rows_of(life.coop, "leaving/out_of_reach")
        assert {one["recipient"] for one in untold} == {await life.coop.member_id(LEAD)}
        assert {step for one in untold for step in one["context"]["steps"]} >= {"feedback", "month_3", "one_year"}


@pytest.mark.parametrize(("touch", "hears"), [("no", False), ("yes", True)])
async def test_whoever_would_rather_not_keep_in_touch_hears_nothing_were_their_account_still_open(
    sqlite_url: str, touch: str, *, hears: bool
) -> None:
    async with with_letters(sqlite_url) as life:
        assert not await told(life.coop, last_day=LAST_DAY)
        await lived(life, datetime(2026, 9, 16, 18, tzinfo=UTC))
        assert await life.coop.answer("departure", "stay_in_touch", touch) is None
        await lived(life, NEXT_WORKING_DAY)
        heard = len(life.received(LEAVER))
        await lived(life, NOW + timedelta(days=400))
        assert (len(life.received(LEAVER)) > heard) is hears


async def test_whoever_leads_may_put_an_end_to_letters_that_somebody_who_has_died_would_get(sqlite_url: str) -> None:
    async with with_letters(sqlite_url) as life:
        await gone(life, "yes")
        found = await the_departure(life.coop)
        home = Home(life.coop.store, life.coop.score, WORDS, life.coop.clock)

        async def may_be_pressed(slack_id: str) -> bool:
            view = await home.look(WORKSPACE, slack_id, lambda sight: sheet_window(sight, found.id))
            return "home.stop_letters" in str(view)

        assert await may_be_pressed(LEAD)
        assert not await may_be_pressed(SUPERVISOR)
        await home.act(life.coop.desk, "stop_letters", WORKSPACE, SUPERVISOR, found.id)
        assert await may_be_pressed(LEAD), "it is for whoever leads alone"
        await home.act(life.coop.desk, "stop_letters", WORKSPACE, LEAD, found.id)
        assert not await may_be_pressed(LEAD)
        sent = len(life.letters.sent)
        await lived(life, NOW + timedelta(days=400))
        assert len(life.letters.sent) == sent
        assert await life.coop.store.read(contacts.everyone, WORKSPACE) == []
        traced = await life.coop.store.read(lambda tx: departures.traces(tx, found.id), WORKSPACE)
        assert [one.by_id for one in traced if one.verb == "letters_stopped"] == [await life.coop.member_id(LEAD)]


@pytest.mark.parametrize("is_told_first", [True, False], ids=["told first as another departure", "told as a death"])
async def test_after_a_death_nothing_is_kept_of_the_address_they_had_given(
    sqlite_url: str, is_told_first: bool
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        gone = (await member(coop, LEAVER)).id
        await coop.store.run(lambda tx: contacts.give(tx, gone, ADDRESS, LAST_DAY), WORKSPACE)
        if is_told_first:
            assert not await told(coop)
            assert await coop.store.read(contacts.everyone, WORKSPACE)
            path = (await the_departure(coop)).id
            assert not await coop.desk.decide(
                WORKSPACE, LEAD, lambda it, me: change_kind(it, me, path, "death", is_delicate=False)
            )
        else:
            assert not await told(coop, kind="death")
        assert await coop.store.read(contacts.everyone, WORKSPACE) == []


# ---------------------------------------------------------------------------------------------------------- the REX


@asynccontextmanager
async def shared(database_url: str, how: str) -> AsyncIterator[Cooperative]:
    """A month later they write what they leave with, and say who may read it."""
    async with cooperative(database_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(announcements_channel=NEWS))
        await leaves(coop)
        await coop.live_until(datetime(2026, 10, 21, 18, tzinfo=UTC))
        assert await coop.answer("experience_feedback", "feedback", WRITTEN) is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert await coop.answer("experience_feedback", "sharing", how) is None
        await coop.live_until(coop.clock() + timedelta(days=3))
        yield coop


async def read_by(coop: Cooperative, slack_id: str) -> str | None:
    """What this member reads of it from the button beside the message."""
    (talk,) = await talks_of(coop, "experience_feedback")
    home = Home(coop.store, coop.score, WORDS, coop.clock)
    view = await home.look(
        WORKSPACE, slack_id, lambda sight: read_window(sight.scene, sight.me, "read_feedback", Ref(talk.id, ""))
    )
    return words_in(view) if view is not None else None


async def of_it(coop: Cooperative) -> list[dict[str, Any]]:
    """What was said of it to the others."""
    return await rows_of(coop, "leaving/feedback")


async def test_shared_with_a_name_it_is_said_whose_it_is_and_read_by_anybody(sqlite_url: str) -> None:
    async with shared(sqlite_url, "named") as coop:
        said = await of_it(coop)
        assert {one["message"] for one in said} == {"leaving/feedback_named"}
        assert {one["recipient"] for one in said} == {NEWS, await coop.member_id(LEAD)}
        assert all(one["context"]["who"] == "Personne 2" for one in said)
        shown = await read_by(coop, "U06") or ""
        assert all(words in shown for words in WRITTEN.values())


async def test_shared_without_a_name_nothing_says_whose_it_is(sqlite_url: str) -> None:
    async with shared(sqlite_url, "unnamed") as coop:
        said = await of_it(coop)
        assert {one["message"] for one in said} == {"leaving/feedback_unnamed"}
        assert {one["recipient"] for one in said} == {NEWS, await coop.member_id(LEAD)}
        author = await coop.member_id(LEAVER)
        found = await the_departure(coop)
        shown = await read_by(coop, "U06") or ""
        assert all(words in shown for words in WRITTEN.values())
        for naming in ("Personne 2", LEAVER, author, found.id):
            assert naming not in repr(said)
            assert naming not in shown
        assert not any(one["conversation"] for one in said)


@pytest.mark.parametrize("how", ["named", "unnamed"])
async def test_once_its_author_is_erased_what_was_signed_is_taken_back_and_what_was_not_stays(
    sqlite_url: str, how: str
) -> None:
    async with shared(sqlite_url, how) as coop:
        author = await member(coop, LEAVER)
        (talk,) = await talks_of(coop, "experience_feedback")
        readers = {NEWS, await coop.member_id(LEAD)} if how == "named" else set()
        await coop.desk.do(WORKSPACE, lambda conductor: erase(conductor, author))
        taken_back = [one for one in await rows_of(coop, "retract") if one["conversation"] == talk.id]
        assert {one["recipient"] for one in taken_back} - {author.id} == readers
        assert len(await of_it(coop)) == (0 if how == "named" else 2)


async def test_not_shared_it_is_forgotten_and_nobody_hears_of_it(sqlite_url: str) -> None:
    async with shared(sqlite_url, "private") as coop:
        assert await of_it(coop) == []
        assert await read_by(coop, "U06") is None
        assert await read_by(coop, LEAD) is None
        (talk,) = await talks_of(coop, "experience_feedback")
        assert talk.steps["feedback"].value is None
        assert not any(words in repr(talk) for words in WRITTEN.values())


async def test_written_and_never_shared_it_is_forgotten_too(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await leaves(coop)
        await coop.live_until(datetime(2026, 10, 21, 18, tzinfo=UTC))
        assert await coop.answer("experience_feedback", "feedback", WRITTEN) is None
        await coop.live_until(coop.clock() + timedelta(days=60))
        (talk,) = await talks_of(coop, "experience_feedback")
        assert not any(words in repr(talk) for words in WRITTEN.values())
        assert await of_it(coop) == []


# ------------------------------------------------------------------------------------------------------- the shares


async def test_shares_are_recalled_before_each_general_meeting_until_they_are_paid_back(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await leaves(coop)
        await coop.live_until(datetime(2027, 5, 20, tzinfo=UTC))
        assert "refund_1" in await said_to(coop, LEAD)
        assert await coop.answer("afterwards", "refund_1", "not_yet") is None
        await coop.live_until(datetime(2028, 5, 20, tzinfo=UTC))
        assert "refund_2" in await said_to(coop, LEAD)
        assert await coop.answer("afterwards", "refund_2", "repaid") is None
        await coop.live_until(datetime(2032, 1, 1, tzinfo=UTC))
        asked = {one for one in await said_to(coop, LEAD) if one.startswith("refund_")}
        assert asked == {"refund_1", "refund_2"}


async def test_nothing_is_recalled_of_shares_that_are_kept_or_that_were_never_held(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, person="U11", last_day=LAST_DAY)
        assert not await told(coop, kind="retirement", last_day=LAST_DAY)
        await coop.live_until(datetime(2028, 1, 1, tzinfo=UTC))
        assert len(await talks_of(coop, "afterwards")) == 2
        assert not [one for one in await said_to(coop, LEAD) if one.startswith("refund_")]


# ------------------------------------------------------------------------------------------------------ coming back


async def tenures(coop: Cooperative, person: Member) -> list[tuple[date | None, date | None]]:
    row = tables.tenure.c
    mine = sa.select(row.arrived_on, row.left_on).where(row.member_id == person.id).order_by(row.id)
    return await coop.store.read(lambda tx: [tuple(one) for one in tx.connection.execute(mine)], WORKSPACE)


async def test_nobody_is_told_of_a_return_when_the_account_of_somebody_who_died_is_opened(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await leaves(coop, kind="death")
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2", active=False)])
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2")])
        await coop.live_until(NEXT_WORKING_DAY + timedelta(days=2))
        assert (await member(coop, LEAVER)).active
        assert coop.named("menu/is_back") == []


@pytest.mark.parametrize("days", [10, 45])
async def test_whoever_has_an_account_again_is_not_asked_how_they_are_doing_elsewhere(
    sqlite_url: str, days: int
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, last_day=LAST_DAY)
        await coop.live_until(NEXT_WORKING_DAY + timedelta(hours=6))
        await coop.desk.accounts(WORKSPACE, [closed()])
        await coop.live_until(NEXT_WORKING_DAY + timedelta(days=days))
        coop.said.clear()
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2", email=None)])
        await coop.live_until(NOW + timedelta(days=420))
        assert await said_to(coop, LEAVER) == []
        assert "menu/is_back" in await said_to(coop, LEAD)


@pytest.mark.parametrize(
    ("slack_id", "email"),
    [(LEAVER, None), ("U77", ADDRESS)],
    ids=["an account opened again", "the personal address they gave"],
)
async def test_somebody_who_comes_back_is_recognised_and_begins_a_short_path_with_the_same_passport(
    sqlite_url: str, slack_id: str, email: str | None
) -> None:
    async with with_letters(sqlite_url) as life:
        coop = life.coop
        left = await member(coop, LEAVER)
        await coop.store.run(lambda tx: passport.stamp(tx, left.id, "welcomed", date(2020, 1, 8)), WORKSPACE)
        await gone(life, "yes")
        await lived(life, datetime(2026, 11, 2, 9, tzinfo=UTC))
        stamps = await coop.store.read(lambda tx: passport.stamps_of(tx, left.id), WORKSPACE)
        back = account(slack_id, first_name="Personne 2", email=email)
        await coop.desk.accounts(WORKSPACE, [back])
        await lived(life, datetime(2026, 11, 3, 9, tzinfo=UTC))
        assert (await member(coop, slack_id)).id == left.id
        told = life.received(LEAD)[-1]
        assert "Personne 2" in told.words()
        assert given_by(told.control("offer.welcome").element) == slack_id
        assert not await coop.welcome(person=slack_id, email=None, first_name="", first_day=date(2026, 11, 10))
        (journey,) = await talks_of(coop, "coming_back")
        assert (journey.status, journey.cast["subject"].id) == ("open", left.id)
        assert await talks_of(coop, "onboarding") == []
        returned = await member(coop, slack_id)
        assert (returned.left_on, returned.personal_email) == (None, None)
        assert await tenures(coop, left) == [(None, LAST_DAY), (date(2026, 11, 10), None)]
        assert stamps
        assert await coop.store.read(lambda tx: passport.stamps_of(tx, left.id), WORKSPACE) == stamps
        assert {talk.status for talk in await talks_of(coop, "afterwards")} == {"stopped"}
        assert (await the_departure(coop, slack_id)).state == "over"
        assert await coop.store.read(contacts.everyone, WORKSPACE) == []
        life.letters.sent.clear()
        await lived(life, NOW + timedelta(days=200))
        assert life.letters.sent == []


@pytest.mark.parametrize("has_account", [True, False])
async def test_a_return_that_will_not_be_is_cancelled_and_may_be_prepared_again(
    database_url: str, has_account: bool
) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        left = await member(coop, LEAVER)
        await leaves(coop)
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2", active=has_account)])
        back = {"person": LEAVER, "email": None, "first_name": ""}
        assert not await coop.welcome(**back, first_day=date(2026, 11, 10))
        await coop.desk.cancel(WORKSPACE, LEAD, (await talks_of(coop, "coming_back"))[0].id)
        assert (await member(coop, LEAVER)).left_on == LAST_DAY
        assert await tenures(coop, left) == [(None, LAST_DAY)]
        assert not await coop.welcome(**back, first_day=date(2026, 12, 1))
        assert [talk.status for talk in await talks_of(coop, "coming_back")] == ["stopped", "open"]
        assert await tenures(coop, left) == [(None, LAST_DAY), (date(2026, 12, 1), None)]
