"""What is measured is what the lines say is measured: both sides are given the same, and do it."""

from pathlib import Path
from random import Random
from statistics import median

import pytest
import sqlalchemy as sa
from slack_bolt.request.async_request import AsyncBoltRequest

from benchmarks import kept, messages_made
from benchmarks.__main__ import MEASURES, main, section
from benchmarks.answers.load import TOO_LATE, request
from benchmarks.answers.sides import bolt_that_acknowledges, connect_to, parametrised
from benchmarks.answers.waiting import ANSWER, QUESTION, answered, cooperative, prepare
from benchmarks.conversing import NINE, in_memory
from benchmarks.dispatching import copies
from benchmarks.lines import Goal, Line, table
from benchmarks.results_of_polls import CLOSES, MEMBERS, OPENS, WORKSPACES, ballot, sizes, table_of
from benchmarks.rounds import Scale, Spread, in_turn, ratio, spread
from bot.wire import Ref
from flows.core.rounds import Round
from flows.living.barometer import barometer
from messages import Messages
from storage import schema
from tests import postgres
from tests.lacking import lacking

QUICK = Scale(quick=True)


def test_the_movement_has_its_size_and_half_of_it_is_tiny() -> None:
    found = sizes(Random(1))
    assert (len(found), sum(found)) == (WORKSPACES, MEMBERS)
    assert median(found) == 5
    assert max(found) > 150


def test_both_sides_are_given_the_same_answers() -> None:
    ballots = [ballot(Random(seed)) for seed in range(6)]
    connection = table_of([(Round("r_1", barometer, OPENS, CLOSES, 6), ballots)])
    rows = connection.execute("SELECT item, value FROM answer").fetchall()
    assert sorted(map(repr, rows)) == sorted(repr(pair) for one in ballots for pair in one.answers.items())


def test_sides_run_in_turn_and_none_is_always_first() -> None:
    said: list[str] = []
    in_turn({"ours": lambda: said.append("ours"), "theirs": lambda: said.append("theirs")}, 3)
    assert said == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]


def test_a_ratio_is_that_of_each_round_by_itself() -> None:
    assert ratio([2.0, 20.0, 3.0], [1.0, 10.0, 1.0]) == Spread(2.0, 2.0, 3.0)
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("at", "figure", "met"), [("least", 1.2, "yes"), ("least", 1.1, "**no**"), ("most", 1.3, "**no**")]
)
def test_a_goal_that_is_not_met_says_so(at: str, figure: float, met: str) -> None:
    goal = Goal("least" if at == "least" else "most", 1.2)
    line = Line(what="answers", figure=Spread(figure, figure, figure), goal=goal)
    assert table([line]).splitlines()[2].endswith(f"| {met} |")


def test_a_section_taken_again_takes_the_place_of_the_former(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    for name, written in (("b", "## b\n\nfirst"), ("a", "## a\n\nits own"), ("b", "## b\n\nsecond")):
        kept.keep(name, written, ["a", "b"], file)
    assert list(kept.read(file)) == ["a", "b"]
    assert file.read_text().endswith("## a\n\nits own\n\n## b\n\nsecond\n")


def test_what_is_kept_is_of_measures_that_there_are() -> None:
    assert set(kept.read()) <= set(MEASURES)


def test_a_measure_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answres"]) == 1
    assert "answers" in capsys.readouterr().err


async def test_each_click_answers_another_conversation(sqlite_url: str) -> None:
    waiting = await prepare(sqlite_url, 5)
    async with cooperative(sqlite_url) as (bot, *_):
        assert await bot.store.read(answered) == 1, "the one that was copied"
        for conversation, person in list(zip(waiting.conversations, waiting.people, strict=True))[1:]:
            await bot.desk.clicked(waiting.team, person, Ref(conversation, QUESTION), ANSWER, None)
        assert await bot.store.read(answered) == 5


async def test_an_answer_says_little_to_the_database(database_url: str) -> None:
    waiting = await prepare(database_url, 1)
    said = [statement.sql.split()[0] for statement in waiting.statements]
    holding = ["SELECT"] if database_url.startswith("postgresql") else []
    assert said == ["SELECT", *holding, "SELECT", "SELECT", "UPDATE", "INSERT", "INSERT"], (
        "who answers, that nobody else moves it, what is asked, the key in use, where it stands, what became of it, what is next"
    )


async def test_the_floor_writes_what_our_answers_write(database_url: str) -> None:
    waiting = await prepare(database_url, 3)
    connection = connect_to(postgres.as_owner(database_url))()
    for conversation, member, person in list(zip(waiting.conversations, waiting.members, waiting.people, strict=True))[
        1:
    ]:
        for sql, parameters_for in (parametrised(one, waiting) for one in waiting.statements):
            connection.execute(sql, parameters_for((conversation, member, person)))
    connection.close()
    assert schema.look(database_url, answered) == 3
    steps = "SELECT CAST(steps AS TEXT) FROM conversation"
    said = schema.look(database_url, lambda tx: tx.connection.execute(sa.text(steps)).scalars().all())
    assert all('"done"' in one for one in said)


async def test_bare_bolt_verifies_what_it_acknowledges() -> None:
    app = bolt_that_acknowledges("T1", "a-signing-secret")
    forged = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=0"}
    answer = await app.async_dispatch(AsyncBoltRequest(body="payload=%7B%7D", headers={**forged}))
    assert answer.status == 401


def test_a_request_is_signed_as_of_its_stamp() -> None:
    sent = request(b"payload=%7B%7D", "a-signing-secret", 1774944000)
    assert b"X-Slack-Request-Timestamp: 1774944000\r\n" in sent
    assert b"X-Slack-Signature: v0=" in sent
    assert TOO_LATE == 3


def test_both_sides_make_the_same_message() -> None:
    messages = Messages()
    assert messages_made.as_models(messages) == messages_made.as_dicts(messages)


def test_a_conversation_has_nine_questions_and_comes_to_its_end() -> None:
    assert len(NINE.steps) == 9
    assert in_memory(1) > 0


def test_sixty_flows_are_sixty() -> None:
    assert len({flow.name for flow in copies(60)}) == 60


QUICK_ONES = sorted(set(MEASURES) - {"starting", "restarting", "pictures"})
"""Those below start whole programs, which have tests of their own."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", QUICK_ONES)
def test_a_quick_run_says_what_was_measured(name: str) -> None:
    if postgres.binaries() is None:
        lacking("PostgreSQL is not on this machine: `apt-get install postgresql` (or your system's package) adds it.")
    written = section(name, QUICK)
    lines = [line for line in written.splitlines() if line.startswith("| ")]
    assert written.startswith(f"## {name}\n")
    assert len(lines) > 2
    assert "/tmp" not in written
