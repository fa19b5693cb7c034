"""Our own statements, as they would be were the condition forgotten that keeps them in their workspace."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

CONDITION = re.compile(r"(?:\w+\.)?workspace_id = %\((\w+)\)s(?:::\w+)?")
"""What a verb says of its workspace to PostgreSQL."""
OF_ALL = re.compile(r"(?:FROM|UPDATE|INTO) installation\b")
"""The deployment's own verbs: they are asked about a workspace, in a unit that belongs to none."""


@contextmanager
def forgetting(workspace: str) -> Iterator[list[str]]:
    """Takes out of whatever is asked of PostgreSQL meanwhile the condition that it be of this workspace; gives what was
    changed so."""
    changed: list[str] = []

    def take_out(*asked: Any) -> tuple[str, Any]:
        statement, values = asked[2], asked[3]

        def any_workspace(condition: re.Match[str]) -> str:
            is_its_own = values[condition[1]] == workspace
            return f"(%({condition[1]})s::text IS NOT NULL)" if is_its_own else condition[0]

        can_be = isinstance(values, dict) and not OF_ALL.search(statement)
        found = CONDITION.sub(any_workspace, statement) if can_be else statement
        if found != statement:
            changed.append(found)
        return found, values

    sa.event.listen(sa.Engine, "before_cursor_execute", take_out, retval=True)
    try:
        yield changed
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", take_out)
