"""Tests of what is read in Slack's payloads."""

from datetime import date
from typing import Any

import pytest

from bot.answering import Spot
from bot.gestures import Command, command_of, given_by, person_of, plain, said_to_us, spot_of


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("", Command("menu")),
        ("  aide ", Command("menu")),
        ("HELP", Command("menu")),
        ("pause", Command("pause")),
        ("pause 3", Command("pause", days=3)),
        ("pause 3 jours", Command("pause", days=3)),
        ("Pause 1 day", Command("pause", days=1)),
        ("pause 2027-04-20", Command("pause", day=date(2027, 4, 20))),
        ("pause 20/04/2027", Command("pause", day=date(2027, 4, 20))),
        ("pause 2027-02-30", Command("pause", wrong="not_a_day")),
        ("pause un peu", Command("pause", wrong="not_a_day")),
        ("pause ٣", Command("pause", wrong="not_a_day")),
        ("pause 99999999999", Command("pause", wrong="not_a_day")),
        ("reprendre", Command("resume")),
        ("inviter", Command("invite")),
        ("Invite", Command("invite")),
        ("accueillir", Command("welcome")),
        ("accueillir <@U012ABC|lila>", Command("welcome", "U012ABC")),
        ("accueillir <@U012ABC|lila> 2026-12-01", Command("welcome", "U012ABC", date(2026, 12, 1))),
        ("welcome <@W012ABC> 2026-12-01", Command("welcome", "W012ABC", date(2026, 12, 1))),
        ("welcome 2026-12-01 <@U012ABC|li la>", Command("welcome", "U012ABC", date(2026, 12, 1))),
        ("accueillir\u00a0<@U012ABC|lila>\u00a02026-12-01", Command("welcome", "U012ABC", date(2026, 12, 1))),
        ("pause\u00a03", Command("pause", days=3)),
        ("accueillir <@U012ABC> 01/12/2026", Command("welcome", "U012ABC", date(2026, 12, 1))),
        ("accueillir <@U012ABC> 2026-02-30", Command("welcome", "U012ABC", None, "not_a_day")),
        ("accueillir <@U012ABC> demain", Command("welcome", "U012ABC", None, "not_a_day")),
        ("accueillir <@U012ABC> 2026-12-01 matin", Command("welcome", "U012ABC", None, "not_a_day")),
        ("accueillir <@U012ABC> ٢٠٢٦-١٢-٠١", Command("welcome", "U012ABC", None, "not_a_day")),
        ("accueillir @personne 2026-12-01", Command("welcome", None, None, "not_a_person")),
        ("mes-donnees", Command("my_data")),
        ("Mes Données", Command("my_data")),
        ("mes donne\u0301es", Command("my_data")),
        ("my data", Command("my_data")),
        ("Départ", Command("depart")),
        ("de\u0301part <@U012ABC>", Command("depart", "U012ABC")),
        ("mes préférences", Command("preferences")),
        ("Préférences", Command("preferences")),
        ("menu.", Command("menu")),
        ("Bonjour !", Command("menu")),
        ("?", Command("menu")),
        ("aide moi", Command("menu")),
        ("continuer", Command("resume")),
        ("pause3", Command("unknown")),
        ("danser", Command("unknown")),
        ("x" * 10_000, Command("unknown")),
    ],
)
def test_a_command_is_understood(typed: str, command: Command) -> None:
    assert command_of(typed) == command


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("Tom &amp; Léa &lt;3", "Tom & Léa <3"),
        ("&amp;lt;", "&lt;"),
        ("voir <https://ex.coop/a?b=1&amp;c=2>", "voir https://ex.coop/a?b=1&c=2"),
        ("voir <https://ex.coop/a?b=1&amp;c=2|notre page>", "voir notre page (https://ex.coop/a?b=1&c=2)"),
        ("voir <http://ex.coop|ex.coop> et <https://ex.coop/|https://ex.coop>", "voir ex.coop et https://ex.coop"),
        ("<mailto:a@ex.coop|a@ex.coop>", "a@ex.coop"),
        ("<mailto:a@ex.coop|écris-moi>", "écris-moi (a@ex.coop)"),
        ("merci <@U012|awa> dans <#C012|général>", "merci @awa dans #général"),
        ("merci <@U012> dans <#C012> et <#G034|>", "merci <@U012> dans <#C012> et <#G034>"),
        ("<!channel> et <!here>", "@channel et @here"),
        ("à <!subteam^S012|@atelier> et <!subteam^S034>", "à @atelier et <!subteam^S034>"),
        ("<!date^1392734382^{date}|18 février 2014>", "18 février 2014"),
        ("🎉", "🎉"),
    ],
)
def test_words_are_read_as_they_are_seen(sent: str, seen: str) -> None:
    assert plain(sent) == seen


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("<@U0US> aide", "aide"),
        ("<@U0US>, :tada: merci", ":tada: merci"),
        (":tada: merci <@U0US> !", ":tada: merci Parcours !"),
        ("<@U0US>", "Parcours"),
        ("<@U012> aide", "<@U012> aide"),
        ("", ""),
    ],
)
def test_our_own_name_says_nothing_at_the_head_of_what_is_typed_to_us(sent: str, understood: str) -> None:
    """Slack tells us by our id alone."""
    assert said_to_us({"text": sent}, {"authorizations": [{"user_id": "U0US", "is_bot": True}]}) == understood
    assert said_to_us({"text": sent}, {}) == sent


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"type": "button", "value": "yes"}, "yes"),
        ({"type": "static_select", "selected_option": {"value": "3"}}, "3"),
        ({"type": "overflow", "selected_option": {"value": "7"}}, "7"),
        ({"type": "users_select", "selected_user": "U012"}, "U012"),
        ({"type": "datepicker", "selected_date": "2026-12-01"}, "2026-12-01"),
        ({"type": "datepicker", "selected_date": None}, None),
        ({"type": "button"}, None),
    ],
)
def test_any_control_gives_its_value(action: dict[str, Any], value: str | None) -> None:
    assert given_by(action) == value


def test_who_and_where_are_told_by_the_payload() -> None:
    in_message = {"user": {"id": "U1"}, "container": {"type": "message", "channel_id": "D1", "message_ts": "1.2"}}
    assert (person_of(in_message), spot_of(in_message)) == ("U1", Spot("D1", "1.2"))
    assert spot_of({"container": {"type": "view", "view_id": "V1"}}) is None
    assert (person_of({"user_id": "U2"}), spot_of({"user_id": "U2"})) == ("U2", None)
