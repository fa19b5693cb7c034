"""Somebody receives everything about them, in words, and of others only what is also about them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from markupsafe import escape

from bot.rights.dossier import dossier
from bot.rights.files import FILES, files_of
from bot.rights.reader import PAGE
from bot.scene import Scene
from flows import ALL_FLOWS
from flows.core.model import Conversation, StepState
from messages import Messages, Voice
from messages.dates import spoken_day
from storage import Transaction, contacts, conversations, departures, members, missions, passport, tables
from storage.departures import Departure
from storage.missions import Mission
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative
from tests.bot.rights.lived import (
    ACTION,
    AT_HOME,
    COOP_BUDDY,
    EMAIL,
    HER_WORDS,
    JOB_BUDDY,
    LILA,
    MISSING,
    NOOR,
    OF_NOOR,
    REPLIED,
    TO_NOOR,
    WRITTEN,
    a_year,
)
from tests.storage.conftest import NINE, somebody

FLOWS = {flow.name: flow for flow in ALL_FLOWS}
Json = dict[str, Any]


async def told(coop: Cooperative, slack_id: str) -> Json:
    def unit(tx: Transaction) -> Json:
        member = members.by_slack_id(tx, slack_id)
        assert member is not None
        return dossier(Scene(tx, FLOWS, Messages(), coop.clock()), member)

    return await coop.store.read(unit, WORKSPACE)


async def page(coop: Cooperative, slack_id: str) -> str:
    def unit(tx: Transaction) -> str:
        scene, member = Scene(tx, FLOWS, Messages(), coop.clock()), members.by_slack_id(tx, slack_id)
        return files_of(scene, member, FILES)[0].content.decode()

    return await coop.store.read(unit, WORKSPACE)


def a_talk(steps: dict[str, StepState]) -> Conversation:
    return Conversation("c_x", "onboarding", {}, {"first_day": date(2026, 4, 28)}, steps=steps, status="finished")


async def given(coop: Cooperative, talk: Conversation) -> None:
    """This conversation, about the lead, who has answered all that nobody else has."""
    lead = await coop.member_id(LEAD)
    steps = {name: replace(state, by=state.by or lead) for name, state in talk.steps.items()}
    theirs = replace(talk, cast={"subject": somebody(lead)}, steps=steps)
    await coop.store.run(
        lambda tx: conversations.begin(tx, theirs, shape="x", parent=None, by=None, now=NINE), WORKSPACE
    )


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Noumea", "2026-04-29"), ("Europe/Paris", "2026-04-28")])
async def test_a_day_is_the_one_it_was_where_they_are(year: Cooperative, zone: str, day: str) -> None:
    """Eight in the morning in Nouméa is the evening before in Paris."""
    at = datetime(2026, 4, 28, 21, tzinfo=UTC)
    await given(year, a_talk({"first_day_went": StepState("done", at=at, value="well")}))
    lead = await year.member_id(LEAD)

    def unit(tx: Transaction) -> None:
        members.set_preferences(tx, lead, zone=zone)
        departures.save(
            tx, Departure(id="d_x", member_id=lead, kind="retirement", last_day=date(2026, 6, 1), begun_on=NINE.date())
        )
        departures.trace(tx, "d_x", at, lead, "told")
        tx.connection.execute(sa.update(tables.outbox).where(tables.outbox.c.recipient == lead).values(settled_at=at))

    await year.store.run(unit, WORKSPACE)
    theirs, shown = await told(year, LEAD), await page(year, LEAD)
    (talk,) = [one for one in theirs["conversations"] if one["id"] == "c_x"]
    assert [one["on"] for one in talk["answers"]] == [day]
    assert {one["on"][:10] for one in theirs["said"]} == {day}
    words = spoken_day("fr", day)
    assert words in theirs["departures"][0]["trace"][0]
    assert f"<li>{words}" in shown


async def test_an_export_holds_all_that_a_year_has_left(database_url: str) -> None:
    async with a_year(database_url) as coop:
        hers = await told(coop, LILA)
    assert hers["format"] == "parcours-member-1"
    assert (hers["identity"]["first_name"], hers["identity"]["email"]) == ("Lila", EMAIL)
    assert hers["identity"]["supervisor"] == "Personne 1"
    assert hers["dates"] == [{"arrived_on": "2026-04-28"}]
    assert [one["email"] for one in hers["contact"]] == [AT_HOME]
    assert "J'ai rencontré mes deux relais" in [one["stamp"] for one in hers["passport"]]
    assert {one["who"] for one in hers["met"]} == {"Personne 2", "Personne 3"}
    assert {one["title"] for one in hers["conversations"]} >= {"La première année", "Le rapport d'étonnement"}
    assert [one["action"] for one in hers["improvements"]] == [ACTION]
    assert hers["own_radars"][0]["axes"]["Ouverture"] == 3
    assert {one["poll"] for one in hers["rounds"]} == {"Baromètre QVCT", "Radar de la coopération"}
    assert hers["more"] == {}
    assert [one for one in hers["said"] if one.get("title") == "Bienvenue"]
    as_text = json.dumps(hers, ensure_ascii=False)
    assert [words for words in (*HER_WORDS, REPLIED) if words not in as_text] == []


async def test_a_copy_tells_the_steps_somebody_added_to_their_passport_from_those_that_were_stamped(
    year: Cooperative,
) -> None:
    me = await year.member_id(LILA)
    await year.store.run(lambda tx: passport.stamp(tx, me, "pass_1", date(2025, 3, 14), by_oneself=True), WORKSPACE)
    hers, shown = (await told(year, LILA))["passport"], await page(year, LILA)
    assert [one for one in hers if "added" in one] == [
        {"stamp": "Pass 1", "on": "2025-03-14", "added": "ajoutée par toi"}
    ]
    assert len(hers) > 1
    assert "<li>Pass 1, vendredi 14 mars 2025 (ajoutée par toi)</li>" in shown


async def test_answers_are_said_in_the_words_they_were_chosen_in(year: Cooperative) -> None:
    hers = await told(year, LILA)
    lived = next(one for one in hers["conversations"] if one["title"] == "La première année")
    assert (lived["about"], lived["days"]) == ("toi", {"first_day": "2026-04-28"})
    assert lived["people"] == {
        "relais métier": "Personne 2",
        "relais coopérateur": "Personne 3",
        "responsable": "Personne 1",
    }
    answered = {one["question"]: one["answer"] for one in lived["answers"]}
    assert answered["Ton premier jour"] == "Il me manque quelque chose"
    assert answered["Ce qui te manque"] == MISSING
    report = next(one for one in hers["conversations"] if one["title"] == "Le rapport d'étonnement")
    assert [words for words in WRITTEN if words not in repr(report["answers"])] == []


async def test_what_others_wrote_about_them_is_theirs_to_read_and_what_others_wrote_of_themselves_is_not(
    year: Cooperative,
) -> None:
    hers, noors = await told(year, LILA), await told(year, NOOR)
    reports = [one for one in hers["conversations"] if one["title"] == "Le rapport d'étonnement"]
    own, accompanied = sorted(reports, key=lambda one: one["about"] != "toi")
    assert [(one["by"], REPLIED in repr(one["answer"])) for one in own["written_by_others"]] == [("Personne 3", True)]
    assert accompanied["about"] == "Noor Haddad"
    assert accompanied["your_part"] == ["relais coopérateur"]
    assert TO_NOOR in repr(accompanied["answers"])
    assert "written_by_others" not in accompanied
    assert OF_NOOR not in repr(hers)
    assert TO_NOOR in repr(noors)
    assert [words for words in (MISSING, *WRITTEN, EMAIL) if words in repr(noors)] == []


async def test_who_was_asked_to_accompany_them_and_declined_stays_between_others(year: Cooperative) -> None:
    hers = await told(year, LILA)
    searches = [one for one in hers["conversations"] if one["title"] == "La recherche d'un relais"]
    assert searches
    assert not any("people" in one or "answers" in one or "written_by_others" in one for one in searches)


async def test_a_round_is_told_by_a_sentence_and_never_by_a_ballot(year: Cooperative) -> None:
    hers, theirs = await told(year, LILA), await told(year, "U05")
    closed, under_way = sorted(hers["rounds"], key=lambda one: "note" in one)
    assert ("note" not in closed, "closed_on" in closed) == (True, True)
    assert "tu as répondu" in under_way["note"]
    assert "rien ne permet de la retrouver" in under_way["note"]
    assert "tu n'as pas répondu" in next(one["note"] for one in theirs["rounds"] if "note" in one)
    assert "Le mot de" not in repr(hers)


async def test_the_files_say_the_same_to_a_person_and_to_a_program(year: Cooperative) -> None:
    def unit(tx: Transaction) -> Any:
        scene, lila = Scene(tx, FLOWS, Messages(), year.clock()), members.by_slack_id(tx, LILA)
        return files_of(scene, lila, FILES), files_of(scene, lila, "menu/menu"), files_of(scene, None, FILES)

    (page, data), *nothing = await year.store.read(unit, WORKSPACE)
    assert nothing == [(), ()]
    assert (page.name, data.name) == ("mes-donnees-2026-06-11.html", "mes-donnees-2026-06-11.json")
    shown = page.content.decode()
    assert json.loads(data.content)["identity"]["email"] == EMAIL
    for words in (
        EMAIL,
        MISSING.replace("'", "&#39;"),
        REPLIED.replace("'", "&#39;"),
        "Personne 2",
        "mardi 28 avril 2026",
    ):
        assert words in shown
    assert "<script" not in shown


async def test_emoji_are_seen_in_both_files(year: Cooperative) -> None:
    """Slack hands them over by their names; a cooperative's own are pictures, which only Slack has."""
    await given(
        year, a_talk({"what_is_missing": StepState("done", NINE, value="Un badge :key:, avant 12:30:45 :lucioles:")})
    )
    assert "Un badge 🔑, avant 12:30:45 :lucioles:" in json.dumps(await told(year, LEAD), ensure_ascii=False)
    assert "Un badge 🔑, avant 12:30:45 :lucioles:" in await page(year, LEAD)


async def test_a_channel_and_whoever_is_not_known_are_no_bare_ids_in_both_files(year: Cooperative) -> None:
    value = "L'accès à <#C0ATELIER>, <@U0ROBOT>"
    await given(year, a_talk({"what_is_missing": StepState("done", NINE, value=value)}))
    assert "L'accès à un canal, quelqu'un" in json.dumps(await told(year, LEAD), ensure_ascii=False)
    assert "C0ATELIER" not in await page(year, LEAD)


@pytest.mark.parametrize(
    ("locale", "pace", "dead", "passed", "hour"),
    [
        (
            "fr",
            "toutes les nouvelles",
            "personne ne relève plus cette adresse",
            "Je préfère ne pas répondre",
            "10\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30",
        ),
        ("en", "all the news", "nobody reads this address any more", "I prefer not to answer", "10:30"),
    ],
)
async def test_what_is_kept_by_a_code_is_said_in_words(
    year: Cooperative, locale: str, pace: str, dead: str, passed: str, hour: str
) -> None:
    await year.desk.prefer(WORKSPACE, LILA, locale=locale, slot=time(10, 30))
    lila = await year.member_id(LILA)
    await year.store.run(lambda tx: contacts.bounce(tx, lila, NINE.date(), "smtp_nobody_550"), WORKSPACE)
    hers = await told(year, LILA)
    assert (hers["contact"][0]["pace"], hers["contact"][0]["bounce_reason"]) == (pace, dead)
    assert passed in hers["own_radars"][0]["axes"].values()
    assert hers["identity"]["slot"] == "10:30:00"
    shown = await page(year, LILA)
    assert f"<dd>{hour}</dd>" in shown
    assert "None" not in shown


@pytest.mark.parametrize("words", ["2026-02-30", "29:75:00", "2026-13-01T10:00:00+02:00"])
async def test_words_that_look_like_a_day_or_an_hour_and_are_none_come_as_they_were_written(
    year: Cooperative, words: str
) -> None:
    await given(year, a_talk({"what_is_missing": StepState("done", NINE, value=words)}))
    assert f"<dd>{words}</dd>" in await page(year, LEAD)


async def test_words_cannot_make_the_page_do_anything(year: Cooperative) -> None:
    await given(year, a_talk({"what_is_missing": StepState("done", NINE, value="<img src=x onerror=alert(1)>")}))
    shown = await page(year, LEAD)
    assert "&lt;img src=x" in shown
    assert "<img" not in shown


@pytest.mark.parametrize(("locale", "address"), [("fr", "tu"), ("fr", "vous"), ("en", "tu")])
async def test_the_page_speaks_to_whoever_reads_it(year: Cooperative, locale: str, address: str) -> None:
    await year.desk.prefer(WORKSPACE, LILA, locale=locale, address=address)
    shown = await page(year, LILA)
    assert f'<html lang="{locale}">' in shown
    expected = {("fr", "tu"): "Tes dates", ("fr", "vous"): "Vos dates", ("en", "tu"): "Your dates"}
    assert [heading for heading in expected.values() if heading in shown] == [expected[locale, address]]


async def test_a_conversation_of_a_flow_that_is_no_more_is_theirs_all_the_same(year: Cooperative) -> None:
    steps = {
        "what_you_bring": StepState("done", NINE, value="Une tarte aux noix"),
        "thanks": StepState("done", NINE, value="Merci pour la tarte", by="m_other"),
        "agreed": StepState("done", NINE, value="yes", by="m_other"),
    }
    await given(year, replace(a_talk(steps), flow="spring_fair"))
    talk = next(one for one in (await told(year, LEAD))["conversations"] if one["title"] == "spring fair")
    assert [(one["question"], one["answer"]) for one in talk["answers"]] == [("what you bring", "Une tarte aux noix")]
    assert [one["answer"] for one in talk["written_by_others"]] == ["Merci pour la tarte"]


@pytest.mark.parametrize("state", get_args(departures.State))
@pytest.mark.parametrize("voice", [Voice("fr"), Voice("en")])
def test_where_a_departure_stands_is_said_in_words(voice: Voice, state: str) -> None:
    assert Messages().has(voice, PAGE, f"departure__{state}")


async def test_conversations_alike_are_told_apart_by_what_they_are_about(year: Cooperative) -> None:
    """Eighteen times “a task of the departure” tells nobody anything."""
    boss = await year.member_id(LEAD)

    def leave(tx: Transaction) -> None:
        day = date(2026, 9, 30)
        departures.save(
            tx, Departure(id="d_1", member_id=boss, kind="resignation", last_day=day, begun_on=day, lead_id=boss)
        )
        missions.save(tx, Mission(id="h_1", departure_id="d_1", title="Le planning :calendar:"))

    await year.store.run(leave, WORKSPACE)
    talks = {
        "departure_task": {"item": "tell_payroll", "departure": "d_1", "tone": "sober"},
        "mission_handover": {"mission": "h_1", "departure": "d_1"},
        "action_follow_up": {"improvement": "i_1", "finding": "Le bruit", "action": "Isoler la scie"},
    }
    for number, (flow, details) in enumerate(talks.items()):
        await given(year, replace(a_talk({}), id=f"c_{number}", flow=flow, anchors={}, details=details))
    found = {one["title"]: one.get("what") for one in (await told(year, LEAD))["conversations"]}
    assert found["Une tâche du départ"] == "Prévenir la paie"
    assert found["Une mission à transmettre"] == "Le planning 📆"
    assert found["Le suivi d'une action"] == "Isoler la scie"
    assert "<dt>De quoi il s&#39;agit</dt><dd>Prévenir la paie</dd>" in await page(year, LEAD)


async def test_a_departure_is_told_whole_to_whom_it_is_about_and_to_nobody_else(year: Cooperative) -> None:
    lila, boss, other = [await year.member_id(one) for one in (LILA, LEAD, "U05")]

    def leave(tx: Transaction) -> None:
        day = date(2026, 9, 30)
        words = {"thanks": "Merci à l'atelier"}
        drawn = Departure(
            id="d_1", member_id=lila, kind="resignation", last_day=day, begun_on=day, lead_id=boss, words=words
        )
        departures.save(tx, drawn)
        departures.allow(tx, "d_1", lila, "subject")
        departures.allow(tx, "d_1", boss, "lead")
        departures.trace(tx, "d_1", year.clock(), boss, "told")
        departures.trace(tx, "d_1", year.clock(), boss, "danced", lila)
        missions.save(tx, Mission(id="h_1", departure_id="d_1", title="Le planning", taker_id=other))

    await year.store.run(leave, WORKSPACE)
    (hers,) = (await told(year, LILA))["departures"]
    others = [repr(await told(year, one)) for one in (JOB_BUDDY, COOP_BUDDY, "U05", LEAD)]
    assert (hers["last_day"], hers["status"]) == ("2026-09-30", "en cours")
    assert hers["words"] == {"thanks": "Merci à l'atelier"}
    assert "Ce qui a été apporté\N{NO-BREAK SPACE}: Merci à l&#39;atelier" in await page(year, LILA)
    assert hers["missions"] == ["Le planning (Personne 5)"]
    assert hers["may_know"] == ["Personne 0"]
    assert [("Personne 0" in seen, "2026" in seen) for seen in hers["trace"]] == [(True, True)] * 2
    assert escape("\n".join(hers["trace"])) in await page(year, LILA), "each on its line"
    assert not any("Le planning" in one or "Merci à l'atelier" in one for one in others)
