"""The windows: what they are filled in with, that Slack takes them, and that what is given in them is read back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from bot.home import SUBMITTED, WINDOWS_OF
from bot.home.gestures import prefill_of
from bot.home.kinds import Faults
from bot.home.submissions import (
    card_of,
    errors_of,
    links_of,
    newcomer_of,
    pause_of,
    postponed_of,
    preferences_of,
    setup_of,
)
from bot.home.windows import Prefill
from bot.setting_up import Card, SetUp
from bot.welcoming import Newcomer
from bot.wire import READ_VIEW, field_block
from flows.core.answers import Refused
from flows.core.moves import Reanchored
from flows.core.people import Member
from sandbox.blockkit import missing_required, state_of
from storage import members
from tests.bot.home.conftest import VOICES, House, assert_slack_takes, words_in

TODAY = date(2026, 5, 4)


def filled(view: dict[str, Any], **chosen: Any) -> dict[str, Any]:
    """The window as Slack submits it, what is not chosen left as it was shown."""
    inputs = {field_block(name): {"field": value} for name, value in chosen.items()}
    return {**view, "state": state_of(view, inputs)}


async def opened(house: House, verb: str, argument: str = "", by: str = "U0BOSS") -> dict[str, Any]:
    view = await house.front().window(verb, "T1", by, argument)
    assert view is not None
    return view


# ------------------------------------------------------------------------------------------------ what Slack takes


@pytest.mark.parametrize(("locale", "address"), VOICES)
@pytest.mark.parametrize("verb", sorted(WINDOWS_OF))
async def test_slack_takes_every_window(house: House, verb: str, locale: str, address: str) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    await house.change("m_boss", locale=locale, address=address)
    for argument in ("", {"card": "U0JOB", "postpone": talk, "welcome": "U0JOB 2026-06-01"}.get(verb, "")):
        view = await opened(house, verb, argument)
        assert_slack_takes(view)
        assert "…" not in view["title"]["text"]
        assert view.get("callback_id") in {None, READ_VIEW, *SUBMITTED}


@pytest.mark.parametrize("said", ["É" * 2_000, "<!channel>", "*_~`", "\u2028 \u00a0", "😀" * 90])
async def test_slack_takes_windows_of_people_with_strange_names(house: House, said: str) -> None:
    await house.decide(name=said, links={"booklet": "https://example.org/" + "a" * 5_000, "video": "javascript:1"})
    odd = Member(id="m_job", first_name=said, last_name=said, slack_id="U0JOB", trade=said, team=said, zone="Mars/X")
    await house.run(lambda tx: members.remember(tx, odd))
    talk = await house.welcome("m_job", first_day=date(2026, 5, 20))
    for verb, argument in (("card", "U0JOB"), ("postpone", talk), ("setup", ""), ("links", ""), ("preferences", "")):
        assert_slack_takes(await opened(house, verb, argument))
    assert_slack_takes(await opened(house, "preferences", by="U0JOB"))


async def test_who_is_spoken_to_with_vous_never_reads_tu_in_a_window(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    await house.change("m_boss", locale="fr", address="vous")
    for verb in WINDOWS_OF:
        view = await opened(house, verb, talk if verb == "postpone" else "")
        said = f" {words_in(view)} ".replace("'", " ").replace("\n", " ").lower().replace(" tu ou vous ", " ")
        assert not {word for word in (" tu ", " toi ", " ton ", " ta ", " tes ", " t ", " te ") if word in said}, verb


# ---------------------------------------------------------------------------------------------------- welcoming


async def test_somebody_with_an_account_is_welcomed(house: House) -> None:
    view = await opened(house, "welcome", "2026-06-01 U0LEA")
    given = filled(view, job_buddy="U0JOB", supervisor="U0SUP", trade="  Menuiserie ")
    assert newcomer_of(given) == Newcomer(
        first_day=date(2026, 6, 1), person="U0LEA", job_buddy="U0JOB", supervisor="U0SUP", trade="Menuiserie"
    )


async def test_somebody_without_an_account_is_welcomed_by_name_and_e_mail(house: House) -> None:
    given = filled(
        await opened(house, "welcome"), first_day="2026-06-01", first_name="Yann", email="yann@example.org", team="Bois"
    )
    assert newcomer_of(given) == Newcomer(
        first_day=date(2026, 6, 1), first_name="Yann", email="yann@example.org", team="Bois"
    )


@pytest.mark.parametrize(
    ("chosen", "at_fault"),
    [
        ({"first_day": "2026-06-01"}, {"person": "person_or_email"}),
        ({"first_day": "2026-06-01", "first_name": "Lila"}, {"email": "email_wanted"}),
        ({"first_day": "2026-06-01", "email": "a@example.org", "first_name": " "}, {"first_name": "first_name_wanted"}),
        ({"first_day": "2026-06-01", "email": "rené@example.org", "first_name": "René"}, {"email": "not_an_email"}),
        ({"person": "U0LEA"}, {"first_day": "not_a_day"}),
        ({}, {"first_day": "not_a_day", "person": "person_or_email"}),
    ],
)
async def test_an_arrival_that_lacks_something_says_what(house: House, chosen: Any, at_fault: dict[str, str]) -> None:
    faults = newcomer_of(filled(await opened(house, "welcome"), **chosen))
    assert isinstance(faults, Faults)
    assert {name: refused.reason for name, refused in faults.items()} == at_fault


@pytest.mark.parametrize(
    ("argument", "prefill"),
    [
        ("", Prefill()),
        ("U0LEA", Prefill("U0LEA")),
        ("2026-06-01", Prefill(None, date(2026, 6, 1))),
        ("2026-06-01 U0LEA", Prefill("U0LEA", date(2026, 6, 1))),
    ],
)
def test_an_arrival_may_be_known_in_part(argument: str, prefill: Prefill) -> None:
    assert prefill_of(argument) == prefill


# ------------------------------------------------------------------------------------------ what the cooperative says


async def test_the_settings_shown_again_change_nothing(house: House) -> None:
    await house.decide(volunteers_channel="C0RELAIS", territory="reunion", zone="Indian/Reunion", legal_form="cae")
    assert setup_of(filled(await opened(house, "settings"))) == SetUp(
        name="Les Tisserands",
        legal_form="cae",
        zone="Indian/Reunion",
        territory="reunion",
        allows_stepping_back=False,
        locale="fr",
        address="tu",
        volunteers_channel="C0RELAIS",
        announcements_channel="",
        management=("U0BOSS",),
        starters={"onboarding": ("management", "steward")},
        closing_days=frozenset(),
    )


async def test_a_zone_of_elsewhere_stays_among_the_choices(house: House) -> None:
    await house.decide(zone="Asia/Tokyo")
    settings = setup_of(filled(await opened(house, "settings")))
    assert isinstance(settings, SetUp)
    assert settings.zone == "Asia/Tokyo"


async def test_a_channel_taken_away_is_taken_away(house: House) -> None:
    await house.decide(volunteers_channel="C0RELAIS")
    settings = setup_of(filled(await opened(house, "settings"), volunteers_channel=None, starters=["everyone"]))
    assert isinstance(settings, SetUp)
    assert (settings.volunteers_channel, settings.starters) == ("", {"onboarding": ("everyone",)})


async def test_where_replies_to_letters_go_is_kept_changed_and_taken_away(house: House) -> None:
    house.score = replace(house.score, smtp=True)
    await house.decide(reply_to="contact@exemple.coop")
    chosen: dict[str, Any]
    for chosen, kept in (
        ({}, "contact@exemple.coop"),
        ({"reply_to": "equipe@exemple.coop"}, "equipe@exemple.coop"),
        ({"reply_to": None}, ""),
    ):
        settings = setup_of(filled(await opened(house, "settings"), **chosen))
        assert isinstance(settings, SetUp)
        assert settings.reply_to == kept
    faults = setup_of(filled(await opened(house, "settings"), reply_to="équipe@exemple.coop"))
    assert faults == Faults(reply_to=Refused("not_an_email"))


async def test_where_no_letter_leaves_nobody_is_asked_who_reads_the_replies(house: House) -> None:
    await house.decide(reply_to="contact@exemple.coop")
    view = await opened(house, "settings")
    assert field_block("reply_to") not in [block.get("block_id") for block in view["blocks"]]
    settings = setup_of(filled(view))
    assert isinstance(settings, SetUp)
    assert settings.reply_to is None


async def test_settings_that_lack_something_say_what(house: House) -> None:
    faults = setup_of(filled(await opened(house, "settings"), name="", starters=[]))
    assert isinstance(faults, Faults)
    assert set(faults) == {"name", "starters"}


async def test_links_are_kept_changed_and_taken_away(house: House) -> None:
    known = {"booklet": "https://example.org/livret", "video": "https://example.org/video"}
    await house.decide(links=known)
    choices = links_of(filled(await opened(house, "links"), video=None, sheet="https://example.org/fiche"))
    assert choices.links == {
        "booklet": known["booklet"],
        "video": "",
        "sheet": "https://example.org/fiche",
        "bylaws": "",
        "training": "",
        "simulation": "",
    }


async def test_a_card_shown_again_changes_nothing(house: House) -> None:
    card = Card(
        person="U0JOB",
        trade="Menuiserie",
        team="Bois",
        supervisor="U0SUP",
        arrived_on=date(2020, 3, 1),
        associate_since=date(2022, 3, 1),
        roles=frozenset({"qvct_lead"}),
    )
    await house.desk().describe("T1", "U0BOSS", card)
    assert card_of(filled(await opened(house, "card", "U0JOB"))) == card


async def test_the_card_of_somebody_says_all_their_roles(house: House) -> None:
    assert card_of(filled(await opened(house, "card", "U0BOSS"), roles=[])) == Card(
        person="U0BOSS", trade="", team="", roles=frozenset()
    )


async def test_a_blank_card_leaves_what_is_blank_as_it_is(house: House) -> None:
    given = filled(await opened(house, "card"), person="U0BOSS", team="Bois")
    assert card_of(given) == Card(person="U0BOSS", team="Bois")


# ------------------------------------------------------------------------------------------ what the member says


async def test_preferences_shown_again_are_those_in_force(house: House) -> None:
    await house.change("m_job", slot=time(14, 30), working_days=frozenset({0, 2}), locale="en")
    assert preferences_of(filled(await opened(house, "preferences", by="U0JOB"))) == {
        "locale": "en",
        "address": "tu",
        "slot": time(14, 30),
        "working_days": frozenset({0, 2}),
    }


async def test_somebody_works_at_least_one_day(house: House) -> None:
    view = await opened(house, "preferences")
    nobody: dict[str, Any] = {field_block("working_days"): {"field": []}}
    assert missing_required(view, nobody) == [field_block("working_days")]
    faults = preferences_of(filled(view, working_days=[]))
    assert isinstance(faults, Faults)
    assert set(faults) == {"working_days"}


@pytest.mark.parametrize(
    ("until", "reason"),
    [("2026-05-04", "pause_in_the_past"), ("2020-01-01", "pause_in_the_past"), ("2031-01-01", "day_too_far")],
)
async def test_a_pause_ends_on_a_day_to_come(house: House, until: str, reason: str) -> None:
    faults = pause_of(filled(await opened(house, "pause"), paused_until=until), TODAY)
    assert isinstance(faults, Faults)
    assert faults["paused_until"].reason == reason


async def test_a_pause_is_proposed_for_a_week(house: House) -> None:
    assert pause_of(filled(await opened(house, "pause")), TODAY) == {"paused_until": date(2026, 5, 11)}


async def test_a_first_day_is_moved(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    view = await opened(house, "postpone", talk)
    assert postponed_of(filled(view)) == (talk, Reanchored("first_day", date(2026, 5, 20)))
    assert postponed_of(filled(view, first_day="2026-06-01")) == (talk, Reanchored("first_day", date(2026, 6, 1)))


@pytest.mark.parametrize("address", ["tu", "vous"])
async def test_whoever_moves_the_first_day_of_somebody_without_an_account_is_asked_to_tell_them(
    house: House, address: str
) -> None:
    await house.change("m_boss", address=address)
    await house.run(lambda tx: members.remember(tx, Member(id="m_mia", first_name="Mia", email="mia@exemple.coop")))
    unseen, seen = await house.welcome("m_mia"), await house.welcome()
    asked = "un mot de ta part" if address == "tu" else "un mot de votre part"
    assert asked in words_in(await opened(house, "postpone", unseen))
    assert "un mot de" not in words_in(await opened(house, "postpone", seen))


# ------------------------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("read", [newcomer_of, setup_of, card_of, preferences_of, postponed_of])
@pytest.mark.parametrize("state", [{}, {"values": {}}, {"values": {"f1|person": {}, "elsewhere": {"x": {"value": 1}}}}])
def test_a_window_with_nothing_in_it_is_a_mistake_not_a_crash(
    read: Callable[[Any], Any], state: dict[str, Any]
) -> None:
    assert isinstance(read({"state": state, "blocks": []}), Faults)


async def test_faults_are_shown_under_their_fields(house: House) -> None:
    view = await opened(house, "welcome")
    assert errors_of({"first_day": "Trop tôt", "person": "Qui ?"}, view) == {
        "f1|first_day": "Trop tôt",
        "f1|person": "Qui ?",
    }


async def test_a_fault_of_no_field_is_shown_under_the_first(house: House) -> None:
    view = await opened(house, "card", "U0JOB")
    assert errors_of({"person": "Qui ?"}, view) == {"f1|trade": "Qui ?"}


@pytest.mark.parametrize("verb", ["setup", "settings", "links", "card", "welcome", "postpone", "arrival"])
async def test_who_may_not_is_told_who_may(house: House, verb: str) -> None:
    view = await opened(house, verb, by="U0JOB")
    assert "Awa Ba" in words_in(view)
    assert "submit" not in view
    assert_slack_takes(view)


async def test_nobody_is_welcomed_before_the_cooperative_is_set_up(house: House) -> None:
    await house.decide(set_up_at=None)
    view = await opened(house, "welcome")
    assert "ne m'a pas encore été présentée" in words_in(view)
    assert "submit" not in view


@pytest.mark.parametrize("verb", ["postpone", "arrival"])
@pytest.mark.parametrize("argument", ["", "c_gone", "a|b"])
async def test_a_journey_that_is_no_more_is_not_moved(house: House, verb: str, argument: str) -> None:
    view = await opened(house, verb, argument)
    assert "n'existe plus" in words_in(view)
    assert_slack_takes(view)


async def test_a_verb_that_opens_no_window_opens_none(house: House) -> None:
    assert await house.front().window("hand_over", "T1", "U0BOSS") is None


async def test_somebody_unknown_has_preferences_too(house: House) -> None:
    assert_slack_takes(await opened(house, "preferences", by="U0NEW"))
