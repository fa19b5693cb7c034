"""What in a comment could say who somebody is: addresses, phone numbers, names. Pure: it decides nothing and keeps nothing."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

SHORTEST = 3
"""Letters of a word that is looked for: under it, every other sentence would hold somebody's name."""
PARTICLES = frozenset(
    ("aux", "ben", "bin", "dal", "das", "del", "della", "der", "des", "dos", "las", "les", "los", "van", "von", "zur")
)
"""Not looked for inside a longer name: half of them are words that French cannot do without."""

_APART = r"[^\S\n\r]|[-./·‐‑‒–—−]"
_E_MAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"<[@!#][^<>\n]{1,80}>|(?<![\w@])@[^\W\d][\w.-]*\w")
_NATIONAL = re.compile(rf"(?<![\d+])0(?:{_APART}){{0,2}}[1-9](?:(?:{_APART}){{0,2}}\d){{8}}(?!\d)")
_ABROAD = re.compile(rf"(?<![\w+])(?:\+|00(?:{_APART})?)[1-9](?:(?:{_APART}|[()]){{0,3}}\d){{6,14}}(?!\d)")
_ADDRESSES = (_E_MAIL, _HANDLE, _ABROAD, _NATIONAL)

_WORD = re.compile(r"[^\W_]+")
_WITHIN_A_NAME = re.compile(r"[^\S\n\r]{0,2}(?:[-'’.‐‑][^\S\n\r]?)?")
_SPELT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"})


class _Found(NamedTuple):
    start: int
    end: int


def scan(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The parts of `text` that name somebody, as they are written there, each once and in order.

    They are e-mail addresses, phone numbers (French, or with a country's code), handles and mentions, and the words of
    `names` (first or last names), whatever their accents, capitals and hyphens. A word that is a name and something else
    (Pierre, France) is given too: only the person who writes knows which it is.
    """
    folded, origins = _folded_with_origins(text)
    found = sorted({*_addresses(folded), *_named(folded, _known(names))}, key=lambda it: (it.start, -it.end))
    # A mark above the last letter is a character of its own that nothing was made of: it belongs to the excerpt.
    excerpts = (text[origins[start] : max(origins[end - 1] + 1, origins[end])] for start, end in _apart(found))
    return tuple(dict.fromkeys(excerpts))


def _addresses(folded: str) -> Iterator[_Found]:
    for shape in _ADDRESSES:
        yield from (_Found(*match.span()) for match in shape.finditer(folded))


def _named(folded: str, known: dict[str, set[tuple[str, ...]]]) -> Iterator[_Found]:
    words = list(_WORD.finditer(folded))
    for at, word in enumerate(words):
        for name in known.get(word.group(), ()):
            spoken = words[at : at + len(name)]
            if tuple(one.group() for one in spoken) == name and _in_one_breath(folded, spoken):
                yield _Found(word.start(), spoken[-1].end())


def _in_one_breath(folded: str, words: list[re.Match[str]]) -> bool:
    return all(_WITHIN_A_NAME.fullmatch(folded, one.end(), another.start()) for one, another in pairwise(words))


def _known(names: Iterable[str]) -> dict[str, set[tuple[str, ...]]]:
    """By first word, what is looked for: each name whole, in one word, and each of its words that is long enough."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(_WORD.findall(_folded(name)))
        alone = [(word,) for word in words if len(word) >= SHORTEST and word not in PARTICLES]
        joined = "".join(words)
        whole = [words, (joined,)] if len(joined) >= SHORTEST else []
        for wanted in (*whole, *alone):
            found.setdefault(wanted[0], set()).add(wanted)
    return found


def _apart(found: Iterable[_Found]) -> Iterator[_Found]:
    """Without those that lie in another, or begin in one."""
    reached = 0
    for one in found:
        if one.start >= reached:
            reached = one.end
            yield one


# ------------------------------------------------------------------------------------------------------------- spelling


def _folded(text: str) -> str:
    return "".join(map(_fold, text))


def _folded_with_origins(text: str) -> tuple[str, list[int]]:
    """The text without accents nor capitals; for each character of it the one it comes from, and where the text ends."""
    pieces = [_fold(character) for character in text]
    return "".join(pieces), [*(at for at, piece in enumerate(pieces) for _ in piece), len(text)]


@lru_cache(maxsize=4_096)
def _fold(character: str) -> str:
    """Without its accent, its capital or its width; nothing for what is not seen."""
    spelt = unicodedata.normalize("NFKD", character).casefold().translate(_SPELT)
    return "".join(one for one in spelt if unicodedata.category(one) not in ("Mn", "Cf"))
