"""What the core and the messages are told of a member."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.people import addressee_of, channel_addressee, rhythm_of, voice_of
from flows.core.calendar import is_working_day, next_moment
from flows.core.model import Conversation, hears_everything
from flows.core.people import Member, Workspace

COOP = Workspace(
    id="T1", name="Les Tisserands", territory="alsace_moselle", closing_days=frozenset({date(2026, 12, 24)})
)


def member(**known: object) -> Member:
    return Member(id="m_ana", first_name="Ana", **known)  # type: ignore[arg-type]


def test_a_member_without_choices_follows_the_cooperative() -> None:
    rhythm = rhythm_of(member(), COOP)
    assert (rhythm.zone, rhythm.slot, rhythm.working_days) == ("Europe/Paris", time(9), frozenset(range(5)))
    assert not is_working_day(date(2026, 12, 26), rhythm_of(member(working_days=frozenset(range(7))), COOP))
    assert not is_working_day(date(2026, 12, 24), rhythm)


def test_a_member_s_own_choices_win() -> None:
    chosen = member(zone="Indian/Reunion", slot=time(14), working_days=frozenset({0, 1}), paused_until=date(2026, 5, 4))
    rhythm = rhythm_of(chosen, COOP)
    assert (rhythm.zone, rhythm.slot, rhythm.working_days) == ("Indian/Reunion", time(14), frozenset({0, 1}))
    assert next_moment(datetime(2026, 4, 27, 8, tzinfo=UTC), rhythm) == datetime(2026, 5, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "\x00"])
def test_a_zone_nobody_knows_gives_way_to_the_cooperative_s(zone: str) -> None:
    assert rhythm_of(member(zone=zone), COOP).zone == "Europe/Paris"


def test_the_same_choices_make_one_rhythm() -> None:
    assert rhythm_of(member(), COOP) is rhythm_of(member(email="ana@example.org"), COOP)


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("fr-FR", "fr"), ("fr_CA", "fr"), ("en-GB", "en"), ("EN", "en"), ("de-DE", "fr"), (None, "fr"), ("", "fr")],
)
def test_a_member_is_spoken_to_in_a_language_we_have(locale: str | None, spoken: str) -> None:
    assert voice_of(member(locale=locale), COOP).locale == spoken


def test_a_member_s_address_wins_over_the_cooperative_s() -> None:
    polite = Workspace(id="T1", address="vous")
    assert voice_of(member(), polite).address == "vous"
    assert voice_of(member(address="tu"), polite).address == "tu"
    assert voice_of(None, polite) == ("fr", "vous")


@pytest.mark.parametrize(
    ("known", "smtp", "reach"),
    [
        ({"slack_id": "U1"}, True, {"slack"}),
        ({"slack_id": "U1", "email": "ana@example.org"}, True, {"slack"}),
        ({"email": "ana@example.org"}, True, {"email"}),
        ({"email": "ana@example.org"}, False, set()),
        ({}, True, set()),
        ({"slack_id": "U1", "active": False}, True, set()),
    ],
)
def test_a_member_is_reached_where_they_are(known: dict[str, object], smtp: bool, reach: set[str]) -> None:
    addressee = addressee_of(member(**known), COOP, smtp=smtp)
    assert addressee.reach == reach
    assert addressee.active is known.get("active", True)


def test_whoever_has_left_is_there_as_long_as_a_letter_reaches_them() -> None:
    gone = member(slack_id="U1", email="ana@exemple.coop", active=False, personal_email="ana@exemple.org", pace="less")
    addressee = addressee_of(gone, COOP, smtp=True)
    assert (addressee.active, addressee.reach, addressee.pace) == (True, frozenset({"email"}), "less")
    assert not addressee_of(gone, COOP, smtp=False).active
    assert not addressee_of(replace(gone, personal_email=None), COOP, smtp=True).active
    assert addressee_of(replace(gone, active=True), COOP, smtp=True).reach == {"slack"}


def test_what_can_be_spared_is_for_whoever_wants_to_hear_of_everything() -> None:
    gone = member(active=False, personal_email="ana@exemple.org", pace="less")
    talks = [
        Conversation("c_1", "news", {"subject": addressee_of(who, COOP, smtp=True)})
        for who in (gone, replace(gone, pace="all"), member())
    ]
    assert list(map(hears_everything, talks)) == [False, True, True]


def test_a_channel_keeps_the_cooperative_s_hours() -> None:
    channel = channel_addressee("C1", COOP)
    assert channel.is_channel
    assert channel.rhythm == rhythm_of(None, COOP)
