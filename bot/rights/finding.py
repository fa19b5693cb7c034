"""Finding the one person somebody means, by an e-mail, a Slack id or our own; and the workspaces."""

from collections.abc import Callable
from typing import NamedTuple

from flows.core.people import Member, Workspace
from storage import contacts, members, workspaces
from storage.transaction import Transaction


class Found(NamedTuple):
    """Somebody, and the cooperative that knows them."""

    workspace: Workspace
    member: Member


class NotOne(LookupError):
    """Nobody is found, or several people are; it says so, with what to write instead."""


def find(tx: Transaction, who: str, workspace: str | None = None) -> Found:
    """The person, in this workspace or in the only one that knows them. Raises NotOne."""
    found = [one for id in meant(tx, workspace) for one in _in_one(tx.within(id), who)]
    if not found:
        raise NotOne(f"Nobody here is {who}: write an e-mail, a Slack id (U…) or a Parcours id (m_…).")
    if len(found) > 1:
        told = "\n".join(f"  --workspace {one.workspace.id}  {one.member.name}, {one.member.id}" for one in found)
        raise NotOne(f"{len(found)} people are {who}. Say whom you mean, by their id or by their workspace:\n{told}")
    return found[0]


def meant(tx: Transaction, workspace: str | None) -> list[str]:
    """The ids of the workspaces: this one, or all there are. Raises NotOne."""
    known = workspaces.all_ids(tx)
    if workspace is not None and workspace not in known:
        raise NotOne(f"There is no workspace {workspace} here: there is {', '.join(known) or 'none yet'}.")
    return known if workspace is None else [workspace]


def _in_one(tx: Transaction, who: str) -> list[Found]:
    coop = workspaces.find(tx) or Workspace(id=tx.workspace)
    found = {member.id: member for member in _called(who)(tx, who)}
    return [Found(coop, member) for member in found.values()]


def _called(who: str) -> Callable[[Transaction, str], list[Member]]:
    if who.startswith("m_"):
        return lambda tx, id: members.find_all(tx, [id])
    return _at_that_address if "@" in who else _with_that_account


def _at_that_address(tx: Transaction, address: str) -> list[Member]:
    """The account's address, or the one they gave to stay in touch."""
    account = members.by_email(tx, address)
    theirs = [one.member_id for one in contacts.everyone(tx) if one.email.lower() == address.strip().lower()]
    return [*([account] if account is not None else []), *members.find_all(tx, theirs)]


def _with_that_account(tx: Transaction, slack_id: str) -> list[Member]:
    member = members.by_slack_id(tx, slack_id)
    return [member] if member is not None else []
