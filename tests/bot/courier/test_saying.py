"""The courier, between a real database and the practice workspace: said once, in order, in good time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.blocks import section
from bot.conductor import Conductor
from bot.wire import Ref
from flows.core.people import Member
from flows.joining.fresh_eyes_report import QUESTIONS
from storage import Transaction
from tests.bot.cooperative import LEAD, NEWCOMER, SUPERVISOR, WORKSPACE, account
from tests.bot.spoken import Spoken, spoken

TUESDAY_EVENING = datetime(2026, 3, 31, 20, tzinfo=UTC)
WEDNESDAY_MORNING = datetime(2026, 4, 1, 7, tzinfo=UTC)


def labels(message: Any) -> list[str]:
    return [control.label for control in message.controls()]


def shown(message: Any) -> str:
    return str(message.words())


def report(life: Spoken, tx: Transaction, author: str) -> str:
    """Begin an astonishment report."""
    return Conductor(tx, life.coop.score, life.coop.clock(), author).begin("fresh_eyes_report", {"subject": author})


async def test_a_question_is_said_with_its_buttons(life: Spoken) -> None:
    await life.courier.deliver()
    slack_id, ref = await life.proposal()
    message = life.received(slack_id)[-1]
    assert "Lila" in shown(message)
    assert [control.block_id for control in message.controls()] == [f"a1|{ref.conversation}|proposal"] * 2
    assert message.metadata is not None
    assert await life.courier.deliver() == 0


async def test_each_kind_of_database_is_spoken_from(database_url: str) -> None:
    async with spoken(database_url) as life:
        await life.coop.welcome()
        assert await life.courier.deliver() >= 2
        assert await life.courier.deliver() == 0
        assert life.received((await life.proposal())[0])


async def test_an_answered_question_shows_its_answer_and_no_button(quiet: Spoken) -> None:
    slack_id, ref = await quiet.proposal()
    await quiet.coop.desk.clicked(WORKSPACE, slack_id, ref, "decline", None)
    await quiet.courier.deliver()
    question, thanks = quiet.received(slack_id)[-2:]
    assert labels(question) == []
    assert "Bien noté" in question.text
    assert "Lila" in shown(question)
    assert thanks.text != question.text


async def test_free_words_are_never_repeated_in_a_message(quiet: Spoken) -> None:
    await quiet.coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
    quiet.practice.add_person("Lila", id=NEWCOMER)
    lila = await quiet.coop.member_id(NEWCOMER)
    await quiet.coop.store.run(lambda tx: report(quiet, tx, lila), WORKSPACE)
    await quiet.courier.deliver()
    talk = await quiet.coop.talk("fresh_eyes_report")
    assert "window" in [control.action_id for control in quiet.received(NEWCOMER)[-1].controls()]
    await quiet.coop.answer("fresh_eyes_report", "first_weeks", "mes mots à moi")
    await quiet.coop.desk.skip(WORKSPACE, NEWCOMER, Ref(talk.id, "best_surprise"), None)
    await quiet.courier.deliver()
    assert "mes mots" not in str(quiet.practice.transcript)
    changed = next(it for it in quiet.received(NEWCOMER) if "premières semaines" in shown(it))
    assert [control.action_id for control in changed.controls()] == ["window"]
    assert "✔" in shown(changed)


async def test_a_review_lists_what_may_be_changed(quiet: Spoken) -> None:
    await quiet.coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
    quiet.practice.add_person("Lila", id=NEWCOMER)
    lila = await quiet.coop.member_id(NEWCOMER)
    await quiet.coop.store.run(lambda tx: report(quiet, tx, lila), WORKSPACE)
    talk = await quiet.coop.talk("fresh_eyes_report")
    for question in [question.name for question in QUESTIONS]:
        await quiet.coop.desk.skip(WORKSPACE, NEWCOMER, Ref(talk.id, question), None)
        await quiet.wait()
    edit = quiet.received(NEWCOMER)[-1].control("offer.edit")
    assert len(edit.element["options"]) == 9
    await quiet.coop.answer("fresh_eyes_report", "oddity", "mes mots à moi")
    await quiet.wait()
    edit = quiet.received(NEWCOMER)[-1].control("offer.edit")
    assert [option["text"]["text"][0] for option in edit.element["options"]] == ["↷", "↷", "✔", *"↷↷↷↷↷↷"]
    assert "mes mots" not in str(quiet.practice.transcript)


async def test_what_is_due_to_one_person_makes_one_message(quiet: Spoken) -> None:
    for message in ("supervisor_briefing", "supervisor_month_1", "supervisor_month_2"):
        await quiet.queue(SUPERVISOR, message)
    before = len(quiet.received(SUPERVISOR))
    assert await quiet.courier.deliver() == 3
    (said,) = quiet.received(SUPERVISOR)[before:]
    assert sum(block["type"] == "divider" for block in said.blocks) == 2
    assert "retard" not in said.text


async def test_a_late_backlog_says_so_first(quiet: Spoken) -> None:
    now = quiet.coop.clock()
    await quiet.queue(SUPERVISOR, "supervisor_month_1", planned=now - timedelta(days=3))
    await quiet.queue(SUPERVISOR, "supervisor_month_2")
    await quiet.courier.deliver()
    assert quiet.received(SUPERVISOR)[-1].text.startswith("J'ai pris un peu de retard")


async def test_what_waited_for_a_weekend_to_end_is_not_late(quiet: Spoken) -> None:
    saturday, tuesday = datetime(2026, 4, 4, 8, tzinfo=UTC), datetime(2026, 4, 7, 7, tzinfo=UTC)
    quiet.coop.clock.move_to(tuesday)  # after Easter Monday
    await quiet.queue(SUPERVISOR, "supervisor_month_1", planned=saturday)
    await quiet.queue(SUPERVISOR, "supervisor_month_2")
    await quiet.courier.deliver()
    assert "retard" not in quiet.received(SUPERVISOR)[-1].text


async def test_a_long_backlog_makes_a_few_messages_and_loses_nothing(quiet: Spoken) -> None:
    for number in range(20):
        await quiet.queue(SUPERVISOR, "supervisor_month_1", occurrence=f"again-{number}")
    before = len(quiet.received(SUPERVISOR))
    assert await quiet.courier.deliver() == 20
    assert len(quiet.received(SUPERVISOR)) - before == 3
    assert not await quiet.rows()


async def test_a_reminder_beside_its_first_asking_is_not_said(life: Spoken) -> None:
    slack_id, ref = await life.proposal()
    where = {"conversation": ref.conversation, "step": ref.step, "occurrence": "reminder-x"}
    await life.queue(slack_id, "reminder", **where)
    await life.courier.deliver()
    (message,) = life.received(slack_id)
    assert "sous les yeux" not in message.text
    assert await life.next_at() is None


async def test_a_reminder_asks_again(quiet: Spoken) -> None:
    slack_id, ref = await quiet.proposal()
    where = {"conversation": ref.conversation, "step": ref.step, "occurrence": "reminder-x"}
    await quiet.queue(slack_id, "reminder", **where)
    await quiet.courier.deliver()
    message = quiet.received(slack_id)[-1]
    assert "sous les yeux" in message.text
    assert len(labels(message)) == 2


async def test_a_reminder_of_what_was_answered_meanwhile_is_not_said(quiet: Spoken) -> None:
    slack_id, ref = await quiet.proposal()
    where = {"conversation": ref.conversation, "step": ref.step, "occurrence": "reminder-x"}
    await quiet.queue(slack_id, "reminder", **where)
    await quiet.coop.desk.clicked(WORKSPACE, slack_id, ref, "accept", None)
    await quiet.courier.deliver()
    assert not any("sous les yeux" in message.text for message in quiet.received(slack_id))
    assert not await quiet.rows()


async def test_what_nobody_answered_is_said_whole_once_and_its_reminders_by_their_title(life: Spoken) -> None:
    await life.courier.deliver()
    slack_id, _ = await life.proposal()
    for _ in range(7):
        life.coop.clock.advance(timedelta(days=1))
        await life.coop.desk.tick()
        await life.courier.deliver()
    asked, reminder = life.received(slack_id)
    assert "Lila" in shown(asked)
    assert "Cette question s'est refermée d'elle-même." in shown(asked)
    assert " ".join(shown(reminder).split()) == "*Accompagner quelqu'un ?* Cette question s'est refermée d'elle-même."


async def test_what_answers_a_gesture_stands_alone_and_at_once(quiet: Spoken) -> None:
    quiet.coop.clock.move_to(TUESDAY_EVENING)
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.queue(SUPERVISOR, "supervisor_month_2", prompt=True)
    before = len(quiet.received(SUPERVISOR))
    await quiet.courier.deliver()
    (answer,) = quiet.received(SUPERVISOR)[before:]
    assert "Deux mois" in answer.text
    assert await quiet.next_at() == WEDNESDAY_MORNING
    quiet.coop.clock.move_to(WEDNESDAY_MORNING)
    await quiet.courier.deliver()
    assert "un mois" in quiet.received(SUPERVISOR)[-1].text


async def test_whoever_has_paused_is_not_spoken_to(quiet: Spoken) -> None:
    await quiet.coop.desk.prefer(WORKSPACE, SUPERVISOR, paused_until=date(2026, 4, 8))
    await quiet.queue(SUPERVISOR, "supervisor_month_1")
    await quiet.courier.deliver()
    assert await quiet.next_at() == datetime(2026, 4, 8, 7, tzinfo=UTC)


async def test_a_question_to_a_channel_is_answered_for_all_to_see(sqlite_url: str) -> None:
    async with spoken(sqlite_url, volunteers="C0VOLUNTEERS") as life:
        life.practice.add_channel("volontaires", members=life.practice.people, with_bot=True)
        life.practice.workspace.channels["C0VOLUNTEERS"] = life.practice.channel("volontaires")
        await life.coop.welcome()
        await life.courier.deliver()
        channel = life.practice.channel("volontaires")
        assert [len(labels(message)) for message in channel.messages] == [2]


async def test_a_whisper_is_said_where_one_clicked(quiet: Spoken) -> None:
    channel = quiet.practice.add_channel("ailleurs", members=[quiet.person(LEAD)], with_bot=True)
    where = {"conversation": None, "step": "", "kind": "notice", "prompt": True, "context": {"channel": channel.id}}
    await quiet.queue(LEAD, "shared/stale", **where)
    await quiet.queue(SUPERVISOR, "shared/stale", **where)
    await quiet.courier.deliver()
    assert "déjà réglé" in quiet.person(LEAD).whispers[-1].text
    assert "déjà réglé" in quiet.received(SUPERVISOR)[-1].text  # not in that channel: told in our conversation


async def test_a_home_is_shown_once_however_often_it_changed(sqlite_url: str) -> None:
    def home(_tx: Transaction, member: Member, _now: datetime) -> dict[str, Any]:
        return {"type": "home", "blocks": [section(f"Bonjour {member.first_name}")]}

    async with spoken(sqlite_url, home=home) as life:
        await life.coop.welcome()
        for number in range(3):
            await life.queue(LEAD, "home", kind="home", occurrence=str(number), conversation=None)
        await life.courier.deliver()
        published = [call for call in life.practice.transcript if call.method == "views.publish"]
        assert len(published) == 1
        assert life.person(LEAD).home is not None
