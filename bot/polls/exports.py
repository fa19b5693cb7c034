"""The files of a round's results: one to compute with (CSV), one to read and to write in (ODS), one to print (HTML)."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.polls.paper import page
from bot.polls.sheet import Line, Sheet, comments, lines

__all__ = ["Exported", "Sheet", "exported"]

CSV, ODS, HTML = "text/csv", "application/vnd.oasis.opendocument.spreadsheet", "text/html"
LONGEST_NAME = 60
FORMULA = re.compile(r"(^|[;,])(?=[\s\"']*[=+\-@＝＋－＠])")
"""Where a spreadsheet may find the beginning of a formula (owasp.org/www-community/attacks/CSV_Injection). After either
separator too: the one that a machine expects is a matter of its country, and none is told of by the file."""
COLUMNS = ("kind", "name", "value", "words", "n", "trend")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to hand over."""

    name: str
    mime: str
    content: bytes


def exported(sheet: Sheet) -> tuple[Exported, ...]:
    """The three files. All that they hold is in the report, or in the improvement plan that everybody reads."""
    # Not at the start: what makes spreadsheets is a seventh of the memory a worker holds, and few workers ever make one.
    from bot.polls.ods import ods

    name = _name(sheet)
    return (
        Exported(f"{name}.csv", CSV, table(sheet).encode("utf-8-sig")),
        Exported(f"{name}.ods", ODS, ods(sheet)),
        Exported(f"{name}.html", HTML, page(sheet).encode()),
    )


def table(sheet: Sheet) -> str:
    """The figures, then the comments, as text: a semicolon between cells in French, where the comma is in numbers."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";" if sheet.wording.voice.locale == "fr" else ",")
    rows.writerow([sheet.say(f"export__{column}") for column in COLUMNS])
    for line in (*lines(sheet), *_comments(sheet)):
        rows.writerow(_cells(sheet, line))
    return written.getvalue()


def harmless(text: str) -> str:
    """The same words, which no spreadsheet computes."""
    return FORMULA.sub(r"\1'", text)


def _comments(sheet: Sheet) -> Iterator[Line]:
    for question, texts, hidden in comments(sheet):
        for text in texts or (hidden,):
            yield Line(sheet.say("export__comment"), question, words=text)


def _cells(sheet: Sheet, line: Line) -> Sequence[str | int]:
    value = "" if line.value is None else sheet.wording.number(line.value)
    number = "" if line.n is None else line.n
    return [harmless(line.kind), harmless(line.name), value, harmless(line.words), number, harmless(line.trend)]


def _name(sheet: Sheet) -> str:
    """In ASCII, for any disk: the poll, then the day it was closed."""
    plain = unicodedata.normalize("NFKD", sheet.wording.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    return f"{slug or sheet.record.poll_name.replace('_', '-')}-{sheet.day.isoformat()}"
