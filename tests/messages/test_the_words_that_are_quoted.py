"""Each language quotes in one way: “ ” in English, « » in French. A straight quote mark is in no word said."""

import re
from pathlib import Path

import pytest

from messages import environment

CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORDS = Path(environment.__file__).parent
MARKS = {"en": ("“", "”"), "fr": ("«", "»"), "fr_vous": ("«", "»")}


@pytest.mark.parametrize("folder", MARKS)
def test_a_language_quotes_in_one_way(folder: str) -> None:
    others = set('"“”«»„') - set(MARKS[folder])
    pages = {page.name: CODE.sub("", page.read_text(encoding="utf-8")) for page in (WORDS / folder).glob("*.j2")}
    assert len(pages) > 20
    assert {name: sorted(others & set(said)) for name, said in pages.items() if others & set(said)} == {}


@pytest.mark.parametrize("folder", MARKS)
def test_what_is_quoted_begins_and_ends(folder: str) -> None:
    begins, ends = MARKS[folder]
    for page in (WORDS / folder).glob("*.j2"):
        said = "".join(mark for mark in CODE.sub("", page.read_text(encoding="utf-8")) if mark in (begins, ends))
        assert said == (begins + ends) * (len(said) // 2), page.name
