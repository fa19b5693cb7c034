"""True payloads, spoiled: strategies for whatever may come in through a door."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

MARK = "qzxwords"
"""In every text that is made up, so that it is recognised wherever it should not be."""

words = st.text(max_size=12).map(lambda text: f"{MARK}{text}")
leaves = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words
)
anything: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)


def places(payload: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something is in it."""
    found = [path] if path else []
    inner = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    return found + [place for key, value in inner for place in places(value, (*path, key))]


@st.composite
def spoiled(draw: st.DrawFn, true: Any) -> Any:
    """The same, but for one to three places where there is something else, or nothing."""
    payload = deepcopy(true)
    for _ in range(draw(st.integers(1, 3))):
        there = places(payload)
        if not there:
            break
        *way, key = draw(st.sampled_from(there))
        holder = payload
        for step in way:
            holder = holder[step]
        if draw(st.booleans()):
            holder[key] = draw(anything)
        else:
            del holder[key]
    return payload
