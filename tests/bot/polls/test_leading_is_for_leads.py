"""Whoever does not lead the polls changes nothing, whatever their client is made to send."""

from pathlib import Path

import pytest

from tests.bot.polls.led import led

VERBS = ("open_poll", "check_in", "poll_settings", "edit_poll", "add_item", "reword_item", "remove_item", "new_poll")


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_whoever_does_not_lead_opens_no_window_of_leads(tmp_path: Path, locale: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        lea, before = home.others[0], await home.whole()
        buttons = {control.action_id for control in (await home.home_of(lea)).controls()}
        assert not buttons & {f"home.{verb}" for verb in (*VERBS, "cancel_round", "who_answered")}
        for verb in (*VERBS, "who_answered"):
            await home.forge(lea, verb, "barometer.bearable_load")
            assert lea.modal.controls() == []
            assert not lea.modal.given.get("submit")
            assert "Awa Leroux" in lea.modal.words()
        assert await home.whole() == before


async def test_whoever_does_not_lead_sends_nothing_even_with_a_window_of_the_lead(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea, windows = home.others[0], {}
        for verb in VERBS:
            await home.forge(home.lead, verb, "barometer.bearable_load")
            windows[verb] = home.lead.modal.given
        before = await home.whole()
        given = {
            "add_item": {"text_fr": "Ici", "dimension": "dialogue"},
            "reword_item": {"text_fr": "Là"},
            "new_poll": {"title_fr": "Locaux", "items_fr": "Le bruit"},
            "poll_settings": {"scores": "9", "comments": "9"},
        }
        for verb in VERBS:
            if windows[verb].get("submit"):
                window = await home.send_as(lea, windows[verb], **given.get(verb, {}))
                said = " ".join(window.errors.values()) or window.words()
                assert "Awa Leroux" in said
        assert await home.whole() == before
        assert "météo" not in " ".join(message.text for message in lea.received)


async def test_whoever_does_not_lead_cancels_nothing(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        lea = home.others[0]
        await home.forge(lea, "cancel_round", record.id)
        assert [one.state for one in await home.rounds()] == ["open"]
        assert "Awa Leroux" in lea.received[-1].text
