"""What is asked ahead and what is put off, on PostgreSQL: it saves time, and nobody can tell."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows.core.model import Conversation, StepState
from flows.core.people import Member, Workspace
from storage import Store, Transaction, conversations, members, outbox, workspaces
from storage.ahead import Look
from tests.storage.batches import Unit, Waiting, together
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, OpenStore, a_conversation, an_intention, somebody

Op = Callable[["Unsuspecting"], Any]


class Unsuspecting:
    """A unit of these operations: what each of them saw, in the words of any workspace."""

    def __init__(self, *ops: tuple[str, str]) -> None:
        self._ops = ops

    def __call__(self, tx: Transaction) -> list[Any]:
        self.tx = tx
        return [getattr(self, name)(about) for name, about in self._ops]

    def who(self, person: str) -> Any:
        member, house = members.speaking(self.tx, f"U{person}{self.tx.workspace}")
        return member and member.first_name, house and house.name

    def rename(self, person: str) -> None:
        id, slack_id = f"m_{person}{self.tx.workspace}", f"U{person}{self.tx.workspace}"
        member = members.find(self.tx, id)
        name = f"{member.first_name}'" if member else "Ana"
        members.remember(self.tx, Member(id=id, first_name=name, slack_id=slack_id))

    def settle(self, _: str) -> None:
        house = workspaces.find(self.tx)
        workspaces.save(self.tx, Workspace(id=self.tx.workspace, name=f"{house.name}'" if house else "Coop"))

    def load(self, talk: str) -> Any:
        found = self._load(talk)
        players = {part: who and who.first_name for part, who in self.players(found).items()} if found else {}
        return found and (list(found.steps), players, found.status)

    def players(self, talk: Conversation) -> dict[str, Member | None]:
        return {part: members.find(self.tx, who.id) for part, who in talk.cast.items()}

    def house(self, _: str) -> Any:
        house = workspaces.find(self.tx)
        return house and house.name

    def step(self, talk: str) -> None:
        if (found := self._load(talk)) is not None:
            steps = {**found.steps, f"s{len(found.steps)}": StepState("done", NINE)}
            conversations.save(self.tx, replace(found, steps=steps), NINE, found)

    def look(self, talk: str) -> None:
        conversations.look_ahead(self.tx, [(self.tx.workspace, f"c_{each}{self.tx.workspace}") for each in ("0", talk)])

    def recast(self, talk: str) -> None:
        if (found := self._load(talk)) is not None:
            cast = {**found.cast, f"p{len(found.cast)}": somebody(f"m_1{self.tx.workspace}")}
            conversations.save(self.tx, replace(found, cast=cast), NINE, found)

    def finish(self, talk: str) -> None:
        if (found := self._load(talk)) is not None:
            conversations.save(self.tx, replace(found, status="finished"), NINE, found)

    def begin(self, talk: str) -> None:
        if self._load(talk) is None:
            begun = a_conversation(f"c_{talk}{self.tx.workspace}", f"m_0{self.tx.workspace}")
            conversations.begin(self.tx, begun, shape="1", parent=None, by=None, now=NINE)

    def put_off(self, talk: str) -> None:
        conversations.put_off(self.tx, f"c_{talk}{self.tx.workspace}", NINE)

    def say(self, occurrence: str) -> None:
        words = [an_intention(f"{occurrence}{number}") for number in range(int(occurrence) + 1)]
        outbox.enqueue_all(self.tx, words, NINE)

    def said(self, _: str) -> int:
        return outbox.waiting_count(self.tx)

    def fail(self, _: str) -> None:
        raise ZeroDivisionError

    def _load(self, talk: str) -> Conversation | None:
        return conversations.load(self.tx, f"c_{talk}{self.tx.workspace}", somebody, HOUSE)


OPS = (
    "who",
    "rename",
    "settle",
    "house",
    "look",
    "load",
    "step",
    "recast",
    "finish",
    "begin",
    "put_off",
    "say",
    "said",
)
ABOUT = st.sampled_from(("0", "1", "2"))
UNITS = st.lists(st.tuples(st.sampled_from((*OPS, *OPS, "fail")), ABOUT), min_size=1, max_size=4)
WORKSPACES = (f"T{number}" for number in count())


def looks(workspace: str, about: str) -> Sequence[Look]:
    return (
        members.speaking_ahead(f"U{about}{workspace}"),
        *conversations.load_ahead(f"c_{about}{workspace}"),
    )


def told(outcome: Any) -> Any:
    return type(outcome) if isinstance(outcome, BaseException) else outcome


BEGUN = [("rename", "0"), ("settle", ""), ("begin", "0"), ("rename", "1"), ("begin", "1")]
AT_THE_END = [(op, about) for op in ("who", "house", "load") for about in ("0", "1", "2")] + [("said", "")]


@given(batch=st.lists(st.tuples(st.sampled_from((0, 1)), UNITS, ABOUT), min_size=1, max_size=6))
@example(batch=[(0, [("finish", "0")], "0"), (0, [("load", "0")], "0")])
@example(batch=[(1, [("load", "0")], "0"), (0, [("say", "0")], "0"), (1, [("load", "1")], "0")])
@example(batch=[(0, [("step", "0")], "0"), (0, [("look", "1"), ("load", "0")], "1")])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_units_written_together_see_what_they_would_have_seen_one_after_the_other(
    postgresql_url: str, batch: list[tuple[int, list[tuple[str, str]], str]]
) -> None:
    """Each with two neighbours: in one pair all is written in a batch, in the other one unit at a time."""

    async def seen(store: Store, pair: tuple[str, str], *, in_a_batch: bool) -> list[Any]:
        for workspace in pair:
            await store.run(Unsuspecting(*BEGUN), workspace)
        units = [Waiting(Unsuspecting(*ops), pair[of], looks(pair[of], about)) for of, ops, about in batch]
        if in_a_batch:
            outcomes = await together(store, *units)
        else:
            outcomes = [(await together(store, Waiting(unit, workspace)))[0] for unit, workspace, _ in units]
        ends = [await store.read(Unsuspecting(*AT_THE_END), workspace) for workspace in pair]
        return [*map(told, outcomes), *ends]

    async def both() -> None:
        async with Store.open(postgresql_url) as store:
            first, second = ((next(WORKSPACES), next(WORKSPACES)) for _ in range(2))
            assert await seen(store, first, in_a_batch=True) == await seen(store, second, in_a_batch=False)

    asyncio.run(both())


@pytest.fixture
async def store(postgresql_url: str, open_store: OpenStore) -> Store:
    opened = open_store(postgresql_url)
    for workspace in (HERE, ELSEWHERE):
        await opened.run(Unsuspecting(*BEGUN), workspace)
    return opened


def changes_behind_our_back(tx: Transaction) -> None:
    """Said past all that could notice it."""
    driver: Any = tx.connection.connection.dbapi_connection
    driver.execute("UPDATE member SET first_name = 'Zoé'")
    driver.execute("UPDATE workspace SET name = 'Elsewhere'")
    driver.execute("UPDATE conversation SET status = 'stopped'")


async def test_what_a_unit_said_it_would_ask_is_not_asked_again(store: Store) -> None:
    def unit(tx: Transaction) -> Any:
        changes_behind_our_back(tx)
        told = Unsuspecting(("who", "0"), ("load", "0"), ("who", "1"), ("load", "1"))(tx)
        return [told[0], told[1][-1], told[2], told[3][-1]]

    assert await together(store, Waiting(unit, HERE, looks(HERE, "0"))) == [
        [("Ana", "Coop"), "open", ("Zoé", "Elsewhere"), "stopped"]
    ]


async def test_what_is_asked_to_move_conversations_is_not_asked_again(store: Store) -> None:
    def unit(tx: Transaction) -> Any:
        conversations.look_ahead(tx, [(HERE, f"c_0{HERE}"), (HERE, f"c_1{HERE}")])
        changes_behind_our_back(tx)
        return Unsuspecting(("house", ""), ("load", "0"))(tx)

    house, (_, players, status) = await store.run(unit, HERE)
    assert (house, players["subject"], status) == ("Coop", "Ana", "open")


async def test_a_row_that_is_gone_fails_the_unit_that_wrote_it_whoever_caught_its_error(store: Store) -> None:
    def writes_nowhere(tx: Transaction) -> None:
        nowhere = a_conversation("c_nowhere")
        conversations.save(tx, nowhere, NINE, nowhere)

    def catches(tx: Transaction) -> int:
        with suppress(LookupError):
            outbox.waiting_count(tx)
        return outbox.waiting_count(tx)

    outcomes = await together(store, Unsuspecting(("say", "0")), writes_nowhere, catches)
    assert list(map(told, outcomes)) == [[None], conversations.NeverBegun, 1]


async def test_a_unit_alone_is_told_of_its_own_row_that_is_gone_when_it_writes_it(store: Store) -> None:
    def mends(tx: Transaction) -> int:
        nowhere = a_conversation("c_nowhere")
        try:
            conversations.save(tx, nowhere, NINE, nowhere)
            outbox.waiting_count(tx)
        except conversations.NeverBegun:
            outbox.enqueue_all(tx, [an_intention()], NINE)
        return outbox.waiting_count(tx)

    assert await store.run(mends, HERE) == 1


async def test_what_an_error_cut_short_is_said_afterwards_as_ever(store: Store) -> None:
    def raises(_: Transaction) -> None:
        raise ZeroDivisionError

    def says(*occurrences: str) -> Unit:
        return lambda tx: outbox.enqueue_all(tx, [an_intention(each) for each in occurrences], NINE)

    def counts(tx: Transaction) -> int:
        return outbox.waiting_count(tx)

    no_index_takes = secrets.token_hex(20_000)
    for number in range(8):
        await together(store, raises, says(f"{number}"))
        outcomes = await together(store, says("a", no_index_takes), says(f"after {number}"), counts)
        assert [isinstance(outcomes[0], Exception), *outcomes[1:]] == [True, None, 2 * (number + 1)]
        assert no_index_takes[:20] not in str(outcomes[0])


async def test_nobody_is_told_ahead_of_what_is_elsewhere(store: Store) -> None:
    def curious(tx: Transaction) -> Any:
        return members.speaking(tx, f"U0{ELSEWHERE}"), conversations.load(tx, f"c_0{ELSEWHERE}", somebody, HOUSE)

    theirs = Waiting(Unsuspecting(("who", "0")), ELSEWHERE, looks(ELSEWHERE, "0"))
    outcomes = await together(store, theirs, Waiting(curious, HERE, looks(ELSEWHERE, "0")))
    assert outcomes == [[("Ana", "Coop")], ((None, None), None)]


async def test_an_error_in_what_was_put_off_quotes_no_value(store: Store) -> None:
    def too_long(tx: Transaction) -> None:
        outbox.enqueue_all(tx, [an_intention("secret\0words")], NINE)

    (outcome,) = await together(store, too_long)
    assert isinstance(outcome, Exception)
    assert "secret" not in str(outcome)
