"""What those who stay see to after a death. Nothing is ever said to the person."""

from flows.core.answers import Choice
from flows.core.calendar import on, working_days_after
from flows.core.model import Ask, Do, Flow, Say, Start, days
from flows.leaving.departure import ANNOUNCE, CAST, NO_LETTERS, said, task
from flows.leaving.parts import ABOUT, ALWAYS, DEBRIEFER, LAST_DAY, LEAD, SUBJECT, SUPERVISOR, TOLD, filled

family_agrees = Ask(
    "family_agrees",
    Choice("agreed", "not_now"),
    to=LEAD,
    at=working_days_after(TOLD, 1),
    useful_for=days(60),
    snooze={"not_now": days(3)},
    remind_after=(days(2),),
    expires_after=days(45),
)

bereavement = Flow(
    name="bereavement",
    cast=(SUBJECT, LEAD),
    optional=(SUPERVISOR, DEBRIEFER),
    anchors=(TOLD, LAST_DAY),
    details=ABOUT,
    optional_details=tuple(NO_LETTERS),
    fills={SUBJECT: "goes_on", **filled(LEAD)},
    told_when_missed=LEAD,
    briefed=(LEAD,),
    private=True,
    steps=(
        Do("begin_checklist", deed="begin_checklist", at=on(TOLD), useful_for=ALWAYS),
        Say("first_words", to=(LEAD, SUPERVISOR), at=on(TOLD), useful_for=days(30)),
        Do("leave", deed="leave", at=on(TOLD, days=1), useful_for=ALWAYS),
        family_agrees,
        Start(
            ANNOUNCE,
            flow="bereavement_announcement",
            casting=CAST,
            passing=ABOUT,
            only_if=said(family_agrees, "agreed"),
        ),
        task("care_of_the_team", to=LEAD, at=on(TOLD, days=14), useful_for=days(60)),
        task("refund_to_the_heirs", to=LEAD, at=on(TOLD, months=3), useful_for=days(120)),
    ),
)
"""Nothing is ever said to the person: their account is left silent once we are told."""
