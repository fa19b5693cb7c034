"""Every method we answer: its handler, the scope it needs, what it requires, how often it may be called.

Source: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.surface import Json
from sandbox.webapi import chat, conversations, files, people, views
from sandbox.webapi.context import Context

TIER_1, TIER_2, TIER_3, TIER_4, ONE_A_SECOND = 1, 20, 50, 100, 0


@dataclass(frozen=True)
class Method:
    """`scope`: "" for none; conversations' own scopes depend on their kind and are asked by the handler."""

    handler: Callable[[Context, Json], Json]
    scope: str
    required: tuple[str, ...]
    per_minute: int
    app_token: bool = False


METHODS = {
    "api.test": Method(people.api_test, "", (), TIER_4),
    "apps.connections.open": Method(people.open_connection, "", (), TIER_1, app_token=True),
    "auth.test": Method(people.auth_test, "", (), TIER_4),
    "bots.info": Method(people.bot_info, "users:read", (), TIER_3),
    "chat.delete": Method(chat.delete, "chat:write", ("channel", "ts"), TIER_3),
    "chat.getPermalink": Method(chat.get_permalink, "", ("channel", "message_ts"), TIER_4),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write", ("channel", "user"), TIER_4),
    "chat.postMessage": Method(chat.post_message, "chat:write", ("channel",), ONE_A_SECOND),
    "chat.update": Method(chat.update, "chat:write", ("channel", "ts"), TIER_3),
    "conversations.history": Method(conversations.history, "", ("channel",), TIER_3),
    "conversations.info": Method(conversations.info, "", ("channel",), TIER_3),
    "conversations.join": Method(conversations.join, "channels:join", ("channel",), TIER_3),
    "conversations.list": Method(conversations.list_all, "", (), TIER_2),
    "conversations.members": Method(conversations.members, "", ("channel",), TIER_4),
    "conversations.open": Method(conversations.open_dm, "im:write", (), TIER_3),
    "conversations.replies": Method(conversations.replies, "", ("channel", "ts"), TIER_3),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write", ("files",), TIER_4),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write", ("filename", "length"), TIER_4),
    "reactions.add": Method(chat.add_reaction, "reactions:write", ("channel", "name", "timestamp"), TIER_3),
    "team.info": Method(people.team_info, "team:read", (), TIER_3),
    "users.conversations": Method(conversations.of_user, "", (), TIER_3),
    "users.info": Method(people.info, "users:read", ("user",), TIER_4),
    "users.list": Method(people.list_all, "users:read", (), TIER_2),
    "users.lookupByEmail": Method(people.lookup_by_email, "users:read.email", ("email",), TIER_3),
    "views.open": Method(views.open_view, "", ("trigger_id", "view"), TIER_4),
    "views.publish": Method(views.publish, "", ("user_id", "view"), TIER_4),
    "views.push": Method(views.push, "", ("trigger_id", "view"), TIER_4),
    "views.update": Method(views.update, "", ("view",), TIER_4),
}
