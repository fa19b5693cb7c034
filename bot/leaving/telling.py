"""What the messages of a departure may speak of, read in one place; and saying something about one, outside its steps."""

from collections.abc import Mapping
from typing import Any

from bot.conductor import Conductor
from bot.people import rhythm_of
from flows.core.calendar import next_moment
from flows.core.moves import Post
from storage.departures import Departure

PAGE = "leaving"


def tell(conductor: Conductor, to: str | None, message: str, departure: Departure, about: str, **context: Any) -> None:
    """Say `leaving/<message>` to one person, in their working hours (at once to whoever has just acted), once for `about`.

    It belongs to the path of the departure, and is taken back with it.
    """
    member = conductor.member(to) if to else None
    if member is None or not member.slack_id or not member.active:
        return
    prompt = member.id == conductor.actor
    at = conductor.now if prompt else next_moment(conductor.now, rhythm_of(member, conductor.workspace))
    said: Mapping[str, Any] = {"departure": departure.id, **context}
    post = Post("", f"{PAGE}/{message}", member.id, f"{message}-{about}", at, conductor.now, prompt, context=said)
    conductor.say(departure.path_id, post)
