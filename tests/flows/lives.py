"""Small flows of any shape, people of all kinds, and lives lived through in any order of events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st

from flows.core.answers import Choice
from flows.core.calendar import Appointment, Rhythm
from flows.core.model import Addressee, Ask, Conversation, Do, Flow, Say, Start, Step, addressed, days
from flows.core.moves import Answered, Event, Finished, Reanchored, Recast, Skipped, Woken
from tests.flows.script import FIRST_DAY, Play, play

PARTS = ("subject", "buddy", "boss")
FRIEND = "friend"
"""An optional part, that nobody ever plays."""
PEOPLE = ("ada", "lou", "zoe")
MOST_STEPS = 6
REACHES = tuple(frozenset(reach) for reach in (("slack",), ("slack",), ("email",), ()))


# --------------------------------------------------------------------------------------------------------------- flows


@dataclass(frozen=True)
class Guard:
    """Holds according to one question, asked or not, of this chapter or of another."""

    question: str
    kind: str

    def __call__(self, talk: Conversation) -> bool:
        given = talk.steps.get(self.question)
        match self.kind:
            case "yes":
                return given is not None and given.state == "done" and given.value == "yes"
            case "over":
                return talk.is_over(self.question)
            case "not_expired":
                return given is None or given.state != "expired"
        return False


GUARDS = ("yes", "over", "never", "not_expired")


@st.composite
def flows(draw: st.DrawFn, least_use: int = 1) -> Flow:
    count = draw(st.integers(1, MOST_STEPS))
    steps = tuple(draw(a_step(number, count, least_use)) for number in range(count))
    questions = [step.name for step in steps if isinstance(step, Ask)]
    return Flow(
        "trial",
        steps,
        cast=PARTS,
        optional=(FRIEND,),
        anchors=("first_day",),
        version=2,
        revisable_until=draw(st.sampled_from([None, *questions])),
        told_when_missed=draw(st.sampled_from([None, "buddy"])),
        told_when_moved=draw(st.sampled_from([(), ("subject",), PARTS])),
        briefed=draw(st.sampled_from([(), ("buddy",)])),
    )


@st.composite
def a_step(draw: st.DrawFn, number: int, count: int, least_use: int) -> Step:
    name = f"step_{number}"
    at = draw(st.none() | st.builds(partial(Appointment, "first_day"), st.integers(-9, 12), st.integers(-2, 2)))
    guard = draw(st.none() | st.builds(Guard, st.integers(0, count - 1).map("step_{}".format), st.sampled_from(GUARDS)))
    waits = draw(st.sampled_from([0, 0, 2])) if at is None and number else 0
    kinds: list[Callable[..., Step]] = [_say, _ask, _ask, _start, _do]
    step: Step = draw(st.sampled_from(kinds))(
        draw,
        name=name,
        at=at,
        only_if=guard,
        useful_for=days(draw(st.integers(least_use, least_use + 5))),
        after=days(waits),
        since=draw(st.sampled_from([1, 1, 2])) if number > 1 else 1,
    )
    return step


def _say(draw: st.DrawFn, **common: object) -> Step:
    to = draw(st.sampled_from([*PARTS, FRIEND, ("buddy", "boss"), ("subject", "buddy")]))
    return Say(to=to, by_email=draw(st.booleans()), **common)  # type: ignore[arg-type]


def _ask(draw: st.DrawFn, **common: object) -> Step:
    expires = draw(st.integers(2, 9))
    reminders = draw(st.sets(st.integers(1, expires - 1), max_size=3))
    return Ask(
        answer=Choice("yes", "no", "later"),
        to=draw(st.sampled_from([*PARTS, *PARTS, FRIEND])),
        remind_after=tuple(map(days, sorted(reminders))),
        expires_after=days(expires),
        skippable=draw(st.booleans()),
        snooze={"later": days(draw(st.integers(1, 5)))} if draw(st.booleans()) else {},
        **common,  # type: ignore[arg-type]
    )


def _start(_: st.DrawFn, **common: object) -> Step:
    return Start(flow="other", **common)  # type: ignore[arg-type]


def _do(draw: st.DrawFn, **common: object) -> Step:
    return Do(deed="stamp", again_after=draw(st.sampled_from([None, days(1)])), **common)  # type: ignore[arg-type]


# ----------------------------------------------------------------------------------------------------- people and events


SLOTS = st.builds(time, st.integers(7, 19), st.sampled_from([0, 45]))


@st.composite
def rhythms(draw: st.DrawFn, slots: st.SearchStrategy[time] = SLOTS) -> Rhythm:
    return Rhythm(
        draw(st.sampled_from(["Europe/Paris", "Pacific/Noumea", "America/Martinique"])),
        working_days=draw(st.sampled_from([frozenset(range(5)), frozenset({0, 2}), frozenset(range(7))])),
        slot=draw(slots),
        holidays=draw(st.frozensets(st.integers(-9, 9).map(lambda n: FIRST_DAY + timedelta(n)), max_size=4)),
        paused_until=draw(st.none() | st.integers(-9, 9).map(lambda n: FIRST_DAY + timedelta(n))),
    )


def people(
    reaches: tuple[frozenset[str], ...] = REACHES, active: tuple[bool, ...] = (True, True, False)
) -> st.SearchStrategy[Addressee]:
    return st.builds(Addressee, st.sampled_from(PEOPLE), rhythms(), st.sampled_from(reaches), st.sampled_from(active))


STEPS = st.integers(0, MOST_STEPS).map("step_{}".format)
DAYS: st.SearchStrategy[date] = st.integers(-9, 20).map(lambda n: FIRST_DAY + timedelta(n))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.just(Woken()),
    st.builds(Answered, STEPS, st.sampled_from(["yes", "no", "later", "perhaps", None, 7]), st.sampled_from(PEOPLE)),
    st.builds(Skipped, STEPS, st.sampled_from(PEOPLE)),
    st.builds(Recast, st.sampled_from(PARTS), st.none() | people()),
    st.builds(Reanchored, st.just("first_day"), DAYS, st.none() | st.sampled_from(PEOPLE)),
    st.builds(Finished, STEPS, st.sampled_from(["finished", "stopped"])),
)
STORIES = st.lists(st.tuples(st.integers(0, 120), EVENTS | st.none()), max_size=14)
"""Hours between events; None stands for an answer of whoever was asked, and 120 hours for days down."""
CASTS = st.fixed_dictionaries({part: st.none() | people() for part in PARTS})
FULL_CASTS = st.fixed_dictionaries({part: people((frozenset({"slack"}),), (True,)) for part in PARTS})
PUNCTUAL = st.builds(Addressee, st.sampled_from(PEOPLE), rhythms(st.builds(time, st.integers(9, 17))))
"""Spoken to on the hour: so that a look every hour comes at the very moments."""
PUNCTUAL_CASTS = st.fixed_dictionaries(dict.fromkeys(PARTS, PUNCTUAL))
BEGINNINGS: st.SearchStrategy[datetime] = st.integers(0, 21 * 24).map(
    lambda hours: datetime(2026, 4, 10, tzinfo=UTC) + timedelta(hours=hours)
)


def begun(flow: Flow, cast: dict[str, Addressee | None], begins: datetime) -> Play:
    present = {part: who for part, who in cast.items() if who is not None}
    return play(flow, cast=present, empty=flow.parts, begins=begins)


def lived(talk: Play, story: list[tuple[int, Event | None]], look: Callable[[Play, Event], None]) -> None:
    """Tell the story, and look at the play after each event."""
    for hours, told in story:
        talk.now += timedelta(hours=hours)
        event = told or answer_of_somebody(talk)
        talk.tell(event)
        look(talk, event)


def only_live(talk: Play, event: Event) -> None:
    """What the play itself looks at is enough."""


def answer_of_somebody(talk: Play) -> Event:
    asked = [name for name in (step.name for step in talk.flow.steps) if talk.state(name) == "asked"]
    if not asked:
        return Woken()
    step = talk.flow.step(asked[0])
    if isinstance(step, Start | Do):
        return Finished(step.name, "finished")
    holder = next((talk.talk.cast.get(part) for part in addressed(step)), None) if step else None
    return Answered(asked[0], "later" if talk.now.hour % 2 else "yes", holder.id if holder else "ada")
