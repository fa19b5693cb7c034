"""What Slack refuses in a message or a view, by Slack's own error names."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.blockkit import Fault, check_message, check_view, messages_of
from sandbox.blockkit.faults import Place
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.workspace import Workspace

UPDATE_LIMIT = 4_000
"""Characters of text in chat.update. Source: docs.slack.dev/reference/methods/chat.update."""
METADATA_LIMIT = 8_000
CHART = "block-kit/blocks/data-visualization-block"
SLACK_FILE = "block-kit/composition-objects/slack-file-object"


def refuse_message(payload: Json, workspace: Workspace) -> None:
    """Raises Refusal: no_text, msg_too_long, invalid_blocks, invalid_metadata_format… Nothing where nobody is strict."""
    if not workspace.strict:
        return
    refuse(check_message(payload))
    refuse_charts(payload.get("blocks"), workspace)
    refuse_unknown_files(payload.get("blocks"), workspace, Place("/blocks", "message", "invalid_blocks", SLACK_FILE))
    if len(str(payload.get("metadata") or "")) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")


def refuse_view(view: Any, surface: Literal["modal", "home"], workspace: Workspace) -> None:
    """Raises Refusal: invalid_arguments or view_too_large, with what is wrong. Nothing where nobody is strict."""
    if not workspace.strict:
        return
    refuse(check_view(view, surface=surface))
    refuse_unknown_files(view.get("blocks"), workspace, Place("/view/blocks", surface, "invalid_arguments", SLACK_FILE))


def refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refusal(faults[0].error, tuple(messages_of(faults)), tuple(faults))


def refuse_charts(blocks: Any, workspace: Workspace) -> None:
    """Of a type that is not known there, Slack says so where it stands."""
    place = Place("/blocks", "message", "invalid_blocks", CHART)
    kinds = [block["type"] for block in blocks or []] if not workspace.draws_charts else []
    charts = [number for number, kind in enumerate(kinds) if kind == "data_visualization"]
    refuse([place.into(one).into("type").broken("unsupported type: data_visualization") for one in charts])


def refuse_unknown_files(blocks: Any, workspace: Workspace, place: Place) -> None:
    """A picture must name a file that was uploaded, and that Slack has looked at.

    Seen in github.com/slackapi/python-slack-sdk/issues/1658.
    """
    refuse(
        [
            place.into(number).into("slack_file").broken("invalid slack file")
            for number, block in enumerate(blocks or [])
            if "slack_file" in block and not is_shown(workspace, block["slack_file"].get("id"))
        ]
    )


def is_shown(workspace: Workspace, file_id: Any) -> bool:
    upload = workspace.uploads.get(file_id)
    return upload is not None and upload.complete and upload.shown_from <= workspace.seconds()
