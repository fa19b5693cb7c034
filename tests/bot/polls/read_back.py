"""The files of results as whoever opens them reads them: the table, the sheets of the spreadsheet, the page."""

import csv
import io
from html.parser import HTMLParser
from typing import NamedTuple

from odfdo import Document, Element

from bot.polls.exports import exported
from bot.polls.sheet import Sheet

VOID = {"meta", "link", "img", "br", "hr", "input"}
KEPT_CLOSED = {"path", "circle", "rect"}
"""Elements of a drawing that close themselves."""


class Row(NamedTuple):
    """A line of the results, as written: numbers as in the language of the file, "" for an empty cell."""

    kind: str
    name: str
    value: str
    words: str
    n: str
    trend: str


def opened(sheet: Sheet) -> tuple[bytes, bytes, bytes]:
    """The three files: CSV, ODS, HTML."""
    table, spreadsheet, page = exported(sheet)
    return table.content, spreadsheet.content, page.content


def rows_of_csv(content: bytes, separator: str = ";") -> list[Row]:
    """The lines of the table but for their headings, as a spreadsheet would take them."""
    read = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True)
    return [Row(*cells) for cells in read][1:]


def rows_of_ods(content: bytes, locale: str = "fr") -> list[list[list[str]]]:
    """The cells of its three sheets, headings left out, numbers as its language writes them."""
    document = Document(io.BytesIO(content))
    return [
        [[_written(value, locale) for value in row] for row in table.get_values()][1:] for table in document.body.tables
    ]


def cells_of_ods(content: bytes) -> list[Element]:
    return list(Document(io.BytesIO(content)).body.get_elements("//table:table-cell"))


def _written(value: object, locale: str) -> str:
    written = "" if value is None else str(value)
    return written if isinstance(value, str) or locale == "en" else written.replace(".", ",")


class Page(HTMLParser):
    """A page read strictly: what is wrong with how its elements are nested, and what it says where."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.rows: list[list[str]] = []
        self.said: list[tuple[str, str]] = []
        """Each text, with the path of the elements it is in."""
        self._open: list[str] = []
        self.feed(content.decode())
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if len({name for name, _ in attrs}) < len(attrs):
            self.faults.append(f"{tag} says an attribute twice")
        if tag in VOID:
            return
        self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID | KEPT_CLOSED:
            self.faults.append(f"{tag} cannot close itself")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"{tag} closes what is not open")

    def handle_data(self, data: str) -> None:
        path = "/".join(self._open)
        self.said.append((path, data))
        if "/th" in path or "/td" in path:
            self.rows[-1][-1] += data

    def texts(self, tag: str) -> list[str]:
        """What is said right inside each such element."""
        return [text for path, text in self.said if path.rpartition("/")[2] == tag]

    @property
    def words(self) -> str:
        """All that is read, its style left out."""
        return "\n".join(text for path, text in self.said if not path.endswith("style"))
