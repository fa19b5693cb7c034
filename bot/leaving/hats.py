"""What somebody holds in the cooperative that another must take over: their hats, named one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flows.core.model import SUBJECT
from flows.core.people import Member
from storage import conversations, improvements, members
from storage.transaction import Transaction

HatKind = Literal["role", "only_role", "part", "supervises", "action", "departure"]
JOURNEYS = ("onboarding", "coming_back")
PATHS = ("departure", "quiet_departure", "bereavement", "stepping_back")
AROUND = ("job_buddy", "coop_buddy", "supervisor", "lead")
"""The parts played around somebody else that go on for long. Not whoever is to lead a debrief: they may know nothing of it yet,
and somebody else is found by itself."""


@dataclass(frozen=True, slots=True)
class Hat:
    """One thing held. `name`: a role, a part or an action, by `kind`; `about`: whose it is, when it is somebody's."""

    kind: HatKind
    name: str
    about: str | None = None


def hats_of(tx: Transaction, member: Member, *, seen_by: str | None) -> list[Hat]:
    """Every hat of this member, the roles first. What they do for another departure is named to themselves alone: anybody else
    would learn of it."""
    hats = [*_roles(tx, member), *_parts(tx, member), *_supervised(tx, member), *_actions(tx, member)]
    return [hat for hat in hats if hat.kind != "departure" or seen_by == member.id]


def _roles(tx: Transaction, member: Member) -> Iterator[Hat]:
    for role in sorted(member.roles):
        others = [one for one in members.holders(tx, role) if one.id != member.id and one.active]
        yield Hat("role" if others else "only_role", role)


def _parts(tx: Transaction, member: Member) -> Iterator[Hat]:
    for casting in conversations.played_by(tx, member.id):
        if casting.part in AROUND and casting.flow in (*JOURNEYS, *PATHS) and casting.part != SUBJECT:
            yield Hat("departure" if casting.flow in PATHS else "part", casting.part, casting.subject)


def _supervised(tx: Transaction, member: Member) -> Iterator[Hat]:
    for one in members.everyone(tx):
        if one.supervisor_id == member.id:
            yield Hat("supervises", "supervisor", one.id)


def _actions(tx: Transaction, member: Member) -> Iterator[Hat]:
    for one in improvements.under_way(tx):
        if one.owner_id == member.id:
            yield Hat("action", one.action)
