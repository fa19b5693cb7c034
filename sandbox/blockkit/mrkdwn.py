"""What a text in mrkdwn would do to people: the mentions that ring everybody."""

from __future__ import annotations

import re

_BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^<>]*)?>")


def mentions(text: str) -> set[str]:
    """The broadcast mentions of a raw mrkdwn text: `<!channel>`, `<!here>`, `<!everyone>`. Escaped ones do not ring."""
    return {f"<!{name}>" for name in _BROADCAST.findall(text)}
