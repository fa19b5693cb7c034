"""chat.*: what the app says. Source: docs.slack.dev/reference/methods/chat.postMessage and its neighbours."""

from __future__ import annotations

from typing import Any

from sandbox import payloads
from sandbox.checks import UPDATE_LIMIT, refuse_message
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.context import Context
from sandbox.workspace import Channel, Message


def post_message(context: Context, args: Json) -> Json:
    channel = open_to_posts(context, destination(context, args["channel"]))
    refuse_message(args, context.workspace)
    metadata: Json | None = args.get("metadata") or None
    body = context.workspace.shown(args)
    if args.get("thread_ts"):
        body["thread_ts"] = thread_of(channel, str(args["thread_ts"]))
    message = context.workspace.post(channel, body, author=context.workspace.bot_user_id)
    message.metadata = metadata
    echo(context, message, payloads.written(message))
    return {"channel": channel.id, "ts": message.ts, "message": message.payload | with_metadata(metadata)}


def update(context: Context, args: Json) -> Json:
    """Text without blocks takes the old blocks away; neither leaves both. Only a change of text shows as edited."""
    channel = context.channel(args["channel"])
    if channel.is_archived:
        raise Refusal("is_inactive")
    message = own(channel, args["ts"], "cant_update_message")
    if len(str(args.get("text") or "")) > UPDATE_LIMIT:
        raise Refusal("msg_too_long")
    refuse_message(args, context.workspace)
    if "metadata" in args:
        message.metadata = args["metadata"] or None
    change = context.workspace.shown(args)
    if args.get("text") is None and args.get("blocks") is None:
        change |= {part: message.payload[part] for part in ("text", "blocks") if part in message.payload}
    if "blocks" not in change:
        change["edited"] = {"user": context.workspace.bot_user_id, "ts": context.workspace.new_ts()}
    before = dict(message.payload)
    message.replace(change)
    echo(context, message, payloads.edited(context.workspace, message, before))
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": dict(message.payload)}


def delete(context: Context, args: Json) -> Json:
    """Only a message of the app's own. Of archived channels the page says nothing: refused here, as when one posts there."""
    channel = context.channel(args["channel"])
    if channel.is_archived:
        raise Refusal("is_archived")
    message = own(channel, args["ts"], "cant_delete_message")
    message.deleted = True
    echo(context, message, payloads.deleted(context.workspace, message))
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(context: Context, args: Json) -> Json:
    channel = open_to_posts(context, context.channel(args["channel"]))
    person = context.workspace.member(args["user"])
    if person is None or person.id not in channel.members:
        raise Refusal("user_not_in_channel")
    refuse_message(args, context.workspace)
    body = context.workspace.shown(args)
    message = context.workspace.post(channel, body, author=context.workspace.bot_user_id, whispered_to=person)
    return {"message_ts": message.ts}


def get_permalink(context: Context, args: Json) -> Json:
    channel = context.channel(args["channel"])
    if channel.find(str(args["message_ts"])) is None:
        raise Refusal("message_not_found")
    address = f"https://{context.workspace.domain}.slack.com/archives/{channel.id}/p"
    return {"channel": channel.id, "permalink": address + str(args["message_ts"]).replace(".", "")}


def add_reaction(context: Context, args: Json) -> Json:
    message = context.channel(args["channel"]).find(str(args["timestamp"]))
    if message is None:
        raise Refusal("message_not_found")
    reactions: list[Json] = message.payload.setdefault("reactions", [])
    if any(reaction["name"] == args["name"] for reaction in reactions):
        raise Refusal("already_reacted")
    reactions.append({"name": args["name"], "users": [context.workspace.bot_user_id], "count": 1})
    return {}


def echo(context: Context, message: Message, event: Json) -> None:
    """Slack tells an app what it said itself in direct messages, when it listens to `message.im`."""
    if context.workspace.echoes and message.channel.dm_of is not None:
        context.tell(event)


def destination(context: Context, channel_id: Any) -> Channel:
    """Where a post goes. The id of a person means the app's direct messages with them, even deactivated."""
    person = context.workspace.member(channel_id)
    return context.workspace.dm_with(person) if person else context.channel(channel_id)


def open_to_posts(context: Context, channel: Channel) -> Channel:
    if channel.is_archived:
        raise Refusal("is_archived")
    if not context.is_in(channel) and "chat:write.public" not in context.workspace.scopes:
        raise Refusal("not_in_channel")
    return channel


def own(channel: Channel, ts: Any, refusal: str) -> Message:
    message = channel.find(str(ts))
    if message is None:
        raise Refusal("message_not_found")
    if not message.by_app:
        raise Refusal(refusal)
    return message


def thread_of(channel: Channel, thread_ts: str) -> str:
    """The parent's ts, also when a reply's was given."""
    parent = channel.find(thread_ts)
    if parent is None:
        raise Refusal("thread_not_found")
    return parent.thread_ts or parent.ts


def with_metadata(metadata: Json | None) -> Json:
    return {"metadata": metadata} if metadata else {}
