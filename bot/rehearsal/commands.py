"""The command `parcours rehearse`."""

import argparse
import asyncio
import logging
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.setting_values import fault_of_texts
from flows import ALL_FLOWS, ALL_POLLS
from flows.leaving import LEAVING_FLOWS
from flows.leaving.kinds import ALL_KINDS, RESIGNATION

FINE, INCOMPLETE, MISCONFIGURED = 0, 1, 78
MOST_PEOPLE = 500
YEARS = range(2000, 2101)
POLLS = tuple(poll.name for poll in ALL_POLLS)
WITHIN_POLLS = ("poll_round", "poll_schedule", "check_in", "gathering", "action_follow_up")
"""The flows that a poll begins: they are rehearsed with it."""
DEPARTURE, RETURN = "departure", "coming_back"
WITHIN_DEPARTURES = tuple(flow.name for flow in LEAVING_FLOWS if flow.name not in (DEPARTURE, RETURN))
"""Likewise, with a departure: `--type` says which."""
REHEARSED = (*(flow.name for flow in ALL_FLOWS if flow.name not in (*WITHIN_POLLS, *WITHIN_DEPARTURES)), *POLLS)
KINDS = tuple(kind.name for kind in ALL_KINDS)


def add_rehearse(commands: Any) -> None:
    command = commands.add_parser(
        "rehearse", help="live a flow in seconds, with fictional people, and print all that is said"
    )
    command.add_argument("flow", metavar="FLOW", type=_flow, help=", ".join(REHEARSED))
    _add_options(command)
    command.set_defaults(carry_out=carry_out)


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--start", type=_day, metavar="DATE", help="the first day, as 2026-04-28 (else in a month)")
    command.add_argument(
        "--people", type=headcount, default=12, metavar="N", help="how many people the cooperative has (12)"
    )
    command.add_argument(
        "--locale", choices=("fr", "en"), default="fr", help="the language people are spoken to in (fr)"
    )
    command.add_argument("--texts", type=Path, metavar="FOLDER", help="your own texts, tried before you publish them")
    command.add_argument(
        "--type", choices=KINDS, metavar="KIND", help=f"of a departure ({RESIGNATION.name}): {', '.join(KINDS)}"
    )
    command.add_argument("--json", action="store_true", help="one JSON object a line, for programs")


def _flow(text: str) -> str:
    if text in WITHIN_POLLS:
        raise argparse.ArgumentTypeError(f"{text} is lived with a poll: rehearse {' or '.join(POLLS)}")
    if text in WITHIN_DEPARTURES:
        raise argparse.ArgumentTypeError(f"{text} is lived with a departure: rehearse {DEPARTURE} --type KIND")
    if text not in REHEARSED:
        raise argparse.ArgumentTypeError(f"there is no flow {text}; there are {', '.join(REHEARSED)}")
    return text


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"there is no day {text}: write it as 2026-04-28") from None
    if day.year not in YEARS:
        raise argparse.ArgumentTypeError(f"{text} is too far away: from {YEARS[0]} to {YEARS[-1]}")
    return day


def carry_out(arguments: argparse.Namespace) -> int:
    """Rehearse, print the transcript, and exit with 1 when something could not be said."""
    # Only now: `parcours run` needs none of the practice workspace.
    from bot.clock import real_clock
    from bot.rehearsal.departing import depart
    from bot.rehearsal.holding import hold
    from bot.rehearsal.rehearse import LEAD, rehearse
    from bot.rehearsal.transcript import as_json, as_text

    if arguments.texts is not None and (fault := fault_of_texts(arguments.texts)):
        print(fault, file=sys.stderr)
        return MISCONFIGURED
    if arguments.type is not None and arguments.flow != DEPARTURE:
        print(f"--type says the kind of a departure: leave it out to rehearse {arguments.flow}.", file=sys.stderr)
        return MISCONFIGURED
    logging.basicConfig(level=logging.ERROR)
    start = arguments.start or real_clock().date() + LEAD
    live: Any = hold if arguments.flow in POLLS else depart if arguments.flow == DEPARTURE else rehearse
    what = arguments.type or RESIGNATION.name if arguments.flow == DEPARTURE else arguments.flow
    lived = live(what, start, people=arguments.people, locale=arguments.locale, texts=arguments.texts)
    result = asyncio.run(lived)
    print(as_json(result.lines) if arguments.json else as_text(result.lines))
    if result.given_up:
        print(f"{result.given_up} messages could not be said.", file=sys.stderr)
        return INCOMPLETE
    return FINE


def headcount(text: str) -> int:
    """How many people; raises argparse's error for too few or too many."""
    count = int(text) if text.isdecimal() else 0
    if not 2 <= count <= MOST_PEOPLE:
        raise argparse.ArgumentTypeError(f"a cooperative of 2 to {MOST_PEOPLE} people can be rehearsed")
    return count
