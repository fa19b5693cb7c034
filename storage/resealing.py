"""A change of keys: all that people wrote is sealed anew with the first key, a batch at a time; then the others can be let go.

A row is held while it is sealed anew, so that whoever writes it meanwhile waits a moment. It may stop anywhere and begin again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage import codec, tables, words
from storage.transaction import Transaction
from storage.types import SealedText
from storage.vault import Unopenable, mark_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """How many rows were sealed anew; `unopened`: those whose words do not open; `last`: the id it came to, None when nothing
    comes after."""

    sealed: int
    unopened: tuple[str, ...]
    last: str | None


def columns() -> Iterator[sa.Column[Any]]:
    """Every column that keeps sealed words, in any table."""
    return (
        column for table in tables.metadata.sorted_tables for column in table.c if isinstance(column.type, SealedText)
    )


def about(column: sa.Column[Any]) -> sa.Column[Any]:
    """The column that says what sealed words are about."""
    assert isinstance(column.type, SealedText), "words are sealed about something"
    return column.table.c[column.type.about]


def next_batch(
    tx: Transaction, column: sa.Column[Any], after: str, limit: int, *, forgets_unopened: bool = False
) -> Batch:
    """Seal anew what the column keeps in the rows that come after this id, in any workspace, `limit` of them at most. Words
    that do not open are left as they are, unless they are to be forgotten."""
    table = column.table
    is_talk = table is tables.conversation
    read = (column, tables.conversation.c.steps) if is_talk else (column,)
    id = about(column)
    found = sa.select(id.label("id"), *read).where(id > after).order_by(id).limit(limit).with_for_update()
    rows = [dict(row) for row in tx.connection.execute(found).mappings()]
    sealed, unopened = 0, []
    for row in rows:
        try:
            anew = _talk_anew(tx, row) if is_talk else _anew(tx, row, column.name)
            sealed += bool(anew)
        except Unopenable:
            unopened.append(row["id"])
            anew = {column.name: _nothing(tx, column, row["id"])} if forgets_unopened else {}
        if anew:
            tx.connection.execute(sa.update(table).where(id == row["id"]).values(anew))
    return Batch(sealed, tuple(unopened), rows[-1]["id"] if len(rows) == limit else None)


def let_go(tx: Transaction) -> bool:
    """Take out of use every key but the first. False, and nothing is changed, when words are still sealed with one of them."""
    assert tx.vault is not None, "only what seals knows which key is the first"
    former = words.keys_in_use(tx) - {tx.vault.prints[0]}
    # Deleted before it is asked what is left: whoever is sealing with one of them holds it until they are done.
    tx.connection.execute(sa.delete(tables.words_key).where(tables.words_key.c.print.in_(former)))
    left = sealed_with(tx, former)
    for print_ in former if left else ():
        tx.connection.execute(sa.insert(tables.words_key), {"print": print_})
    return not left


def sealed_with(tx: Transaction, prints: Collection[str]) -> set[str]:
    """Those of these keys that words are sealed with, anywhere."""
    return {
        print_
        for print_ in prints
        if any(tx.connection.execute(_with_mark(column, mark_of(print_))).first() for column in columns())
    }


def _with_mark(column: sa.Column[Any], mark: str) -> sa.Select[Any]:
    return sa.select(sa.literal(1)).where(column.startswith(mark, autoescape=True)).limit(1)


def _anew(tx: Transaction, row: Row, column: str) -> Row:
    """What is to be written in the row so that its words are sealed with the first key; nothing when they are already."""
    kept = row[column]
    if kept is None or words.is_up_to_date(tx, kept):
        return {}
    return {column: words.sealed(tx, words.opened(tx, kept, row["id"]), row["id"])}


def _nothing(tx: Transaction, column: sa.Column[Any], id: str) -> str | None:
    return None if column.nullable else words.sealed(tx, "", id)


def _talk_anew(tx: Transaction, row: Row) -> Row:
    """A conversation written without a vault has its answers in its steps."""
    kept, steps = row["words"], row["steps"]
    if in_clear := codec.take_words(steps):
        said = words.opened(tx, kept, row["id"]) if kept else {}
        return {"words": words.sealed(tx, said | in_clear, row["id"]), "steps": steps}
    return _anew(tx, row, "words")
