"""What may be read of a departure beside messages: a debrief, its digest, a plan, a REX; each by whom it is for."""

from typing import TYPE_CHECKING, Any

from bot.polls.leads import is_lead
from flows.core.model import SUBJECT, Ask, Conversation, Flow
from flows.core.people import Member
from flows.leaving.afterwards import experience_feedback, feedback, is_shared
from flows.leaving.debrief import (
    WRITTEN_DEBRIEFS,
    debrief_meeting,
    digest,
    is_sent,
    share_digest,
)
from flows.leaving.parts import DEBRIEFER, LEAD
from flows.leaving.support import departure_support, offer, project

if TYPE_CHECKING:
    from bot.scene import Scene

Readable = tuple[str, list[Ask[Any]]]
"""The step whose title is the window's, and the questions shown."""
_DIGESTED = (debrief_meeting.name, *(flow.name for flow in WRITTEN_DEBRIEFS))


def readable(scene: "Scene", me: Member, verb: str, flow: Flow, talk: Conversation) -> Readable | None:
    """What this verb lets `me` read of this conversation; None: nothing, as for anybody it is not for."""
    match verb:
        case "read_debrief" if flow in WRITTEN_DEBRIEFS and is_sent(talk) and _plays(talk, me, SUBJECT, DEBRIEFER):
            return "to_read", [step for step in flow.steps if isinstance(step, Ask) and step.to == SUBJECT][:-2]
        case "read_digest" if flow.name in _DIGESTED and _plays(talk, me, SUBJECT, DEBRIEFER):
            return share_digest.name, [digest]
        case "read_lesson" if (
            flow.name in _DIGESTED and talk.answer(share_digest) == "share" and _leads_plan(scene, me)
        ):
            return share_digest.name, [digest]
        case "read_plan" if flow.name == departure_support.name and _plays(talk, me, SUBJECT, LEAD):
            return "plan_ready", [project, offer]
        case "read_feedback" if flow.name == experience_feedback.name and is_shared(talk):
            return feedback.name, [feedback]
    return None


def _plays(talk: Conversation, me: Member, *parts: str) -> bool:
    return any(part in talk.cast and talk.cast[part].id == me.id for part in parts)


def _leads_plan(scene: "Scene", me: Member) -> bool:
    return is_lead(scene.tx, me)
