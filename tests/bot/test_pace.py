"""How fast we speak."""

from datetime import UTC, datetime, timedelta

from bot.pace import BURST, Pace

NOW = datetime(2026, 4, 28, 7, tzinfo=UTC)


def test_a_short_burst_then_a_message_a_second() -> None:
    pace = Pace()
    assert [pace.wait("T C", NOW) for _ in range(BURST)] == [0] * BURST
    assert pace.wait("T C", NOW) == 1
    assert pace.wait("T D", NOW) == 0
    assert pace.wait("T C", NOW + timedelta(seconds=1)) == 0
    assert pace.wait("T C", NOW + timedelta(seconds=1)) == 1


def test_silence_lasts_as_long_as_slack_asked_and_no_shorter() -> None:
    pace = Pace()
    assert pace.hold("T", NOW, 30) == NOW + timedelta(seconds=30)
    assert pace.hold("T", NOW, 5) == NOW + timedelta(seconds=30)
    assert pace.held_until("T", NOW + timedelta(seconds=29)) == NOW + timedelta(seconds=30)
    assert pace.held_until("T", NOW + timedelta(seconds=30)) is None
    assert pace.held_until("other", NOW) is None
