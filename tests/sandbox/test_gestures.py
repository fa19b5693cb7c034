"""Clicks and choices reach a real Bolt app in Slack's payloads, and what the app answers is seen."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox import Impossible, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import Json, actions, button, buttons, option, select


async def test_a_click_tells_the_app_all_it_needs(lea: Person, client: AsyncWebClient, heard: list[Json]) -> None:
    await buttons(client, lea, button("Commencer", "start", "7"), button("Plus tard", "later", "8"))
    ack = await lea.click(lea.messages[-1], "Commencer")
    assert (ack.acknowledged, ack.attempts) == (True, 1)
    click = heard[-1]
    assert (click["type"], click["user"]["id"]) == ("block_actions", lea.id)
    assert click["container"]["message_ts"] == click["message"]["ts"] == lea.messages[-1].ts
    assert click["response_url"].startswith("http://127.0.0.1:")
    assert [(it["action_id"], it["value"], it["block_id"]) for it in click["actions"]] == [("start", "7", "row")]


async def test_only_what_is_shown_can_be_clicked(
    slack: Sandbox, lea: Person, client: AsyncWebClient, heard: list[Json]
) -> None:
    await buttons(client, lea, button("Oui", "yes", "1"), button("Oui", "yes_2", "2"))
    message = lea.messages[-1]
    with pytest.raises(Impossible, match="nothing is"):
        await lea.click(message, "Non")
    with pytest.raises(Impossible, match="several are"):
        await lea.click(message, "Oui")
    with pytest.raises(Impossible, match="does not see"):
        await slack.add_person("Ali").click(message, "Oui", value="1")
    await slack.deactivate(lea)
    with pytest.raises(Impossible, match="no active account"):
        await lea.click(message, "Oui", value="1")
    assert [body["type"] for body in heard] == ["event_callback"]


async def test_a_late_click_comes_from_what_was_seen(lea: Person, client: AsyncWebClient, heard: list[Json]) -> None:
    await buttons(client, lea, button("Oui", "yes", "1"))
    seen = lea.messages[-1].as_seen_now()
    await client.chat_update(channel=seen.channel.id, ts=seen.ts, text="C'est noté")
    with pytest.raises(Impossible):
        await lea.click(lea.messages[-1], "Oui")
    assert (await lea.click(seen, "Oui")).acknowledged
    assert heard[-1]["message"]["ts"] == seen.ts


async def test_choices_are_told_with_the_state_of_all_fields(
    lea: Person, client: AsyncWebClient, heard: list[Json]
) -> None:
    slot = select("slot", option("Le matin", "am"), option("Le soir", "pm"), initial_option=option("Le matin", "am"))
    day = {"type": "datepicker", "action_id": "day"}
    who = {"type": "users_select", "action_id": "who"}
    more = {"type": "overflow", "action_id": "more", "options": [option("Aide", "help"), option("Pause", "pause")]}
    await buttons(client, lea, slot, day, who, more)
    message = lea.messages[-1]
    await lea.select(message, "slot", "Le soir")
    assert heard[-1]["actions"][0]["selected_option"]["value"] == "pm"
    await lea.select(message, "day", "2026-12-04")
    await lea.select(message, "who", lea)
    await lea.select(message, "more", "pause")
    assert heard[-1]["actions"][0]["selected_option"]["value"] == "pause"
    state = heard[-1]["state"]["values"]["row"]
    assert state["slot"]["selected_option"]["value"] == "pm"
    assert (state["day"]["selected_date"], state["who"]["selected_user"]) == ("2026-12-04", lea.id)
    with pytest.raises(Impossible, match="does not offer"):
        await lea.select(message, "slot", "À midi")


async def test_a_response_url_answers_replaces_and_deletes(
    lea: Person, client: AsyncWebClient, heard: list[Json], clock: TestClock
) -> None:
    await buttons(client, lea, button("Oui", "yes"))
    await lea.click(lea.messages[-1], "Oui")
    async with aiohttp.ClientSession() as session:
        hook = AsyncWebhookClient(heard[-1]["response_url"], session=session)
        await hook.send(text="Entre nous")
        await hook.send(text="Pour tous", response_type="in_channel")
        await hook.send(text="C'est noté", replace_original=True)
        assert [it.text for it in lea.whispers] == ["Entre nous"]
        assert [it.text for it in lea.messages] == ["C'est noté", "Pour tous"]
        assert (await hook.send(blocks=[{"type": "section"}])).status_code == 400
        await hook.send(delete_original=True)
        assert [it.text for it in lea.messages] == ["Pour tous"]
        used = await hook.send(text="Encore")
        assert (used.status_code, used.body) == (404, "used_url")


async def test_a_response_url_expires_after_half_an_hour(
    slack: Sandbox, lea: Person, heard: list[Json], clock: TestClock
) -> None:
    await lea.command("/parcours")
    url = heard[-1]["response_url"]
    clock.advance(minutes=31)
    async with aiohttp.ClientSession() as session:
        late = await AsyncWebhookClient(url, session=session).send(text="Trop tard")
    assert (late.body, slack.transcript[-1].error) == ("expired_url", "expired_url")


async def test_a_button_of_an_ephemeral_message_works_without_its_message(
    slack: Sandbox, lea: Person, client: AsyncWebClient, heard: list[Json]
) -> None:
    channel = slack.add_channel("annonces", members=[lea], with_bot=True)
    blocks = [actions(button("Oui", "yes"))]
    await client.chat_postEphemeral(channel=channel.id, user=lea.id, text="Oui ?", blocks=blocks)
    await lea.click(lea.whispers[0], "Oui")
    assert heard[-1]["container"]["is_ephemeral"] is True
    assert "message" not in heard[-1]
    async with aiohttp.ClientSession() as session:
        await AsyncWebhookClient(heard[-1]["response_url"], session=session).send(delete_original=True)
    assert lea.whispers == []
