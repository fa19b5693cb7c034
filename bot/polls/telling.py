"""What a poll has to say to everybody, queued in one place: the same thing, about one round, to each once."""

from collections.abc import Iterable
from typing import Any

from bot.conductor import Conductor
from bot.people import rhythm_of
from flows.core.calendar import next_moment
from flows.core.moves import Post
from flows.core.people import Member


def everybody(conductor: Conductor) -> list[Member]:
    """Whoever can be spoken to on Slack."""
    return [one for one in conductor.everyone() if one.slack_id]


def tell_each(conductor: Conductor, people: Iterable[Member], message: str, about: str, **context: Any) -> None:
    """To each, at their next working moment. `about` (a round, a gathering) makes it once."""
    for one in people:
        at = next_moment(conductor.now, rhythm_of(one, conductor.workspace))
        conductor.say(None, Post("", message, one.id, f"{message}-{about}", at, conductor.now, context=context))


def tell_together(conductor: Conductor, people: Iterable[Member], message: str, about: str, **context: Any) -> None:
    """To all at the same moment, the house's next working one."""
    at = next_moment(conductor.now, rhythm_of(None, conductor.workspace))
    for one in people:
        conductor.say(None, Post("", message, one.id, f"{message}-{about}", at, conductor.now, context=context))


def tell_channel(conductor: Conductor, message: str, about: str, *, within: str | None = None, **context: Any) -> None:
    """In the channel of announcements, when there is one. What is said `within` a conversation is taken back with it."""
    channel = conductor.workspace.announcements_channel
    if channel:
        at = next_moment(conductor.now, rhythm_of(None, conductor.workspace))
        conductor.say(within, Post("", message, channel, f"{message}-{about}", at, conductor.now, context=context))
