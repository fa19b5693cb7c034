"""A round's results as an OpenDocument spreadsheet, with nothing in it of who made it, on what machine, at what hour."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

from odfdo import Cell, Column, Document, Element, Row, Style, Table

from bot.polls.sheet import Sheet, cleaned, comments, decided, lines, of_plan

LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
KEPT = ("mimetype", "content.xml", "meta.xml", "styles.xml", "META-INF/manifest.xml")
"""The parts that a spreadsheet needs (OpenDocument 1.3, part 2, section 2.2.1); the others speak of windows and printers."""
NEVER = (1980, 1, 1, 0, 0, 0)
"""The first hour that an archive can say."""
HEADING, WRAPPED = "heading", "wrapped"
WIDE, NARROW = "wide", "narrow"
WIDTHS = {WIDE: "9cm", NARROW: "3.2cm"}

Value = str | float | int | date | None
Column_ = tuple[str, str]
"""What heads a column, and how wide it is."""


def ods(sheet: Sheet) -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    _dress(document)
    for table in _tables(sheet):
        document.body.append(table)
    document.language = LANGUAGES[sheet.wording.voice.locale]
    _tell(document, sheet)
    for path in set(document.manifest.get_paths()) - {"/", *KEPT}:
        document.manifest.del_full_path(path)
    written = io.BytesIO()
    document.save(written)
    return _packed(written)


def _tables(sheet: Sheet) -> list[Table]:
    said = [(question, text or hidden) for question, texts, hidden in comments(sheet) for text in texts or ("",)]
    return [
        _table(sheet.say("export__results"), _of_results(sheet), [tuple(line) for line in lines(sheet)]),
        _table(sheet.say("export__comments"), _named(sheet, item=WIDE, comment=WIDE), said),
        _table(sheet.say("export__actions"), _of_actions(sheet), [tuple(one) for one in decided(sheet)]),
    ]


def _of_results(sheet: Sheet) -> list[Column_]:
    return _named(sheet, kind=NARROW, name=WIDE, value=NARROW, words=WIDE, n=NARROW, trend=NARROW)


def _of_actions(sheet: Sheet) -> list[Column_]:
    before = _named(sheet, finding=WIDE, action=WIDE, owner=NARROW, due=NARROW)
    return [*before, (of_plan(sheet, "field__sign"), WIDE), *_named(sheet, state=NARROW, outcome=WIDE)]


def _named(sheet: Sheet, **widths: str) -> list[Column_]:
    return [(sheet.say(f"export__{name}"), width) for name, width in widths.items()]


def _table(name: str, columns: Sequence[Column_], rows: Sequence[Sequence[Value]]) -> Table:
    table = Table(name)
    for _, width in columns:
        table.append(Column(style=width))
    headings = Element.from_tag("table:table-header-rows")
    headings.append(_row([Cell(heading, cell_type="string", style=HEADING) for heading, _ in columns]))
    table.append(headings)
    for row in rows:
        table.append(_row([_cell(value) for value in row]))
    return table


def _row(cells: Sequence[Cell]) -> Row:
    row = Row()
    for cell in cells:
        row.append(cell)
    return row


def _cell(value: Value) -> Cell:
    """Words stay words whatever they begin with, and numbers are numbers."""
    if value is None or value == "":
        return Cell()
    if isinstance(value, str):
        return Cell(value, cell_type="string", style=WRAPPED)
    return Cell(value)


def _dress(document: Document) -> None:
    for name, width in WIDTHS.items():
        document.insert_style(Style("table-column", name=name, width=width), automatic=True)
    bold, wrapped = Style("table-cell", name=HEADING), Style("table-cell", name=WRAPPED)
    bold.set_properties({"fo:font-weight": "bold"}, area="text")
    for style in (bold, wrapped):
        style.set_properties({"fo:wrap-option": "wrap", "style:vertical-align": "top"}, area="table-cell")
        document.insert_style(style, automatic=True)


def _tell(document: Document, sheet: Sheet) -> None:
    """The title alone: who wrote it, and when, is nobody's business."""
    meta = document.meta
    for found in meta.get_elements("//office:meta/*"):
        found.delete()
    meta.title = cleaned(f"{sheet.wording.title}, {sheet.coop}")
    meta.language = LANGUAGES[sheet.wording.voice.locale]


def _packed(written: io.BytesIO) -> bytes:
    """The same document without the parts nobody needs, the same bytes whenever it is made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as whole, zipfile.ZipFile(packed, "w") as archive:
        for name in KEPT:
            way = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, NEVER), whole.read(name), way)
    return packed.getvalue()
