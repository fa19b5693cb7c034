"""files.*: giving a picture to the workspace, in three steps: an address, the bytes, the end."""

from __future__ import annotations

from typing import Any

from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.chat import open_to_posts
from sandbox.webapi.context import Context, number
from sandbox.workspace import Upload


def get_upload_url(context: Context, args: Json) -> Json:
    length = number(args, "length", 0)
    if length <= 0:
        raise Refusal("invalid_arguments", ("[ERROR] must be more than 0: length",))
    upload = Upload(context.workspace.new_id("F"), str(args["filename"]), length, str(args.get("alt_txt") or ""))
    context.workspace.uploads[upload.id] = upload
    return {"upload_url": f"{context.base_url}/upload/{upload.id}", "file_id": upload.id}


def complete_upload(context: Context, args: Json) -> Json:
    files = args["files"] if isinstance(args["files"], list) else []
    uploads = [finished(context, given) for given in files]
    if not uploads:
        raise Refusal("invalid_arguments", ("[ERROR] no files given: files",))
    shown = [described(context, upload) for upload in uploads]
    if args.get("channel_id"):
        channel = open_to_posts(context, context.channel(args["channel_id"]))
        body: Json = {"text": str(args.get("initial_comment") or ""), "files": shown, "subtype": "file_share"}
        if args.get("thread_ts"):
            body["thread_ts"] = str(args["thread_ts"])
        context.workspace.post(channel, body, author=context.workspace.bot_user_id)
    return {"files": shown}


def finished(context: Context, given: Any) -> Upload:
    upload = context.workspace.uploads.get(str(given.get("id"))) if isinstance(given, dict) else None
    if upload is None or upload.content is None:
        raise Refusal("file_not_found")
    upload.title = str(given.get("title") or upload.name)
    upload.complete = True
    upload.shown_from = context.workspace.seconds() + context.workspace.looks_at_files
    return upload


def described(context: Context, upload: Upload) -> Json:
    return {
        "id": upload.id,
        "name": upload.name,
        "title": upload.title,
        "size": upload.length,
        "alt_txt": upload.alt_text,
        "url_private": f"{context.base_url}/files/{upload.id}",
        "permalink": f"{context.base_url}/files/{upload.id}",
    }
