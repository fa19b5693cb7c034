"""What is asked of the words of any page that shows in windows: "vous" repeats nothing, and all fit where Slack shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from messages import Messages, Voice

TITLE = 24
"""Characters of a window's title, or of what submits it (docs.slack.dev/reference/views/modal-views)."""


def repeated_in_vous(messages: Messages, page: str, told: Mapping[str, Any]) -> list[str]:
    """The words that "vous" says as "tu" does."""
    return [
        name
        for name in messages.names("fr_vous", page)
        if len({messages.say(Voice("fr", address), page, name, told) for address in ("tu", "vous")}) == 1
    ]


def too_long(
    messages: Messages,
    voice: Voice,
    page: str,
    told: Mapping[str, Any],
    titles: Iterable[str],
    longest: Mapping[str, int],
) -> dict[str, str]:
    """The words that do not fit, by name; `longest`: characters there are for those whose name begins so."""
    begun = [
        (name, most)
        for name in messages.names("fr", page)
        for begins, most in longest.items()
        if name.startswith(begins)
    ]
    bounds = dict(begun) | dict.fromkeys(titles, TITLE)
    said = {name: messages.plain(voice, page, name, told) for name in bounds}
    return {name: text for name, text in said.items() if len(text) > bounds[name]}
