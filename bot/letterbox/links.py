"""The links of letters: signed, so that whoever has the letter has the page, and nobody else."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from flows.core.people import Member
from storage import contacts, members
from storage.contacts import Contact
from storage.transaction import Transaction

PURPOSE = "letterbox"
PATH = "/former"
STOP, REX, TOUCH = "stop", "questions", "touch"


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where on the web somebody who has left answers (`rex`), says how often to write to them (`touch`), and receives nothing
    more (`stop`). All None when there is no such page, or nobody to show it to."""

    rex: str | None = None
    touch: str | None = None
    stop: str | None = None


NOWHERE = Letterbox()


class Visitor(NamedTuple):
    """Whoever follows a link, and the address it was sent to."""

    member: Member
    contact: Contact


def letterbox_of(tx: Transaction, public_url: str | None, member: Member | None) -> Letterbox:
    """The links of the letters to this member."""
    if public_url is None or tx.vault is None or member is None or member.active or member.personal_email is None:
        return NOWHERE
    said = "|".join((PURPOSE, tx.workspace, member.id, _mark(member.id, member.personal_email)))
    page = f"{public_url}{PATH}/{tx.vault.sign(said)}"
    return Letterbox(rex=f"{page}#{REX}", touch=f"{page}#{TOUCH}", stop=f"{page}/{STOP}")


def workspace_of(tx: Transaction, token: str) -> str | None:
    """The workspace of whoever this token was made for; None for a token that was not made here, or for something else."""
    said = _read(tx, token)
    return said[1] if said else None


def visitor(tx: Transaction, token: str) -> Visitor | None:
    """Whose link this is, in the transaction's workspace; None once the address it was sent to is theirs no more."""
    said = _read(tx, token)
    if said is None or said[1] != tx.workspace:
        return None
    member, contact = members.find(tx, said[2]), contacts.find(tx, said[2])
    if member is None or contact is None or _mark(member.id, contact.email) != said[3]:
        return None
    return Visitor(member, contact)


def _read(tx: Transaction, token: str) -> list[str] | None:
    text = tx.vault.signed(token) if tx.vault is not None else None
    said = text.split("|") if text is not None else []
    return said if len(said) == 4 and said[0] == PURPOSE else None


def _mark(member_id: str, email: str) -> str:
    """Tells the links of this address from those of another that the same person gave."""
    return sha256(f"{member_id} {email}".encode()).hexdigest()[:16]
