"""Who people are and what their cooperative has decided, as plain data: what guards, rules and messages may know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

Address = Literal["tu", "vous"]
LegalForm = Literal["scop", "scic", "cae"]
Pace = Literal["all", "less"]
"""How often somebody who has left wants to hear from the cooperative: of everything, or of what matters only."""

MANAGEMENT = "management"
"""Whoever holds the gérance, or acts for it in Parcours: sees what failed, fills empty parts, welcomes newcomers."""
STEWARD = "steward"
"""Whoever looks after Parcours in the workspace: sets it up, edits its links and channels."""
QVCT_LEAD = "qvct_lead"
ROLES = (MANAGEMENT, STEWARD, QVCT_LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person known to a workspace. `id` is ours (`m_…`); `slack_id` is None until they have an account.

    `locale`, `address`, `zone`, `slot`, `working_days` are the person's own choices or what their account says; None means
    "as the workspace". `paused_until` is the first day they may be spoken to again. `left_on` is the last day of somebody who
    is no longer there; `personal_email` and `pace` are those they gave to stay in touch (None: they gave none).
    """

    id: str
    first_name: str
    last_name: str = ""
    slack_id: str | None = None
    email: str | None = None
    active: bool = True
    is_admin: bool = False
    is_guest: bool = False
    """Their account sees some channels of the workspace only: that of a client, a partner, and of some who work here too."""
    locale: str | None = None
    address: Address | None = None
    zone: str | None = None
    slot: time | None = None
    working_days: frozenset[int] | None = None
    paused_until: date | None = None
    trade: str = ""
    team: str = ""
    supervisor_id: str | None = None
    arrived_on: date | None = None
    associate_since: date | None = None
    left_on: date | None = None
    personal_email: str | None = field(default=None, repr=False)
    """Where the cooperative may write to them once their account is closed: given by consent, and not known to be dead."""
    pace: Pace | None = None
    roles: frozenset[str] = frozenset()
    has_opened_home: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def is_at(self, address: str | None) -> bool:
        """Whether this e-mail address is theirs."""
        theirs = (self.email, self.personal_email)
        return address is not None and address.lower() in {one.lower() for one in theirs if one}

    @property
    def is_visitor(self) -> bool:
        """A guest of whom the cooperative has said nothing: neither welcomed, nor described. They are no member of it."""
        dates = (self.arrived_on, self.associate_since, self.left_on)
        return self.is_guest and not (any(dates) or self.roles or self.trade or self.team or self.supervisor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One cooperative's workspace. `links` are its own pages by name (`booklet`, `video`, `sheet`, `bylaws`…); `starters`
    says which roles may start which flow; `closing_days` are its own days off beside the territory's public holidays."""

    id: str
    name: str = ""
    legal_form: LegalForm = "scop"
    zone: str = "Europe/Paris"
    territory: str = "metropole"
    locale: str = "fr"
    address: Address = "tu"
    volunteers_channel: str | None = None
    announcements_channel: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    starters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closing_days: frozenset[date] = frozenset()
    set_up_at: datetime | None = None
    allows_stepping_back: bool = False
    """Whether the bylaws let somebody give membership up and keep their job: else the law ends both in a Scop (loi 78-763,
    art. 10)."""
    reply_to: str | None = None
    """The address where somebody of theirs reads the replies to letters; None: the one that letters come from."""
