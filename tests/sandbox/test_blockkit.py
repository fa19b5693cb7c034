"""Block Kit is read as Slack reads it: what it accepts passes, what it refuses is refused with the rule broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.blockkit import Fault, check_message, check_view, mentions, messages_of
from tests.sandbox.blockkit.accepted import ACCEPTED_BLOCKS, ACCEPTED_IN_MODALS, ACCEPTED_MESSAGES
from tests.sandbox.blockkit.limits import BLOCK_LIMITS, ELEMENT_LIMITS, MESSAGE_LIMITS, VIEW_LIMITS, Sized
from tests.sandbox.blockkit.pieces import (
    Json,
    actions,
    asked,
    button,
    home,
    message,
    modal,
    mrkdwn,
    plain,
    section,
)
from tests.sandbox.blockkit.refused_blocks import REFUSED_BLOCKS
from tests.sandbox.blockkit.refused_payloads import REFUSED_HOMES, REFUSED_MESSAGES, REFUSED_MODALS


def found(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.path, fault.rule) for fault in faults]


@pytest.mark.parametrize("block", ACCEPTED_BLOCKS, ids=lambda block: str(block["type"]))
def test_a_block_within_its_page_passes_in_a_message(block: Json) -> None:
    assert check_message(message(block)) == []


@pytest.mark.parametrize("block", ACCEPTED_IN_MODALS, ids=lambda block: str(block["type"]))
def test_a_block_within_its_page_passes_in_a_modal(block: Json) -> None:
    assert check_view(modal(block), surface="modal") == []


@pytest.mark.parametrize("payload", ACCEPTED_MESSAGES)
def test_a_message_within_the_limits_passes(payload: Json) -> None:
    assert check_message(payload) == []


@pytest.mark.parametrize(("name", "block", "most"), BLOCK_LIMITS, ids=[name for name, _, _ in BLOCK_LIMITS])
def test_a_block_passes_at_its_limit_and_not_one_beyond(name: str, block: Sized, most: int) -> None:
    assert check_message(message(block(most))) == []
    assert check_message(message(block(most + 1))) != []


@pytest.mark.parametrize(("name", "payload", "most"), MESSAGE_LIMITS, ids=[name for name, _, _ in MESSAGE_LIMITS])
def test_a_message_passes_at_its_limit_and_not_one_beyond(name: str, payload: Sized, most: int) -> None:
    assert check_message(payload(most)) == []
    assert check_message(payload(most + 1)) != []


@pytest.mark.parametrize(("name", "element", "most"), ELEMENT_LIMITS, ids=[name for name, _, _ in ELEMENT_LIMITS])
def test_an_element_of_modals_passes_at_its_limit_and_not_one_beyond(name: str, element: Sized, most: int) -> None:
    assert check_view(modal(asked(element(most))), surface="modal") == []
    assert check_view(modal(asked(element(most + 1))), surface="modal") != []


@pytest.mark.parametrize(("name", "fields", "most"), VIEW_LIMITS, ids=[name for name, _, _ in VIEW_LIMITS])
def test_a_modal_passes_at_its_limit_and_not_one_beyond(name: str, fields: Sized, most: int) -> None:
    assert check_view({**modal(section()), **fields(most)}, surface="modal") == []
    assert check_view({**modal(section()), **fields(most + 1)}, surface="modal") != []


def test_a_home_tab_may_ask() -> None:
    assert check_view(home(asked({"type": "plain_text_input"}), external_id="x", callback_id=""), surface="home") == []


@pytest.mark.parametrize(("block", "path", "rule"), REFUSED_BLOCKS)
def test_a_block_beyond_its_page_is_refused_at_the_place(block: Json, path: str, rule: str) -> None:
    faults = check_message(message(block))
    assert (f"/blocks/0{path}", rule) in found(faults)
    assert faults[0].error == "invalid_blocks"
    assert faults[0].doc.startswith("docs.slack.dev/reference/")


@pytest.mark.parametrize(("payload", "path", "error"), REFUSED_MESSAGES)
def test_a_message_beyond_the_limits_is_refused_by_slack_name(payload: Any, path: str, error: str) -> None:
    assert (path, error) in [(fault.path, fault.error) for fault in check_message(payload)][:2]


@pytest.mark.parametrize(("view", "path", "rule"), REFUSED_MODALS)
def test_a_modal_beyond_the_limits_is_refused(view: Any, path: str, rule: str) -> None:
    faults = check_view(view, surface="modal")
    assert (path, rule) in found(faults)
    assert {fault.error for fault in faults} == {"invalid_arguments"}


@pytest.mark.parametrize(("view", "path", "rule"), REFUSED_HOMES)
def test_a_home_tab_beyond_the_limits_is_refused(view: Json, path: str, rule: str) -> None:
    assert (path, rule) in found(check_view(view, surface="home"))


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    heavy = modal(*[section(text=mrkdwn("é" * 1_220))] * 100, private_metadata="")
    room = 250_000 - len(json.dumps(heavy, ensure_ascii=False, separators=(",", ":")).encode())
    assert check_view({**heavy, "private_metadata": "x" * room}, surface="modal") == []
    assert check_view({**heavy, "private_metadata": "x" * (room + 1)}, surface="modal")[0].error == "view_too_large"


def test_an_edited_text_is_held_to_4000_characters() -> None:
    assert check_message({"text": "x" * 4_000}, method="chat.update") == []
    assert check_message({"text": "x" * 4_001}, method="chat.update")[0].error == "msg_too_long"


def test_the_weight_of_all_blocks_follows_what_was_measured() -> None:
    def of(characters: int, count: int) -> Json:
        return message(*[section(text=mrkdwn("x" * (characters // count)))] * count)

    assert check_message(of(9_597, 50)) == []
    assert check_message(of(11_341, 45))[0].error == "msg_blocks_too_long"


def test_a_fault_names_the_page_that_sets_the_limit() -> None:
    fault = check_message(message(actions(button(text=plain("x" * 76)))))[0]
    assert fault.doc == "docs.slack.dev/reference/block-kit/block-elements/button-element"


def test_every_fault_of_a_payload_is_told_at_once() -> None:
    faults = check_message(message(actions(button(text=plain("x" * 76))), {"type": "radar"}))
    assert messages_of(faults) == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        "[ERROR] unsupported type: radar [json-pointer:/blocks/1/type]",
    ]


@pytest.mark.parametrize(
    ("text", "ringing"),
    [
        ("<!channel> <!here|ici> <!everyone>", {"<!channel>", "<!here>", "<!everyone>"}),
        ("&lt;!channel&gt; <@U1> <#C1> <!date^1^{date}|x> @channel", set()),
    ],
)
def test_only_raw_broadcasts_ring(text: str, ringing: set[str]) -> None:
    assert mentions(text) == ringing


NAMES = st.sampled_from(
    (
        *("type", "text", "fields", "accessory", "elements", "element", "label", "options", "option_groups", "value"),
        *("initial_option", "initial_options", "min_value", "max_value", "is_decimal_allowed", "max_selected_items"),
        *("blocks", "block_id", "action_id", "title", "submit", "confirm", "placeholder", "style", "child_blocks"),
        *("chart", "series", "segments", "data", "axis_config", "categories", "rows", "metadata", "event_payload"),
    )
)
WORDS = st.sampled_from(
    (
        *("section", "actions", "input", "context", "header", "image", "rich_text", "table", "data_table", "container"),
        *("data_visualization", "card", "markdown", "plain_text", "mrkdwn", "raw_text", "rich_text_section", "pie"),
        *("button", "static_select", "multi_static_select", "number_input", "plain_text_input", "checkboxes", "bar"),
        *("modal", "home", "1", "1.5", "-"),
    )
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=30
)


@given(JSON)
def test_no_json_whatever_makes_the_reader_raise(value: Any) -> None:
    for payload in (value, {"text": "x", "blocks": value}, {"text": "x", "blocks": [value], "attachments": value}):
        messages_of(check_message(payload))
    for view in (
        value,
        modal(section(), asked({}), title=value),
        modal(value, actions(value), section(accessory=value)),
    ):
        messages_of(check_view(view, surface="modal"))
        messages_of(check_view(view, surface="home"))
