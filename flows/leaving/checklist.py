"""What whoever leads a departure sees to, thing by thing (domain.md, sections 7.4 and 10 i), and the flow that recalls one."""

from dataclasses import dataclass

from flows.core.answers import Done
from flows.core.calendar import Appointment, by, on, working_days_after
from flows.core.model import Ask, Flow, days
from flows.leaving.kinds import TONES, Tone
from flows.leaving.parts import ABOUT, LAST_DAY, LEAD, OWNER, SUBJECT, SUPERVISOR, TOLD

DUE = "due"
EVERY_TONE: frozenset[Tone] = frozenset(TONES)
LEAVES: frozenset[Tone] = EVERY_TONE - {"staying"}
ALIVE: frozenset[Tone] = EVERY_TONE - {"bereaved"}
SPOKEN_WITH: frozenset[Tone] = frozenset({"warm", "sober"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to see to: by when, by whom at first, and in which tones it makes sense."""

    name: str
    due: Appointment
    owner: str = LEAD
    tones: frozenset[Tone] = EVERY_TONE


CHECKLIST: tuple[Item, ...] = (
    Item("listen_first", working_days_after(TOLD, 2), SUPERVISOR, ALIVE),
    Item("what_is_confidential", working_days_after(TOLD, 2), SUPERVISOR, ALIVE),
    Item("kind_notice_bylaws", working_days_after(TOLD, 5)),
    Item("hand_over_hats", working_days_after(TOLD, 8)),
    Item("tell_payroll", working_days_after(TOLD, 5)),
    Item("date_the_debrief", by(LAST_DAY, working_days_before=8), LEAD, SPOKEN_WITH),
    Item("offer_support", working_days_after(TOLD, 8), LEAD, SPOKEN_WITH),
    Item("handover_plan", working_days_after(TOLD, 10), SUPERVISOR, LEAVES),
    Item("who_does_what", by(LAST_DAY, working_days_before=8), SUPERVISOR, LEAVES),
    Item("lighten_the_load", by(LAST_DAY, working_days_before=5), SUPERVISOR, LEAVES),
    Item("access_and_keys", by(LAST_DAY), SUPERVISOR, LEAVES),
    Item("slack_ownership", by(LAST_DAY, working_days_before=2), LEAD, LEAVES),
    Item("closing_documents", by(LAST_DAY), LEAD, LEAVES),
    Item("shares_schedule", on(LAST_DAY, days=15)),
    Item("say_thank_you", by(LAST_DAY), SUPERVISOR, SPOKEN_WITH),
    Item("lessons_without_a_name", on(LAST_DAY, days=30), LEAD, SPOKEN_WITH),
    Item("news_at_one_month", on(LAST_DAY, days=30), SUPERVISOR, SPOKEN_WITH),
    Item("news_at_three_months", on(LAST_DAY, days=90), SUPERVISOR, SPOKEN_WITH),
)

seen_to = Ask(
    "seen_to",
    Done(),
    to=OWNER,
    at=on(DUE),
    useful_for=days(3_650),
    remind_after=(days(5), days(14)),
    expires_after=days(365),
)

departure_task = Flow(
    name="departure_task",
    cast=(SUBJECT, OWNER),
    anchors=(DUE,),
    details=(*ABOUT, "item", "shares"),
    fills={SUBJECT: "goes_on", OWNER: "lead_sees_to_it"},
    told_when_missed=OWNER,
    private=True,
    steps=(seen_to,),
)
"""One thing of the checklist. The subject is whoever leaves."""
