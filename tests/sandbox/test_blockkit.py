"""Block Kit is read as Slack reads it: what it accepts passes, what it refuses is refused with the rule broken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.blockkit import Fault, check_message, check_view, mentions, messages_of
from tests.sandbox.blockkit.accepted import ACCEPTED_BLOCKS, ACCEPTED_IN_MODALS, ACCEPTED_MESSAGES
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


def test_the_largest_views_pass() -> None:
    fields = {"callback_id": "x" * 255, "private_metadata": "x" * 3000, "external_id": "x" * 255}
    ends = {name: plain("x" * 24) for name in ("title", "submit", "close")}
    assert check_view(modal(*[section()] * 100, **fields, **ends, clear_on_close=True), surface="modal") == []
    assert check_view(home(*[section()] * 100, **fields), surface="home") == []
    assert check_view(home(asked({"type": "plain_text_input"})), surface="home") == []


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
    def weighing(characters: int) -> Json:
        return modal(*[section(text=mrkdwn("é" * characters))] * 100)

    assert check_view(weighing(1_200), surface="modal") == []
    assert check_view(weighing(1_250), surface="modal")[0].error == "view_too_large"


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
