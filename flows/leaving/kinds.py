"""The ways of leaving a cooperative, as data: what each is called, in which tone it is spoken of, and what it does to membership.

Source of every row: domain.md, section 7.1 (loi 78-763, articles 10 and 11; the bylaws come first). No delay is computed from
them: what Parcours knows of a departure is the last day that people decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tone = Literal["warm", "sober", "bereaved", "staying"]
TONES: tuple[Tone, ...] = ("warm", "sober", "bereaved", "staying")
Membership = Literal["kept", "lost", "bylaws"]
"""What becomes of membership unless the bylaws say otherwise; `bylaws` where only they can tell."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    tone: Tone
    membership: Membership


RESIGNATION = Kind("resignation", "warm", "lost")
STEPPING_BACK = Kind("member_exit_stay_employee", "staying", "bylaws")
DEATH = Kind("death", "bereaved", "lost")

ALL_KINDS: tuple[Kind, ...] = (
    RESIGNATION,
    Kind("mutual_termination", "warm", "lost"),
    Kind("retirement", "warm", "kept"),
    Kind("end_of_fixed_term", "warm", "bylaws"),
    Kind("cae_no_membership", "warm", "bylaws"),
    Kind("economic_dismissal", "sober", "kept"),
    Kind("unfitness", "sober", "kept"),
    Kind("dismissal", "sober", "lost"),
    Kind("trial_end", "sober", "bylaws"),
    Kind("exclusion", "sober", "lost"),
    Kind("missed_subscription", "sober", "lost"),
    DEATH,
    STEPPING_BACK,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL_KINDS}


def tone_of(kind: Kind, *, is_delicate: bool) -> Tone:
    """The tone a departure is spoken of in: a joyful one gives way where there is a conflict or a matter of health."""
    return "sober" if is_delicate and kind.tone == "warm" else kind.tone
