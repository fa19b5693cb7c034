"""The conversations somebody was in, as they may read them: what they answered anywhere, and what was written about them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import keeping
from bot.leaving.access import heard_in
from bot.people import rhythm_of
from bot.questions import Asked
from bot.rights.reader import SHARED, Json, Reader
from flows.core.answers import Choice, Done, Form, Person
from flows.core.model import SUBJECT, Addressee, Ask, Conversation, Flow, Step, addressed
from flows.leaving.checklist import departure_task, seen_to
from flows.leaving.kinds import DEATH
from flows.leaving.support import mission_handover
from flows.living.action_follow_up import action_follow_up
from storage import conversations, departures, members, missions, rights


def lived(reader: Reader) -> list[Json]:
    """In the order they began. Those of a flow this release no longer has come with the names of its steps for all titles."""
    scene, house = reader.scene, rhythm_of(None, reader.scene.workspace)
    moments = rights.talks_with(scene.tx, reader.me.id)
    scene.conversations(moments)  # read together, then asked for one by one

    def as_written(address: str) -> Addressee:
        return Addressee(address, house)

    found = conversations.load_all(scene.tx, list(moments), lambda _: as_written, house)
    told = {one.id: _talk(reader, _flow_of(reader, one), one, moments[one.id]) for one in _to_be_known(reader, found)}
    return [told[id] for id in moments if id in told]


def _flow_of(reader: Reader, talk: Conversation) -> Flow:
    return reader.scene.flows.get(talk.flow) or Flow(talk.flow, ())


def _to_be_known(reader: Reader, found: Sequence[Conversation]) -> list[Conversation]:
    """All but those of a departure whose debrief they are to lead, as long as nothing of it was said to them; and those that
    followed from word of their own death."""
    tx, me = reader.scene.tx, reader.me.id
    heard = {_departure_of(talk) for talk in found if heard_in(_flow_of(reader, talk), talk, me)}
    unheard = {_departure_of(talk) for talk in found} - heard
    hidden = {id for id in unheard if id and departures.capacity_of(tx, id, me) == "debriefer"}
    known = (talk for talk in found if _departure_of(talk) not in hidden)
    return [talk for talk in known if talk.details.get("tone") != DEATH.tone or _id_of(talk, SUBJECT) != me]


def _departure_of(talk: Conversation) -> str:
    return talk.details.get("departure", "")


def _talk(reader: Reader, flow: Flow, talk: Conversation, when: rights.Moments) -> Json:
    about_me = _id_of(talk, SUBJECT) == reader.me.id
    told = {
        "id": talk.id,
        "title": reader.flow_title(flow.name),
        "what": _APART[talk.flow](reader, talk) if talk.flow in _APART else None,
        "about": reader.plain("about_you") if about_me else reader.name(_id_of(talk, SUBJECT)),
        "your_part": [
            reader.part(part) for part in talk.cast if part != SUBJECT and _id_of(talk, part) == reader.me.id
        ],
        "people": _people(reader, flow, talk) if about_me else {},
        "days": {name: day.isoformat() for name, day in talk.anchors.items()} if about_me else {},
        "status": reader.plain(f"status__{talk.status}"),
        "begun_on": _day(reader, when.begun_at),
        "ended_on": _day(reader, when.ended_at),
        "answers": list(_answers(reader, flow, talk, mine=True)),
        "written_by_others": list(_answers(reader, flow, talk, mine=False)) if about_me else [],
    }
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _mission(reader: Reader, talk: Conversation) -> str | None:
    found = missions.find(reader.scene.tx, talk.details.get("mission", ""))
    return found.title if found is not None else None


_APART: Mapping[str, Callable[[Reader, Conversation], str | None]] = {
    departure_task.name: lambda reader, talk: reader.step_title(talk.id, seen_to.name),
    mission_handover.name: _mission,
    action_follow_up.name: lambda _, talk: talk.details.get("action"),
}
"""What tells a conversation from others of its flow, where somebody has several at once."""


def _people(reader: Reader, flow: Flow, talk: Conversation) -> Json:
    """Who is beside them, where they are spoken to: who was asked, and declined, is not theirs to know."""
    if not any(SUBJECT in addressed(step) for step in flow.steps):
        return {}
    beside = {part: _id_of(talk, part) for part in talk.cast if part != SUBJECT}
    return {reader.part(part): reader.name(who) for part, who in beside.items() if who and who.startswith("m_")}


def _answers(reader: Reader, flow: Flow, talk: Conversation, *, mine: bool) -> Iterator[Json]:
    """What they answered; or, of others, the free words alone: a choice or a tick says who did what, not what is thought."""
    for name, state in talk.steps.items():
        step = flow.step(name)
        if state.state != "done" or state.value is None or (state.by == reader.me.id) != mine:
            continue
        if mine or _is_in_words(step, state.value):
            yield {
                "question": reader.step_title(talk.id, name) or name.replace("_", " "),
                "on": _day(reader, state.at),
                **({} if mine else {"by": reader.name(state.by)}),
                "answer": _in_words(reader, flow, talk, step, state.value),
            }


def _is_in_words(step: Step | None, value: Any) -> bool:
    """Of a step that is no more, only the answer tells: an option's name is one word."""
    return keeping.is_written(step) if step is not None else isinstance(value, Mapping) or " " in str(value)


def _in_words(reader: Reader, flow: Flow, talk: Conversation, step: Step | None, value: Any) -> Any:
    match step.answer if isinstance(step, Ask) else None:
        case Choice():
            assert isinstance(step, Ask), "only a question has options"
            asked = Asked(reader.scene, flow, talk, step, reader.me, reader.me.id, reader.context(flow, talk))
            return asked.option(str(value))
        case Form() if isinstance(value, Mapping) and step is not None:
            return {reader.field(flow, talk, f"{step.name}__{name}"): given for name, given in value.items()}
        case Done():
            return reader.plain("done", SHARED)
        case Person():
            named = members.by_slack_id(reader.scene.tx, str(value))
            return named.name if named is not None else reader.plain("somebody", SHARED)
    return value


def _id_of(talk: Conversation, part: str) -> str | None:
    return talk.cast[part].id if part in talk.cast else None


def _day(reader: Reader, moment: datetime | None) -> str | None:
    return reader.where_they_are(moment).date().isoformat() if moment is not None else None
