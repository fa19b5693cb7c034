"""A member adds to their own passport what they have lived, and corrects it; what Parcours has stamped stays as it is."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conductor import Conductor
from bot.stamping import stamp_for
from flows.core.moves import Answered
from flows.core.people import Member
from flows.passport import STAMPS
from sandbox import Person
from storage import Transaction, members, outbox, passport
from tests.bot.connected import MORNING, Connected, connected
from tests.bot.home.conftest import NOON, PEOPLE, VOICES, House, assert_slack_takes, controls_in, words_in
from tests.bot.home.test_gestures import submit
from tests.bot.home.test_windows import filled, opened

TODAY = NOON.date()
A_YEAR_AGO = TODAY - timedelta(days=365)
BLANK = "\N{NO-BREAK SPACE}"


def read(node: Any) -> str:
    return words_in(node).replace(BLANK, " ")


def verbs(view: Any) -> list[str]:
    return [one["action_id"] for one in controls_in(view) if one["action_id"] in ("home.add_step", "home.correct_step")]


def offered(view: dict[str, Any]) -> list[str]:
    """The steps that the window proposes."""
    step = next(block["element"] for block in view["blocks"] if block.get("block_id") == "f1|step")
    return [one["value"] for one in step["options"]]


async def added(house: House, *names: str, on: date = A_YEAR_AGO, by: str = "m_job") -> None:
    for name in names:
        await house.run(lambda tx, it=name: passport.stamp(tx, by, it, on, by_oneself=True))  # type: ignore[misc]


async def stamps(house: House, member: str = "m_job") -> dict[str, date]:
    return await house.run(lambda tx: passport.stamps_of(tx, member))


# ---------------------------------------------------------------------------------------------------------- adding


async def test_whoever_was_here_long_before_us_begins_their_passport(house: House) -> None:
    assert verbs(await house.home("m_job")) == ["home.add_step"]
    assert await submit(house, "add_step", by="U0JOB", step="met_team", lived_on="2009-03-02") == {}
    home = await house.home("m_job")
    assert_slack_takes(home)
    assert "✔ lundi 2 mars 2009 — *J'ai rencontré l'équipe, deux casquettes*" in read(home)
    assert "1 étape sur 15" in read(home)
    assert verbs(home) == ["home.add_step", "home.correct_step"]


async def test_the_window_proposes_what_is_to_come_in_the_order_of_the_passport_and_today(house: House) -> None:
    await house.welcome()
    await house.run(lambda tx: passport.stamp(tx, "m_lea", "open_time", TODAY))
    view = await opened(house, "add_step", by="U0LEA")
    assert offered(view) == [name for name in STAMPS if name != "open_time"]
    assert await submit(house, "add_step", by="U0LEA", step="general_meeting") == {}
    assert await stamps(house, "m_lea") == {"open_time": TODAY, "general_meeting": TODAY}


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"step": "pass_1", "lived_on": "2026-05-05"}, "lived_on", "Ce jour n'est pas encore là"),
        ({"step": "pass_1", "lived_on": "2062-05-04"}, "lived_on", "Ce jour n'est pas encore là"),
        ({"step": "pass_1", "lived_on": "0206-05-04"}, "lived_on", "l'année est peut-être à revoir"),
        ({"step": "pass_1", "lived_on": None}, "lived_on", "choisis-le dans le calendrier"),
        ({"step": None}, "step", "Il manque une réponse ici"),
    ],
)
async def test_what_cannot_be_is_refused_kindly_under_its_field(
    house: House, given: dict[str, Any], field: str, said: str
) -> None:
    errors = await submit(house, "add_step", by="U0JOB", **given)
    assert {name: said in text.replace(BLANK, " ") for name, text in errors.items()} == {f"f1|{field}": True}
    assert await stamps(house) == {}


async def test_a_step_that_exists_nowhere_is_not_taken(house: House) -> None:
    view = filled(await opened(house, "add_step", by="U0JOB"))
    view["state"]["values"]["f1|step"] = {"field": {"type": "static_select", "selected_option": {"value": "m_lea"}}}
    assert set(await house.front().submit(house.desk(), "T1", "U0JOB", view)) == {"f1|step"}
    assert await stamps(house) == {}


async def test_a_step_stamped_meanwhile_keeps_its_day_and_the_same_gesture_twice_is_one(house: House) -> None:
    view = filled(await opened(house, "add_step", by="U0JOB"), step="pass_1", lived_on="2026-03-02")
    for _ in range(2):
        assert await house.front().submit(house.desk(), "T1", "U0JOB", view) == {}
    other = filled(await opened(house, "add_step", by="U0COOP"), step="pass_1", lived_on="2026-04-01")
    errors = await house.front().submit(house.desk(), "T1", "U0JOB", other)
    assert "déjà dans ton passeport" in errors["f1|step"]
    assert await stamps(house) == {"pass_1": date(2026, 3, 2)}


async def test_what_was_added_is_neither_stamped_nor_told_again(house: House) -> None:
    talk = await house.welcome()
    await added(house, "met_buddies", by="m_lea")
    await house.conduct(lambda c: c.tell(talk, Answered("met_buddies", "yes", "m_lea")))
    assert await stamps(house, "m_lea") == {"met_buddies": A_YEAR_AGO}
    assert "home/stamped" not in await messages_to(house, "m_lea")


async def messages_to(house: House, member: str) -> list[str]:
    def unit(tx: Transaction) -> list[str]:
        rows = outbox.claim(tx, NOON + timedelta(days=30), 500, timedelta(minutes=1))
        return [row.message for row in rows if row.recipient == member]

    return await house.run(unit)


async def test_what_happens_here_after_being_taken_off_is_stamped_and_told(house: House) -> None:
    talk = await house.welcome()
    await added(house, "met_buddies", by="m_lea")
    assert await submit(house, "correct_step", by="U0LEA", take_off=["yes"]) == {}
    await house.conduct(lambda c: c.tell(talk, Answered("met_buddies", "yes", "m_lea")))
    assert await stamps(house, "m_lea") == {"met_buddies": TODAY}
    assert "home/stamped" in await messages_to(house, "m_lea")


# ------------------------------------------------------------------------------------------------------ correcting


async def test_what_was_added_changes_day_and_is_taken_off(house: House) -> None:
    await added(house, "pass_1", "mandate")
    view = await opened(house, "correct_step", by="U0JOB")
    assert_slack_takes(view)
    assert "Pass 1 (dimanche 4 mai 2025)" in read(view)
    assert await submit(house, "correct_step", by="U0JOB", step="pass_1", right_day="2025-06-01") == {}
    assert await submit(house, "correct_step", by="U0JOB", step="mandate", take_off=["yes"]) == {}
    assert await stamps(house) == {"pass_1": date(2025, 6, 1)}


async def test_the_only_one_that_was_added_is_chosen_already(house: House) -> None:
    await added(house, "pass_1")
    assert await submit(house, "correct_step", by="U0JOB", take_off=["yes"]) == {}
    assert await stamps(house) == {}
    assert verbs(await house.home("m_job")) == ["home.add_step"]
    assert "callback_id" not in await opened(house, "correct_step", by="U0JOB")


async def test_what_parcours_stamped_is_not_proposed_and_cannot_be_changed(house: House) -> None:
    await added(house, "pass_1")
    await house.run(lambda tx: passport.stamp(tx, "m_job", "accompanied_someone", TODAY))
    view = await opened(house, "correct_step", by="U0JOB")
    assert offered(view) == ["pass_1"]
    forged = {"type": "static_select", "selected_option": {"value": "accompanied_someone"}}
    for chosen in ({"right_day": "2025-06-01"}, {"take_off": ["yes"]}):
        sent = filled(view, **chosen)
        sent["state"]["values"]["f1|step"] = {"field": forged}
        errors = await house.front().submit(house.desk(), "T1", "U0JOB", sent)
        assert "rien n'a changé" in errors["f1|step"]
    assert await stamps(house) == {"pass_1": A_YEAR_AGO, "accompanied_someone": TODAY}


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({}, "right_day", "l'un des deux"),
        ({"right_day": "2025-06-01", "take_off": ["yes"]}, "right_day", "l'un des deux"),
        ({"right_day": "2026-05-05"}, "right_day", "n'est pas encore là"),
        ({"right_day": "0206-05-04"}, "right_day", "l'année est peut-être à revoir"),
        ({"step": None, "take_off": ["yes"]}, "step", "Il manque une réponse ici"),
    ],
)
async def test_a_correction_that_says_too_little_or_too_much_changes_nothing(
    house: House, given: dict[str, Any], field: str, said: str
) -> None:
    await added(house, "pass_1")
    errors = await submit(house, "correct_step", by="U0JOB", **given)
    assert {name: said in text.replace(BLANK, " ") for name, text in errors.items()} == {f"f1|{field}": True}
    assert await stamps(house) == {"pass_1": A_YEAR_AGO}


# ------------------------------------------------------------------------------------------- whose passport it is


async def test_nobody_s_passport_but_one_s_own_is_touched_whatever_is_sent(house: House) -> None:
    for person in PEOPLE:
        await added(house, "pass_1", by=person.id)
    for verb, chosen in (("add_step", {"step": "mandate"}), ("correct_step", {"step": "pass_1", "take_off": ["yes"]})):
        view = {**filled(await opened(house, verb, "m_lea", by="U0BOSS"), **chosen), "private_metadata": "m_lea"}
        assert await house.front().submit(house.desk(), "T1", "U0BOSS", view) == {}
    assert await stamps(house, "m_boss") == {"mandate": TODAY}
    assert [await stamps(house, one.id) for one in PEOPLE[:-1]] == [{"pass_1": A_YEAR_AGO}] * 4


async def test_a_guest_who_is_no_member_has_no_passport(house: House) -> None:
    view = filled(await opened(house, "add_step", by="U0JOB"), step="pass_1")
    await house.run(lambda tx: members.remember(tx, Member(id="m_x", first_name="Paul", slack_id="U0X", is_guest=True)))
    assert "passeport" not in read(await house.home("m_x"))
    assert "callback_id" not in await opened(house, "add_step", by="U0X")
    assert set(await house.front().submit(house.desk(), "T1", "U0X", view)) == {"f1|step"}
    assert await stamps(house, "m_x") == {}


async def test_whoever_has_left_begins_no_passport_and_keeps_the_one_they_had(house: House) -> None:
    for id, slack_id in (("m_x", "U0X"), ("m_y", "U0Y")):
        gone = Member(id=id, first_name="Odile", slack_id=slack_id, arrived_on=A_YEAR_AGO, left_on=TODAY)
        await house.run(lambda tx, it=gone: members.remember(tx, it))  # type: ignore[misc]
        await house.run(lambda tx, it=gone: members.leave(tx, it.id, TODAY))  # type: ignore[misc]
    await added(house, "pass_1", by="m_y")
    assert "passeport" not in read(await house.home("m_x"))
    assert verbs(await house.home("m_y")) == ["home.add_step", "home.correct_step"]


# ----------------------------------------------------------------------------------------------- the last of fifteen


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_a_passport_that_is_complete_says_so_and_proposes_no_more(
    house: House, locale: str, address: str
) -> None:
    await house.change("m_job", locale=locale, address=address)
    await added(house, *STAMPS)
    home = await house.home("m_job")
    assert_slack_takes(home)
    assert verbs(home) == ["home.correct_step"]
    assert ("complet, bravo" if locale == "fr" else "is complete, well done") in read(home)
    late = await opened(house, "add_step", by="U0JOB")
    assert "callback_id" not in late
    assert ("Toutes les étapes" if locale == "fr" else "All the steps") in read(late)


# -------------------------------------------------------------------------------------------- as Slack has it


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        yield coop


async def at_home(coop: Connected, person: Person) -> str:
    await coop.bot.settle()
    assert person.home is not None
    return person.home.words().replace(BLANK, " ")


async def test_a_step_is_added_then_moved_then_taken_off_from_the_home(coop: Connected) -> None:
    awa = coop.lead
    await awa.open_home()
    assert "À venir — " not in await at_home(coop, awa)
    said = len(awa.received)
    await awa.click(awa.home, "Ajouter une étape")  # type: ignore[arg-type]
    refused = await awa.submit(awa.modal, {"Étape": "J'ai assisté à une assemblée", "Jour": "2026-04-01"})
    assert "pas encore là" in str(refused.body)
    await awa.submit(awa.modal, {"Étape": "J'ai assisté à une assemblée", "Jour": "2024-06-14"})
    assert "✔ vendredi 14 juin 2024 — *J'ai assisté à une assemblée*" in await at_home(coop, awa)
    await awa.click(awa.home, "Corriger une étape")  # type: ignore[arg-type]
    await awa.submit(awa.modal, {"Le bon jour": "2025-06-13"})
    assert "✔ vendredi 13 juin 2025 — *J'ai assisté à une assemblée*" in await at_home(coop, awa)
    await awa.click(awa.home, "Corriger une étape")  # type: ignore[arg-type]
    await awa.submit(awa.modal, {"Ajoutée par erreur\N{NO-BREAK SPACE}?": ["yes"]})
    assert "J'ai assisté" not in await at_home(coop, awa)
    assert len(awa.received) == said, "they have just done it: nobody is told"


@pytest.mark.parametrize(("own", "said"), [(STAMPS[:14], "complet, bravo"), (STAMPS[:13], "Les autres viendront")])
async def test_the_last_step_is_not_told_as_if_others_would_come(
    coop: Connected, own: tuple[str, ...], said: str
) -> None:
    lila = coop.slack.add_person("Lila", "Besson")
    await coop.slack.join(lila)

    def lives(conductor: Conductor, me: Member) -> None:
        for name in own:
            passport.stamp(conductor.tx, me.id, name, MORNING.date(), by_oneself=True)
        talk = conductor.begin("onboarding", {"subject": me.id}, anchors={"first_day": conductor.today})
        stamp_for(conductor, conductor.load(talk), me.id, STAMPS[14])

    await coop.bot.desk.act(coop.slack.team_id, lila.id, lives)
    await coop.bot.settle()
    [told] = [one.words() for one in lila.received if "Étape validée" in one.words()]
    assert "J'ai exercé un mandat" in told
    assert said in told.replace(BLANK, " ")
