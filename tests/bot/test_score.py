"""What a release is refused for as it starts: a flow that names what nobody wrote, or begins another without its days."""

import re

import pytest

from bot.deeds import DEEDS
from bot.score import Score
from flows.core.answers import Done
from flows.core.calendar import on
from flows.core.model import Ask, Do, Flow, Say, Start

DATED = Flow("dated", (Say("hello", at=on("first_day")),), anchors=("first_day",))


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        (Flow("trial", (Do("mark", deed="stampp"),)), "the deed 'stampp', which nobody wrote: 'stamp', perhaps"),
        (Flow("trial", (Say("hi", to="boss"),), fills={"boss": "x"}), "the deed 'x', which nobody wrote"),
        (Flow("trial", (Ask("ready", Done(), admits="unheard_of"),)), "the admission 'unheard_of', which nobody wrote"),
        (Flow("trial", (Start("go_on", flow="trail"),)), "the flow 'trail', which nobody wrote: 'trial', perhaps"),
    ],
)
def test_a_flow_that_names_what_nobody_wrote_never_starts(flow: Flow, told: str) -> None:
    with pytest.raises(LookupError, match=f"flow 'trial' names {re.escape(told)}$"):
        Score({flow.name: flow}, DEEDS, {})


def test_a_flow_that_begins_another_has_the_days_that_one_counts_from() -> None:
    steps = (Start("go_on", flow="dated"),)
    with pytest.raises(LookupError, match=r"'go_on' begins 'dated', which counts from .*first_day"):
        Score({"dated": DATED, "trial": Flow("trial", steps)}, {}, {})
    Score({"dated": DATED, "trial": Flow("trial", steps, anchors=("first_day",))}, {}, {})


@pytest.mark.parametrize("details", [{}, {"stamp": "met_budies"}])
def test_a_flow_that_stamps_what_is_no_stamp_never_starts(details: dict[str, str]) -> None:
    flow = Flow("trial", (Do("stamp_met", deed="stamp", details=details),))
    with pytest.raises(LookupError, match=r"'stamp_met' stamps nothing there is: give `details` one of .*met_buddies"):
        Score({"trial": flow}, DEEDS, {})


def test_a_flow_that_seeks_somebody_without_saying_for_what_part_never_starts() -> None:
    for details in ({}, {"part": "subjct"}):
        with pytest.raises(
            LookupError, match=r"'seek' seeks somebody for no part: give `details` a `part` of \['subject'\]"
        ):
            Score({"trial": Flow("trial", (Do("seek", deed="ask_for_part", details=details),))}, DEEDS, {})
    Score({"trial": Flow("trial", (Do("seek", deed="ask_for_part", details={"part": "subject"}),))}, DEEDS, {})


def test_a_flow_that_begins_itself_at_once_never_starts() -> None:
    with pytest.raises(LookupError, match="without end"):
        Score({"trial": Flow("trial", (Start("again", flow="trial"),))}, {}, {})
