"""A private conversation is known to whoever plays in it: what goes wrong there is told to nobody else, and no log names it."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.admissions import ADMISSIONS
from bot.conductor import Conductor
from bot.courier import Courier
from bot.deeds import DEEDS
from bot.desk import Desk
from bot.home import view_of
from bot.score import Score
from bot.speech import Speaker
from flows.core.model import SUBJECT, Flow
from flows.core.moves import Woken
from flows.core.people import Member
from messages import Messages
from sandbox import Refused, TimeoutAfterSuccess
from storage import members, outbox, withdrawing
from storage.outbox import Delivery
from tests.bot.cooperative import LEAD, WORKSPACE, account
from tests.bot.home.conftest import words_in
from tests.bot.secret import DAY, FLOWS, FOLLOWS, SECRET, WITNESS, WORDS, betrayals, secret_messages, secret_path
from tests.bot.spoken import Spoken, only, spoken

LEAVER, FOLLOWER, COLLEAGUE = "U02", "U03", "U04"
"""None of them is of the management: LEAD alone is."""
SOON = date(2026, 4, 14)
A_MONTH = timedelta(days=30)


@dataclass
class House:
    life: Spoken
    messages: Messages
    courier: Courier

    async def begin(self, cast: Mapping[str, str], flow: Flow = secret_path) -> str:
        """`cast`: parts to Slack ids."""
        played = {part: await self.life.coop.member_id(slack_id) for part, slack_id in cast.items()}
        score = replace(self.life.coop.score, flows={**self.life.coop.score.flows, flow.name: flow})
        now = self.life.coop.clock()
        return await self.life.coop.store.run(
            lambda tx: Conductor(tx, score, now).begin(flow.name, played, anchors={DAY: SOON}), WORKSPACE
        )

    async def miss(self, conversation: str, flow: Flow = secret_path) -> list[str]:
        """Let the hidden day go by unsaid; who is told of it."""
        score = replace(self.life.coop.score, flows={**self.life.coop.score.flows, flow.name: flow})
        self.life.coop.clock.advance(A_MONTH)
        now = self.life.coop.clock()
        await self.life.coop.store.run(lambda tx: Conductor(tx, score, now).tell(conversation, Woken()), WORKSPACE)
        said = await self.life.coop.store.run(lambda tx: outbox.claim(tx, now + A_MONTH, 500, A_MONTH), WORKSPACE)
        return sorted([await self.slack_id(one.recipient) for one in said if one.message == "missed"])

    async def slack_id(self, member_id: str) -> str:
        member = await self.life.coop.store.read(lambda tx: members.find(tx, member_id), WORKSPACE)
        assert member is not None
        return str(member.slack_id)

    async def leave(self, slack_id: str) -> None:
        await self.life.coop.desk.accounts(WORKSPACE, [account(slack_id, email=None, active=False)])

    async def member(self, slack_id: str) -> Member:
        found = await self.life.coop.store.read(lambda tx: members.by_slack_id(tx, slack_id), WORKSPACE)
        assert found is not None
        return found

    async def home_of(self, slack_id: str) -> str:
        me, score, now = await self.member(slack_id), self.life.coop.score, self.life.coop.clock()
        view = await self.life.coop.store.read(
            lambda tx: view_of(tx, me, now, score=score, messages=self.messages), WORKSPACE
        )
        return words_in(view)

    async def fail(self) -> Delivery:
        """The first hidden word cannot be said, for good."""
        self.life.practice.faults.next("chat.postMessage", Refused("channel_not_found"), only=to(LEAVER))
        await self.courier.deliver()
        (row,) = await self.life.rows()
        return row


def to(slack_id: str) -> Any:
    return lambda payload: payload["channel"] == slack_id


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with spoken(sqlite_url) as life:
        yield furnished(life, secret_messages(tmp_path / "texts"))


def furnished(life: Spoken, messages: Messages) -> House:
    score = Score({flow.name: flow for flow in FLOWS}, DEEDS, ADMISSIONS)
    life.coop.score = score
    life.coop.desk = Desk(life.coop.store, score, messages, life.coop.clock, lambda: None)
    courier = Courier(life.coop.store, only(life.slack), Speaker(score.flows, messages), life.coop.clock)
    return House(life, messages, courier)


# ------------------------------------------------------------------------------------------------------ what is missed


async def test_what_is_missed_is_told_to_whoever_follows_it(house: House) -> None:
    talk = await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER})
    assert await house.miss(talk) == [FOLLOWER]


@pytest.mark.parametrize(("private", "told"), [(True, []), (False, [LEAD])])
async def test_a_leader_outside_a_private_conversation_is_told_nothing(
    house: House, private: bool, told: list[str]
) -> None:
    flow = replace(secret_path, private=private)
    talk = await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER, WITNESS: COLLEAGUE}, flow)
    await house.leave(FOLLOWER)
    assert await house.miss(talk, flow) == told


async def test_a_leader_who_plays_in_it_is_told_instead(house: House) -> None:
    talk = await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER, WITNESS: LEAD})
    await house.leave(FOLLOWER)
    assert await house.miss(talk) == [LEAD]


async def test_a_leader_it_is_about_is_never_told(house: House) -> None:
    talk = await house.begin({SUBJECT: LEAD, FOLLOWS: FOLLOWER, WITNESS: LEAD})
    await house.leave(FOLLOWER)
    assert await house.miss(talk) == []


async def test_a_part_left_empty_is_asked_about_to_nobody_outside(house: House) -> None:
    flow = replace(secret_path, fills={WITNESS: "ask_for_part"})
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER}, flow)
    now = house.life.coop.clock()
    said = await house.life.coop.store.run(lambda tx: outbox.claim(tx, now + A_MONTH, 500, A_MONTH), WORKSPACE)
    assert await house.life.coop.member_id(LEAD) not in [one.recipient for one in said]


# --------------------------------------------------------------------------------------------- what could not be said


async def test_a_failed_message_shows_in_the_home_of_whoever_follows_it_alone(house: House) -> None:
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER, WITNESS: COLLEAGUE})
    await house.fail()
    assert "Mot caché" in await house.home_of(FOLLOWER)
    for somebody in (LEAD, LEAVER, COLLEAGUE, "U09"):
        assert "Messages non partis" not in await house.home_of(somebody)


async def test_a_leader_who_plays_in_it_sees_what_failed_unless_it_is_about_them(house: House) -> None:
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER, WITNESS: LEAD})
    await house.fail()
    assert "Mot caché" in await house.home_of(LEAD)


async def test_whom_it_is_about_never_sees_what_failed(house: House) -> None:
    await house.begin({SUBJECT: LEAD, FOLLOWS: FOLLOWER, WITNESS: LEAD})
    house.life.practice.faults.next("chat.postMessage", Refused("channel_not_found"), only=to(LEAD))
    await house.courier.deliver()
    assert await house.life.rows()
    assert "Messages non partis" not in await house.home_of(LEAD)


async def test_what_failed_is_tried_again_by_whoever_sees_it(house: House) -> None:
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER})
    row = await house.fail()
    for somebody in (LEAD, COLLEAGUE):
        await house.life.coop.desk.retry(WORKSPACE, somebody, row.id)
    assert [one.id for one in await house.life.rows()] == [row.id]
    await house.life.coop.desk.retry(WORKSPACE, FOLLOWER, row.id)
    assert await house.life.rows() == []


async def test_trying_everything_again_leaves_nothing_behind(house: House) -> None:
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER})
    await house.fail()
    await house.life.coop.desk.retry(WORKSPACE, COLLEAGUE, None)
    assert len(await house.life.rows()) == 1
    await house.life.coop.desk.retry(WORKSPACE, LEAD, None)
    assert await house.life.rows() == []


async def test_a_message_that_cannot_be_taken_back_shows_to_whoever_follows_it(house: House) -> None:
    talk = await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER})
    await house.courier.deliver()
    house.life.practice.faults.next("chat.delete", Refused("cant_delete_message"))
    now = house.life.coop.clock()
    await house.life.coop.store.run(lambda tx: withdrawing.withdraw(tx, [talk], now), WORKSPACE)
    await house.courier.deliver()
    shown = await house.home_of(FOLLOWER)
    assert "Un message à effacer" in shown
    assert "il y est encore" in shown
    assert "Messages non partis" not in await house.home_of(LEAD)


# -------------------------------------------------------------------------------------------------------------- the logs


async def test_no_log_names_a_step_a_message_or_somebody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    talk = await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER, WITNESS: COLLEAGUE})
    house.life.practice.faults.next("chat.postMessage", TimeoutAfterSuccess(), only=to(FOLLOWER))
    row = await house.fail()
    await house.life.wait()
    now = house.life.coop.clock()
    await house.life.coop.store.run(lambda tx: withdrawing.withdraw(tx, [talk], now), WORKSPACE)
    house.life.practice.faults.next("conversations.history", Refused("missing_scope"))
    await house.courier.deliver()
    told = as_json(caplog)
    people = [await house.life.coop.member_id(one) for one in (LEAVER, FOLLOWER, COLLEAGUE)]
    assert '"given_up"' in told
    assert f'"delivery": {row.id}' in told
    assert list(betrayals(told, *people, LEAVER, FOLLOWER, COLLEAGUE, "Personne")) == []


@pytest.mark.parametrize(
    "words",
    [
        WORDS.replace("{{ subject.name }}", "{{ hidden_value }}"),
        WORDS.replace("{{ subject.name }}", "{{ subject.hidden_value }}"),
        WORDS.replace("block hidden_word %", "block other_word %"),
    ],
)
async def test_words_at_fault_are_told_without_naming_them(
    house: House, words: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house = furnished(house.life, secret_messages(tmp_path / "faulty", words))
    await house.begin({SUBJECT: LEAVER, FOLLOWS: FOLLOWER})
    await house.courier.deliver()
    assert await house.life.rows()
    told = as_json(caplog)
    assert "a message cannot be worded" in told
    assert list(betrayals(told, LEAVER, FOLLOWER, "Personne")) == []


def as_json(caplog: pytest.LogCaptureFixture) -> str:
    """All that we wrote, as it would be on standard error."""
    ours = [record for record in caplog.records if record.name.partition(".")[0] in logs.OURS]
    return "\n".join(json.dumps(json.loads(logs.JsonLines().format(record)), ensure_ascii=False) for record in ours)


def test_the_flow_betrays_itself_where_it_is_public() -> None:
    assert list(betrayals(WORDS)) == ["hidden", "cach"]
    assert SECRET in str(list(betrayals(SECRET)))
