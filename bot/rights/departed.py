"""The departures of somebody, as they may read them: what was said of it, who may know, and who did and saw what."""

from bot.leaving.context import PAGE
from bot.rights.reader import Json, Reader
from flows.leaving.kinds import DEATH
from storage import departures, missions
from storage.departures import Departure, Trace


def departed(reader: Reader) -> list[Json]:
    """The earliest first. They see the trace whole: it is kept for them. That somebody told of their death is for a person to
    say, and to put right: once it is, nothing of it is theirs to read."""
    found = departures.of_member(reader.scene.tx, reader.me.id)
    told = [one for one in found if one.kind != DEATH.name or one.state in ("open", "left")]
    return [_in_few_words(reader, one) if one.kind == DEATH.name else _departure(reader, one) for one in told]


def _in_few_words(reader: Reader, one: Departure) -> Json:
    return {
        "status": reader.plain("departure__in_few_words", day=one.begun_on, today=None, lead=reader.name(one.lead_id))
    }


def _departure(reader: Reader, one: Departure) -> Json:
    tx = reader.scene.tx
    known = departures.capacities(tx, one.id)
    told = {
        "kind": reader.label(f"kind__{one.kind}", PAGE, one.kind.replace("_", " ")),
        "begun_on": one.begun_on.isoformat(),
        "last_day": one.last_day.isoformat(),
        "confidential_until": one.confidential_until and one.confidential_until.isoformat(),
        "announced_on": one.published_on and one.published_on.isoformat(),
        "status": reader.plain(f"departure__{one.state}"),
        "words": dict(one.words),
        "missions": [
            f"{mission.title} ({reader.name(mission.taker_id)})" if mission.taker_id else mission.title
            for mission in missions.of_departure(tx, one.id)
        ],
        "may_know": [reader.name(who) for who in known if who != reader.me.id],
        "trace": [_seen(reader, trace) for trace in departures.traces(tx, one.id)],
    }
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _seen(reader: Reader, trace: Trace) -> str:
    """In the words of the window that shows it; a verb of a former release by its name."""
    block, people = f"trace__{trace.verb}", {"by": trace.by_id, "about": trace.about_id}
    day = reader.where_they_are(trace.at).date()
    if not reader.scene.messages.has(reader.voice, PAGE, block):
        return f"{day} · {reader.name(trace.by_id)} · {trace.verb.replace('_', ' ')}"
    told = {name: reader.scene.member(id) if id else None for name, id in people.items()}
    return reader.plain(block, PAGE, day=day, today=None, **told)
