"""How long things are kept, as one table. The work of the night applies it, windows and documents say it, a test holds both.

Every span comes from domain.md, section 8.1.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from flows.core.calendar import months_later
from flows.leaving import LEAVING_FLOWS

Since = Literal["written", "sent", "seen", "left", "closed", "agreed", "put_out", "copied", "erased"]
"""From what a span is counted: words being written, a message sent, an event seen, somebody's last day, a round's closing, a
consent; `put_out`: a workspace removing the app; `copied`: the database being copied; `erased`: nothing ends it but its
person's asking."""

EVERY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is kept in these tables, for the conversations of `flows` and the answers to `steps` (EVERY: whichever), until
    `months` or `days` after `since`. Its words are the block `rule__<name>` of the page `rights`."""

    name: str
    tables: tuple[str, ...]
    since: Since
    months: int = 0
    days: int = 0
    flows: frozenset[str] = EVERY
    steps: frozenset[str] = EVERY
    is_technical: bool = field(default=False)
    """Of no use to a member: said in the documents alone."""

    @property
    def span(self) -> tuple[str, int]:
        """The unit it is best said in, and how many."""
        if self.months:
            return (
                ("years", self.months // 12) if self.months > 12 and self.months % 12 == 0 else ("months", self.months)
            )
        return "days", self.days

    def since_when(self, today: date) -> date:
        """What dates from before that day has been kept long enough."""
        return months_later(today, -self.months) - timedelta(days=self.days)

    def since_what_moment(self, now: datetime) -> datetime:
        return datetime.combine(self.since_when(now.date()), now.timetz())

    def end_of(self, moment: datetime) -> datetime:
        """When what dates from this moment has been kept long enough."""
        return datetime.combine(months_later(moment.date(), self.months), moment.timetz()) + timedelta(days=self.days)

    def holds(self, flow: str, step: str) -> bool:
        return (not self.flows or flow in self.flows) and (not self.steps or step in self.steps)


PATHS = frozenset(
    {
        *("onboarding", "coming_back", "buddies", "buddy_call", "part_choice"),
        *("encounters", "encounter", "fresh_eyes_report"),
    }
)
DEBRIEFS = frozenset(
    {"debrief", "gentle_debrief", "debrief_talk", "debrief_with", "debrief_meeting", "experience_feedback"}
)

DEPARTURES = frozenset(flow.name for flow in LEAVING_FLOWS) - PATHS

UNTIL_ERASED = frozenset({"poll_round", "poll_schedule", "check_in", "gathering", "action_follow_up"})
"""What surrounds polls and the plan is kept as they are. Any other flow is about somebody, and goes after they have left."""

DIGEST = Rule(
    name="debrief_digest",
    tables=("conversation",),
    since="left",
    months=36,
    flows=DEBRIEFS,
    steps=frozenset({"digest"}),
)
DEBRIEF = Rule(name="debrief", tables=("conversation",), since="left", months=6, flows=DEBRIEFS)
WORDS = Rule(name="words", tables=("conversation", "departure"), since="written", months=12)
PATH = Rule(name="path", tables=("conversation", "casting", "outbox", "meeting"), since="left", months=3, flows=PATHS)
DEPARTURE = Rule(
    name="departure",
    tables=("departure", "departure_access", "departure_trace", "mission", "conversation", "casting", "outbox"),
    since="left",
    months=60,
    flows=DEPARTURES,
)
"""As long as shares may still be due (domain.md, section 7.2), and as the register of the staff (section 8.1)."""
COMMENTS = Rule(name="comments", tables=("round",), since="closed", months=6)
FIGURES = Rule(name="figures", tables=("round", "audience"), since="closed", months=60)
BALLOTS = Rule(name="ballots", tables=("participation", "ballot"), since="closed")
CONTACT = Rule(name="contact", tables=("contact",), since="agreed", months=36)
CONTEXTS = Rule(name="contexts", tables=("outbox",), since="sent", days=90, is_technical=True)
SEEN = Rule(name="seen", tables=("seen",), since="seen", days=1, is_technical=True)
"""Slack redelivers an event for an hour at most: a day is safe."""
PUT_OUT = Rule(name="put_out", tables=("installation",), since="put_out", days=30, is_technical=True)
"""All that is known of a workspace that has removed the app, where there are several: long enough to undo a mistake."""
COPIES = Rule(name="copies", tables=(), since="copied", days=30)
"""What is forgotten is still in them until then. Whoever runs Parcours deletes them: the unit of each night does."""
IDENTITY = Rule(name="identity", tables=("member", "tenure", "role", "outbox"), since="erased")
PASSPORT = Rule(name="passport", tables=("stamp",), since="erased")
OWN_RADARS = Rule(name="own_radars", tables=("self_radar",), since="erased")
PLAN = Rule(name="plan", tables=("improvement",), since="erased")

RULES: tuple[Rule, ...] = (
    IDENTITY,
    WORDS,
    PATH,
    PASSPORT,
    BALLOTS,
    COMMENTS,
    FIGURES,
    OWN_RADARS,
    PLAN,
    DEPARTURE,
    DEBRIEF,
    DIGEST,
    CONTACT,
    COPIES,
    CONTEXTS,
    SEEN,
    PUT_OUT,
)
"""In the order they are said."""


def rule_of_words(flow: str, step: str) -> Rule:
    """The rule for what is written in answer to this step: the narrowest that holds it."""
    return next(rule for rule in (DIGEST, DEBRIEF, WORDS) if rule.holds(flow, step))
