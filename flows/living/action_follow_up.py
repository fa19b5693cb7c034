"""One action of the improvement plan, followed until it is closed, by whoever took it on."""

from flows.core.answers import Choice, Text
from flows.core.calendar import on, working_days_before
from flows.core.model import SUBJECT, Ask, Conversation, Do, Flow, Say, days

DUE, SOON = "due", "soon"
DRAWS_NEAR = working_days_before(DUE, 3)
ASKED_AGAIN_AFTER = days(30)
LONGEST_WORD = 500

state = Ask(
    "state",
    Choice("done", "under_way", "dropped"),
    at=on(DUE),
    # However long a pause was: a line nobody asks about any more would never be closed.
    useful_for=days(3_650),
    remind_after=(days(4), days(11)),
    expires_after=days(21),
)


def is_over(talk: Conversation) -> bool:
    return (talk.answer(state) or "under_way") != "under_way"


def goes_on(talk: Conversation) -> bool:
    return talk.is_over(state.name) and not is_over(talk)


outcome = Ask(
    "outcome",
    Text(longest=LONGEST_WORD),
    only_if=is_over,
    remind_after=(days(4),),
    expires_after=days(14),
    skippable=True,
)

action_follow_up = Flow(
    name="action_follow_up",
    anchors=(DUE,),
    details=("improvement", "finding", "action"),
    fills={SUBJECT: "seek_owner"},
    steps=(
        Say(SOON, at=DRAWS_NEAR, useful_for=days(2)),
        state,
        outcome,
        Do("close", deed="close_improvement", only_if=is_over),
        Do("ask_again", deed="follow_improvement_again", only_if=goes_on),
    ),
)
"""The subject is the action's owner; the detail `improvement` is its id."""
