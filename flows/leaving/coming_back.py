"""Coming back: a short welcome for somebody who knows the house, with what has changed since (domain.md, section 10 u)."""

from flows.core.answers import Choice, Text
from flows.core.calendar import on, working_days_before
from flows.core.model import SUBJECT, Ask, Conversation, Flow, Say, days
from flows.joining.onboarding import FIRST_DAY, task
from flows.joining.parts import ANNOUNCEMENTS, COOP_BUDDY, SUPERVISOR

what_changed = Ask(
    "what_changed",
    Text(1_000),
    to=SUPERVISOR,
    at=working_days_before(FIRST_DAY, 5),
    useful_for=days(20),
    skippable=True,
    remind_after=(days(3),),
    expires_after=days(14),
)
how_much = Ask(
    "how_much",
    Choice("short", "none"),
    at=on(FIRST_DAY, days=1),
    useful_for=days(20),
)
finding_your_place = Ask("finding_your_place", Choice("well", "talk"), at=on(FIRST_DAY, days=30), useful_for=days(30))


def wants_a_path(talk: Conversation) -> bool:
    return talk.answer(how_much) == "short"


def has_news_channel(talk: Conversation) -> bool:
    return talk.plays(ANNOUNCEMENTS) is not None


coming_back = Flow(
    name="coming_back",
    cast=(SUBJECT, SUPERVISOR, COOP_BUDDY),
    optional=(ANNOUNCEMENTS,),
    anchors=(FIRST_DAY,),
    fills={SUPERVISOR: "ask_for_part", COOP_BUDDY: "ask_for_part"},
    told_when_missed=SUPERVISOR,
    told_when_moved=(SUBJECT, SUPERVISOR, COOP_BUDDY),
    briefed=(SUPERVISOR, COOP_BUDDY),
    steps=(
        what_changed,
        task("access_ready", SUPERVISOR, working_days_before(FIRST_DAY, 3)),
        Say("return_told", to=ANNOUNCEMENTS, at=on(FIRST_DAY), useful_for=days(2), only_if=has_news_channel),
        Say("welcome_back", at=on(FIRST_DAY), useful_for=days(7), offers=("home",), links=("booklet",)),
        how_much,
        Say("short_path", only_if=wants_a_path, links=("booklet", "sheet")),
        task("what_is_new_aloud", COOP_BUDDY, only_if=wants_a_path),
        Say("passport_again", at=on(FIRST_DAY, days=7), useful_for=days(14), offers=("home",)),
        finding_your_place,
        task("hear_them", COOP_BUDDY, only_if=lambda talk: talk.answer(finding_your_place) == "talk"),
    ),
)
