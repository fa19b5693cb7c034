"""Who may accompany a newcomer, and who is asked first: the rules of domain.md, section 4.6, as pure functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from flows.core.people import Member
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY

LIMIT = 2
"""Newcomers one person accompanies at once."""
SMALL = 4
"""From this headcount on, one person holds one part, and the supervisor holds none, as long as somebody else is left."""
FEW = 5
"""Up to this headcount, one person may hold several parts when nobody else is left, or when the management says so."""
ONE_YEAR = timedelta(days=365)
PATIENCE = timedelta(days=3)
"""Whoever may not be spoken to for longer is asked only once nobody else is left: a first day may be near."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What the rules look at: `loads` counts the newcomers each member accompanies, `awaited` those they were asked about and
    have not answered, `taken` maps the newcomer's parts to who plays them already, `asked` are those who were asked for this part
    and did not take it, `leaving` those whose own last day is to come: nobody else may know it."""

    newcomer: Member
    part: str
    members: Sequence[Member]
    today: date
    supervisor_id: str | None = None
    loads: Mapping[str, int]
    taken: Mapping[str, str]
    awaited: Mapping[str, int] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()

    @cached_property
    def headcount(self) -> int:
        return sum(member.active for member in self.members)

    @property
    def is_small(self) -> bool:
        return self.headcount < SMALL


Rule = Callable[[Member, Search], bool]


def why_not(candidate: Member, search: Search) -> str | None:
    """The name of the refusal that says why `candidate` cannot take the part; None when they can.

    What nobody left to ask can meet gives way: two people must be able to welcome a third, and anybody may decline.
    """
    if (reason := impossible(candidate, search)) is not None:
        return reason
    rule = _strictest(_left(search), search)
    return None if rule is None or rule(candidate, search) else "not_eligible"


def ranked(search: Search) -> list[Member]:
    """Those who may be asked, the likeliest first: there to answer and to stay, fewest newcomers (were they only asked about
    some), same trade or other team, then by name."""
    left = _left(search)
    rule = _strictest(left, search)
    able = [member for member in left if rule is None or rule(member, search)]
    return sorted(
        able,
        key=lambda m: (_comes_last(m, search), _burden(m, search), not _is_likely(m, search), m.name, m.id),
    )


def _left(search: Search) -> list[Member]:
    return [member for member in search.members if member.id not in search.asked and impossible(member, search) is None]


def _strictest(left: Sequence[Member], search: Search) -> Rule | None:
    """The strictest of the rules that somebody left to ask can meet."""
    return next((rule for rule in (_fits, _is_free) if any(rule(member, search) for member in left)), None)


def _comes_last(member: Member, search: Search) -> bool:
    return is_away(member, search.today) or member.id in search.leaving


def _burden(member: Member, search: Search) -> int:
    return search.loads.get(member.id, 0) + search.awaited.get(member.id, 0)


def impossible(candidate: Member, search: Search) -> str | None:
    """The name of the refusal that holds even for somebody the management has named."""
    if candidate.id == search.newcomer.id:
        return "is_yourself"
    if not candidate.active or candidate.slack_id is None:
        return "deactivated"
    if candidate.is_visitor:
        return "not_a_member"
    if candidate.arrived_on is not None and candidate.arrived_on > search.today:
        return "not_eligible"
    if search.loads.get(candidate.id, 0) >= LIMIT:
        return "too_many_newcomers"
    return None if search.headcount <= FEW or _is_free(candidate, search) else "not_eligible"


def _is_free(candidate: Member, search: Search) -> bool:
    """Whether the candidate plays no other part around this newcomer, or the cooperative is too small for that to count."""
    others = {who for part, who in search.taken.items() if part != search.part} | {search.supervisor_id}
    return search.is_small or candidate.id not in others


def _fits(candidate: Member, search: Search) -> bool:
    if not _is_free(candidate, search):
        return False
    if search.part == COOP_BUDDY:
        return _is_seasoned_associate(candidate, search.today)
    return search.part != JOB_BUDDY or _same(candidate.trade, search.newcomer.trade)


def is_away(member: Member, today: date) -> bool:
    """Whether asking them would be waiting for too long."""
    return member.paused_until is not None and member.paused_until > today + PATIENCE


def _is_likely(candidate: Member, search: Search) -> bool:
    if search.part == COOP_BUDDY:
        return not candidate.team or candidate.team != search.newcomer.team
    return bool(candidate.team) and candidate.team == search.newcomer.team


def _is_seasoned_associate(candidate: Member, today: date) -> bool:
    return candidate.associate_since is not None and candidate.associate_since + ONE_YEAR <= today


def _same(one: str, other: str) -> bool:
    # A trade nobody wrote down is no reason to set somebody aside.
    return not one or not other or one.casefold() == other.casefold()
