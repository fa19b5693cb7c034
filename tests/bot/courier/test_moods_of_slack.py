"""The courier, between a real database and a Slack that is slow, silent or against it."""

import logging
from datetime import timedelta

import pytest

from bot.blocks import section
from sandbox import NoAnswer, RateLimited, Refused, ServerError, TimeoutAfterSuccess
from storage import outbox
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE
from tests.bot.spoken import Spoken


async def test_a_rate_limit_is_obeyed_and_costs_no_attempt(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", RateLimited(seconds=30))
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    await quiet.courier.deliver()
    await quiet.queue(LEAD, "supervisor_month_1", prompt=True)
    await quiet.courier.deliver()
    assert len(quiet.practice.transcript) == 1
    await quiet.wait(timedelta(seconds=30))
    assert ["un mois" in quiet.received(one)[-1].text for one in (SUPERVISOR, LEAD)] == [True, True]


async def test_a_message_whose_answer_was_lost_is_not_said_twice(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
    before = len(quiet.received(SUPERVISOR))
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.queue(SUPERVISOR, "supervisor_month_2")
    await quiet.courier.deliver()
    await quiet.wait()
    assert len(quiet.received(SUPERVISOR)) - before == 1
    assert await quiet.next_at() is None


async def test_an_app_that_may_look_once_a_minute_finds_what_it_said_all_the_same_and_others_hear_it_meanwhile(
    quiet: Spoken,
) -> None:
    quiet.practice.rate_limited = quiet.practice.workspace.is_held = True
    quiet.practice.faults.next("chat.postMessage", TimeoutAfterSuccess())
    before = len(quiet.received(SUPERVISOR))
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.courier.deliver()
    for number in range(40):
        await quiet.person(SUPERVISOR).write(f"Message {number}")
    await quiet.wait()
    await quiet.queue(LEAD, "supervisor_month_1", prompt=True)
    await quiet.courier.deliver()
    assert "un mois" in quiet.received(LEAD)[-1].text
    for _ in range(3):
        await quiet.wait()
    assert len(quiet.received(SUPERVISOR)) - before == 1
    assert await quiet.next_at() is None


@pytest.mark.parametrize("fault", [ServerError(502), NoAnswer(), Refused("internal_error")])
async def test_a_message_that_was_never_said_is_said_later(quiet: Spoken, fault: ServerError) -> None:
    quiet.practice.faults.next("chat.postMessage", fault)
    before = len(quiet.received(SUPERVISOR))
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.courier.deliver()
    assert len(quiet.received(SUPERVISOR)) == before
    await quiet.wait()
    assert len(quiet.received(SUPERVISOR)) - before == 1


async def test_whoever_died_while_speaking_said_it_once(quiet: Spoken) -> None:
    before = len(quiet.received(SUPERVISOR))
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    now = quiet.coop.clock()
    (row,) = await quiet.coop.store.run(lambda tx: outbox.claim(tx, now, 10, timedelta(minutes=2)), WORKSPACE)
    await quiet.slack.post(SUPERVISOR, "dit", [section("dit")], [str(row.id)])
    assert await quiet.courier.deliver() == 0
    assert await quiet.wait(timedelta(minutes=3)) == 1
    assert len(quiet.received(SUPERVISOR)) - before == 1


async def test_order_is_kept_behind_a_message_in_trouble(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused("internal_error"))
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    await quiet.queue(SUPERVISOR, "supervisor_month_2", prompt=True)
    await quiet.courier.deliver()
    await quiet.wait(timedelta(minutes=2))
    said = [message.text for message in quiet.received(SUPERVISOR)[-2:]]
    assert ["un mois" in said[0], "Deux mois" in said[1]] == [True, True]


async def test_attempts_are_bounded_then_the_reason_is_kept(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused("service_unavailable"), times=100)
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    begun = quiet.coop.clock()
    while (moment := await quiet.next_at()) is not None:
        await quiet.wait(moment - quiet.coop.clock())
    tried = sum(call.method == "chat.postMessage" for call in quiet.practice.transcript)
    assert 30 <= tried <= 60, "an outage of a night loses nothing, and nothing is tried for ever"
    assert timedelta(days=1) <= quiet.coop.clock() - begun <= timedelta(hours=25)
    await quiet.wait(timedelta(hours=5))
    assert sum(call.method == "chat.postMessage" for call in quiet.practice.transcript) == tried
    (row,) = await quiet.rows()
    assert row.reason == "service_unavailable"
    quiet.practice.faults.clear()
    await quiet.coop.desk.retry(WORKSPACE, LEAD, row.id)
    await quiet.courier.deliver()
    assert "un mois" in quiet.received(SUPERVISOR)[-1].text


async def away_for_two_hours(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused("service_unavailable"), times=100)
    for _ in range(120):
        await quiet.wait()
    quiet.practice.faults.clear()
    await quiet.wait(timedelta(minutes=30))


async def test_what_waited_for_days_is_tried_for_a_day_all_the_same(quiet: Spoken) -> None:
    """Of a bot stopped on Friday, and of a Slack away when it starts on Monday."""
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    quiet.coop.clock.advance(timedelta(days=3))
    await away_for_two_hours(quiet)
    assert not await quiet.rows()
    assert "un mois" in quiet.received(SUPERVISOR)[-1].text


async def test_what_was_given_up_is_tried_for_a_day_again_once_somebody_asks(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused("service_unavailable"), times=100)
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    while (moment := await quiet.next_at()) is not None:
        await quiet.wait(moment - quiet.coop.clock())
    (row,) = await quiet.rows()
    await quiet.coop.desk.retry(WORKSPACE, LEAD, row.id)
    await away_for_two_hours(quiet)
    assert not await quiet.rows()
    assert "un mois" in quiet.received(SUPERVISOR)[-1].text


async def test_a_refusal_for_good_is_given_up_and_holds_nobody_back(quiet: Spoken) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused("channel_not_found"))
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    await quiet.queue(SUPERVISOR, "supervisor_month_2", prompt=True)
    await quiet.courier.deliver()
    assert [row.reason for row in await quiet.rows()] == ["channel_not_found"]
    assert "Deux mois" in quiet.received(SUPERVISOR)[-1].text


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("token_revoked", "copy its new token"),
        ("messages_tab_disabled", "App Home"),
        ("team_access_not_granted", "adds the app"),
        ("ekm_access_denied", "suspended"),
        ("accesslimited", "network"),
    ],
)
async def test_where_slack_lets_nobody_speak_nothing_is_lost_and_the_log_says_what_to_do(
    quiet: Spoken, caplog: pytest.LogCaptureFixture, reason: str, remedy: str
) -> None:
    quiet.practice.faults.next("chat.postMessage", Refused(reason))
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    await quiet.courier.deliver()
    assert not await quiet.rows()
    assert remedy in caplog.text
    await quiet.wait(timedelta(minutes=10))
    assert "un mois" in quiet.received(SUPERVISOR)[-1].text


async def test_one_place_is_not_flooded(quiet: Spoken) -> None:
    quiet.practice.rate_limited = True
    for number in range(12):
        await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True, occurrence=str(number))
    before = len(quiet.received(SUPERVISOR))
    for _ in range(12):
        await quiet.wait(timedelta(seconds=1))
    assert len(quiet.received(SUPERVISOR)) - before == 12
    assert not [call for call in quiet.practice.transcript if call.error == "ratelimited"]


async def test_a_message_deleted_in_slack_does_not_stop_the_rest(quiet: Spoken) -> None:
    slack_id, ref = await quiet.proposal()
    quiet.received(slack_id)[-1].deleted = True
    await quiet.coop.desk.clicked(WORKSPACE, slack_id, ref, "decline", None)
    await quiet.courier.deliver()
    assert not await quiet.rows()
    assert quiet.received(slack_id)


async def test_the_logs_know_the_row_and_never_its_words(quiet: Spoken, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.courier.deliver()
    (line,) = [record for record in caplog.records if record.name == "bot.courier"]
    assert (line.getMessage(), vars(line)["kind"]) == ("sent", "post")
    assert "supervisor" not in str(vars(line))
    assert "Lila" not in str([vars(record) for record in caplog.records if record.name.startswith("bot")])


async def test_what_was_shown_again_before_slack_asked_for_silence_is_not_shown_once_more(quiet: Spoken) -> None:
    steps = ("supervisor_month_1", "supervisor_month_2", "supervisor_month_3")
    for step in steps:
        await quiet.queue(SUPERVISOR, step)
        await quiet.wait()
    said = [message.ts for message in quiet.received(SUPERVISOR)[-3:]]
    second = RateLimited(seconds=30)
    quiet.practice.faults.next("chat.update", second, only=lambda payload: payload["ts"] == said[1])
    for step in steps:
        await quiet.queue(SUPERVISOR, step, kind="refresh")
    await quiet.courier.deliver()
    await quiet.wait()
    shown = [call.payload["ts"] for call in quiet.practice.transcript if call.method == "chat.update"]
    assert shown == [said[0], said[1], said[1], said[2]]
