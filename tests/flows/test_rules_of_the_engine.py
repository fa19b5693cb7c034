"""The rules of docs/flows.md by properties: chapters, order, reminders, pauses, lateness, days that move."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core.answers import Choice
from flows.core.calendar import Rhythm
from flows.core.model import MISSED, REMINDER, SUBJECT, Addressee, Ask, Do, Flow, Start, days
from flows.core.moves import Answered, Event, Finished, Post, Reanchored, Recast, Woken
from flows.core.reading import Reading
from tests.flows.lives import (
    BEGINNINGS,
    CASTS,
    DAYS,
    PUNCTUAL_CASTS,
    STORIES,
    begun,
    flows,
    lived,
    rhythms,
)
from tests.flows.script import FIRST_DAY, MOST_WAKES, Play, play

FAR_AWAY = FIRST_DAY + timedelta(400)


def in_silence(talk: Play) -> Play:
    """To the end: nobody answers, and what the shell does or begins is over as soon as it is begun."""
    for _ in range(MOST_WAKES):
        begun_or_done = [step for step in talk.flow.steps if isinstance(step, Start | Do)]
        if waiting := next((step for step in begun_or_done if talk.state(step.name) == "asked"), None):
            talk.tell(Finished(waiting.name, "finished"))
        elif talk.talk.wake_at is not None:
            talk.at(talk.talk.wake_at)
        else:
            break
    assert talk.talk.status == "finished"
    return talk


def without_guards(flow: Flow, numbers: tuple[int, ...] | None = None) -> Flow:
    """The flow, whole or some of its steps alone, where each looks at its own chapter and at no other."""
    steps = [step for number, step in enumerate(flow.steps) if numbers is None or number in numbers]
    return replace(flow, steps=tuple(replace(step, only_if=None) for step in steps), revisable_until=None)


@given(flows(), PUNCTUAL_CASTS, BEGINNINGS)
def test_a_chapter_says_what_it_would_say_alone(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime
) -> None:
    whole = without_guards(flow)
    together = in_silence(begun(whole, cast, begins)).posts
    for chapter in whole.edition(whole.version).chapters:
        names = {step.name for step in chapter}
        numbers = tuple(number for number, step in enumerate(whole.steps) if step.name in names)
        alone = in_silence(begun(without_guards(flow, numbers), cast, begins)).posts
        said = [post for post in together if post.step in names and post.message != MISSED]
        assert said == [post for post in alone if post.message != MISSED]


@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_a_step_waits_for_those_before_it_in_its_chapter(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    seen: set[str] = set()

    def look(talk: Play, event: Event) -> None:
        new = {name: step for name in talk.talk.steps.keys() - seen if (step := flow.step(name)) is not None}
        seen.update(new)
        for step in (step for name, step in new.items() if talk.state(name) != "missed"):
            for earlier in Reading(flow, talk.talk, talk.now).before(step):
                assert talk.state(earlier.name) != "asked"
                assert talk.state(earlier.name) != "pending" or earlier.only_if is not None

    talk = begun(flow, cast, begins)
    look(talk, Woken())
    lived(talk, story, look)


@st.composite
def one_question(draw: st.DrawFn) -> Flow:
    expires = draw(st.integers(2, 9))
    reminders = tuple(map(days, sorted(draw(st.sets(st.integers(1, expires - 1), max_size=3)))))
    snooze = {"later": days(draw(st.integers(1, 5)))}
    mood = Ask("mood", Choice("yes", "later"), remind_after=reminders, expires_after=days(expires), snooze=snooze)
    return Flow("trial", (mood,))


@given(one_question(), rhythms(), BEGINNINGS, st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=12))
def test_however_long_the_silence_one_reminder_and_none_of_what_sleeps(
    flow: Flow, rhythm: Rhythm, begins: datetime, story: list[tuple[int, bool]]
) -> None:
    talk = begun(flow, {SUBJECT: Addressee("ada", rhythm)}, begins)
    for hours, puts_off in story:
        talk.now += timedelta(hours=hours)
        talk.tell(Answered("mood", "later", "ada") if puts_off else Woken())
        reminded = [post for post in talk.last.effects if isinstance(post, Post) and post.message == REMINDER]
        assert len(reminded) <= 1
        for state in (talk.talk.steps["mood"] for _ in reminded):
            assert state.state == "asked"
            assert state.snoozed_until is None or state.snoozed_until <= talk.now


@given(one_question(), rhythms(), BEGINNINGS, st.integers(0, 200), st.integers(1, 30))
def test_a_pause_never_closes_a_question(flow: Flow, rhythm: Rhythm, begins: datetime, after: int, long: int) -> None:
    ada = Addressee("ada", replace(rhythm, paused_until=None))
    talk = begun(flow, {SUBJECT: ada}, begins).at(begins + timedelta(hours=after))
    was_open = talk.state("mood") == "asked"
    back = talk.now.date() + timedelta(days=long)
    talk.tell(Recast(SUBJECT, replace(ada, rhythm=replace(rhythm, paused_until=back))))
    # The day before: in Nouméa that day has begun already.
    while was_open and talk.now.date() < back - timedelta(days=1):
        talk.at(talk.now + timedelta(days=1)).wakes()
        assert talk.state("mood") == "asked"


@settings(max_examples=300)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_what_is_said_is_still_worth_saying_and_what_is_missed_is_not(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    seen: set[str] = set()

    def look(talk: Play, event: Event) -> None:
        for post in talk.last.effects:
            if isinstance(post, Post) and post.useful_until is not None:
                assert post.planned <= talk.now
                assert post.at < post.useful_until or post.prompt
        reading = Reading(flow, talk.talk, talk.now)
        for step in reading.steps:
            is_new = step.name not in seen and talk.state(step.name) == "missed"
            if is_new and step.at is not None and not reading.listeners(step):
                assert talk.now >= reading.useful_until(step)
            elif is_new and step.at is None:
                assert reading.head_was_missed(step)
        seen.update(talk.talk.steps)

    talk = begun(flow, cast, begins)
    look(talk, Woken())
    lived(talk, story, look)


@given(flows(), PUNCTUAL_CASTS, BEGINNINGS, DAYS)
def test_what_moves_before_a_word_of_it_is_said_goes_on_as_if_it_had_begun_so(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, day: date
) -> None:
    def from_then(anchor: date) -> Play:
        return play(
            flow, cast={part: who for part, who in cast.items() if who}, anchors={"first_day": anchor}, begins=begins
        )

    moved = from_then(FAR_AWAY)
    moved.tell(Reanchored("first_day", day))
    in_silence(moved)
    begun_so = in_silence(from_then(day))
    assert [post for post in moved.posts if post.message != "first_day_moved"] == begun_so.posts
    assert moved.talk.steps == begun_so.talk.steps
