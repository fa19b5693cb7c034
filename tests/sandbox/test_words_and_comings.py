"""What people write, type, open and join reaches a real Bolt app as Slack tells it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Impossible, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import Json, actions, button, home, section


async def test_a_written_message_reaches_the_app_escaped(
    slack: Sandbox, lea: Person, connected_app: AsyncApp, client: AsyncWebClient
) -> None:
    events: list[Json] = []

    @connected_app.event("message")
    async def said(event: Json) -> None:
        events.append(event)

    ali = slack.add_person("Ali")
    await lea.write("Moi < @ali & <!channel> https://exemple.coop")
    assert events[-1]["text"] == f"Moi &lt; <@{ali.id}> &amp; &lt;!channel&gt; <https://exemple.coop>"
    assert (events[-1]["channel_type"], events[-1]["user"]) == ("im", lea.id)
    await lea.write("Bravo 🎉 ! Merci 👏🏽 (lea@exemple.coop)")
    assert events[-1]["text"] == "Bravo :tada: ! Merci :clap::skin-tone-4: (<mailto:lea@exemple.coop|lea@exemple.coop>)"
    await lea.write("Dans le fil", thread_ts=lea.messages[0].ts)
    assert events[-1]["thread_ts"] == lea.messages[0].ts
    await lea.edit(lea.messages[0], "Plutôt ceci")
    assert (events[-1]["subtype"], events[-1]["message"]["text"]) == ("message_changed", "Plutôt ceci")
    await lea.delete(lea.messages[0])
    assert (events[-1]["subtype"], len(lea.messages)) == ("message_deleted", 2)
    posted = await client.chat_postMessage(channel=lea.id, text="De l'appli")
    with pytest.raises(Impossible):
        await lea.edit(lea.messages[-1], posted["ts"])


async def test_a_command_names_people_and_is_answered(
    slack: Sandbox, lea: Person, connected_app: AsyncApp, client: AsyncWebClient
) -> None:
    texts: list[str] = []

    @connected_app.command("/parcours")
    async def typed(ack: Any, command: Json) -> None:
        texts.append(command["text"])
        await ack(f"Compris : {command['text']}")

    ali = slack.add_person("Ali")
    assert (await lea.command("/parcours", "accueillir @ali 2026-12-01")).acknowledged
    assert texts == [f"accueillir <@{ali.id}|ali> 2026-12-01"]
    assert [it.text for it in lea.whispers] == [f"Compris : {texts[0]}"]
    await lea.command("/parcours", f"accueillir <@{ali.id}|ali>")
    assert texts[-1] == f"accueillir <@{ali.id}|ali>"


async def test_an_unknown_command_fails_before_the_person(slack: Sandbox, lea: Person, connected_app: AsyncApp) -> None:
    slack.ack_seconds = 0.05
    ack = await lea.command("/inconnue")
    assert (ack.acknowledged, ack.attempts, ack.problem) == (False, 1, "timeout")
    assert lea.failures == ["/inconnue : timeout"]


async def test_opening_the_home_shows_what_the_app_publishes(
    lea: Person, connected_app: AsyncApp, client: AsyncWebClient, slack: Sandbox
) -> None:
    clicked: list[Json] = []

    @connected_app.event("app_home_opened")
    async def opened(event: Json) -> None:
        await client.views_publish(
            user_id=event["user"], view=home(section("Mon parcours"), actions(button("Pause", "p")))
        )

    @connected_app.action("p")
    async def paused(ack: Any, body: Json) -> None:
        clicked.append(body)
        await ack()

    await lea.open_home()
    assert lea.home is not None
    assert "Mon parcours" in lea.home.words()
    await lea.click(lea.home, "Pause")
    assert (clicked[-1]["view"]["type"], clicked[-1]["container"]["type"]) == ("home", "view")
    with pytest.raises(Impossible):
        await slack.add_person("Ali").click(lea.home, "Pause")


async def test_arrivals_and_changes_are_told(
    slack: Sandbox, lea: Person, heard: list[Json], client: AsyncWebClient
) -> None:
    ali = slack.add_person("Ali", joined=False)
    with pytest.raises(Impossible):
        await ali.write("Bonjour")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user=ali.id)
    await slack.join(ali)
    assert (heard[-1]["event"]["type"], heard[-1]["event"]["user"]["id"]) == ("team_join", ali.id)
    await slack.change(ali, tz="Indian/Reunion")
    assert (heard[-1]["event"]["type"], heard[-1]["event"]["user"]["tz"]) == ("user_change", "Indian/Reunion")
    await slack.deactivate(ali)
    assert heard[-1]["event"]["user"]["deleted"] is True
    channel = slack.add_channel("annonces", members=[lea])
    assert await slack.invite(channel, ali) is None
    await slack.invite(channel, by=lea)
    assert (heard[-1]["event"]["type"], heard[-1]["event"]["user"]) == ("member_joined_channel", slack.bot_user_id)
    envelope = heard[-1]
    assert {"event_id", "team_id", "api_app_id", "event_time", "authorizations"} <= set(envelope)


async def test_the_app_joins_a_public_channel_and_hears_of_it(
    slack: Sandbox, client: AsyncWebClient, heard: list[Json], clock: TestClock
) -> None:
    slack.workspace.scopes |= {"channels:join"}
    channel = slack.add_channel("annonces")
    await client.conversations_join(channel=channel.id)
    await client.chat_postMessage(channel=channel.id, text="Bonjour")
    assert [message.text for message in channel.messages] == ["Bonjour"]
    await slack.settled()
    assert [body["event"]["type"] for body in heard] == ["member_joined_channel"]
    assert (await client.conversations_join(channel=channel.id))["warning"] == "already_in_channel"


async def test_an_app_may_hear_itself_and_bolt_lets_it_pass(
    slack: Sandbox, lea: Person, connected_app: AsyncApp, client: AsyncWebClient
) -> None:
    heard: list[Json] = []

    @connected_app.event("message")
    async def said(event: Json) -> None:
        heard.append(event)

    slack.echoes = True
    posted = await client.chat_postMessage(channel=lea.id, text="Bonjour")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bonsoir")
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    await slack.settled()
    told = [delivery.payload["event"] for delivery in slack.deliveries]
    assert [event.get("subtype") for event in told] == [None, "message_changed", "message_deleted"]
    assert (told[2]["deleted_ts"], told[2]["previous_message"]["text"]) == (posted["ts"], "Bonsoir")
    assert told[0]["bot_id"] == told[1]["message"]["bot_id"]
    assert all(delivery.acknowledged for delivery in slack.deliveries)
    assert "Bonjour" not in [event.get("text") for event in heard]
