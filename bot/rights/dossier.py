"""All that is kept of somebody, as JSON-native values they can read: their own words for the names of things, never bare ids.

Keys are English and lasting, for other programs; what is under them is in the person's language.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from bot.polls.wording import Wording
from bot.retention import RULES, Rule
from bot.rights.departed import departed
from bot.rights.lived import lived
from bot.rights.reader import PAGE, Json, Reader
from bot.scene import OURS, Scene
from flows.core.people import Member
from flows.core.poll import Poll
from flows.living.radar import radar
from storage import polls, rights, self_radars
from storage.rights import Rows

FORMAT = "parcours-member-1"
"""What tells programs how to read it; it changes when a key does."""
TOLD_APART = frozenset({"member", "tenure", "role", "contact", "stamp", "meeting", "conversation", "casting", "outbox"})
OF_POLLS = frozenset({"self_radar", "improvement", "audience", "participation"})
"""The tables whose rows are said in their own way; those of any other come as they are, under `more`."""


def dossier(scene: Scene, me: Member) -> Json:
    """Everything about `me`, and of others only what is also about them."""
    reader = Reader(scene, me)
    return {name: reader.outside(one) for name, one in _chapters(reader).items()}


def _chapters(reader: Reader) -> Json:
    scene, me = reader.scene, reader.me
    held, talks = rights.held(scene.tx, me.id), lived(reader)
    titles = {talk["id"]: talk["title"] for talk in talks}
    return {
        "format": FORMAT,
        "made_on": scene.today(me).isoformat(),
        "language": reader.voice.locale,
        "cooperative": scene.workspace.name,
        "read_me": reader.plain("read_me", day=scene.today(me), today=None),
        "not_here": reader.plain("not_here"),
        "identity": _identity(reader, held["member"]),
        "dates": [plain_values(row) for row in held["tenure"]],
        "roles": [reader.plain(f"role__{row['name']}", "setup") for row in held["role"]],
        "contact": [_contact(reader, row) for row in held["contact"]],
        "passport": [_stamp(reader, row) for row in held["stamp"]],
        "met": [_meeting(reader, row) for row in held["meeting"]],
        "conversations": talks,
        "said": [_said(reader, row, titles) for row in held["outbox"] if row["kind"] == "post"],
        "departures": departed(reader),
        "improvements": [_improvement(reader, row) for row in held["improvement"]],
        "own_radars": [_own_radar(reader, radar) for radar in self_radars.of(scene.tx, me.id)],
        "rounds": [_round(reader, row) for row in held["audience"]],
        "kept": [reader.plain(f"rule__{rule.name}", **told_of(reader, rule)) for rule in RULES],
        "more": {
            table: [plain_values(row) for row in rows]
            for table, rows in held.items()
            if rows and table not in TOLD_APART | OF_POLLS
        },
    }


def told_of(reader: Reader, rule: Rule) -> Mapping[str, Any]:
    """What the words of a rule may speak of."""
    unit, n = rule.span
    return {"span": reader.plain(f"span__{unit}", n=n), "n": self_radars.KEPT}


def plain_values(row: Mapping[str, Any]) -> Json:
    """A row with nothing empty in it, its days and moments written as ISO 8601."""
    return {name: _plain(value) for name, value in row.items() if value not in (None, "", [], {})}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _identity(reader: Reader, rows: Rows) -> Json:
    row = dict(rows[0])
    days, supervisor, closed_on = row.pop("working_days"), row.pop("supervisor_id"), row.pop("closed_on")
    return plain_values(
        {
            **row,
            "locale": row["locale"] and reader.label(f"language__{row['locale'][:2]}", "setup", row["locale"]),
            "address": row["address"] and reader.label(f"address__{row['address']}", "setup", row["address"]),
            "active": reader.plain("yes" if row["active"] else "no"),
            "is_admin": reader.plain("yes" if row["is_admin"] else "no"),
            "is_guest": reader.plain("yes" if row["is_guest"] else "no"),
            "working_days": [reader.plain(f"weekday__{day}", "setup") for day in days or ()],
            "supervisor": reader.name(supervisor) if supervisor else None,
            "account_closed_on": closed_on,
        }
    )


def _contact(reader: Reader, row: Mapping[str, Any]) -> Json:
    dead = reader.plain("address_is_dead") if row["bounce_reason"] else None
    return plain_values({**row, "pace": reader.plain(f"pace__{row['pace']}", "letterbox"), "bounce_reason": dead})


def _stamp(reader: Reader, row: Mapping[str, Any]) -> Json:
    added = reader.plain("added_by_you", "passport") if row["by_oneself"] else None
    return plain_values({"stamp": reader.stamp(row["name"]), "on": row["stamped_on"], "added": added})


def _meeting(reader: Reader, row: Mapping[str, Any]) -> Json:
    other = row["member_b"] if row["member_a"] == reader.me.id else row["member_a"]
    return {"who": reader.name(other), "on": row["met_on"].isoformat()}


def _said(reader: Reader, row: Mapping[str, Any], titles: Mapping[str, str]) -> Json:
    """A message by its name, for programs, and for people by what the conversation it belongs to calls it."""
    talk: str = row["conversation"]
    title = reader.step_title(talk, row["step"]) if talk in titles else None
    return plain_values(
        {
            "on": reader.where_they_are(row["settled_at"] or row["at"]),
            "message": row["message"],
            "title": title or reader.plain("said__service"),
            "conversation": titles.get(talk),
            "state": row["state"],
        }
    )


def _improvement(reader: Reader, row: Mapping[str, Any]) -> Json:
    return plain_values({**row, "state": reader.plain(f"state__{row['state']}", "plan")})


def _own_radar(reader: Reader, drawn: self_radars.SelfRadar) -> Json:
    decided = polls.settings(reader.scene.tx, radar.name, OURS)
    poll = decided.poll if decided is not None else radar
    wording = reader.scene.wording(poll, reader.me)
    return {
        "on": drawn.drawn_on.isoformat(),
        "axes": {
            _axis(poll, wording, name): wording.passed if value is None else value
            for name, value in drawn.answers.items()
        },
    }


def _axis(poll: Poll, wording: Wording, name: str) -> str:
    """As it is called where the radar is drawn; a question that is no more keeps its name."""
    item = poll.item(name)
    if item is None:
        return name.replace("_", " ")
    return wording.dimension(item.dimension) if item.dimension else wording.item(item)


def _round(reader: Reader, row: Mapping[str, Any]) -> Json:
    """That they were invited; while it is open, whether they have answered. Never what: it belongs to nobody."""
    record = polls.find(reader.scene.tx, row["round_id"])
    assert record is not None, "an audience has its round"
    wording = reader.scene.wording(record.round.poll, reader.me)
    note = None
    if record.state == "open":
        answered = polls.has_answered(reader.scene.tx, record.id, reader.me.id)
        note = reader.plain("round__answered" if answered else "round__not_answered")
    groups = {wording.cut(cut): wording.group(cut, group) for cut, group in row["labels"].items()}
    return plain_values(
        {
            "poll": wording.title,
            "opened_on": record.opened_on,
            "closed_on": record.closed_on,
            "groups": groups,
            "note": note,
        }
    )


__all__ = ["FORMAT", "PAGE", "dossier", "plain_values", "told_of"]
