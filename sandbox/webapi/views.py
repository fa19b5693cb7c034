"""views.*: modals and the App Home."""

from __future__ import annotations

from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.context import Context


def open_view(context: Context, args: Json) -> Json:
    person = context.permits.exchange(str(args["trigger_id"]))
    return {"view": context.stage.open(person, args["view"]).shown()}


def push(context: Context, args: Json) -> Json:
    person = context.permits.exchange(str(args["trigger_id"]))
    return {"view": context.stage.push(person, args["view"]).shown()}


def update(context: Context, args: Json) -> Json:
    view = context.stage.find(args.get("view_id"), args.get("external_id"))
    context.stage.change(view, args["view"], args.get("hash"))
    return {"view": view.shown()}


def publish(context: Context, args: Json) -> Json:
    person = context.workspace.member(args["user_id"])
    if person is None:
        raise Refusal("invalid_arguments", ("invalid `user_id`",))
    return {"view": context.stage.publish(person, args["view"], args.get("hash")).shown()}
