"""Emoji in what people write, as Slack tells them to an app: by their names, between colons.

Seen in github.com/dylex/slack-libpurple/pull/185; names and skin tones are written as in
docs.slack.dev/reference/block-kit/block-elements/emoji-element.
Those written most are here; others stay as they were typed, as Slack leaves what it has no name for.
"""

from __future__ import annotations

import re

NAMES = {
    "👋": "wave",
    "🙏": "pray",
    "👍": "+1",
    "👏": "clap",
    "🎉": "tada",
    "❤️": "heart",
    "🙂": "slightly_smiling_face",
    "😊": "blush",
    "😉": "wink",
    "😅": "sweat_smile",
    "🤔": "thinking_face",
    "✅": "white_check_mark",
}
LIGHTEST = ord("🏻")
_KNOWN = re.compile(f"({'|'.join(NAMES)})([🏻-🏿]?)")


def named(text: str) -> str:
    return _KNOWN.sub(lambda found: f":{NAMES[found[1]]}:{_tone(found[2])}", text)


def _tone(modifier: str) -> str:
    return f":skin-tone-{ord(modifier) - LIGHTEST + 2}:" if modifier else ""
