"""The groups a poll may be cut by, and which of them each member is in. Off unless the cooperative asks for them."""

from collections.abc import Callable, Mapping
from datetime import date

from flows.core.people import Member
from flows.core.rounds import NO_GROUP, Labels

TEAM, MEMBERSHIP, SENIORITY = "team", "membership", "seniority"
ASSOCIATE, NOT_ASSOCIATE = "associate", "not_associate"
BANDS: tuple[tuple[int, str], ...] = ((1, "under_1"), (5, "1_to_5"))
LONG_HERE = "over_5"
"""Bands of full years, wide on purpose (CNIL, recommendation 2025-028)."""


def labels_of(member: Member, cuts: tuple[str, ...], today: date) -> Labels:
    """For each of these cuts, the member's group today."""
    return {cut: CUTS[cut](member, today) for cut in cuts if cut in CUTS}


def _team(member: Member, _: date) -> str:
    return member.team.strip() or NO_GROUP


def _membership(member: Member, today: date) -> str:
    since = member.associate_since
    return ASSOCIATE if since is not None and since <= today else NOT_ASSOCIATE


def _seniority(member: Member, today: date) -> str:
    arrived = member.arrived_on
    if arrived is None:
        return NO_GROUP
    years = today.year - arrived.year - ((today.month, today.day) < (arrived.month, arrived.day))
    return next((band for below, band in BANDS if years < below), LONG_HERE)


CUTS: Mapping[str, Callable[[Member, date], str]] = {TEAM: _team, MEMBERSHIP: _membership, SENIORITY: _seniority}
