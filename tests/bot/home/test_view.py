"""The App Home: what each member sees of what concerns them, in words, and within what Slack takes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.conductor import Conductor
from bot.home import view_of
from bot.wire import Ref, answer_block
from flows.core.moves import Answered, Post, Skipped, Stopped, Woken
from flows.core.people import Member
from flows.joining.fresh_eyes_report import QUESTIONS
from storage import Transaction, conversations, members, outbox, passport
from tests.bot.home.conftest import (
    FIRST_DAY,
    FLOWS,
    MESSAGES,
    NOON,
    PEOPLE,
    SCORE,
    VOICES,
    House,
    assert_slack_takes,
    controls_in,
    words_in,
)

BLANK = "\N{NO-BREAK SPACE}"


def control(view: dict[str, Any], action: str, position: int = 0) -> dict[str, Any]:
    return [found for found in controls_in(view) if found["action_id"] == action][position]


def actions(view: dict[str, Any]) -> set[str]:
    return {found["action_id"] for found in controls_in(view)}


def plain(view: dict[str, Any]) -> str:
    return words_in(view).replace(BLANK, " ")


async def tell(house: House, talk: str, event: Any, at: datetime = NOON) -> None:
    await house.conduct(lambda c: c.tell(talk, event), at)


# ------------------------------------------------------------------------------------------------- for everybody


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_everybody_has_a_home_that_slack_takes(house: House, locale: str, address: str) -> None:
    await house.welcome()
    for person in PEOPLE:
        await house.change(person.id, locale=locale, address=address)
        view = await house.home(person.id)
        assert_slack_takes(view)
        assert len(view["blocks"]) > 5


async def test_who_is_spoken_to_with_vous_never_reads_tu(house: House) -> None:
    await house.welcome()
    for person in PEOPLE:
        await house.change(person.id, locale="fr", address="vous", paused_until=date(2026, 5, 6))
        said = f" {plain(await house.home(person.id))} ".replace("'", " ").replace("\n", " ").lower()
        assert not {word for word in (" tu ", " toi ", " ton ", " ta ", " tes ", " t ", " te ") if word in said}


async def test_a_home_says_when_nothing_waits(house: House) -> None:
    assert "Rien pour le moment" in plain(await house.home("m_boss"))


async def test_a_name_rings_nobody(house: House) -> None:
    await house.decide(name="<!channel> & co")
    await house.run(lambda tx: members.remember(tx, Member(id="m_x", first_name="<!here>", last_name="<@U0BOSS>")))
    await house.welcome("m_x")
    for person in PEOPLE:
        view = await house.home(person.id)
        assert_slack_takes(view)
        in_mrkdwn = "\n".join(text["text"] for text in _mrkdwn_in(view))
        assert "<!" not in in_mrkdwn
        assert "<@U0BOSS>" not in in_mrkdwn
    assert "&lt;!here&gt;" in words_in(await house.home("m_job"))


def _mrkdwn_in(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        mine = [node] if node.get("type") == "mrkdwn" else []
        return mine + [text for value in node.values() for text in _mrkdwn_in(value)]
    return [text for item in node for text in _mrkdwn_in(item)] if isinstance(node, list) else []


# -------------------------------------------------------------------------------------------------- before set-up


async def test_before_set_up_the_administrator_is_invited_to_it(house: House) -> None:
    await house.decide(set_up_at=None)
    view = await house.home("m_boss")
    assert control(view, "home.setup")["style"] == "primary"
    assert_slack_takes(view)


async def test_before_set_up_the_others_are_told_kindly(house: House) -> None:
    await house.decide(set_up_at=None)
    view = await house.home("m_job")
    assert "rien à faire" in plain(view)
    assert "home.setup" not in actions(view)
    assert "home.preferences" in actions(view)
    assert_slack_takes(view)


# -------------------------------------------------------------------------------------------------------- my path


async def test_a_newcomer_sees_where_they_are_and_what_comes_next(house: House) -> None:
    await house.welcome()
    said = plain(await house.home("m_lea"))
    assert "Jour 6" in said
    assert "mardi 5 mai : Rencontrer l'équipe\n• mardi 12 mai : La coop en huit lignes\n• jeudi 28 mai" in said
    assert "Relais métier : <@U0JOB>\nRelais coopérateur : <@U0COOP>\nResponsable : <@U0SUP>" in said
    assert "0 membre sur 4" in said
    assert "on en parle à partir du jeudi 28 mai" in said


@pytest.mark.parametrize(
    ("day", "said"), [(date(2026, 5, 14), "dans 10 jours"), (date(2026, 5, 4), "C'est ton premier jour")]
)
async def test_a_newcomer_counts_the_days_before_the_first(house: House, day: date, said: str) -> None:
    await house.welcome(first_day=day)
    assert said in plain(await house.home("m_lea"))


async def test_a_newcomer_sees_what_was_done(house: House) -> None:
    talk = await house.welcome()
    await tell(house, talk, Answered("met_buddies", "yes", "m_lea"))
    said = plain(await house.home("m_lea"))
    assert "*Déjà fait :* Bienvenue, Tes relais." in said
    assert "lundi 4 mai 2026 — *J'ai rencontré mes deux relais*" in said
    assert "2 membres sur 4" in said


async def test_a_vacant_part_is_said_to_be_sought(house: House) -> None:
    talk = await house.welcome()
    await house.conduct(lambda c: c.recast(talk, "job_buddy", None))
    assert "Relais métier : à trouver" in plain(await house.home("m_lea"))
    assert "Relais métier : à trouver · Relais coopérateur : <@U0COOP>" in plain(await house.home("m_boss"))


async def test_what_may_never_come_is_not_announced(house: House) -> None:
    two_months_on = datetime(2026, 7, 1, 10, tzinfo=UTC)
    talk = await house.welcome(at=datetime(2026, 4, 28, 10, tzinfo=UTC))
    await tell(house, talk, Woken(), two_months_on)
    announced = "vendredi 17 juillet : Le temps ouvert"
    assert announced not in plain(await house.home("m_lea", two_months_on))
    await tell(house, talk, Answered("open_time", "coming", "m_lea"), two_months_on)
    assert announced in plain(await house.home("m_lea", two_months_on))


async def test_a_question_left_open_can_be_resumed(house: House) -> None:
    talk = await house.welcome()
    assert control(await house.home("m_lea"), "offer.resume")["text"]["text"] == "Reprendre"
    await tell(house, talk, Answered("met_buddies", "yes", "m_lea"))
    assert "offer.resume" not in actions(await house.home("m_lea"))


async def test_who_is_no_newcomer_has_no_path_and_a_passport_to_begin(house: House) -> None:
    await house.welcome()
    said = plain(await house.home("m_job"))
    assert "Mon parcours" not in said
    assert "15 étapes de la vie coopérative" in said.split("Mon passeport coopérateur")[1]
    assert "À venir — " not in said


AT_THE_REPORT = datetime(2026, 5, 28, 10, tzinfo=UTC)


async def begin_report(house: House) -> str:
    talk = await house.welcome()
    await tell(house, talk, Woken(), AT_THE_REPORT)
    await tell(house, talk, Answered("report_invitation", "begin", "m_lea"), AT_THE_REPORT)
    return (await house.run(lambda tx: conversations.of_flow(tx, "fresh_eyes_report")))[0]


async def write_report(house: House, outcome: str) -> str:
    report = await begin_report(house)
    first, *rest = (question.name for question in QUESTIONS)
    await tell(house, report, Answered(first, "Une phrase que personne ne doit lire ici", "m_lea"), AT_THE_REPORT)
    for name in rest:
        await tell(house, report, Skipped(name, "m_lea"), AT_THE_REPORT)
    await tell(house, report, Answered("review", outcome, "m_lea"), AT_THE_REPORT)
    return report


async def test_a_report_under_way_shows_how_far_it_is(house: House) -> None:
    report = await begin_report(house)
    await tell(house, report, Answered("first_weeks", "Une phrase secrète", "m_lea"), AT_THE_REPORT)
    view = await house.home("m_lea", AT_THE_REPORT)
    assert "en cours, 1 question sur 9" in plain(view)
    assert "Une phrase secrète" not in plain(view)
    assert_slack_takes(view)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("send", "envoyé. <@U0COOP> te dira"), ("talk", "de vive voix, avec <@U0COOP>")],
)
async def test_a_finished_report_shows_what_comes_of_it(house: House, outcome: str, said: str) -> None:
    await write_report(house, outcome)
    assert said in plain(await house.home("m_lea", AT_THE_REPORT))


async def test_a_report_that_was_answered_opens_its_reply(house: House) -> None:
    report = await write_report(house, "send")
    await tell(house, report, Answered("reply", {"kept": "Ceci"}, "m_coop"), AT_THE_REPORT)
    view = await house.home("m_lea", AT_THE_REPORT)
    assert "offer.read_reply" in actions(view)
    assert "Ceci" not in plain(view)
    assert_slack_takes(view)


async def test_a_discarded_report_is_not_spoken_of(house: House) -> None:
    await write_report(house, "discard")
    assert "Rapport d'étonnement :" not in plain(await house.home("m_lea", AT_THE_REPORT))


# ----------------------------------------------------------------------------------------------------- my passport


async def test_a_passport_is_kept_after_the_first_year(house: House) -> None:
    talk = await house.welcome()
    await house.run(lambda tx: passport.stamp(tx, "m_lea", "open_time", date(2026, 5, 12)))
    await tell(house, talk, Stopped())
    said = plain(await house.home("m_lea", datetime(2029, 5, 12, 10, tzinfo=UTC)))
    assert "✔ mardi 12 mai 2026 — *J'ai participé à un temps ouvert*" in said
    assert "Mon parcours" not in said


async def test_a_passport_has_its_fifteen_stamps_in_order(house: House) -> None:
    await house.welcome()
    said = plain(await house.home("m_lea"))
    assert said.count("À venir — ") == 15
    assert said.index("J'ai compris la Scop") < said.index("J'ai rencontré mes deux relais") < said.index("Pass 2")


async def test_the_passport_names_the_form_of_the_cooperative(house: House) -> None:
    await house.decide(legal_form="scic")
    await house.welcome()
    assert "J'ai compris la Scic" in plain(await house.home("m_lea"))


# ---------------------------------------------------------------------------------------------- what waits for me


async def test_a_task_is_done_from_the_home(house: House) -> None:
    talk = await house.welcome()
    view = await house.home("m_job")
    block = next(block for block in view["blocks"] if block.get("block_id") == answer_block(Ref(talk, "tour_of_tools")))
    button = block["elements"][0]
    assert button["value"] == "done"
    assert button["accessibility_label"] == "Tour fait – Le tour des outils, Léa Robin"
    await tell(house, talk, Answered("tour_of_tools", "done", "m_job"))
    assert "Le tour des outils" not in plain(await house.home("m_job"))


async def test_a_question_in_words_opens_its_window(house: House) -> None:
    await begin_report(house)
    view = await house.home("m_lea", AT_THE_REPORT)
    assert control(view, "window")["text"]["text"] == "Répondre"
    assert control(view, "skip")["text"]["text"] == "Passer"


async def test_what_was_put_off_does_not_wait(house: House) -> None:
    talk = await house.welcome()
    await tell(house, talk, Answered("met_buddies", "not_yet", "m_lea"))
    assert "Tes relais" not in plain(await house.home("m_lea")).split("Mon parcours")[0]


async def test_what_was_handed_over_does_not_wait(house: House) -> None:
    talk = await house.welcome()
    await house.conduct(lambda c: c.recast(talk, "job_buddy", None))
    assert "Le tour des outils" not in plain(await house.home("m_job"))


async def test_what_is_not_said_yet_does_not_wait(house: House) -> None:
    friday_night = datetime(2026, 5, 8, 22, tzinfo=UTC)
    talk = await house.welcome(at=datetime(2026, 4, 28, 10, tzinfo=UTC))
    await house.conduct(lambda c: c.tell(talk, Woken()), friday_night)
    asked = (await house.conduct(lambda c: c.load(talk), friday_night)).steps["first_success"].at
    assert asked > friday_night
    assert "Une première réussite" not in plain(await house.home("m_job", friday_night))
    assert "Une première réussite" in plain(await house.home("m_job", asked))


async def test_a_conversation_of_a_flow_that_is_no_more_is_passed_over(house: House) -> None:
    await house.welcome()
    member = await house.member("m_lea")
    fewer = {name: flow for name, flow in FLOWS.items() if name in ("buddies", "buddy_call", "part_choice")}
    view = await house.run(lambda tx: view_of(tx, member, NOON, score=replace(SCORE, flows=fewer), messages=MESSAGES))
    assert_slack_takes(view)
    assert "Mon parcours" not in plain(view)


# ---------------------------------------------------------------------------------------------- whom I accompany


async def test_a_buddy_sees_whom_they_accompany_and_may_hand_over(house: House) -> None:
    talk = await house.welcome()
    view = await house.home("m_job")
    assert (
        "*<@U0LEA>* · relais métier · premier jour le mardi 28 avril\nProchain point : Une première réussite"
        in plain(view)
    )
    button = control(view, "home.hand_over")
    assert button["value"] == f"{talk}|job_buddy"
    assert button["accessibility_label"] == "Passer le relais – Léa Robin, relais métier"
    assert "Léa Robin" in button["confirm"]["text"]["text"]


async def test_one_person_may_hold_several_parts(house: House) -> None:
    cast = {"subject": "m_lea", "job_buddy": "m_job", "coop_buddy": "m_job", "supervisor": "m_job"}
    await house.conduct(lambda c: c.begin("onboarding", cast, anchors={"first_day": FIRST_DAY}))
    view = await house.home("m_job")
    assert [found["action_id"] for found in controls_in(view)].count("home.hand_over") == 3
    assert_slack_takes(view)


async def test_a_part_that_the_home_has_no_room_for_may_be_handed_over(house: House) -> None:
    talks: list[str] = []
    for number in range(10):
        newcomer = Member(id=f"m_{number}", first_name=f"Nina {number}", slack_id=f"U{number}")
        await house.run(lambda tx, it=newcomer: members.remember(tx, it))  # type: ignore[misc]
        talks.append(await house.welcome(newcomer.id))
    view = await house.home("m_sup")
    handed = [found for found in controls_in(view) if found["action_id"] == "home.hand_over"]
    assert len(handed) == 9
    assert [one["text"]["text"] for one in handed[-1]["options"]] == ["Nina 1, responsable", "Nina 0, responsable"]
    assert handed[-1]["options"][-1]["value"] == f"{talks[0]}|supervisor"
    assert "confirm" in handed[-1]
    assert_slack_takes(view)


# --------------------------------------------------------------------------------------------------- steering


async def test_the_management_sees_who_is_arriving(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    view = await house.home("m_boss")
    assert "<@U0LEA>* · premier jour le mercredi 20 mai" in plain(view)
    assert control(view, "home.postpone")["value"] == talk
    assert control(view, "home.cancel_arrival")["value"] == talk
    assert {"home.welcome", "home.settings", "home.links", "home.card"} <= actions(view)


@pytest.mark.parametrize(("days_after", "may_move"), [(0, True), (1, True), (6, True), (8, False)])
async def test_a_first_day_that_did_not_take_place_may_still_be_moved(
    house: House, days_after: int, may_move: bool
) -> None:
    await house.welcome()
    view = await house.home("m_boss", datetime(2026, 4, 28, 10, tzinfo=UTC) + timedelta(days=days_after))
    assert ("home.postpone" in actions(view)) == may_move


async def test_the_management_may_give_a_part_to_somebody_else(house: House) -> None:
    """Whoever is on a long leave cannot hand it over themselves."""
    talk = await house.welcome()
    view = await house.home("m_boss")
    asked = control(view, "home.hand_over")
    assert [(one["value"], one["text"]["text"]) for one in asked["options"]] == [
        (f"{talk}|job_buddy", "relais métier – Marc Aubry"),
        (f"{talk}|coop_buddy", "relais coopérateur – Zoé Petit"),
        (f"{talk}|supervisor", "responsable – Ines Da"),
    ]
    assert "Léa Robin" in asked["confirm"]["text"]["text"]
    assert_slack_takes(view)


async def test_an_arrival_that_the_home_has_no_room_for_opens_in_a_window(house: House) -> None:
    first_of_all = await house.welcome(first_day=date(2026, 5, 20))
    assert "home.arrival" not in actions(await house.home("m_boss"))
    for number in range(9):
        newcomer = Member(id=f"m_{number}", first_name=f"Nina {number}", slack_id=f"U{number}")
        await house.run(lambda tx, it=newcomer: members.remember(tx, it))  # type: ignore[misc]
        await house.welcome(newcomer.id, first_day=date(2026, 5, 20))
    listed = control(await house.home("m_boss"), "home.arrival")["options"]
    assert [one["text"]["text"] for one in listed] == ["Nina 0, mercredi 20 mai", "Léa Robin, mercredi 20 mai"]
    assert listed[1]["value"] == first_of_all
    window = await house.front().window("arrival", "T1", "U0BOSS", first_of_all)
    assert window is not None
    assert control(window, "home.cancel_arrival")["value"] == first_of_all
    assert {"home.postpone", "home.hand_over"} <= actions(window)
    assert_slack_takes(window)


async def test_the_others_are_offered_nothing_they_may_not_do(house: House) -> None:
    await house.welcome()
    steering = {
        "home.welcome",
        "home.settings",
        "home.links",
        "home.card",
        "home.retry",
        "home.postpone",
        "home.cancel_arrival",
    }
    assert not steering & actions(await house.home("m_job"))


async def test_a_cooperative_may_let_everyone_welcome_somebody(house: House) -> None:
    await house.decide(starters={"onboarding": ("everyone",)})
    assert "home.welcome" in actions(await house.home("m_job"))
    assert "home.settings" not in actions(await house.home("m_job"))


async def fail(house: House, to: str, reason: str, talk: str | None = None, step: str = "welcome") -> int:
    def unit(c: Conductor) -> int:
        c.say(talk, Post(step, step, to, f"once-{to}-{reason}", NOON, NOON))
        delivery = max(one.id for one in outbox.claim(c.tx, NOON, 500, timedelta(minutes=1)))
        outbox.settle_given_up(c.tx, delivery, reason, NOON)
        return delivery

    return await house.conduct(unit)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("not_in_channel", "invite-moi dedans"),
        ("user_disabled", "Ce compte est fermé"),
        ("missing_scope", "à réinstaller"),
        ("http_503", "Slack n'a pas répondu"),
        ("too_late", "Il était trop tard"),
        ("account_closed", "Ce compte est fermé"),
        ("no_account", "pas de compte ici"),
        ("step_gone", "Ce dont il parlait est terminé."),
        ("words_at_fault", "Un souci chez moi (words_at_fault)"),
        ("smtp_554", "Le serveur d'e-mail n'a pas pris cette lettre (smtp_554). Un autre essai peut suffire"),
        ("smtp_unreachable", "Le serveur d'e-mail n'a pas répondu"),
        ("smtp_no_tls", "Le serveur d'e-mail refuse toutes nos lettres (smtp_no_tls)"),
        ("smtp_login_535", "dis-le à qui s'occupe du serveur de Parcours"),
        ("smtp_nobody_550", "Cette adresse e-mail ne reçoit rien"),
        ("invalid_blocks", "Slack a refusé le message (invalid_blocks)."),
    ],
)
async def test_a_failed_message_says_why_and_can_be_sent_again(house: House, reason: str, said: str) -> None:
    talk = await house.welcome()
    delivery = await fail(house, "m_lea", reason, talk)
    view = await house.home("m_boss")
    assert "*Bienvenue* · <@U0LEA> · lundi 4 mai, 12 h" in plain(view)
    assert said in plain(view)
    button = control(view, "home.retry")
    assert button["value"] == str(delivery)
    assert button["accessibility_label"] == "Réessayer – Bienvenue, Léa Robin"
    assert "Messages non partis" not in plain(await house.home("m_job"))


async def test_several_failed_messages_can_be_sent_again_at_once(house: House) -> None:
    await fail(house, "m_lea", "http_500")
    assert "home.retry_all" not in actions(await house.home("m_boss"))
    await fail(house, "C0ATELIER", "is_archived")
    view = await house.home("m_boss")
    assert "home.retry_all" in actions(view)
    assert "*Un message* · <#C0ATELIER>" in plain(view)
    assert_slack_takes(view)


async def test_what_failed_a_month_ago_no_longer_hides_what_fails_today(house: House) -> None:
    """Most of it can never be said: an account is closed, its day has passed; and nobody can take it away from there."""
    await fail(house, "m_lea", "too_late")
    assert "Messages non partis" in plain(await house.home("m_boss", NOON + timedelta(days=29)))
    assert "Messages non partis" not in plain(await house.home("m_boss", NOON + timedelta(days=31)))


# ------------------------------------------------------------------------------------------------- my preferences


async def test_a_member_sees_how_they_are_spoken_to(house: House) -> None:
    await house.change("m_job", working_days=frozenset({0, 1, 2, 3}), locale="en-GB", zone="Indian/Reunion")
    said = plain(await house.home("m_job"))
    assert "Language: English\nMessages around 9:00 (Indian/Reunion) · never on Friday, Saturday or Sunday" in said


async def test_what_is_to_be_changed_is_said_to_whoever_hears_the_screen(house: House) -> None:
    button = control(await house.home("m_job"), "home.preferences")
    assert (button["text"]["text"], button["accessibility_label"]) == ("Modifier", "Modifier – Mes préférences")


async def test_a_pause_is_asked_for_and_ended_from_the_home(house: House) -> None:
    view = await house.home("m_job")
    assert [option["value"] for option in control(view, "offer.pause")["options"]] == ["3", "7", "14"]
    await house.change("m_job", paused_until=date(2026, 5, 11))
    view = await house.home("m_job")
    assert "jusqu'au lundi 11 mai" in plain(view)
    assert "offer.unpause" in actions(view)
    assert "offer.pause" not in actions(view)


async def test_a_pause_that_is_over_is_not_spoken_of(house: House) -> None:
    await house.change("m_job", paused_until=date(2026, 5, 4))
    assert "En pause" not in plain(await house.home("m_job"))


# ------------------------------------------------------------------------------------------------------- long lists


@pytest.mark.parametrize("count", [0, 5, 50, 500])
async def test_slack_takes_the_home_of_whoever_has_much_to_do(house: House, count: int) -> None:
    """Everything at once for one person: as many tasks, newcomers and failed messages, and a year of their own."""

    def fill(c: Conductor) -> None:
        _fill(c, count)

    await house.conduct(fill)
    await house.welcome("m_boss")
    view = await house.home("m_boss")
    assert_slack_takes(view)
    assert "Mes préférences" in plain(view)
    if count > 8:
        assert f"et {count - 8} autres" in plain(view)


def _fill(c: Conductor, count: int) -> None:
    for number in range(count):
        other = members.remember(c.tx, Member(id=f"m_{number}", first_name="É" * 80, slack_id=f"U{number:09}"))
        cast = {"subject": other.id, "coop_buddy": "m_boss"}
        # The few that are shown are whole years; the others are only counted.
        if number < 12 or number % 50 == 0:
            c.begin("onboarding", cast, anchors={"first_day": date(2026, 5, 12)})
        c.begin("encounter", {"subject": "m_boss", "other": other.id}, anchors={"proposed_on": date(2026, 5, 4)})
    _fail_all(c.tx, count)


def _fail_all(tx: Transaction, count: int) -> None:
    for number in range(count):
        outbox.enqueue(tx, _intention(number), NOON)
    for one in outbox.claim(tx, NOON, 5_000, timedelta(minutes=1)):
        if one.recipient.startswith("C0"):
            outbox.settle_given_up(tx, one.id, "is_archived", NOON)


def _intention(number: int) -> outbox.Intention:
    return outbox.Intention(None, "", "menu/menu", f"C0{number}", "once", "post", NOON, NOON)
