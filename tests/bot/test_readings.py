"""Which window a member is shown, on a real database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot import readings
from bot.conductor import Conductor
from bot.scene import Scene
from bot.speech import Speaker
from bot.wire import Ref
from flows.core.people import Member
from flows.joining.fresh_eyes_report import QUESTIONS
from sandbox.blockkit import check_view
from storage import Transaction, members
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.spoken import WORDS

AUTHOR, COOP_BUDDY, BUDDY = SUPERVISOR, LEAD, "U03"
RINGING = "<!channel> & vous ?"


@pytest.fixture
async def coop(sqlite_url: str) -> AsyncIterator[Cooperative]:
    """Somebody writes an astonishment report, that the coop buddy will read."""
    async with cooperative(sqlite_url, size=4) as coop:
        cast = {"subject": await coop.member_id(AUTHOR), "coop_buddy": await coop.member_id(COOP_BUDDY)}
        await coop.store.run(
            lambda tx: Conductor(tx, coop.score, coop.clock()).begin("fresh_eyes_report", cast), WORKSPACE
        )
        await coop.welcome()
        yield coop


async def seen(coop: Cooperative, slack_id: str, show: Any) -> dict[str, Any] | None:
    """What `show(scene, member)` shows, checked by the strict reader."""

    def unit(tx: Transaction) -> Any:
        me = members.by_slack_id(tx, slack_id)
        assert isinstance(me, Member)
        return show(Scene(tx, coop.score.flows, WORDS, coop.clock()), me)

    view: dict[str, Any] | None = await coop.store.read(unit, WORKSPACE)
    assert view is None or check_view(view, surface="modal") == []
    return view


async def question(coop: Cooperative, slack_id: str, step: str) -> dict[str, Any] | None:
    talk = await coop.talk("fresh_eyes_report")
    return await seen(coop, slack_id, lambda scene, me: readings.answer_window(scene, me, Ref(talk.id, step)))


async def read(coop: Cooperative, slack_id: str, verb: str, flow: str = "fresh_eyes_report") -> dict[str, Any] | None:
    talk = await coop.talk(flow)
    return await seen(coop, slack_id, lambda scene, me: readings.read_window(scene, me, verb, Ref(talk.id, "x")))


async def write_it_all(coop: Cooperative) -> None:
    for asked in QUESTIONS:
        forms = {"the_cooperative": {"clarity": 2, "vision": RINGING}, "one_change": {"keep": "le pain"}}
        assert await coop.answer("fresh_eyes_report", asked.name, forms.get(asked.name, RINGING)) is None


async def test_a_question_opens_for_whoever_is_asked_alone(coop: Cooperative) -> None:
    assert await question(coop, AUTHOR, "first_weeks") is not None
    assert await question(coop, COOP_BUDDY, "first_weeks") is None
    assert await question(coop, AUTHOR, "oddity") is None  # not asked yet
    assert await question(coop, AUTHOR, "of_a_former_release") is None


async def test_a_channel_named_in_an_answer_is_shown_and_nobody_is_rung(coop: Cooperative) -> None:
    for asked in QUESTIONS:
        forms = {"the_cooperative": {"vision": "Lire <#C0ATELIER>"}, "one_change": {"keep": "<@U0ROBOT> & <!channel>"}}
        assert await coop.answer("fresh_eyes_report", asked.name, forms.get(asked.name, "Dans <#C0ATELIER>")) is None
    await coop.answer("fresh_eyes_report", "review", "send")
    view = await read(coop, COOP_BUDDY, "read_report")
    assert view is not None
    shown = str(view["blocks"])
    assert "Dans <#C0ATELIER>" in shown
    assert "Lire <#C0ATELIER>" in shown
    assert "quelqu'un &amp; &lt;!channel&gt;" in shown


async def test_an_answer_may_be_changed_until_it_is_sent(coop: Cooperative) -> None:
    await write_it_all(coop)
    view = await question(coop, AUTHOR, "oddity")
    assert view is not None
    assert view["blocks"][-1]["element"]["initial_value"] == RINGING
    await coop.answer("fresh_eyes_report", "review", "send")
    assert await question(coop, AUTHOR, "oddity") is None


async def test_a_report_is_read_once_sent_by_its_readers_alone(coop: Cooperative) -> None:
    await write_it_all(coop)
    assert await read(coop, COOP_BUDDY, "read_report") is None
    await coop.answer("fresh_eyes_report", "review", "send")
    view = await read(coop, COOP_BUDDY, "read_report")
    assert "&lt;!channel&gt; &amp; vous ?" in str(view)
    assert "<!channel>" not in str(view)
    assert await read(coop, "U02", "read_report") is None


async def test_a_reply_is_read_by_its_author(coop: Cooperative) -> None:
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    assert await read(coop, AUTHOR, "read_reply") is None
    await coop.answer("fresh_eyes_report", "reply", {"kept": "le pain", "not_kept": "le vin"})
    assert "le pain" in str(await read(coop, AUTHOR, "read_reply"))


async def test_the_sheet_is_read_by_anybody(coop: Cooperative) -> None:
    assert "huit lignes" in str(await read(coop, LEAD, "read_sheet", flow="onboarding"))
    assert await read(coop, LEAD, "read_tea_leaves", flow="onboarding") is None


@pytest.fixture
async def accompanied(sqlite_url: str) -> AsyncIterator[Cooperative]:
    """Somebody who is accompanied by `BUDDY` writes a report."""
    async with cooperative(sqlite_url, size=4) as coop:
        assert not await coop.welcome(person=AUTHOR, email=None, first_name="", supervisor=None)
        cast = {"subject": await coop.member_id(AUTHOR), "coop_buddy": await coop.member_id(BUDDY)}
        journey = (await coop.talk("onboarding")).id

        def begin(tx: Transaction) -> None:
            conductor = Conductor(tx, coop.score, coop.clock())
            conductor.recast(journey, "coop_buddy", cast["coop_buddy"])
            conductor.begin("fresh_eyes_report", cast, parent=(journey, "write_report"))

        await coop.store.run(begin, WORKSPACE)
        yield coop


async def takes_over(coop: Cooperative, slack_id: str) -> None:
    """They take the buddy's part over, at the word of whoever may welcome somebody."""
    journey, heir = (await coop.talk("onboarding")).id, await coop.member_id(slack_id)
    await coop.desk.hand_over(WORKSPACE, LEAD, journey, "coop_buddy")
    await coop.store.run(
        lambda tx: Conductor(tx, coop.score, coop.clock()).recast(journey, "coop_buddy", heir), WORKSPACE
    )
    assert (await coop.talk("onboarding")).cast["coop_buddy"].id == heir


async def test_whoever_takes_a_buddy_s_part_over_does_not_read_what_was_sent_before(accompanied: Cooperative) -> None:
    coop = accompanied
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    await takes_over(coop, LEAD)
    assert await read(coop, LEAD, "read_report") is None
    assert await read(coop, BUDDY, "read_report") is not None
    assert await coop.answer("fresh_eyes_report", "reply", {"kept": "le pain", "not_kept": "le vin"}, by=BUDDY) is None
    assert "le pain" in str(await read(coop, AUTHOR, "read_reply"))


async def test_a_report_goes_to_whoever_is_a_buddy_when_it_is_sent(accompanied: Cooperative) -> None:
    coop = accompanied
    await takes_over(coop, LEAD)
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    assert await read(coop, LEAD, "read_report") is not None
    assert await read(coop, BUDDY, "read_report") is None


async def test_a_report_whose_reader_has_left_is_answered_by_whoever_takes_over(accompanied: Cooperative) -> None:
    coop = accompanied
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    await coop.desk.accounts(WORKSPACE, [account(BUDDY, first_name="Personne 3", email=None, active=False)])
    heir = await coop.member_id(LEAD)
    journey = (await coop.talk("onboarding")).id
    await coop.store.run(
        lambda tx: Conductor(tx, coop.score, coop.clock()).recast(journey, "coop_buddy", heir), WORKSPACE
    )
    assert await read(coop, LEAD, "read_report") is not None


async def test_whoever_takes_over_reads_the_report_they_are_to_answer(coop: Cooperative) -> None:
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    report, heir = (await coop.talk("fresh_eyes_report")).id, await coop.member_id("U02")
    await coop.store.run(
        lambda tx: Conductor(tx, coop.score, coop.clock()).recast(report, "coop_buddy", heir), WORKSPACE
    )
    asked = [one for one in await coop.live_until(coop.clock() + timedelta(days=4)) if one.recipient == heir]
    speaker = Speaker(coop.score.flows, WORDS)
    said = await coop.store.read(lambda tx: speaker.render(tx, asked[-1:], coop.clock()), WORKSPACE)
    assert asked[-1].step == "reply"
    assert "offer.read_report" in str(said.blocks)
    assert await read(coop, "U02", "read_report") is not None
    assert await read(coop, COOP_BUDDY, "read_report") is None


async def test_what_two_things_said_together_propose_is_proposed_once(coop: Cooperative) -> None:
    await write_it_all(coop)
    await coop.answer("fresh_eyes_report", "review", "send")
    reader = await coop.member_id(COOP_BUDDY)
    rows = await coop.live_until(coop.clock() + timedelta(days=4))
    told = [one for one in rows if one.recipient == reader and one.message in ("to_read", "reply")]
    speaker = Speaker(coop.score.flows, WORDS)
    said = await coop.store.read(lambda tx: speaker.render(tx, told, coop.clock()), WORKSPACE)
    assert [one.message for one in told] == ["to_read", "reply"]
    assert len(said.said) == 2
    assert str(said.blocks).count("'offer.read_report'") == 1
