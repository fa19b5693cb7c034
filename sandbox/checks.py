"""What Slack refuses in a message or a view, by Slack's own error names."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.blockkit import Fault, check_message, check_view, messages_of
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.workspace import Workspace

UPDATE_LIMIT = 4_000
"""Characters of text in chat.update. Source: docs.slack.dev/reference/methods/chat.update."""
METADATA_LIMIT = 8_000


def refuse_message(payload: Json, workspace: Workspace) -> None:
    """Raises Refusal: no_text, msg_too_long, invalid_blocks, invalid_metadata_format… Nothing where nobody is strict."""
    if not workspace.strict:
        return
    refuse(check_message(payload))
    refuse_unknown_files(payload.get("blocks"), workspace, "invalid_blocks")
    if len(str(payload.get("metadata") or "")) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")


def refuse_view(view: Any, surface: Literal["modal", "home"], workspace: Workspace) -> None:
    """Raises Refusal: invalid_arguments or view_too_large, with what is wrong. Nothing where nobody is strict."""
    if not workspace.strict:
        return
    refuse(check_view(view, surface=surface))
    refuse_unknown_files(view.get("blocks"), workspace, "invalid_arguments")


def refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refusal(faults[0].error, tuple(messages_of(faults)), tuple(faults))


def refuse_unknown_files(blocks: Any, workspace: Workspace, error: str) -> None:
    """A picture must name a file that was uploaded."""
    named = [block["slack_file"].get("id") for block in blocks or [] if "slack_file" in block]
    lost = [one for one in named if one not in workspace.uploads or not workspace.uploads[one].complete]
    if lost:
        raise Refusal(error, tuple(f"[ERROR] invalid slack file: {one}" for one in lost))
