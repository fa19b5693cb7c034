"""What an app sends to a response URL: an answer, a replacement of the message clicked, or its removal.

Source: docs.slack.dev/interactivity/handling-user-interaction, "Responding to users".
"""

from __future__ import annotations

from sandbox.checks import refuse_message
from sandbox.permits import Response
from sandbox.refusal import Refusal
from sandbox.replies import answer_in
from sandbox.surface import Json
from sandbox.webapi import Call, Front
from sandbox.webapi.context import flag
from sandbox.workspace import Message, Workspace


def respond(front: Front, key: str, body: Json) -> None:
    """Raises Refusal."""
    workspace = front.context.workspace
    try:
        answered = act(workspace, front.context.permits.use_response(key), body)
    except Refusal as refusal:
        front.note(Call("response_url", body, workspace.clock(), False, refusal.error, {}, 404, refusal.faults))
        raise
    front.note(Call("response_url", body, workspace.clock(), True, "", answered))


def act(workspace: Workspace, response: Response, body: Json) -> Json:
    if flag(body, "delete_original") or flag(body, "replace_original"):
        return change_source(workspace, response.source, body)
    message = answer_in(workspace, response.channel, response.person, body)
    return {"ts": message.ts}


def change_source(workspace: Workspace, source: Message | None, body: Json) -> Json:
    if source is None:
        raise Refusal("no_original")
    if flag(body, "delete_original"):
        source.deleted = True
    else:
        refuse_message(body, workspace)
        source.replace(workspace.shown(body))
    return {"ts": source.ts}
