"""Somebody is erased: no table says who they were, no file holds a word of theirs, and the others go on as before."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import Account
from bot.conductor import Conductor
from bot.dispatch import Dispatcher, ShowAgain
from bot.leaving.beginning import Told, tell_departure
from bot.rights.erasing import erase, erase_words
from bot.setting_up import SetUp
from bot.speech import Speaker
from flows.core.amending import reworded
from flows.core.people import MANAGEMENT
from flows.core.poll import Poll
from messages import Messages
from storage import Transaction, improvements, members, outbox, polls, self_radars, workspaces
from storage.polls import PollSettings
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, account
from tests.bot.polls.held import answer, answered_by, answers_to, latest, opened
from tests.bot.rights.lived import (
    COOP_BUDDY,
    EMAIL,
    HER_WORDS,
    JOB_BUDDY,
    LILA,
    NAMES,
    OF_NOOR,
    REPLIED,
    TO_NOOR,
    WRITTEN,
    a_year,
    about,
    answers,
    is_known,
    rows,
)


async def erased(coop: Cooperative, slack_id: str = LILA) -> str:
    """Erase them as the command does; the id they had."""
    member_id = await coop.member_id(slack_id)

    def unit(tx: Transaction) -> None:
        member = members.find(tx, member_id)
        assert member is not None
        erase(Conductor(tx, coop.score, coop.clock()), member)

    await coop.store.run(unit, WORKSPACE)
    return member_id


def named(*found: object) -> list[str]:
    """As words of their own: three letters may come by chance in what is sealed, or drawn at random."""
    text = "".join(one if isinstance(one, str) else repr(one) for one in found)
    return [one for one in (*NAMES, *HER_WORDS, REPLIED) if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]


async def test_no_row_of_any_table_holds_a_name_an_address_or_a_word(database_url: str) -> None:
    async with a_year(database_url) as coop:
        before = (await rows(coop), await answers(coop))
        assert sorted(named(*before)) == sorted((*NAMES, *HER_WORDS, REPLIED)), "the year has left all of it"
        lila = await erased(coop)
        left = await rows(coop)
        assert named(left, await answers(coop)) == []
        assert {table for table, found in left.items() if lila in repr(found)} == {
            "member",
            "audience",
            "participation",
        }
        (husk,) = [row for row in left["member"] if row["id"] == lila]
        assert (husk["first_name"], husk["slack_id"], husk["email"], husk["active"]) == ("", None, None, False)


async def test_no_byte_of_the_database_s_files_holds_them_even_where_words_are_not_sealed(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_year(sqlite_url, vault=None) as coop:
        assert set(in_files(tmp_path)) == {*NAMES, *HER_WORDS, REPLIED}
        await erased(coop)
        assert await coop.store.sweep()
        assert in_files(tmp_path) == []
        assert in_files(tmp_path, OF_NOOR, "Personne 2") == [OF_NOOR, "Personne 2"]


def in_files(folder: Path, *words: str) -> list[str]:
    """Which words the database's files hold, its journal included, in whatever place of them."""
    held = b"".join(file.read_bytes() for file in folder.glob("parcours.db*"))
    # A row keeps its JSON as UTF-8, where what is not ASCII stays as it is.
    return [one for one in (words or (*NAMES, *HER_WORDS, REPLIED)) if one.encode() in held]


async def test_what_they_held_is_handed_over_and_others_words_stay(year: Cooperative) -> None:
    lila = await erased(year)
    assert await about(year, lila) == []
    said = await answers(year)
    assert OF_NOOR in said
    assert TO_NOOR not in said
    lead = await year.member_id(LEAD)
    (line,) = await year.store.read(improvements.under_way, WORKSPACE)
    assert line.owner_id == lead
    assert "action_follow_up" in await about(year, lead)


async def test_somebody_who_accompanied_a_newcomer_is_replaced_there(year: Cooperative) -> None:
    before = (await year.talk("onboarding")).cast["coop_buddy"].id
    assert await erased(year, COOP_BUDDY) == before
    talk = await year.talk("onboarding")
    assert "coop_buddy" not in talk.cast
    await year.speak()
    assert year.named("proposal", "who_should", "who_volunteers")
    assert REPLIED not in await answers(year)


async def test_the_house_goes_on_without_them(year: Cooperative) -> None:
    before = len(year.said)
    await erased(year)
    await year.live_until(year.clock() + timedelta(days=400))
    said = year.said[before:]
    assert [one.message for one in said if one.message.startswith("polls/results")]
    assert named(said) == []
    waiting = await year.store.read(lambda tx: outbox.waiting_count(tx), WORKSPACE)
    assert waiting == 0


@pytest.mark.parametrize(("address", "kept"), [("Lila@Exemple.coop", None), ("contact@exemple.coop",) * 2])
async def test_no_reply_to_a_letter_goes_to_them_any_more(year: Cooperative, address: str, kept: str | None) -> None:
    assert await year.desk.set_up(WORKSPACE, LEAD, SetUp(reply_to=address)) == {}
    await erased(year)
    coop = await year.store.read(workspaces.find, WORKSPACE)
    assert coop is not None
    assert coop.reply_to == kept


async def test_an_open_round_is_closed_and_counted_as_it_was_answered(year: Cooperative) -> None:
    record = await latest(year)
    await answered_by(year, record.id, [f"U{number:02}" for number in range(5, 12)], [4])
    invited = await year.store.read(lambda tx: polls.audience(tx, record.id), WORKSPACE)
    lila = await erased(year)
    assert await year.store.read(lambda tx: polls.audience(tx, record.id), WORKSPACE) == invited
    assert lila in await year.store.read(lambda tx: polls.who_answered(tx, record.id), WORKSPACE)
    await year.live_until(year.clock() + timedelta(days=12))
    report = (await latest(year)).report
    assert report is not None
    assert (report.participation.answered, report.participation.expected) == (9, 14)
    assert await year.store.read(lambda tx: polls.who_answered(tx, record.id), WORKSPACE) == set()


async def test_whoever_a_comment_or_a_question_of_a_poll_names_is_masked_there(
    year: Cooperative,
) -> None:
    record = await latest(year)
    said = f"Lila Besson ({EMAIL}, <@{LILA}>) parle beaucoup, et Lila le sait"
    for who in (f"U{number:02}" for number in range(5, 12)):
        assert await answer(year, record.id, who, answers_to(record.round.poll, 3, said)) is None
    await year.live_until(year.clock() + timedelta(days=12))
    name = record.round.poll.averaged[0].name
    asked = reworded(record.round.poll, name, {"fr": f"Que penser de {said} ?"}, same_meaning=False, round_open=False)
    assert isinstance(asked, Poll)
    await year.store.run(lambda tx: polls.save_settings(tx, PollSettings(poll=asked)), WORKSPACE)
    await opened(year)
    kept = ("Besson", EMAIL, LILA)
    assert {one for one in kept if one in repr(await polls_kept(year))} == set(kept)
    await erased(year)
    left = await polls_kept(year)
    assert [one for one in kept if one in repr(left)] == []
    masked = "… (…, <@…>) parle beaucoup, et Lila le sait"
    assert repr(left).count(f"Que penser de {masked} ?") == 2, "in the poll, and in the round that is open"
    report = (await year.store.read(lambda tx: polls.rounds_of(tx, "barometer"), WORKSPACE))[0].report
    assert report is not None
    assert masked in report.comments[0].texts
    assert (await latest(year)).round.poll.items[0].name == name


async def polls_kept(coop: Cooperative) -> dict[str, Any]:
    held = await rows(coop)
    return {table: held[table] for table in ("poll", "round")}


async def test_their_number_goes_with_the_last_round_they_were_invited_to(year: Cooperative) -> None:
    lila = await erased(year)
    await year.live_until(year.clock() + timedelta(days=12))
    year.clock.advance(timedelta(days=5 * 366))
    assert await is_known(year, lila)
    for _ in range(2):  # the night that forgets the rounds, then the one that finds the number useless
        await year.desk.forget_what_is_old(WORKSPACE)
    assert not await is_known(year, lila)


async def test_whoever_was_never_invited_leaves_no_number_at_all(year: Cooperative) -> None:
    await year.desk.accounts(WORKSPACE, [Account(slack_id="U97", first_name="Kim", email="kim@exemple.coop")])
    kim = await erased(year, "U97")
    assert not await is_known(year, kim)


async def test_messages_already_said_are_left_as_they_are(year: Cooperative) -> None:
    buddy, talk = await year.member_id(JOB_BUDDY), (await year.talk("onboarding")).id
    await erased(year)

    def decide(tx: Transaction) -> list[Any]:
        conductor = Conductor(tx, year.score, year.clock())
        conductor.note("missing_item", buddy, kind="refresh", conversation=talk, step="missing_item")
        speaker = Speaker(year.score.flows, Messages())
        claimed = outbox.claim(tx, year.clock(), 100, timedelta(minutes=1))
        dispatcher = Dispatcher(speaker.scene(tx, year.clock()), speaker, by_email=False, home=None)
        return dispatcher.errands([one for one in claimed if one.recipient == buddy])

    found = await year.store.run(decide, WORKSPACE)
    assert [one.messages for one in found if isinstance(one, ShowAgain)] == [()]


async def test_the_last_who_leads_is_erased_and_an_open_round_still_closes(year: Cooperative) -> None:
    lead = await erased(year, LEAD)
    assert await year.store.read(lambda tx: members.holders(tx, MANAGEMENT), WORKSPACE) == []
    assert "poll_round" in await about(year, lead)
    await year.live_until(year.clock() + timedelta(days=30))
    assert (await latest(year)).state == "closed"
    left = await rows(year)
    assert "Personne 0" not in repr(left)


async def leaves(coop: Cooperative, who: str, lead: str) -> None:
    """They leave in three months; `lead` sees to it."""
    told = Told(person=who, last_day=coop.clock().date() + timedelta(days=90), kind="resignation", lead=lead)
    assert not await coop.desk.decide(WORKSPACE, LEAD, lambda it, me: tell_departure(it, me, told))
    await coop.live_until(coop.clock() + timedelta(days=10))


async def test_somebody_whose_departure_is_under_way_is_erased_with_it(year: Cooperative) -> None:
    await leaves(year, LILA, LEAD)
    before = (await rows(year))["departure"]
    assert before
    await erased(year)
    left = await rows(year)
    assert [left[table] for table in ("departure", "departure_access", "departure_trace", "mission")] == [[]] * 4
    assert named(left) == []
    await year.live_until(year.clock() + timedelta(days=400))
    assert await year.store.read(lambda tx: outbox.waiting_count(tx), WORKSPACE) == 0


async def test_whoever_saw_a_departure_through_is_replaced_and_forgotten_there(year: Cooperative) -> None:
    await leaves(year, LILA, JOB_BUDDY)
    gone = await erased(year, JOB_BUDDY)
    left = await rows(year)
    assert {table for table, found in left.items() if gone in repr(found)} <= {"member", "audience", "participation"}
    (departure,) = left["departure"]
    assert departure["lead_id"] == await year.member_id(LEAD)


async def test_whoever_comes_back_is_somebody_new(year: Cooperative) -> None:
    lila = await erased(year)
    await year.desk.accounts(WORKSPACE, [account(LILA, last_name="Besson")])
    assert await year.member_id(LILA) != lila
    assert await about(year, await year.member_id(LILA)) == []


async def test_erasing_somebody_leaves_another_with_the_same_first_name_as_they_are(year: Cooperative) -> None:
    await year.desk.accounts(
        WORKSPACE, [Account(slack_id="U96", first_name="Lila", last_name="Morin", email="lila.morin@exemple.coop")]
    )
    await erased(year)
    left = await rows(year)
    assert [row["last_name"] for row in left["member"] if row["first_name"] == "Lila"] == ["Morin"]


# ----------------------------------------------------------------------------------------------- while they work here


async def test_somebody_in_post_erases_what_they_wrote_about_themselves_and_nothing_else(database_url: str) -> None:
    async with a_year(database_url) as coop:
        lila = await coop.member_id(LILA)
        parts = await about(coop, lila)
        await coop.desk.act(WORKSPACE, LILA, lambda it, me: erase_words(it, me))
        said = await answers(coop)
        assert [one for one in (*HER_WORDS, REPLIED) if one in said] == [TO_NOOR]
        assert OF_NOOR in said
        assert await coop.store.read(lambda tx: self_radars.of(tx, lila), WORKSPACE) == []
        assert await about(coop, lila) == parts
        member = await coop.store.read(lambda tx: members.find(tx, lila), WORKSPACE)
        assert member is not None
        assert (member.name, member.email) == ("Lila Besson", EMAIL)
        report = await coop.talk("fresh_eyes_report", 0)
        assert report.steps["review"].value == "send"


async def test_nobody_erases_the_words_of_another(year: Cooperative) -> None:
    await year.desk.act(WORKSPACE, JOB_BUDDY, lambda it, me: erase_words(it, me))
    said = await answers(year)
    assert [one for one in (*WRITTEN, TO_NOOR, OF_NOOR) if one not in said] == []
