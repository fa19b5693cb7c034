"""What people do reaches a real Bolt app in Slack's payloads, and what the app answers is seen."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox import Impossible, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import Json, actions, button, field, home, modal, option, section, select, text_field

FORM = modal("Étonnement", text_field("Ce qui surprend", "surprise"), text_field("Le reste", "rest", optional=True))


@pytest.fixture
def heard(connected_app: AsyncApp) -> list[Json]:
    """Every payload the app gets, acknowledged without more."""
    payloads: list[Json] = []

    @connected_app.use
    async def note(body: Json) -> BoltResponse:
        payloads.append(body)
        return BoltResponse(status=200)

    return payloads


async def buttons(client: AsyncWebClient, lea: Person, *elements: Json) -> None:
    await client.chat_postMessage(channel=lea.id, text="Prête ?", blocks=[section("Prête ?"), actions(*elements)])


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


async def test_a_modal_goes_back_and_forth(
    slack: Sandbox, lea: Person, client: AsyncWebClient, connected_app: AsyncApp
) -> None:
    answers: list[Json] = []

    @connected_app.action("open")
    async def opened(ack: Any, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view={**FORM, "private_metadata": "42"})
        await ack()

    @connected_app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        answers.append(view)
        said = view["state"]["values"]["surprise_block"]["surprise"]["value"]
        await (ack(response_action="errors", errors={"surprise_block": "Trop court"}) if len(said) < 5 else ack())

    await buttons(client, lea, button("Répondre", "open"))
    await lea.click(lea.messages[-1], "Répondre")
    with pytest.raises(Impossible, match="left empty"):
        await lea.submit(lea.modal)
    refused = await lea.submit(lea.modal, {"Ce qui surprend": "Oui"})
    assert refused.errors == lea.modal.errors == {"surprise_block": "Trop court"}
    accepted = await lea.submit(lea.modal, {"surprise": "Tout le monde vote"})
    assert (accepted.acknowledged, accepted.errors, lea.modals) == (True, {}, [])
    assert answers[-1]["private_metadata"] == "42"
    assert answers[-1]["state"]["values"]["rest_block"]["rest"]["value"] is None
    assert lea.failures == []


async def test_modals_pile_up_change_and_clear(
    slack: Sandbox, lea: Person, client: AsyncWebClient, connected_app: AsyncApp
) -> None:
    closed: list[Json] = []

    @connected_app.shortcut("begin")
    async def begin(ack: Any, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @connected_app.view("form")
    async def first(ack: Any) -> None:
        second = modal("Deux", section("Sûre ?"), callback_id="sure", notify_on_close=True)
        await ack(response_action="push", view=second)

    @connected_app.view("sure")
    async def second(ack: Any, view: Json) -> None:
        if view["title"]["text"] == "Deux":
            await ack(response_action="update", view=modal("Deux bis", section("Vraiment ?"), callback_id="sure"))
        else:
            await ack(response_action="clear")

    @connected_app.view_closed("sure")
    async def gone(ack: Any, view: Json) -> None:
        closed.append(view)
        await ack()

    await lea.shortcut("begin")
    root = lea.modal
    await lea.submit(root, {"surprise": "Bonjour"})
    assert [view.title for view in lea.modals] == ["Étonnement", "Deux"]
    assert (lea.modal.root_view_id, lea.modal.previous_view_id) == (root.id, root.id)
    await lea.close(lea.modal)
    assert ([view["title"]["text"] for view in closed], lea.modals) == (["Deux"], [root])
    await lea.submit(root)
    await lea.submit(lea.modal)
    assert lea.modal.title == "Deux bis"
    with pytest.raises(Impossible, match="does not see"):
        await lea.submit(root, {"surprise": "Dessous"})
    await lea.submit(lea.modal)
    assert lea.modals == []


async def test_a_window_that_comes_late_stays_when_the_one_before_is_taken(
    lea: Person, client: AsyncWebClient, connected_app: AsyncApp
) -> None:
    triggers: list[str] = []

    @connected_app.shortcut("begin")
    async def begin(ack: Any, body: Json) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    @connected_app.view("form")
    async def submitted(ack: Any) -> None:
        await client.views_open(trigger_id=triggers.pop(), view=modal("Deux", section("…")))
        await ack()

    await lea.shortcut("begin")
    await client.views_open(trigger_id=triggers.pop(), view=FORM)
    await lea.shortcut("begin")
    assert (await lea.submit(lea.modal, {"surprise": "Bonjour"})).acknowledged
    assert [view.title for view in lea.modals] == ["Deux"]


async def test_what_was_typed_survives_an_update_of_the_view(
    lea: Person, client: AsyncWebClient, connected_app: AsyncApp
) -> None:
    plus = {**text_field("Ce qui surprend", "surprise"), "dispatch_action": True}

    @connected_app.shortcut("begin")
    async def begin(ack: Any, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal("M", plus))
        await ack()

    @connected_app.action("surprise")
    async def typed(ack: Any, body: Json) -> None:
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("M bis", plus, section("Merci")))
        await ack()

    await lea.shortcut("begin")
    await lea.select(lea.modal, "surprise", "Les votes")
    assert lea.modal.title == "M bis"
    assert lea.modal.values()["surprise_block"]["surprise"]["value"] == "Les votes"


async def test_an_answer_slack_would_not_understand_is_a_failure(
    lea: Person, client: AsyncWebClient, connected_app: AsyncApp
) -> None:
    @connected_app.shortcut("begin")
    async def begin(ack: Any, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @connected_app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"no_such_block": "Non"})

    await lea.shortcut("begin")
    ack = await lea.submit(lea.modal, {"surprise": "Bonjour"})
    assert "invalid_errors" in ack.problem
    assert len(lea.failures) == 1
    assert lea.modal.title == "Étonnement"


async def test_a_trigger_lives_three_seconds_and_serves_once(
    slack: Sandbox, lea: Person, client: AsyncWebClient, heard: list[Json], clock: TestClock
) -> None:
    await lea.shortcut("one")
    await client.views_open(trigger_id=heard[-1]["trigger_id"], view=FORM)
    errors = []
    for wait in (0, 0, 4):
        if wait:
            await lea.shortcut("two")
            clock.advance(seconds=wait)
        with pytest.raises(SlackApiError) as raised:
            await client.views_open(trigger_id=heard[-1]["trigger_id"], view=FORM)
        errors.append(raised.value.response["error"])
    assert errors == ["exchanged_trigger_id", "exchanged_trigger_id", "expired_trigger_id"]


async def test_no_more_than_three_modals(lea: Person, client: AsyncWebClient, heard: list[Json]) -> None:
    await lea.shortcut("one")
    await client.views_open(trigger_id=heard[-1]["trigger_id"], view=FORM)
    for title in ("2", "3"):
        await lea.shortcut("more")
        await client.views_push(trigger_id=heard[-1]["trigger_id"], view=modal(title, section("…")))
    await lea.shortcut("more")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=heard[-1]["trigger_id"], view=modal("4", section("…")))
    assert len(lea.modals) == 3


async def test_every_kind_of_field_is_filled_in(lea: Person, client: AsyncWebClient, heard: list[Json]) -> None:
    roles = [option("Coop", "coop"), option("Job", "job")]
    view = modal(
        "Tout",
        field("Date", {"type": "datepicker", "action_id": "d"}, "d"),
        field("Qui", {"type": "multi_users_select", "action_id": "u"}, "u"),
        field("Rôle", {"type": "radio_buttons", "action_id": "r", "options": roles}, "r"),
        field("Rôles", {"type": "checkboxes", "action_id": "c", "options": roles}, "c"),
        field("Note", {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "max_value": "5"}, "n"),
    )
    await lea.shortcut("one")
    await client.views_open(trigger_id=heard[-1]["trigger_id"], view=view)
    filled = {"d": "2026-12-01", "u": [lea], "r": "Coop", "c": ["coop", "Job"]}
    with pytest.raises(Impossible, match="out of bounds"):
        await lea.submit(lea.modal, {**filled, "n": 6})
    await lea.submit(lea.modal, {**filled, "n": 5})
    values = heard[-1]["view"]["state"]["values"]
    assert values["u"]["u"]["selected_users"] == [lea.id]
    assert values["r"]["r"]["selected_option"]["text"]["text"] == "Coop"
    assert [it["value"] for it in values["c"]["c"]["selected_options"]] == ["coop", "job"]
    assert values["n"]["n"]["value"] == "5"


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
    await lea.write("Dans le fil", thread_ts=lea.messages[0].ts)
    assert events[-1]["thread_ts"] == lea.messages[0].ts
    await lea.edit(lea.messages[0], "Plutôt ceci")
    assert (events[-1]["subtype"], events[-1]["message"]["text"]) == ("message_changed", "Plutôt ceci")
    await lea.delete(lea.messages[0])
    assert (events[-1]["subtype"], len(lea.messages)) == ("message_deleted", 1)
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
