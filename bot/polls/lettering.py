"""Letters in a picture: how wide they are, how words are laid in lines, how they are written in SVG."""

import re
from textwrap import wrap

from markupsafe import escape

from bot.polls.sheet import cleaned
from messages.outside import with_emoji

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


_DRAWN = (
    r"\n\r\t\u0020-\u007e\u00a0-\u017e"
    r"\u0192\u01a0-\u01a1\u01af-\u01b0\u01cd-\u01dc\u01e2-\u01e3\u01e6-\u01e7\u01ea-\u01eb\u01fc-\u01fd\u0218-\u021b\u0259"
    r"\u0300-\u030c\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    r"\u0400-\u045f\u0490-\u0493\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9"
    r"\u2012-\u2016\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u202f-\u2030\u2032-\u2033\u2039-\u203a\u2044"
    r"\u20ac\u2116\u2122\u2190-\u2193\u2202\u2206\u2211-\u2212\u221a\u221e\u2248\u2260\u2264-\u2265"
)
"""What our letters can write: Latin, Greek, Cyrillic, and what is between words."""
_SPACE, _HYPHEN, _OTHER = (
    re.compile(r"[\u2000-\u200a\u3000]"),
    re.compile(r"[\u2010\u2011]"),
    re.compile(f"[^{_DRAWN}]+"),
)


def drawable(svg: str) -> str:
    """With "…" for what no letter of ours can write, which would be an empty box each: its words are beside it."""
    return _OTHER.sub("…", _HYPHEN.sub("-", _SPACE.sub(" ", svg)))


def written(words: str) -> str:
    """Without emoji: our letters have none, and would show an empty box in the place of each."""
    return cleaned(_EMOJI.sub("", with_emoji(words)))


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
