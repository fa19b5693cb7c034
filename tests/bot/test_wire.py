"""The ids inside Slack messages and windows."""

import pytest

from bot import wire
from bot.wire import Ref

REF = Ref("c_1f", "oddity")


def test_every_id_is_read_back_as_it_was_written() -> None:
    assert wire.ref_of(wire.answer_block(REF)) == REF
    assert wire.ref_of(wire.offer_block(REF, 2)) == REF
    assert wire.ref_of(wire.offer_block(None, 0)) is None
    assert wire.field_of(wire.field_block("kept")) == "kept"
    assert wire.verb_of(wire.offer_action("put_off")) == "put_off"
    assert wire.unpacked(wire.packed(REF)) == REF


def test_the_ids_already_sent_are_still_read() -> None:
    assert wire.answer_block(REF) == "a1|c_1f|oddity"
    assert wire.offer_block(REF, 0) == "o1|c_1f|oddity|0"
    assert wire.offer_block(None, 3) == "o1|||3"
    assert (wire.answer_action(1), wire.offer_action("edit")) == ("answer.1", "offer.edit")
    assert (wire.PICK, wire.WINDOW, wire.SKIP, wire.ANSWER_VIEW, wire.READ_VIEW) == (
        "pick", "window", "skip", "answer", "read",
    )  # fmt: skip


@pytest.mark.parametrize(
    "block_id", ["", "a1", "a1|c_1f", "a1|c_1f|", "a1|c_1f|a|b", "a2|c_1f|oddity", "Xy3=", "o1|a|b"]
)
def test_a_block_that_is_not_ours_is_nobody_s(block_id: str) -> None:
    assert wire.ref_of(block_id) is None


@pytest.mark.parametrize("private_metadata", ["", "c_1f", "|oddity", "c_1f|", "a|b|c"])
def test_a_window_that_says_nothing_we_know_is_about_nothing(private_metadata: str) -> None:
    assert wire.unpacked(private_metadata) is None


def test_an_answer_is_told_from_what_opens_a_window() -> None:
    assert wire.is_answer("answer.0")
    assert wire.is_answer(wire.PICK)
    assert not wire.is_answer(wire.WINDOW)
    assert wire.verb_of(wire.SKIP) is None


def test_a_message_of_ours_is_recognised_by_what_it_carried() -> None:
    message = {"ts": "1.0", "metadata": wire.metadata(["d_1", "d_2"])}
    assert wire.recognises(message, "d_2")
    assert not wire.recognises(message, "d_3")
    assert not wire.recognises({"ts": "1.0"}, "d_1")
    assert not wire.recognises({"metadata": {"event_type": "other", "event_payload": {"delivery": ["d_1"]}}}, "d_1")
