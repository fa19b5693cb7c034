"""What surrounds a poll, for whoever leads it: a round from its opening to its discussion, the next one, a météo collective."""

from flows.core.answers import Day
from flows.core.calendar import on, working_days_after, working_days_before
from flows.core.model import SUBJECT, Ask, Conversation, Do, Flow, Say, days

OPENS, HALFWAY, CLOSES = "opens", "halfway", "closes"
NEXT = "next"
PLANNED = "planned"
GATHERED, ANNOUNCE = "gathered", "announce"
LEAD = SUBJECT
"""Whoever leads the poll: the QVCT lead, else the management."""

ALWAYS = days(3_650)
"""What must be done however late: a round is closed, its successor is thought of."""
ANNOUNCED, LAST_WORD = on(OPENS), working_days_before(CLOSES, 1)
CLOSING, AN_HOUR = "close", days(1 / 24)
"""A round waits as long as its ballots cannot be opened."""
ANOTHER_LEAD = {LEAD: "another_lead"}


def _what_day(name: str) -> Ask[str]:
    return Ask(
        name, Day(), remind_after=(days(3), days(7)), expires_after=days(21), skippable=True, admits="day_to_come"
    )


discussion_day, check_in_day = _what_day("discussion_day"), _what_day("check_in_day")


def discussion_is_set(talk: Conversation) -> bool:
    return talk.answer(discussion_day) is not None


def check_in_is_set(talk: Conversation) -> bool:
    return talk.answer(check_in_day) is not None


poll_round = Flow(
    name="poll_round",
    anchors=(OPENS, HALFWAY, CLOSES),
    details=("round", "poll"),
    optional_details=(PLANNED,),
    fills=ANOTHER_LEAD,
    steps=(
        Do("announce", deed="announce_round", at=ANNOUNCED, useful_for=ALWAYS),
        Do("remind", deed="remind_round", at=on(HALFWAY), useful_for=days(2)),
        Do("remind_again", deed="remind_round_again", at=LAST_WORD, useful_for=days(1)),
        Do(CLOSING, deed="close_round", at=on(CLOSES, days=1), useful_for=ALWAYS, again_after=AN_HOUR),
        Do("think_of_the_next", deed="schedule_round"),
        discussion_day,
        Do("gather", deed="gather_to_discuss", only_if=discussion_is_set),
    ),
)
"""One round. Of its details, `round` is its id, `poll` its poll's name; it has `PLANNED` if the poll was to come without it."""

poll_schedule = Flow(
    name="poll_schedule",
    anchors=(NEXT,),
    details=("poll",),
    optional_details=("people",),
    fills=ANOTHER_LEAD,
    steps=(
        Say("to_come", at=on(NEXT, days=-7), offers=("poll_settings",)),
        Do("open", deed="open_next_round", at=on(NEXT), useful_for=ALWAYS),
    ),
)
"""The round to come. It has the detail `people` when they were too few for one the last time."""

check_in = Flow(
    name="check_in",
    details=("poll",),
    optional_details=("people", "scores"),
    fills=ANOTHER_LEAD,
    steps=(check_in_day, Do("gather", deed="gather_to_check_in", only_if=check_in_is_set)),
)
"""Too few for an anonymous poll: a météo collective instead."""

gathering = Flow(
    name="gathering",
    anchors=(GATHERED,),
    details=("kind", "poll"),
    optional_details=("round",),
    fills=ANOTHER_LEAD,
    steps=(
        Do(ANNOUNCE, deed="announce_gathering"),
        Do("remind", deed="remind_gathering", at=on(GATHERED), useful_for=days(1)),
        Say("choose_actions", at=working_days_after(GATHERED, 1), useful_for=days(15), offers=("add_improvement",)),
    ),
)
"""A moment to talk. Its detail `kind` is `discussion` or `check_in`; it has `round` when there is one."""
