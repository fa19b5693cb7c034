"""Answering by a window, a click or typed words: the encounters, the report, and whatever comes late or twice."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.answering import Spot
from bot.welcoming import Newcomer
from bot.wire import Ref
from flows.joining.fresh_eyes_report import QUESTIONS
from storage import conversations, meetings, members, passport
from tests.bot.connected import connected
from tests.bot.cooperative import LEAD, NEWCOMER, WORKSPACE, Cooperative, account, arrived, cooperative

HERE = Spot("D1", "1.1")


async def test_a_click_on_a_button_of_something_that_is_no_more_brings_the_menu(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.clicked(WORKSPACE, LEAD, Ref("c_0000", "mood"), "ok", HERE)
        assert {(one.kind, one.message) for one in await coop.speak()} == {
            ("notice", "shared/unknown"),
            ("post", "menu/menu"),
        }


async def test_a_second_click_changes_nothing_and_shows_where_things_stand(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "first_day_went", "all_good")
        await coop.speak()
        before = await coop.talk("onboarding")
        coop.clock.advance(timedelta(minutes=1))
        await coop.desk.clicked(WORKSPACE, NEWCOMER, Ref(before.id, "first_day_went"), "something_missing", HERE)
        assert (await coop.talk("onboarding")).steps == before.steps
        said = await coop.speak()
        assert {(one.kind, one.message) for one in said} == {("notice", "shared/stale"), ("refresh", "first_day_went")}


async def test_somebody_else_s_question_is_not_answered_for_them(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        refused = await coop.answer("onboarding", "first_day_went", "all_good", by="U07")
        assert refused
        assert (await coop.talk("onboarding")).steps["first_day_went"].state == "asked"


async def test_typed_words_answer_the_latest_open_question_once_however_often_redelivered(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "first_day_went", "something_missing")
        await coop.speak()
        for _ in range(3):
            await coop.desk.words(WORKSPACE, NEWCOMER, "Un badge", "Ev01")
        talk = await coop.talk("onboarding")
        assert talk.steps["what_is_missing"].value == "Un badge"
        said = await coop.speak()
        assert not [one for one in said if one.message.startswith("menu/")]
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert coop.named("missing_item")


async def test_words_that_answer_nothing_get_the_menu_kindly(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.words(WORKSPACE, "U05", "🙂", "Ev02")
        assert [one.message for one in await coop.speak()] == ["menu/not_understood"]


@pytest.mark.parametrize("thanks", ["Merci :pray:", "merci :raised_hands::skin-tone-3: !"])
async def test_thanks_with_an_emoji_are_thanks_and_no_answer(database_url: str, thanks: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "first_day_went", "something_missing")
        await coop.speak()
        await coop.desk.words(WORKSPACE, NEWCOMER, thanks, "Ev03")
        assert [one.message for one in await coop.speak() if one.kind == "post"] == ["menu/thanked"]
        assert (await coop.talk("onboarding")).steps["what_is_missing"].state == "asked"


async def test_words_under_a_question_answer_that_one_alone(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        lila, team = coop.slack.add_person("Lila", "Besson"), coop.slack.team_id
        await coop.bot.meet_everyone()
        newcomer = Newcomer(first_day=coop.clock().date(), person=lila.id)
        assert await coop.bot.desk.welcome(team, coop.lead.id, newcomer) == {}
        coop.clock.advance(timedelta(days=1, hours=1))
        await coop.bot.settle()
        asked = lila.received[-1]
        await lila.click(asked, action_id="answer.1")
        await coop.bot.settle()
        missing = lila.received[-1]
        await lila.write("Merci beaucoup pour cette question", thread_ts=asked.ts)
        coop.clock.advance(timedelta(seconds=10))
        await coop.bot.settle()
        assert "je n'ai pas compris" in lila.received[-1].text
        await lila.write("Un badge", thread_ts=missing.ts)
        (talk,) = await coop.bot.desk.do(
            team, lambda it: [it.load(id) for id in conversations.of_flow(it.tx, "onboarding", open_only=True)]
        )
        assert talk.steps["what_is_missing"].value == "Un badge"


async def test_a_colleague_named_in_an_answer_is_named_to_whoever_reads_it(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        awa, team = coop.slack.add_person("Awa", "Diop", name="awa.d"), coop.slack.team_id
        lila = coop.slack.add_person("Lila", "Besson")
        await coop.bot.meet_everyone()
        day = coop.clock().date()
        assert await coop.bot.desk.welcome(team, coop.lead.id, Newcomer(first_day=day, person=lila.id)) == {}
        coop.clock.advance(timedelta(days=1, hours=1))
        await coop.bot.settle()
        await lila.click(lila.received[-1], action_id="answer.1")
        await coop.bot.settle()
        await lila.write("Un badge, @awa.d le sait, et @U0INCONNU")
        (talk,) = await coop.bot.desk.do(
            team, lambda it: [it.load(id) for id in conversations.of_flow(it.tx, "onboarding", open_only=True)]
        )
        assert talk.steps["what_is_missing"].value == f"Un badge, @{awa.real_name} le sait, et @U0INCONNU"


@pytest.mark.parametrize("words", ["@parcours aide", "@parcours"])
async def test_our_name_before_a_word_we_know_is_no_answer(tmp_path: Path, words: str) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        us = f"<@{coop.slack.workspace.bot_user_id}>"
        await coop.lead.write(words.replace("@parcours", us))
        coop.clock.advance(timedelta(seconds=10))
        await coop.bot.settle()
        assert coop.lead.received[-1].text.startswith("Bonjour")


async def test_a_channel_named_in_an_answer_is_shown_by_slack_and_whoever_is_not_known_is_somebody(
    tmp_path: Path,
) -> None:
    """Slack may tell a channel, or its app, by an id alone."""
    async with connected(tmp_path) as coop:
        await coop.set_up()
        lila = coop.slack.add_person("Lila", "Besson")
        await coop.bot.meet_everyone()
        day = coop.clock().date()
        welcomed = Newcomer(first_day=day, person=lila.id, job_buddy=coop.lead.id)
        assert await coop.bot.desk.welcome(coop.slack.team_id, coop.lead.id, welcomed) == {}
        await coop.bot.settle()
        await coop.lead.click(coop.lead.received[-1], action_id="answer.0")
        coop.clock.advance(timedelta(days=1, hours=1))
        await coop.bot.settle()
        await lila.click(lila.received[-1], action_id="answer.1")
        await coop.bot.settle()
        await lila.write("<@U0ROBOT> l'accès à <#C0ATELIER|> svp")
        coop.clock.advance(timedelta(minutes=5))
        await coop.bot.settle()
        assert "> quelqu'un l'accès à <#C0ATELIER> svp" in coop.lead.received[-1].text


async def test_a_voice_message_without_a_word_is_asked_for_in_words_and_answers_nothing(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        assert (await coop.lead.send_file("audio_message.m4a")).acknowledged
        await coop.bot.settle()
        said = coop.lead.received[-1].text
        assert "ni message vocal, ni photo, ni fichier" in said
        assert "3919" in said
        await coop.lead.send_file("photo.jpg", "bonjour")
        coop.clock.advance(timedelta(seconds=10))
        await coop.bot.settle()
        assert "Que veux-tu faire" in coop.lead.received[-1].text


async def test_a_text_that_is_too_long_is_refused_and_the_question_stays_open(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "first_day_went", "something_missing")
        await coop.speak()
        await coop.desk.words(WORKSPACE, NEWCOMER, "é" * 10_000, "Ev03")
        assert [one.message for one in await coop.speak() if one.kind == "post"][-1] == "refusals/text_too_long"
        assert (await coop.talk("onboarding")).steps["what_is_missing"].state == "asked"


async def test_a_pause_holds_everything_back_until_its_day(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.desk.prefer(WORKSPACE, NEWCOMER, paused_until=date(2026, 5, 11))
        me = await coop.member_id(NEWCOMER)
        said = await coop.live_until(datetime(2026, 5, 10, 12, tzinfo=UTC))
        assert not [one for one in said if one.recipient == me and one.kind == "post" and not one.prompt]
        said = await coop.live_until(datetime(2026, 5, 11, 12, tzinfo=UTC))
        assert {one.message for one in said if one.recipient == me} >= {"meet_the_team", "met_buddies"}


async def test_the_member_s_own_slot_is_the_hour_they_are_spoken_to(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 4, 29, 9, tzinfo=UTC)) as coop:
        await coop.desk.prefer(WORKSPACE, NEWCOMER, slot=time(14))
        await coop.live_until(datetime(2026, 5, 6, 6, tzinfo=UTC))
        assert [one.at.hour for one in coop.named("meet_the_team")] == [12]


async def test_encounters_cover_the_team_two_a_week_at_most(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "met_buddies", "yes")
        await coop.answer("onboarding", "meet_the_team", "two_a_week")
        proposed: list[date] = []
        for _ in range(40):
            said = await coop.live_until(coop.clock() + timedelta(days=3))
            for one in said:
                if one.message in ("meet_other", "meet_newcomer", "did_meet") and one.occurrence == "asked-1":
                    proposed += [one.planned.date()] if one.message == "meet_other" else []
                    raw = "met" if one.message == "did_meet" else "yes"
                    slack_id = await _slack_id(coop, one.recipient)
                    assert (
                        await coop.desk.answer(WORKSPACE, slack_id, Ref(one.conversation or "", one.step), raw) is None
                    )
        me = await coop.member_id(NEWCOMER)
        met = await coop.store.read(lambda tx: meetings.met_by(tx, me), WORKSPACE)
        stamps = await coop.store.read(lambda tx: passport.stamps_of(tx, me), WORKSPACE)
        weeks = [day.isocalendar()[:2] for day in proposed]
        assert len(met) == 12
        assert max(weeks.count(week) for week in weeks) == 2
        assert {"met_buddies", "met_team"} <= set(stamps)


async def test_whoever_has_not_arrived_yet_is_not_proposed_to_be_met_now(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.desk.accounts(WORKSPACE, [account("U98", first_name="Ada", email="ada@exemple.coop")])
        assert await coop.welcome(person="U98", first_day=date(2026, 9, 1)) == {}
        await coop.answer("onboarding", "meet_the_team", "two_a_week", number=0)
        proposed = [other for _, other in await encounters(coop)]
        assert len(proposed) == 2
        assert await coop.member_id("U98") not in proposed


async def test_two_newcomers_are_proposed_to_each_other_once(database_url: str) -> None:
    async with cooperative(database_url, size=3) as coop:
        around = {"job_buddy": "U00", "coop_buddy": "U01", "supervisor": "U02"}
        for name, slack_id in (("Lila", NEWCOMER), ("Noa", "U98")):
            assert await coop.welcome(first_name=name, email=f"{name}@exemple.coop", **around) == {}
            await coop.desk.accounts(WORKSPACE, [account(slack_id, first_name=name, email=f"{name}@exemple.coop")])
        await coop.live_until(datetime(2026, 5, 5, 9, tzinfo=UTC))
        for number in (0, 1):
            await coop.answer("onboarding", "meet_the_team", "two_a_week", number=number)
        for day in range(120):
            await coop.live_until(datetime(2026, 5, 6, 9, tzinfo=UTC) + timedelta(days=day))
            for number in range(len(await encounters(coop))):
                asked = (await coop.talk("encounter", number)).steps.get("meet_other")
                if asked is not None and asked.state == "asked":
                    await coop.answer("encounter", "meet_other", "no_thanks", number=number)
        pairs = [frozenset(pair) for pair in await encounters(coop)]
        assert frozenset({await coop.member_id(NEWCOMER), await coop.member_id("U98")}) in pairs
        assert len(pairs) == len(set(pairs)) == 2 * 3 + 1


async def encounters(coop: Cooperative) -> list[tuple[str, str]]:
    """Who meets whom, in order."""
    count = len(await coop.store.read(lambda tx: conversations.of_flow(tx, "encounter"), WORKSPACE))
    talks = [await coop.talk("encounter", number) for number in range(count)]
    return [(talk.cast["subject"].id, talk.cast["other"].id) for talk in talks]


async def test_a_declined_encounter_lets_the_next_one_come(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "meet_the_team", "two_a_week")
        await coop.live_until(datetime(2026, 5, 12, 12, tzinfo=UTC))
        asked = coop.named("meet_other")
        first = asked[0]
        assert (
            await coop.desk.answer(WORKSPACE, NEWCOMER, Ref(first.conversation or "", "meet_other"), "no_thanks")
            is None
        )
        await coop.live_until(datetime(2026, 5, 22, 12, tzinfo=UTC))
        assert len(coop.named("meet_other")) > len(asked)


async def test_the_report_is_read_at_the_end_only_and_answered_to_its_author(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 28, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "report_invitation", "begin")
        await coop.speak()
        for question in QUESTIONS:
            talk = await coop.talk("fresh_eyes_report")
            assert not coop.named("to_read")
            raw = question.answer.samples()[0]
            assert await coop.desk.answer(WORKSPACE, NEWCOMER, Ref(talk.id, question.name), raw) is None
        talk = await coop.talk("fresh_eyes_report")
        assert await coop.desk.answer(WORKSPACE, NEWCOMER, Ref(talk.id, "oddity"), "Relu et changé.") is None
        assert (await coop.talk("fresh_eyes_report")).steps["oddity"].value == "Relu et changé."
        await coop.answer("fresh_eyes_report", "review", "send")
        await coop.live_until(coop.clock() + timedelta(days=1))
        journey = await coop.talk("onboarding")
        readers = {journey.cast[part].id for part in ("job_buddy", "coop_buddy")}
        assert {one.recipient for one in coop.named("to_read")} == readers
        assert await coop.answer("fresh_eyes_report", "oddity", "Trop tard.", by=NEWCOMER) is None
        assert (await coop.talk("fresh_eyes_report")).steps["oddity"].value == "Relu et changé."
        assert await coop.answer("fresh_eyes_report", "reply", {"kept": "Oui", "not_kept": "Non, car…"}) is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert [one.recipient for one in coop.named("reply_to_author")] == [await coop.member_id(NEWCOMER)]


async def test_a_report_resumes_where_it_stopped_days_later(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 28, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "report_invitation", "begin")
        await coop.speak()
        await coop.desk.words(WORKSPACE, NEWCOMER, "Par l'accueil.", "Ev10")
        await coop.live_until(datetime(2026, 6, 8, 9, tzinfo=UTC))
        await coop.desk.words(WORKSPACE, NEWCOMER, "reprendre", "Ev11")
        again = [one for one in await coop.speak() if one.message == "best_surprise"]
        assert len(again) == 1
        await coop.desk.words(WORKSPACE, NEWCOMER, "Les comptes affichés.", "Ev12")
        assert (await coop.talk("fresh_eyes_report")).steps["best_surprise"].value == "Les comptes affichés."


async def test_what_is_not_sent_is_neither_read_nor_kept(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 28, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "report_invitation", "begin")
        for number, question in enumerate(QUESTIONS):
            talk = await coop.talk("fresh_eyes_report")
            if number:
                await coop.desk.skip(WORKSPACE, NEWCOMER, Ref(talk.id, question.name), HERE)
            else:
                await coop.desk.answer(WORKSPACE, NEWCOMER, Ref(talk.id, question.name), "Entre nous.")
        await coop.answer("fresh_eyes_report", "review", "discard")
        await coop.live_until(coop.clock() + timedelta(days=30))
        talk = await coop.talk("fresh_eyes_report")
        assert talk.steps["first_weeks"].value is None
        assert not coop.named("to_read", "reply")


async def test_the_stamps_of_the_first_year_are_kept_after_it(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "met_buddies", "yes")
        await coop.live_until(datetime(2028, 5, 5, 9, tzinfo=UTC))
        me, talk = await coop.member_id(NEWCOMER), await coop.talk("onboarding")
        assert talk.status == "finished"
        stamps = await coop.store.read(lambda tx: passport.stamps_of(tx, me), WORKSPACE)
        assert stamps == {"met_buddies": date(2026, 5, 5)}


async def _slack_id(coop: Cooperative, member_id: str) -> str:
    member = await coop.store.read(lambda tx: members.find(tx, member_id), WORKSPACE)
    assert member is not None
    assert member.slack_id is not None
    return member.slack_id
