"""users.*, team.*, auth.*, bots.*, apps.*: who is here, the app included."""

from __future__ import annotations

from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.context import Context, flag, page


def api_test(_context: Context, args: Json) -> Json:
    if args.get("error"):
        raise Refusal(str(args["error"]))
    return {"args": args}


def auth_test(context: Context, _args: Json) -> Json:
    """With the token of an organisation, the organisation stands where the workspace does."""
    workspace = context.workspace
    of = workspace.organisation
    named = {"url": f"https://{workspace.domain}.slack.com/", "team": workspace.name, "team_id": workspace.team_id}
    if of is not None:
        named = {"url": f"https://{of.domain}.enterprise.slack.com/", "team": of.name, "team_id": of.id}
    return {
        **named,
        "user": workspace.bot_name,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        **({"enterprise_id": workspace.enterprise.id} if workspace.enterprise else {}),
        "is_enterprise_install": of is not None,
    }


def open_connection(context: Context, _args: Json) -> Json:
    return {"url": context.socket_url()}


def team_info(context: Context, _args: Json) -> Json:
    workspace = context.workspace
    shown: Json = {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain, "icon": {}}
    of = workspace.enterprise
    return {"team": shown | ({"enterprise_id": of.id, "enterprise_name": of.name} if of else {})}


def bot_info(context: Context, args: Json) -> Json:
    workspace = context.workspace
    if args.get("bot") not in (None, workspace.bot_id):
        raise Refusal("bot_not_found")
    return {
        "bot": {
            "id": workspace.bot_id,
            "deleted": False,
            "name": workspace.bot_name,
            "app_id": workspace.app_id,
            "user_id": workspace.bot_user_id,
        }
    }


def info(context: Context, args: Json) -> Json:
    person = context.member(args["user"])
    return {"user": context.workspace.user_info(person, with_locale=flag(args, "include_locale"))}


def list_all(context: Context, args: Json) -> Json:
    """Everyone, as Slack does: deactivated people, robots and those who have been invited too."""
    everyone = [person for person in context.workspace.people.values() if person.joined or person.invited]
    found, metadata = page(everyone, args, 0)
    with_locale = flag(args, "include_locale")
    shown = [context.workspace.user_info(person, with_locale=with_locale) for person in found]
    return {"members": shown, "cache_ts": int(context.workspace.seconds()), "response_metadata": metadata}


def lookup_by_email(context: Context, args: Json) -> Json:
    wanted = str(args["email"]).lower()
    for person in context.workspace.people.values():
        if person.joined and not person.deactivated and person.email.lower() == wanted:
            return {"user": context.workspace.user_info(person, with_locale=False)}
    raise Refusal("users_not_found")
