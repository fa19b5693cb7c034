"""Who may accompany a newcomer, and who is asked first: the rules of domain.md, section 4.6, as pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.core.people import Member
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY

LIMIT = 2
"""Newcomers one person accompanies at once."""
SMALL = 4
"""From this headcount on, one person holds one part, and the supervisor holds none."""
ONE_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the rules look at: `loads` counts the newcomers each member accompanies, `taken` maps the newcomer's parts to who
    plays them already, `asked` are those who were asked for this part and did not take it."""

    newcomer: Member
    part: str
    members: Sequence[Member]
    today: date
    supervisor_id: str | None = None
    loads: Mapping[str, int]
    taken: Mapping[str, str]
    asked: frozenset[str] = frozenset()

    @property
    def is_small(self) -> bool:
        return sum(member.active for member in self.members) < SMALL


def why_not(candidate: Member, search: Search) -> str | None:
    """The name of the refusal that says why `candidate` cannot take the part; None when they can.

    What nobody left to ask can meet gives way: two people must be able to welcome a third, and anybody may decline.
    """
    if (reason := impossible(candidate, search)) is not None:
        return reason
    if _fits(candidate, search) or not any(_is_left(member, search) for member in search.members):
        return None
    return "not_eligible"


def ranked(search: Search) -> list[Member]:
    """Those who may be asked, the likeliest first: fewest newcomers, then same trade or other team, then by name."""
    able = [member for member in search.members if member.id not in search.asked and why_not(member, search) is None]
    return sorted(able, key=lambda m: (search.loads.get(m.id, 0), not _is_likely(m, search), m.name, m.id))


def _is_left(member: Member, search: Search) -> bool:
    return member.id not in search.asked and impossible(member, search) is None and _fits(member, search)


def impossible(candidate: Member, search: Search) -> str | None:
    """The name of the refusal that holds even for somebody the management has named."""
    if candidate.id == search.newcomer.id:
        return "is_yourself"
    if not candidate.active or candidate.slack_id is None:
        return "deactivated"
    if candidate.arrived_on is not None and candidate.arrived_on > search.today:
        return "not_eligible"
    if search.loads.get(candidate.id, 0) >= LIMIT:
        return "too_many_newcomers"
    holds_another_part = candidate.id in (who for part, who in search.taken.items() if part != search.part)
    if not search.is_small and (holds_another_part or candidate.id == search.supervisor_id):
        return "not_eligible"
    return None


def _fits(candidate: Member, search: Search) -> bool:
    if search.part == COOP_BUDDY:
        return _is_seasoned_associate(candidate, search.today)
    return search.part != JOB_BUDDY or _same(candidate.trade, search.newcomer.trade)


def _is_likely(candidate: Member, search: Search) -> bool:
    if search.part == COOP_BUDDY:
        return not candidate.team or candidate.team != search.newcomer.team
    return bool(candidate.team) and candidate.team == search.newcomer.team


def _is_seasoned_associate(candidate: Member, today: date) -> bool:
    return candidate.associate_since is not None and candidate.associate_since + ONE_YEAR <= today


def _same(one: str, other: str) -> bool:
    # A trade nobody wrote down is no reason to set somebody aside.
    return not one or not other or one.casefold() == other.casefold()
