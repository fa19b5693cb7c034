"""conversations.*: channels, direct messages and what was said there."""

from __future__ import annotations

from sandbox import payloads
from sandbox.limits import HELD_PAGE
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.chat import with_metadata
from sandbox.webapi.context import LARGEST_PAGE, Context, flag, kind_of, listed, page
from sandbox.workspace import Channel, Message

TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def open_dm(context: Context, args: Json) -> Json:
    if args.get("channel"):
        channel = context.channel(args["channel"])
        if channel.dm_of is None:
            raise Refusal("method_not_supported_for_channel_type")
        return {"channel": described(context, channel), "no_op": True, "already_open": True}
    users = listed(args.get("users"))
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        context.need("mpim:write")
        raise Refusal("method_not_supported_for_channel_type")
    person = context.member(users[0])
    if person.deactivated:
        raise Refusal("user_disabled")
    channel = context.workspace.dm_with(person)
    return {"channel": described(context, channel) if flag(args, "return_im") else {"id": channel.id}}


def info(context: Context, args: Json) -> Json:
    channel = readable(context, args, "read")
    members = {"num_members": len(channel.members)} if flag(args, "include_num_members") else {}
    return {"channel": described(context, channel) | members}


def list_all(context: Context, args: Json) -> Json:
    kinds = wanted_kinds(context, args)
    known = [it for it in context.workspace.channels.values() if not it.is_private or context.is_in(it)]
    return channel_page(context, args, [channel for channel in known if kind_of(channel) in kinds])


def of_user(context: Context, args: Json) -> Json:
    """users.conversations: those someone (the app, unless `user` says who) is in."""
    kinds = wanted_kinds(context, args)
    who = context.member(args["user"]).id if args.get("user") else context.workspace.bot_user_id
    shared = [it for it in context.workspace.channels.values() if who in it.members]
    known = [it for it in shared if not it.is_private or context.is_in(it)]
    return channel_page(context, args, [channel for channel in known if kind_of(channel) in kinds])


def members(context: Context, args: Json) -> Json:
    channel = readable(context, args, "read")
    found, metadata = page(sorted(channel.members), args, 100)
    return {"members": found, "response_metadata": metadata}


def history(context: Context, args: Json) -> Json:
    channel = readable(context, args, "history")
    if not context.is_in(channel):
        raise Refusal("not_in_channel")
    span = channel.between(str(args.get("oldest") or ""), str(args.get("latest") or ""), flag(args, "inclusive"))
    newest_first = [it for it in reversed(span) if it.thread_ts in (None, it.ts)]
    return message_page(context, newest_first, args)


def replies(context: Context, args: Json) -> Json:
    channel = readable(context, args, "history")
    parent = channel.find(str(args["ts"]))
    if parent is None:
        raise Refusal("thread_not_found")
    thread = [it for it in channel.messages if parent.ts in (it.ts, it.thread_ts)]
    return message_page(context, thread, args)


def join(context: Context, args: Json) -> Json:
    channel = context.channel(args["channel"])
    if channel.dm_of is not None or channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    bot = context.workspace.bot_user_id
    already = context.is_in(channel)
    if not already:
        channel.members.add(bot)
        context.tell(payloads.joined_channel(context.workspace, channel, bot, bot))
    return {"channel": described(context, channel)} | ({"warning": "already_in_channel"} if already else {})


def readable(context: Context, args: Json, what: str) -> Channel:
    channel = context.channel(args["channel"])
    context.need(f"{kind_of(channel)}:{what}")
    return channel


def wanted_kinds(context: Context, args: Json) -> set[str]:
    types = listed(args.get("types")) or ["public_channel"]
    if not set(types) <= set(TYPES):
        raise Refusal("invalid_types")
    for name in types:
        context.need(f"{TYPES[name]}:read")
    return {TYPES[name] for name in types}


def channel_page(context: Context, args: Json, channels: list[Channel]) -> Json:
    kept = [it for it in channels if not (flag(args, "exclude_archived") and it.is_archived)]
    found, metadata = page(kept, args, 100)
    return {"channels": [described(context, channel) for channel in found], "response_metadata": metadata}


def message_page(context: Context, messages: list[Message], args: Json) -> Json:
    most = HELD_PAGE if context.workspace.is_held else LARGEST_PAGE
    found, metadata = page(messages, args, min(100, most), most)
    whole = flag(args, "include_all_metadata")
    shown = [it.payload | (with_metadata(it.metadata) if whole else {}) for it in found]
    more = bool(metadata["next_cursor"])
    return {"messages": shown, "has_more": more, "response_metadata": metadata if more else {"next_cursor": ""}}


def described(context: Context, channel: Channel) -> Json:
    """The conversation object."""
    if channel.dm_of is not None:
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "user": channel.dm_of,
            "is_user_deleted": context.workspace.people[channel.dm_of].deactivated,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": context.is_in(channel),
        "is_general": False,
        "created": channel.created,
        "context_team_id": context.workspace.team_id,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }
