"""What the messages of a departure may speak of, read in one place; and saying something about one, outside its steps."""

from collections.abc import Mapping
from typing import Any

from bot.conductor import Conductor
from bot.people import rhythm_of
from flows.core.calendar import next_moment
from flows.core.moves import Post
from storage.departures import Departure

PAGE = "leaving"
BESIDE: Mapping[str, tuple[str, ...]] = {
    "leaving/told_again": ("departure",),
    "leaving/out_of_reach": ("departure",),
    "leaving/lead_inherited": ("departure",),
    "leaving/hats_left": ("departure",),
    "leaving/mission_declined": ("departure",),
    "leaving/mission_to_talk": ("departure",),
    "leaving/mission_free": ("departure",),
    "leaving/debriefer_wanted": ("departure",),
    "leaving/lesson": ("read_lesson",),
    "leaving/feedback_named": ("read_feedback",),
    "leaving/feedback_unnamed": ("read_feedback",),
}
"""The gestures proposed beside what is said of a departure outside its steps."""
ABOUT = ("round", "conversation", "departure", "account")
"""What such a gesture is about: the first of these its message names."""


def tell(
    conductor: Conductor,
    to: str | None,
    message: str,
    departure: Departure,
    about: str,
    *,
    within: str | None = None,
    **context: Any,
) -> None:
    """Say `leaving/<message>` to one person, in their working hours (at once to whoever has just acted), once for `about`.

    It is said in a conversation of the departure (`within`; its path, when none is named), and is taken back with it.
    """
    member = conductor.member(to) if to else None
    if member is None or not member.slack_id or not member.active:
        return
    prompt = member.id == conductor.actor
    at = conductor.now if prompt else next_moment(conductor.now, rhythm_of(member, conductor.workspace))
    said: Mapping[str, Any] = {"departure": departure.id, **context}
    post = Post("", f"{PAGE}/{message}", member.id, f"{message}-{about}", at, conductor.now, prompt, context=said)
    conductor.say(within or departure.path_id, post)
