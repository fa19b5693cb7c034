"""What the words of a departure's conversations may speak of, beside what any words may."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.leaving.hats import Hat, hats_of
from flows.core.model import SUBJECT, Conversation
from flows.core.people import Member
from flows.leaving.announcement import announcement_approval, bereavement_announcement, published_announcement
from flows.leaving.checklist import CHECKLIST, departure_task, seen_to
from flows.leaving.parts import LEAD
from storage import conversations, departures, missions
from storage.departures import Departure
from storage.missions import Mission

if TYPE_CHECKING:
    from bot.scene import Scene

PAGE = "leaving"
SHOWING_A_DRAFT = (announcement_approval.name, bereavement_announcement.name)


@dataclass(frozen=True, slots=True)
class Planned:
    """A mission as words speak of it."""

    title: str
    taker: Member | None
    state: str


def leaving_context(scene: "Scene", talk: Conversation, me: Member | None, uses: Collection[str]) -> Mapping[str, Any]:
    """Nothing for a conversation of no departure; what is dear to find only when the words use it (`uses`; all, when empty)."""
    found = departures.find(scene.tx, talk.details.get("departure", "")) if "departure" in talk.details else None
    makers: Mapping[str, Callable[[], Any]] = {
        "missions": lambda: _planned(scene, found),
        "mission": lambda: _mission(scene, talk),
        "hats": lambda: _hats(scene, talk, me),
        "left_to_do": lambda: left_to_do(scene, found, me),
        "draft": lambda: _draft(scene, talk, me) if talk.flow in SHOWING_A_DRAFT else "",
    }
    if "departure" not in talk.details:
        return {}
    made = {name: make() for name, make in makers.items() if not uses or name in uses}
    lead = talk.cast[LEAD].id if LEAD in talk.cast else (found.lead_id if found else None)
    kind = talk.details.get("kind")
    return {
        "departure": found,
        "kind": scene.messages.plain(scene.voice(me), PAGE, f"kind__{kind}", {}) if kind else None,
        "shares": talk.details.get("shares"),
        "contact": scene.member(lead) if lead else None,
        **dict.fromkeys(("mission", "draft")),
        **dict.fromkeys(("missions", "hats", "left_to_do"), ()),
        **made,
    }


def hat_in_words(scene: "Scene", hat: Hat, me: Member | None) -> str:
    about = scene.member(hat.about) if hat.about else None
    told = {"name": hat.name, "about": about}
    return scene.messages.plain(scene.voice(me), PAGE, f"hat__{hat.kind}", told)


def left_to_do(scene: "Scene", found: Departure | None, me: Member | None) -> list[str]:
    """The titles of what is still open in the checklist, in its order."""
    if found is None or found.path_id is None:
        return []
    children = scene.conversations(conversations.children_of(scene.tx, found.path_id))
    still = {
        talk.details["item"]: talk for talk in children if talk.flow == departure_task.name and talk.status == "open"
    }
    flow = scene.flows[departure_task.name]
    return [
        scene.title(
            flow, seen_to.name, scene.voice(me), {**scene.house_context(me, {}), "details": still[item.name].details}
        )
        for item in CHECKLIST
        if item.name in still
    ]


def _planned(scene: "Scene", found: Departure | None) -> list[Planned]:
    plan = missions.of_departure(scene.tx, found.id) if found is not None else []
    return [_as_planned(scene, one) for one in plan if one.state != "kept"]


def _as_planned(scene: "Scene", one: Mission) -> Planned:
    return Planned(one.title, scene.member(one.taker_id) if one.taker_id else None, one.state)


def _mission(scene: "Scene", talk: Conversation) -> Planned | None:
    found = missions.find(scene.tx, talk.details.get("mission", ""))
    return _as_planned(scene, found) if found is not None else None


def _hats(scene: "Scene", talk: Conversation, me: Member | None) -> list[str]:
    person = scene.member(talk.cast[SUBJECT].id) if SUBJECT in talk.cast else None
    if person is None:
        return []
    return [hat_in_words(scene, hat, me) for hat in hats_of(scene.tx, person, seen_by=me.id if me else None)]


def _draft(scene: "Scene", talk: Conversation, me: Member | None) -> str:
    """The announcement as the channel would read it, in plain text."""
    said = Conversation(talk.id, published_announcement.name, talk.cast, talk.anchors, talk.details, house=talk.house)
    told = scene.context(scene.flows[published_announcement.name], said, me, {}, "missions", "departure")
    return scene.messages.plain(scene.voice(None), published_announcement.name, "announcement", told)
