"""Whatever is pressed, sent, typed or told in one cooperative with the ids of another changes nothing there, and shows nothing.

Every gesture comes as Slack sends it, signed, by each of the listeners, windows, buttons and offers there are: one more that
nobody tries here fails.
"""

import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from types import MappingProxyType

import pytest

from bot import listeners, readings
from bot.home import SUBMITTED
from bot.leaving import readings as leaving_readings
from bot.listeners import answer_clicked, events_withheld
from tests import postgres
from tests.bot.crossing.gestures import (
    OFFERED,
    OPENED,
    TOGETHER,
    UNOPENED,
    Gesture,
    accounts,
    answers,
    at_home,
    filled,
    goodbyes,
    looked_at,
    of_no_use,
    offered,
    opened,
    questions,
    said,
    skips,
    submitted,
    taken,
    turned,
    typed,
    withheld,
    written,
)
from tests.bot.crossing.neighbours import Neighbours, neighbours
from tests.forgetting import forgetting

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["sqlite", "postgresql", "its policies alone"])
async def tried(request: pytest.FixtureRequest) -> AsyncIterator[Neighbours]:
    """On a file, where nothing stands behind the conditions of our own statements; on PostgreSQL as a worker finds it; and there
    without these conditions, where nothing but its policies keeps cooperatives apart."""
    kind = "sqlite" if request.param == "sqlite" else "postgresql"
    async with neighbours(request.getfixturevalue(f"{kind}_url")) as made:
        if kind == request.param:
            yield made
            return
        with forgetting(made.teller.team):
            yield made


WALKED: Mapping[str, tuple[Callable[[Neighbours], Iterable[Gesture]], ...]] = MappingProxyType(
    {
        "answer_clicked": (answers,),
        "window_asked": (questions,),
        "words_written": (said,),
        "skipped": (skips,),
        "offer_taken": (offered,),
        "home_opened": (looked_at,),
        "home_used": (at_home,),
        "account_changed": (accounts,),
        "command_typed": (typed,),
        "shortcut_used": (taken,),
        "left_over": (of_no_use,),
        "window_submitted": (written,),
        "put_out": (goodbyes,),
        "events_withheld": (withheld,),
    }
)
"""By listener, what is tried; the windows of `window_submitted` that ask no question are walked by themselves, below."""


async def none_crosses(it: Neighbours, gestures: Iterable[Gesture]) -> None:
    walk = list(gestures)
    assert walk, "something is tried"
    for start in range(0, len(walk), TOGETHER):
        some = walk[start : start + TOGETHER]
        for _, gesture in some:
            await it.make(gesture())
        assert (await it.betrayals(), await it.changes()) == ([], {}), [what for what, _ in some]


@pytest.mark.parametrize("listener", WALKED)
async def test_nothing_crosses_by(tried: Neighbours, listener: str) -> None:
    for gestures in WALKED[listener]:
        await none_crosses(tried, gestures(tried))


async def test_nothing_crosses_by_a_window_that_is_sent(tried: Neighbours) -> None:
    for callback in OPENED:
        view = await opened(tried, callback)
        about = view.get("private_metadata") or ""
        if callback == "prepare_departure":  # so that there is something to let know of
            await tried.make(tried.teller.submitted(filled(view, about, tried)))
        tries = [(f"{callback} about {id}", submitted(tried, filled(view, id, tried))) for id in turned(about, tried)]
        await none_crosses(tried, tries)
    for callback, view in UNOPENED.items():
        forged = {"callback_id": callback, **view}
        ids = tried.theirs.each()
        await none_crosses(
            tried, [(f"{callback} about {id}", submitted(tried, filled(forged, id, tried))) for id in ids]
        )


async def test_whom_no_policy_holds_would_be_shown_the_other_cooperative(postgresql_url: str) -> None:
    async with neighbours(postgres.as_owner(postgresql_url)) as it:
        with forgetting(it.teller.team):
            for _, gesture in looked_at(it):
                await it.make(gesture())
            assert await it.betrayals()


def test_no_listener_nor_window_is_left_out() -> None:
    assert set(WALKED) == {
        module.__name__.rpartition(".")[2] for module in (*listeners.LISTENERS, answer_clicked, events_withheld)
    }
    assert {*OPENED, *UNOPENED} == set(SUBMITTED)


def test_no_reading_is_left_out() -> None:
    """They are named nowhere but where they are read."""
    written_down = "".join(inspect.getsource(module) for module in (readings, leaving_readings))
    assert set(re.findall(r'"(read_[a-z]+)"', written_down)) <= set(OFFERED)
