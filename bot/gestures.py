"""What Slack's payloads say: who did what, where, and in which words. Pure readings of dicts, nothing is decided here."""

import re
import unicodedata
from datetime import UTC, date, datetime
from html import unescape
from typing import Any, Literal, NamedTuple

from bot.answering import Spot

Payload = dict[str, Any]

OUR_NAME = "Parcours"
# docs.slack.dev/messaging/formatting-message-text, "Retrieving messages": <…> is a mention or a link, the rest is escaped.
_MARKUP = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_DAYS_COUNTED = re.compile(r"([0-9]{1,3})(?: ?(?:jours?|j|days?|d))?")
_WRITTEN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")


def person_of(payload: Payload) -> str:
    """The Slack id of whoever made the gesture, in an interaction or a command."""
    return str(payload["user"]["id"]) if "user" in payload else str(payload["user_id"])


class Place(NamedTuple):
    """Where a gesture or an event comes from, as Slack numbers it: a workspace, an organisation that let us in for all of its
    own, or both. The actor of a shared channel may be of another."""

    workspace: str | None
    organisation: str | None


def place_of(payload: Payload) -> Place:
    """Where a window was opened from, else where the gesture was made, else the workspace that the event is told to
    (docs.slack.dev/reference/interaction-payloads, docs.slack.dev/apis/events-api, "authorizations"). A goodbye names no
    authorization, and that of an organisation no workspace."""
    view, team, told = payload.get("view") or {}, payload.get("team"), (payload.get("authorizations") or [payload])[0]
    who = payload.get("user")
    found = (
        view.get("app_installed_team_id"),
        team.get("id") if isinstance(team, dict) else team,
        told.get("team_id"),
        payload.get("team_id"),
        # An organisation's own gestures name no workspace but that of whoever makes them.
        who.get("team_id") if isinstance(who, dict) else None,
    )
    workspace = next((str(id) for id in found if id), None)
    enterprise = payload.get("enterprise")
    named = enterprise.get("id") if isinstance(enterprise, dict) else told.get("enterprise_id")
    is_for_all = str(told.get("is_enterprise_install")).lower() == "true" or workspace is None
    return Place(workspace, str(named) if named and is_for_all else None)


def moment_of(event: Payload) -> datetime:
    """When what an event tells happened, in whole seconds, however late it comes (docs.slack.dev/apis/events-api)."""
    return datetime.fromtimestamp(event["event_time"], UTC)


def workspace_of(payload: Payload) -> str:
    """The workspace of a gesture made in one: any but a goodbye."""
    workspace = place_of(payload).workspace
    assert workspace is not None, "nobody is authorized who names no workspace"
    return workspace


def spot_of(payload: Payload) -> Spot | None:
    """The message the gesture was made on; None in a window or in the Home."""
    container = payload.get("container") or {}
    channel, ts = container.get("channel_id"), container.get("message_ts")
    return Spot(str(channel), str(ts)) if channel and ts else None


def given_by(action: Payload) -> str | None:
    """What one control gives: a button's value, or what was chosen in a select or a calendar."""
    option = action.get("selected_option") or {}
    found = (action.get("value"), option.get("value"), action.get("selected_user"), action.get("selected_date"))
    return next((str(value) for value in found if value is not None), None)


def said_to_us(event: Payload, body: Payload) -> str:
    """What was typed in the conversation with us, where our own name says nothing at its head. Slack tells us by our id, which is
    that of whoever it is told to (docs.slack.dev/apis/events-api, "authorizations")."""
    text, told = plain(event.get("text") or "").strip(), (body.get("authorizations") or [{}])[0]
    us = f"<@{told.get('user_id')}>"
    if text.startswith(us):
        text = text.removeprefix(us).lstrip(" ,") or OUR_NAME
    return text.replace(us, OUR_NAME)


def plain(text: str) -> str:
    """Words typed in Slack as the person sees them: names of channels and pages instead of markup, nothing escaped; where a page
    is, too. What Slack tells by its id alone stays as it is: `<@U…>`, `<#C…>`."""
    return unescape(_MARKUP.sub(_as_seen, text))


def _as_seen(markup: re.Match[str]) -> str:
    target, _, label = markup[1].partition("|")
    if target.startswith(("@", "#")):
        return f"{target[0]}{label}" if label else f"<{target}>"
    if target.startswith("!subteam^") and not label:
        return f"<{target}>"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:")
    # Slack marks up what looks like an address as well: "ex.coop" comes as <http://ex.coop|ex.coop>.
    is_the_address = not label or label.rstrip("/") in (address.rstrip("/"), address.partition("://")[2].rstrip("/"))
    return label or address if is_the_address else f"{label} ({address})"


Verb = Literal[
    "menu",
    "welcome",
    "depart",
    "pause",
    "resume",
    "preferences",
    "my_data",
    "export_my_data",
    "erase_my_data",
    "invite",
]


class Command(NamedTuple):
    """What was typed after `/parcours`. For `welcome` and `depart`: whom (a Slack id) and when, each None when it was left
    out; `wrong` names the message for what could not be read. For `pause`: until when, or for how many `days`."""

    verb: Verb | Literal["unknown"]
    person: str | None = None
    day: date | None = None
    wrong: Literal["not_a_person", "not_a_day"] | None = None
    days: int | None = None


VERBS: dict[str, Verb] = {
    "": "menu",
    "menu": "menu",
    "aide": "menu",
    "help": "menu",
    "bonjour": "menu",
    "hello": "menu",
    "accueillir": "welcome",
    "welcome": "welcome",
    "depart": "depart",
    "leave": "depart",
    "inviter": "invite",
    "invite": "invite",
    "pause": "pause",
    "stop": "pause",
    "reprendre": "resume",
    "resume": "resume",
    "continuer": "resume",
    "continue": "resume",
    "preferences": "preferences",
    "mespreferences": "preferences",
    "mypreferences": "preferences",
    "mesdonnees": "my_data",
    "mydata": "my_data",
    "exporter": "export_my_data",
    "export": "export_my_data",
    "effacer": "erase_my_data",
    "erase": "erase_my_data",
}
"""By one word or two, as `_bare` leaves them."""


def command_of(text: str) -> Command:
    # What was copied from elsewhere comes with spaces that do not break (github.com/slack-ruby/slack-ruby-bot/pull/256).
    first, _, rest = " ".join(text.split()).partition(" ")
    second, _, after = rest.partition(" ")
    # "mes données", as the menu writes it, as well as "mes-donnees".
    if _bare(second) and (known := VERBS.get(_bare(first + second))) is not None:
        rest = after
    elif (known := VERBS.get(_bare(first))) is None:
        return Command("unknown")
    if known == "pause":
        return _silence(rest.strip().lower())
    return _about_somebody(known, rest) if known in ("welcome", "depart") else Command(known)


def _bare(words: str) -> str:
    """Without case, accents, dashes or punctuation: people type words as they come."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower())


def _silence(rest: str) -> Command:
    """`3`, `3 jours`, `2026-12-01`, or nothing."""
    if (counted := _DAYS_COUNTED.fullmatch(rest)) is not None:
        return Command("pause", days=int(counted[1]))
    day = _day(rest)
    return Command("pause", day=day, wrong="not_a_day" if rest and day is None else None)


def _about_somebody(verb: Verb, rest: str) -> Command:
    """`@person 2026-12-01`, in any order, each may be left out."""
    mention = _MENTION.search(rest)
    words = _MENTION.sub(" ", rest).split()
    person = mention[1] if mention else None
    if any(word.startswith("@") for word in words):
        return Command(verb, person, None, "not_a_person")
    if not words:
        return Command(verb, person)
    day = _day(" ".join(words))
    return Command(verb, person, day, None if day else "not_a_day")


def _day(text: str) -> date | None:
    """A day written `2026-12-01`, or `01/12/2026` as the French do."""
    if not _WRITTEN_DATE.fullmatch(text):
        return None
    parts = [int(part) for part in re.split(r"[-/]", text)]
    try:
        return date(*(parts if "-" in text else reversed(parts)))
    except ValueError:
        return None
