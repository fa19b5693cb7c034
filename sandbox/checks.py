"""What Slack refuses in a message or a view, by Slack's own error names."""

from __future__ import annotations

from typing import Any

from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.workspace import Workspace

POST_LIMIT = 40_000
UPDATE_LIMIT = 4_000
METADATA_LIMIT = 8_000


def refuse_message(payload: Json, workspace: Workspace, text_limit: int = POST_LIMIT) -> None:
    """Raises Refusal: no_text, msg_too_long, invalid_blocks."""
    if not any(payload.get(part) for part in ("text", "blocks", "attachments")):
        raise Refusal("no_text")
    if len(payload.get("text") or "") > text_limit:
        raise Refusal("msg_too_long")
    if not isinstance(payload.get("blocks") or [], list):
        raise Refusal("invalid_blocks_format")
    unknown = unknown_files(payload.get("blocks"), workspace)
    if unknown:
        raise Refusal("invalid_blocks", unknown)


def refuse_view(view: Any, surface: str, workspace: Workspace) -> None:
    """Raises Refusal: invalid_arguments, with what is wrong."""
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", ("[ERROR] must be a JSON object: view",))
    if view.get("type") != surface:
        raise Refusal("invalid_arguments", (f"[ERROR] view must have type {surface} here, not {view.get('type')!r}",))
    unknown = unknown_files(view.get("blocks"), workspace)
    if unknown:
        raise Refusal("invalid_arguments", unknown)


def checked_metadata(metadata: Any) -> Json | None:
    """Raises Refusal: invalid_metadata_format, metadata_too_large."""
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refusal("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")
    return metadata


def unknown_files(blocks: Any, workspace: Workspace) -> tuple[str, ...]:
    """Pictures that name a file nobody uploaded."""
    named = [
        block["slack_file"].get("id") for block in blocks or [] if isinstance(block, dict) and "slack_file" in block
    ]
    lost = [one for one in named if one not in workspace.uploads or not workspace.uploads[one].complete]
    return tuple(f"[ERROR] invalid slack file: {one}" for one in lost)
