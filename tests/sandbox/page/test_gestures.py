"""Gestures from the page: what the app hears, and what is refused."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.kit import actions, button, field, home, modal, option, section, select, text_field
from tests.sandbox.page.conftest import Page

Json = dict[str, Any]


async def test_a_click_in_a_message_reaches_the_app(
    page: Page, app_at_work: AsyncApp, client: AsyncWebClient, lea: Person
) -> None:
    heard: list[Json] = []

    async def pressed(ack: Any, body: Json) -> None:
        heard.append(body["actions"][0])
        await ack()

    app_at_work.action("yes")(pressed)
    blocks = [actions(button("Un", "yes", "1"), block_id="one"), actions(button("Deux", "yes", "2"), block_id="two")]
    said = await client.chat_postMessage(channel=lea.id, text="?", blocks=blocks)
    surface = {"kind": "message", "channel": "dm", "ts": said["ts"]}
    answer = await page.gesture(lea, "click", surface=surface, action_id="yes", block_id="two", value="2")
    assert (answer, heard[0]["value"]) == ({"ok": True, "errors": {}, "problem": ""}, "2")


async def test_a_choice_goes_to_the_control_of_its_block(
    page: Page, app_at_work: AsyncApp, client: AsyncWebClient, lea: Person
) -> None:
    heard: list[Json] = []

    async def chosen(ack: Any, body: Json) -> None:
        heard.append(body["actions"][0])
        await ack()

    app_at_work.action("day")(chosen)
    days = [option("Lundi", "mon"), option("Mardi", "tue")]
    blocks = [actions(select("day", *days), block_id="one"), actions(select("day", *days), block_id="two")]
    await client.views_publish(user_id=lea.id, view=home(*blocks))
    answer = await page.gesture(lea, "select", surface={"kind": "home"}, action_id="day", block_id="two", value="tue")
    assert answer["ok"]
    assert (heard[0]["block_id"], heard[0]["selected_option"]["value"]) == ("two", "tue")
    values = (await page.state(lea, "home"))["home"]["values"]
    assert values["two"]["day"]["selected_option"]["value"] == "tue"


async def test_a_window_opened_by_a_shortcut_is_filled_in_and_sent(
    page: Page, app_at_work: AsyncApp, lea: Person
) -> None:
    sent: list[Json] = []

    async def greet(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        form = modal(
            "Saluer", text_field("Mot", "word"), field("Qui", {"type": "users_select", "action_id": "who"}, "b")
        )
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    async def submitted(ack: Any, view: Json) -> None:
        sent.append(view["state"]["values"])
        await ack()

    app_at_work.shortcut("greet")(greet)
    app_at_work.view("form")(submitted)
    assert (await page.gesture(lea, "shortcut", callback_id="greet"))["ok"]
    [window] = (await page.state(lea))["modals"]
    assert (window["title"], window["submit"], window["errors"]) == ("Saluer", "Envoyer", {})
    values = {"word_block": {"word": "Salut"}, "b": {"who": lea.id}}
    lacking = await page.gesture(lea, "submit", view_id=window["id"], values={**values, "b": {"who": None}})
    assert (lacking["ok"], lacking["error"], lacking["fields"]) == (False, "incomplete", ["b"])
    assert (await page.gesture(lea, "submit", view_id=window["id"], values=values))["ok"]
    assert sent[0]["word_block"]["word"]["value"] == "Salut"
    assert (await page.state(lea))["modals"] == []


async def test_errors_under_the_fields_come_back(page: Page, app_at_work: AsyncApp, lea: Person) -> None:
    async def greet(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("Saluer", text_field("Mot", "word")))

    async def refuse(ack: Any) -> None:
        await ack(response_action="errors", errors={"word_block": "Trop court."})

    app_at_work.shortcut("greet")(greet)
    app_at_work.view("form")(refuse)
    await page.gesture(lea, "shortcut", callback_id="greet")
    [window] = (await page.state(lea))["modals"]
    answer = await page.gesture(lea, "submit", view_id=window["id"], values={"word_block": {"word": "a"}})
    assert answer["errors"] == {"word_block": "Trop court."}
    [window] = (await page.state(lea))["modals"]
    assert window["errors"] == {"word_block": "Trop court."}
    assert (await page.gesture(lea, "close", view_id=window["id"], whole=True))["ok"]
    assert (await page.state(lea))["modals"] == []


async def test_what_is_written_to_the_app_is_heard_and_shown(page: Page, app_at_work: AsyncApp, lea: Person) -> None:
    heard: list[str] = []

    async def listen(event: Json, next: Any) -> None:
        heard.append(event["text"])
        await next()

    app_at_work.use(listen)
    assert (await page.gesture(lea, "write", place="dm", text=" 1 < 2 "))["ok"]
    assert heard == ["1 &lt; 2"]
    [message] = (await page.state(lea))["messages"]
    assert (message["author"]["name"], message["author"]["is_app"]) == ("Léa Martin", False)


async def test_what_is_written_in_a_channel_is_not_told_to_the_app(
    page: Page, slack: Sandbox, lea: Person, omar: Person, news: Channel
) -> None:
    assert (await page.gesture(lea, "write", place=news.id, text="Bonjour @omar.diallo"))["ok"]
    [message] = (await page.state(omar, news.id))["messages"]
    assert message["text"] == f"Bonjour {omar.mention}"
    assert slack.deliveries == []
    nowhere = await page.gesture(lea, "write", place="C0", text="Bonjour")
    assert nowhere["error"] == "unknown_place"
    assert (await page.gesture(lea, "write", place=news.id, text="  "))["error"] == "empty"


async def test_a_command_is_answered_to_the_person_alone(page: Page, app_at_work: AsyncApp, lea: Person) -> None:
    async def echo(ack: Any, command: Json) -> None:
        await ack(f"Tu dis {command['text']}")

    app_at_work.command("/echo")(echo)
    assert (await page.gesture(lea, "command", command="/echo", text="bonjour"))["ok"]
    [message] = (await page.state(lea))["messages"]
    assert (message["text"], message["ephemeral"]) == ("Tu dis bonjour", True)
    [entry] = (await page.get("/timeline"))["entries"]
    assert (entry["text"], entry["to"]["name"], entry["place"]) == ("Tu dis bonjour", "Léa Martin", "dm")


async def test_a_failure_is_told_and_stays_among_the_notices(page: Page, slack: Sandbox, lea: Person) -> None:
    answer = await page.gesture(lea, "command", command="/echo", text="personne")
    assert (answer["ok"], answer["error"]) == (False, "not_acknowledged")
    [notice] = (await page.state(lea))["notices"]
    assert notice["text"].startswith("/echo personne")
    assert notice["at"] == slack.workspace.clock().isoformat()


async def test_what_is_not_offered_is_refused(page: Page, client: AsyncWebClient, lea: Person, omar: Person) -> None:
    said = await client.chat_postMessage(channel=lea.id, text="?", blocks=[actions(button("Oui", "yes"))])
    mine = {"kind": "message", "channel": said["channel"], "ts": said["ts"]}
    refused = [
        await page.gesture(lea, "click", surface=mine, action_id="no"),
        await page.gesture(omar, "click", surface=mine, action_id="yes"),
        await page.gesture(lea, "click", surface={**mine, "ts": "1.0"}, action_id="yes"),
        await page.gesture(lea, "click", surface={"kind": "home"}, action_id="yes"),
        await page.gesture(lea, "submit", view_id="V0", values={}),
        await page.gesture(lea, "command", command="/other"),
        await page.gesture(lea, "shortcut", callback_id="other"),
        await page.gesture(lea, "dance"),
    ]
    assert [answer["ok"] for answer in refused] == [False] * 8
    assert [answer["error"] for answer in refused[5:]] == ["unknown_command", "unknown_shortcut", "unknown_gesture"]


async def test_opening_the_home_is_told_to_the_app(
    page: Page, app_at_work: AsyncApp, lea: Person, slack: Sandbox
) -> None:
    assert (await page.gesture(lea, "open_home"))["ok"]
    assert slack.deliveries[-1].payload["event"]["type"] == "app_home_opened"


async def test_a_guest_has_an_account_that_says_so_and_is_in_no_channel_yet(
    page: Page, app_at_work: AsyncApp, slack: Sandbox, news: Channel
) -> None:
    made = await page.post("/people", first_name="Paul", is_guest="yes")
    user = slack.deliveries[-1].payload["event"]["user"]
    assert (user["id"], user["is_restricted"]) == (made["id"], True)
    assert made["id"] not in news.members


async def test_people_come_and_go(
    page: Page, app_at_work: AsyncApp, slack: Sandbox, lea: Person, news: Channel
) -> None:
    made = await page.post("/people", first_name="Nora", last_name="Benali", email="nora@exemple.coop")
    nora = slack.workspace.people[made["id"]]
    assert (nora.joined, nora.locale, nora.id in news.members) == (True, "fr-FR", True)
    assert slack.deliveries[-1].payload["event"]["type"] == "team_join"
    assert (await page.post(f"/people/{nora.id}/join"))["error"] == "impossible"
    assert (await page.post("/people", first_name="Nora", email="NORA@exemple.coop"))["error"] == "taken"
    assert (await page.post("/people", first_name=" "))["fields"] == ["first_name"]
    assert (await page.post(f"/people/{nora.id}/deactivate"))["ok"]
    assert nora.deactivated
    assert (await page.post(f"/people/{nora.id}/deactivate"))["error"] == "impossible"
    assert (await page.gesture(nora, "write", place="dm", text="?"))["error"] == "impossible"
    assert (await page.post(f"/people/{nora.id}/join"))["ok"]
    assert not nora.deactivated
    assert slack.deliveries[-1].payload["event"]["type"] == "user_change"


async def test_a_section_of_the_home_has_no_button_to_press(page: Page, client: AsyncWebClient, lea: Person) -> None:
    await client.views_publish(user_id=lea.id, view=home(section("Rien")))
    answer = await page.gesture(lea, "click", surface={"kind": "home"}, action_id="yes")
    assert answer["error"] == "impossible"
