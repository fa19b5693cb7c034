"""A whole message: its texts, blocks, attachments and metadata, and what they must be together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blockkit.blocks import BLOCKS, unique_block_ids
from sandbox.blockkit.charts import text_of
from sandbox.blockkit.faults import Fault, Place
from sandbox.blockkit.kinds import AnyObject, Anything, ListOf, Shape, Str, may, need

# docs.slack.dev/reference/methods/chat.postMessage: longer texts are truncated. A word lost is refused here.
TEXT_CHARACTERS = 40_000
# docs.slack.dev/reference/methods/chat.update, msg_too_long: "The text field cannot exceed 4,000 characters".
UPDATE_CHARACTERS = 4_000
MARKDOWN_CHARACTERS = 12_000
# Undocumented but enforced (msg_blocks_too_long): "12,000 text characters with a buffer for block containers", say the
# maintainers in github.com/slackapi/bolt-js/issues/2509. Measured there and in 2867: 11,341 characters in 45 blocks are
# refused, 9,597 in 50 are accepted. So each block after the first is counted for 30 characters.
BLOCKS_CHARACTERS = 12_000
BLOCK_WEIGHT = 30

_ARGUMENTS = frozenset(
    (
        *("channel", "user", "ts", "thread_ts", "reply_broadcast", "token", "team_id"),
        *("text", "markdown_text", "blocks", "attachments", "metadata", "file_ids"),
        *("username", "icon_emoji", "icon_url", "as_user"),
        *("mrkdwn", "parse", "link_names", "unfurl_links", "unfurl_media"),
        *("response_type", "replace_original", "delete_original"),  # of a response URL
    )
)
_METADATA = Shape(
    "methods/chat.postMessage",
    {"event_type": need(Str()), "event_payload": need(AnyObject()), "entities": may(ListOf(AnyObject(), least=0))},
)
_ATTACHMENT_TEXTS = (
    *("fallback", "color", "pretext", "text", "title", "title_link", "footer", "footer_icon", "callback_id"),
    *("author_name", "author_link", "author_icon", "author_subname", "image_url", "thumb_url"),
)
_ATTACHMENT_REST = ("fields", "ts", "actions", "mrkdwn_in", "attachment_type", "preview")
_ATTACHMENT = Shape(
    "methods/chat.postMessage",
    {
        **{name: may(Str(least=0)) for name in _ATTACHMENT_TEXTS},
        **{name: may(Anything()) for name in _ATTACHMENT_REST},
        "blocks": may(ListOf(BLOCKS, 50)),
    },
)


def _of_type(blocks: Any, *types: str) -> list[Mapping[str, Any]]:
    """The blocks of these types, those in containers too."""
    if not isinstance(blocks, list):
        return []
    known = [block for block in blocks if isinstance(block, Mapping)]
    nested = [child for block in known for child in _children(block)]
    return [block for block in known + nested if block.get("type") in types]


def _children(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    children = block.get("child_blocks")
    return [child for child in children if isinstance(child, Mapping)] if isinstance(children, list) else []


def _message_limits(blocks: list[Any], place: Place) -> Iterator[Fault]:
    if len(_of_type(blocks, "table", "data_table")) > 1:
        table = place.by("block-kit/blocks/table-block")
        yield table.broken("only_one_table_allowed", error="invalid_attachments")
    if len(_of_type(blocks, "data_visualization")) > 2:
        yield place.by("block-kit/blocks/data-visualization-block").broken("no more than 2 charts allowed")
    markdown = sum(map(len, text_of(_of_type(blocks, "markdown"))))
    if markdown > MARKDOWN_CHARACTERS:
        page = place.by("block-kit/blocks/markdown-block")
        said = f"must be less than {MARKDOWN_CHARACTERS + 1} characters in all markdown blocks together"
        yield page.broken(said, error="msg_blocks_too_long")
    weight = sum(map(len, text_of(blocks))) + BLOCK_WEIGHT * (len(blocks) - 1)
    if weight > BLOCKS_CHARACTERS:
        said = f"must be less than {BLOCKS_CHARACTERS + 1} characters in all blocks together"
        yield place.by("methods/chat.postMessage").broken(said, error="msg_blocks_too_long")


def check_message(payload: Mapping[str, Any], *, method: str = "chat.postMessage") -> list[Fault]:
    """The faults of a body for chat.postMessage, chat.update, chat.postEphemeral or a response URL, already decoded.

    The first one's `error` is what to answer. A text over 40,000 characters, which Slack truncates, is refused.
    """
    place = Place("", "message", "invalid_blocks", f"methods/{method}")
    if not isinstance(payload, Mapping):
        return [place.broken("must be an object", error="invalid_arguments")]
    given = {name: value for name, value in payload.items() if value is not None}
    most = UPDATE_CHARACTERS if method == "chat.update" else TEXT_CHARACTERS
    return [
        *_arguments(given, place),
        *_text(given, "text", most, place),
        *_text(given, "markdown_text", MARKDOWN_CHARACTERS, place),
        *_message_blocks(given, place.into("blocks")),
        *_attachments(given, place.into("attachments")),
        *_metadata(given, place.into("metadata")),
    ]


def _arguments(payload: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    for name in payload:
        if name not in _ARGUMENTS:
            yield place.broken(f"invalid additional property: {name}", error="invalid_arg_name")
    says = any(payload.get(name) for name in ("text", "blocks", "attachments", "markdown_text"))
    if not says and not payload.get("delete_original"):
        yield place.broken("must define either `text`, `blocks` or `attachments`", error="no_text")
    if "markdown_text" in payload and ("text" in payload or "blocks" in payload):
        yield place.into("markdown_text").broken("must not come with text or blocks", error="markdown_text_conflict")


def _text(payload: Mapping[str, Any], name: str, most: int, place: Place) -> Iterator[Fault]:
    text = payload.get(name, "")
    error = "msg_too_long" if isinstance(text, str) else "invalid_arguments"
    yield from Str(most, least=0).faults(text, place.into(name).answering(error))


def _message_blocks(payload: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if "blocks" not in payload:
        return
    blocks = payload["blocks"]
    if not isinstance(blocks, list):
        yield place.broken("must be an array", error="invalid_blocks_format")
        return
    # An empty array is how chat.update takes the blocks away.
    yield from ListOf(BLOCKS, 50, least=0).faults(blocks, place)
    yield from unique_block_ids(blocks, place)
    yield from _message_limits(blocks, place)


def _attachments(payload: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    attachments = payload.get("attachments", [])
    here = place.answering("invalid_attachments")
    if isinstance(attachments, list) and len(attachments) > 100:
        yield here.broken("no more than 100 items allowed", error="too_many_attachments")
    yield from ListOf(_ATTACHMENT, least=0).faults(attachments, here)


def _metadata(payload: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if "metadata" in payload:
        yield from _METADATA.faults(payload["metadata"], place.answering("invalid_metadata_format"))
