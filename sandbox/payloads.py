"""Slack's payloads, built from the workspace: events, interactions, commands. Pure.

Source: docs.slack.dev/reference/interaction-payloads and docs.slack.dev/reference/events; what an organisation adds:
docs.slack.dev/enterprise/organization-ready-apps and docs.slack.dev/interactivity/implementing-slash-commands.
"""

from __future__ import annotations

from sandbox.person import Person
from sandbox.surface import Json, View
from sandbox.workspace import Channel, Message, Workspace

TOKEN = "sandbox-verification-token"


def envelope(workspace: Workspace, event: Json) -> Json:
    """An event as the Events API wraps it."""
    enterprise = workspace.enterprise.id if workspace.enterprise else None
    return {
        "token": TOKEN,
        "team_id": workspace.team_id,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "context_team_id": workspace.team_id,
        "context_enterprise_id": enterprise,
        "api_app_id": workspace.app_id,
        "event": {**event, "event_ts": event.get("event_ts") or workspace.new_ts()},
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.seconds()),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if workspace.organisation else workspace.team_id,
                "user_id": workspace.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": workspace.organisation is not None,
            }
        ],
        "is_ext_shared_channel": False,
    }


def parting(workspace: Workspace, event: Json, *, of_organisation: bool) -> Json:
    """A last event, of an app that is authorised no more. Of an organisation, no workspace is named.

    Source: docs.slack.dev/reference/events/app_uninstalled and tokens_revoked; for an organisation the pages give no
    example, and this follows the one of team_access_granted.
    """
    wrapped = envelope(workspace, event)
    del wrapped["authorizations"]
    return wrapped | ({"team_id": None} if of_organisation else {})


def tokens_revoked(bots: list[str], people: list[str]) -> Json:
    """Ids of users, never tokens. Source: docs.slack.dev/reference/events/tokens_revoked."""
    return {"type": "tokens_revoked", "tokens": {"oauth": people, "bot": bots}}


def written(message: Message) -> Json:
    """The event for a new message in the app's direct messages. After `/me`, the kind of the channel is left out, as in the
    example of docs.slack.dev/reference/events/message/me_message."""
    kind = {} if message.payload.get("subtype") == "me_message" else {"channel_type": "im"}
    return {**message.payload, "channel": message.channel.id, **kind, "event_ts": message.ts}


def edited(workspace: Workspace, message: Message, before: Json) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": dict(message.payload),
        "previous_message": before,
        "channel": message.channel.id,
        "channel_type": "im",
        "ts": workspace.new_ts(),
    }


def deleted(workspace: Workspace, message: Message) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": dict(message.payload),
        "channel": message.channel.id,
        "channel_type": "im",
        "ts": workspace.new_ts(),
    }


def home_opened(workspace: Workspace, person: Person) -> Json:
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": workspace.dm_with(person).id,
        "tab": "home",
    }
    return event | ({"view": person.home.shown()} if person.home else {})


def joined_channel(workspace: Workspace, channel: Channel, user_id: str, inviter: str) -> Json:
    kind = "G" if channel.is_private else "C"
    return {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": channel.id,
        "channel_type": kind,
        "team": workspace.team_id,
        "inviter": inviter,
    }


def interaction(workspace: Workspace, person: Person, kind: str, trigger_id: str) -> Json:
    """What every interactive payload has. Where the app is an organisation's, a shortcut names no workspace but the person's
    (github.com/slackapi/bolt-python/pull/23)."""
    is_nowhere = kind == "shortcut" and workspace.organisation is not None
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": workspace.team_id,
        },
        "api_app_id": workspace.app_id,
        "token": TOKEN,
        "trigger_id": trigger_id,
        "team": None if is_nowhere else team_of(workspace),
        "enterprise": {"id": workspace.enterprise.id, "name": workspace.enterprise.name}
        if workspace.enterprise
        else None,
        "is_enterprise_install": workspace.organisation is not None,
    }


def team_of(workspace: Workspace) -> Json:
    shown: Json = {"id": workspace.team_id, "domain": workspace.domain}
    of = workspace.enterprise
    return shown | ({"enterprise_id": of.id, "enterprise_name": of.name} if of else {})


def on_message(message: Message, response_url: str) -> Json:
    """What a click in a message adds. An ephemeral message is not repeated in the payload."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": message.whispered_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    added: Json = {
        "container": container,
        "channel": {"id": message.channel.id, "name": message.channel.name},
        "state": {"values": message.values()},
        "response_url": response_url,
    }
    return added | ({"message": dict(message.payload)} if message.whispered_to is None else {})


def on_view(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.shown()}


def command(
    workspace: Workspace, person: Person, channel: Channel, words: tuple[str, str], trigger_id: str, response_url: str
) -> Json:
    of = workspace.enterprise
    return {
        "token": TOKEN,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        **({"enterprise_id": of.id, "enterprise_name": of.name} if of else {}),
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": words[0],
        "text": words[1],
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "true" if workspace.organisation else "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }
