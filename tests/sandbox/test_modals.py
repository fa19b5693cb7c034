"""Modals open, go back and forth, and are sent to a real Bolt app as Slack would."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Impossible, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import Json, button, buttons, field, modal, option, section, text_field

FORM = modal("Étonnement", text_field("Ce qui surprend", "surprise"), text_field("Le reste", "rest", optional=True))


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
