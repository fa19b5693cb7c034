"""Letters in a picture: how wide they are, how words are laid in lines, how they are written in SVG."""

import re
from textwrap import wrap

from markupsafe import escape

from bot.polls.sheet import cleaned

INK = "#1c2321"
_WIDTHS = (
    (0.2, " \N{NO-BREAK SPACE}"),
    (0.28, "ijl.,:;'’·"),
    (0.42, "frtI()[]-/!|"),
    (0.93, "mwM&œæß"),
    (1.1, "WŒÆ@%—…©®¶¼½¾ŉ"),
)
"""In the height of a letter, a little over those of Lato in bold; `_USUAL` for the others, `_CAPITAL` for capitals."""
_USUAL, _CAPITAL, _OTHER_SCRIPT = 0.59, 0.8, 1.1
_LAST_OF_OURS = "\N{LATIN SMALL LETTER B WITH STROKE}"


_EMOJI = re.compile(
    r"[\u200d\u20e3\ufe0e\ufe0f\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
"""With what joins and colours them."""


def written(words: str) -> str:
    """Without emoji: our letters have none, and would show an empty box in the place of each."""
    return cleaned(_EMOJI.sub("", words))


def width(words: str) -> float:
    """About how wide words are, at most, when letters are one high."""
    return sum(map(_width, words))


def _width(letter: str) -> float:
    known = next((wide for wide, letters in _WIDTHS if letter in letters), None)
    if known is not None:
        return known
    if letter > _LAST_OF_OURS:
        return _OTHER_SCRIPT
    return _CAPITAL if letter.isupper() else _USUAL


def fitted(lines: list[str], size: float, room: float) -> float:
    """The size at which none of the lines is wider than `room`: `size` at most."""
    return min([size, *(room / width(line) for line in lines if line)])


def balanced(words: str, longest: int) -> list[str]:
    """Words on as few lines of about `longest` characters as can be, none of them left alone on the last."""
    fewest = len(_wrapped(words, longest))
    return next(lines for most in range(1, longest + 1) if len(lines := _wrapped(words, most)) <= fewest)


def _wrapped(words: str, longest: int) -> list[str]:
    return wrap(words, longest, break_long_words=False, break_on_hyphens=False)


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    bold: bool = False,
    fill: str = INK,
    anchor: str = "start",
    halo: bool = False,
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    around = ' stroke="#ffffff" stroke-width="6" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{fill}" text-anchor="{anchor}"{weight}{around}>'
        f"{escape(written(words))}</text>"
    )
