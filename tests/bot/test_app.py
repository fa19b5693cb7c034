"""Tests of the bot put together: gestures come in through each door, what they decide is said."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Refused
from tests.bot.connected import Connected, connected


@pytest.fixture(params=["socket", "http"])
async def coop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, request.param) as coop:
        yield coop


@pytest.fixture
async def by_socket(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        yield coop


async def test_whoever_installed_is_invited_to_set_up_the_cooperative_once(by_socket: Connected) -> None:
    [invitation] = by_socket.lead.received
    assert "offer.setup" in [control.action_id for control in invitation.controls()]
    await by_socket.bot._arrive()
    await by_socket.bot.settle()
    assert len(by_socket.lead.received) == 1


async def test_a_word_brings_the_menu(coop: Connected) -> None:
    ack = await coop.lead.write("menu")
    await coop.bot.settle()
    assert ack.acknowledged
    assert "offer.pause" in [control.action_id for control in coop.lead.received[-1].controls()]


async def test_the_home_is_shown_when_it_is_opened(coop: Connected) -> None:
    assert (await coop.lead.open_home()).acknowledged
    await coop.bot.settle()
    assert coop.lead.home is not None


async def test_a_command_brings_the_menu_to_whoever_typed_it(coop: Connected) -> None:
    assert (await coop.lead.command("/parcours")).acknowledged
    [whispered] = coop.lead.whispers
    assert "offer.welcome" in [control.action_id for control in whispered.controls()]


async def test_the_menu_shows_the_home_in_a_window(by_socket: Connected) -> None:
    await by_socket.set_up()
    await by_socket.lead.command("/parcours")
    assert (await by_socket.lead.click(by_socket.lead.whispers[0], action_id="offer.home")).acknowledged
    assert "Arrivées en cours" in by_socket.lead.modal.words()
    await by_socket.lead.click(by_socket.lead.modal, action_id="home.preferences")
    assert by_socket.lead.modal.callback_id == "preferences"


async def test_an_unknown_word_brings_the_menu_kindly(by_socket: Connected) -> None:
    await by_socket.lead.command("/parcours", "danser")
    assert "je n'ai pas compris" in by_socket.lead.whispers[0].words()


async def test_an_arrival_is_prepared_by_a_command(coop: Connected) -> None:
    await coop.set_up()
    lila = coop.slack.add_person("Lila", "Besson")
    await coop.slack.join(lila)
    ack = await coop.lead.command("/parcours", f"accueillir @{lila.name} 2026-04-28")
    await coop.bot.settle()
    assert (ack.acknowledged, ack.body, coop.lead.failures) == (True, None, [])
    assert any("28 avril" in message.text for message in coop.lead.received)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("accueillir @lila.besson 2025-04-28", "déjà passé"),
        ("accueillir @lila.besson le 28", "reconnu ce jour"),
        ("accueillir @personne 2026-04-28", "pas trouvé cette personne"),
        ("accueillir <@U0NOBODY|x> 2026-04-28", "ne connais pas encore"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why(by_socket: Connected, typed: str, told: str) -> None:
    await by_socket.set_up()
    await by_socket.slack.join(by_socket.slack.add_person("Lila", "Besson"))
    await by_socket.lead.command("/parcours", typed)
    assert told in by_socket.lead.whispers[-1].text


async def test_a_command_that_says_too_little_opens_the_window_filled_in(by_socket: Connected) -> None:
    await by_socket.set_up()
    lila = by_socket.slack.add_person("Lila", "Besson")
    await by_socket.slack.join(lila)
    await by_socket.lead.command("/parcours", f"welcome @{lila.name}")
    assert by_socket.lead.modal.callback_id == "welcome"
    chosen = {
        entry.get("selected_user") for block in by_socket.lead.modal.values().values() for entry in block.values()
    }
    assert lila.id in chosen


async def test_the_shortcut_opens_the_same_window(coop: Connected) -> None:
    await coop.set_up()
    assert (await coop.lead.shortcut("welcome")).acknowledged
    assert coop.lead.modal.callback_id == "welcome"


async def test_a_window_that_comes_too_late_is_offered_another_way(by_socket: Connected) -> None:
    await by_socket.set_up()
    before = len(by_socket.lead.received)
    by_socket.slack.faults.next("views.open", Refused("expired_trigger_id"))
    ack = await by_socket.lead.shortcut("welcome")
    await by_socket.bot.settle()
    assert (ack.acknowledged, len(by_socket.lead.received)) == (True, before + 1)


async def test_what_is_wrong_in_a_window_is_said_under_its_field(coop: Connected) -> None:
    await coop.set_up()
    await coop.lead.shortcut("welcome")
    ack = await coop.lead.submit(coop.lead.modal, {"f1|first_name": "Lila", "f1|first_day": "2025-01-01"})
    assert set(ack.errors) == {"f1|email"}
    assert coop.lead.modal.callback_id == "welcome"


async def test_a_button_that_opens_a_page_or_of_a_former_release_is_acknowledged(by_socket: Connected) -> None:
    [invitation] = by_socket.lead.received
    button = invitation.blocks[-1]["elements"][0]
    for action, more in (("link.0", 0), ("of_long_ago", 1)):
        button["action_id"] = action
        before = len(by_socket.lead.received)
        assert (await by_socket.lead.click(invitation, action_id=action)).acknowledged
        await by_socket.bot.settle()
        assert len(by_socket.lead.received) == before + more


async def test_words_edited_or_deleted_change_nothing(by_socket: Connected) -> None:
    await by_socket.lead.write("menu")
    await by_socket.bot.settle()
    count = len(by_socket.lead.received)
    mine = next(message for message in by_socket.lead.messages if not message.by_app)
    assert (await by_socket.lead.edit(mine, "pause")).acknowledged
    assert (await by_socket.lead.delete(mine)).acknowledged
    await by_socket.bot.settle()
    assert len(by_socket.lead.received) == count


async def test_an_event_that_comes_twice_is_taken_once(coop: Connected) -> None:
    await coop.lead.write("menu")
    await coop.bot.settle()
    count = len(coop.lead.received)
    assert (await coop.slack.redeliver(coop.slack.deliveries[-1])).acknowledged
    await coop.bot.settle()
    assert len(coop.lead.received) == count


async def test_a_socket_asked_to_come_again_does(by_socket: Connected) -> None:
    await by_socket.slack.disconnect()
    async with asyncio.timeout(20):
        # Slack's own client may connect twice on its way back.
        while not (await by_socket.lead.write("menu")).acknowledged:
            await by_socket.slack.connected()
    await by_socket.bot.settle()
    assert "offer.pause" in [control.action_id for control in by_socket.lead.received[-1].controls()]


async def test_bolt_is_told_everything_beforehand(coop: Connected) -> None:
    await coop.lead.write("menu")
    await coop.lead.command("/parcours")
    assert [call.method for call in coop.slack.transcript].count("auth.test") == 1
