"""The same conversation of nine questions through others: Bot Framework's waterfall dialogs and DBOS, beside this engine.

The nine questions are those of the report of astonishment, answered in words. Without durability: our engine alone, against
dialogs in memory. With it: the desk and its store on SQLite, one person after another and many at once, against one DBOS
workflow a conversation on SQLite. A turn is one answer, and the next question. Where a peer is not installed, its line lacks.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter

from benchmarks import databases
from benchmarks.answers.waiting import MORNING
from benchmarks.lines import Goal, Line
from benchmarks.peers import peer
from benchmarks.rounds import Scale, in_turn, ratio, spread
from benchmarks.timed import each_of
from bot.accounts import Account
from bot.clock import MovableClock
from bot.desk import Desk
from bot.score import Score
from bot.wire import Ref
from flows.core import engine
from flows.core.answers import Text
from flows.core.calendar import Rhythm
from flows.core.model import SUBJECT, Addressee, Ask, Conversation, Flow
from flows.core.moves import Answered
from messages import Messages
from storage import Store, conversations, schema
from storage.vault import Vault

QUESTIONS = (
    "first_weeks", "best_surprise", "oddity", "widest_gap", "still_missing", "getting_help", "the_cooperative",
    "cooperator_posture", "one_change",
)  # fmt: skip
NINE = Flow("nine_questions", tuple(Ask(name, Text()) for name in QUESTIONS))
WORDS = "Le planning change sans qu'on sache qui décide."
WORKSPACE = "T01"
AT_ONCE = 32


def measure(scale: Scale) -> Iterator[Line]:
    yield from _without_durability(scale)
    yield from _with_durability(scale)


def _without_durability(scale: Scale) -> Iterator[Line]:
    count = scale.of(300, 3)
    sides = {"ours": lambda: in_memory(count)}
    if peer("botbuilder.dialogs"):
        sides["waterfall dialogs"] = lambda: (peer("botbuilder.dialogs", "waterfall.py", str(count)) or {})["turns"]
    turns = in_turn(sides, scale.of(5, 1))
    shown = {side: f"{spread(found):,.0f} turns/s" for side, found in turns.items()}
    microseconds = spread([1e6 / one for one in turns["ours"]])
    yield Line(
        number="14", what="a turn without a database", sides=shown, figure=microseconds, unit="µs", digits=1,
        goal=Goal("most", 30),
    )  # fmt: skip
    if len(turns) > 1:
        yield Line(number="", what="turns without durability ÷ waterfall dialogs", figure=ratio(*turns.values()))


def _with_durability(scale: Scale) -> Iterator[Line]:
    count = scale.of(100, 2)
    sides = {
        "ours, one after another": lambda: asyncio.run(durable(count, 1)),
        f"ours, {AT_ONCE} at once": lambda: asyncio.run(durable(count, AT_ONCE)),
    }
    if peer("dbos"):
        sides["DBOS"] = lambda: (peer("dbos", "dbos_turns.py", str(scale.of(20, 2)), str(AT_ONCE)) or {})["turns"]
    turns = in_turn(sides, scale.of(5, 1))
    one, many, *theirs = turns.values()
    shown = {side: f"{spread(found):,.0f} turns/s" for side, found in turns.items()}
    if theirs:
        yield Line(
            number="13", what=f"durable turns, {AT_ONCE} at once ÷ DBOS on SQLite, as many", sides=shown,
            figure=ratio(many, theirs[0]), goal=Goal("least", 20),
        )  # fmt: skip
        yield Line(number="", what="durable turns, one after another ÷ DBOS on SQLite", figure=ratio(one, theirs[0]))
    else:
        yield Line(what=f"durable turns, {AT_ONCE} at once ÷ one after another", sides=shown, figure=ratio(many, one))


def in_memory(count: int) -> float:
    """Turns a second of `count` conversations held in memory."""
    subject = Addressee("m_ana", Rhythm(zone="Europe/Paris"))
    fresh = Conversation("c_1", NINE.name, {SUBJECT: subject}, house=subject.rhythm)
    start = perf_counter()
    for _ in range(count):
        talk = engine.start(NINE, fresh, MORNING, subject.id).conversation
        for name in QUESTIONS:
            talk = engine.advance(NINE, talk, Answered(name, WORDS, subject.id), MORNING).conversation
        assert talk.status == "finished"
    return count * len(QUESTIONS) / (perf_counter() - start)


async def durable(count: int, at_once: int) -> float:
    """Turns a second of `count` conversations of as many people, in an SQLite file of their own."""
    with databases.file() as url:
        schema.upgrade(url)
        score = Score({NINE.name: NINE}, {}, {})
        async with Store.open(url, vault=Vault((bytes(32),))) as store:
            desk = Desk(store, score, Messages(), MovableClock(MORNING), lambda: None)
            people = [Account(slack_id=f"U{number:04}", first_name=f"Personne {number}") for number in range(count)]
            await desk.accounts(WORKSPACE, people, complete=True)
            for person in people:
                await desk.begin(WORKSPACE, NINE.name, {SUBJECT: person.slack_id}, MORNING.date(), {})
            talks = await store.read(lambda tx: conversations.of_flow(tx, NINE.name), WORKSPACE)

            async def converse(number: int) -> None:
                for name in QUESTIONS:
                    ref = Ref(talks[number], name)
                    assert await desk.answer(WORKSPACE, people[number].slack_id, ref, WORDS) is None

            seconds = await each_of(count, at_once, converse)
    return len(QUESTIONS) / seconds
