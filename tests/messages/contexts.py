"""What a message may know when it is said, as the speaker gives it: with everything there, and with each thing lacking."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.leaving.context import Planned
from bot.letterbox.links import NOWHERE, Letterbox
from flows.core.model import SUBJECT, Ask, Flow, Step, addressed
from flows.core.people import Member
from messages import Voice
from storage.departures import Departure

VOICES = (Voice("fr", "tu"), Voice("fr", "vous"), Voice("en", "tu"))
LINKS = ("booklet", "video", "sheet", "bylaws", "training", "simulation")
NAMES = ("Awa", "Zoé", "Malik", "Inès", "Yann", "Odile", "Hugo")
NOTHING_OF_A_DEPARTURE: Mapping[str, Any] = {
    **dict.fromkeys(("departure", "kind", "mission", "shares", "contact")),
    **dict.fromkeys(("missions", "hats", "left_to_do"), ()),
    "draft": "",
}
OF_A_DEPARTURE: Mapping[str, Any] = {
    "departure": Departure(
        id="d_1",
        member_id="m_0",
        kind="retirement",
        last_day=date(2027, 4, 27),
        begun_on=date(2027, 3, 1),
        confidential_until=date(2027, 4, 22),
    ),
    "kind": "départ à la retraite",
    "missions": (Planned("La paie", None, "free"),),
    "mission": Planned("La paie", None, "proposed"),
    "hats": ("la gérance", "l'action « Isoler la scie »"),
    "left_to_do": ("Prévenir la paie",),
    "shares": "to_redeem",
    "contact": Member(id="m_7", first_name="Hugo", slack_id="U07"),
    "draft": "Awa quittera Les Voisins.",
}
"""What messages around a departure may use besides."""
OF_ITS_DETAILS = {"item": "tell_payroll", "tone": "warm", "what": "l'assemblée d'été", "when": "2027-06-12T18:30"}

KNOWN = frozenset(
    "me coop form links answers days details part extra readers reply_by met to_meet today steps poll".split()  # noqa: SIM905
) | {"letterbox", "pace", "help_line", "by_letter", *OF_A_DEPARTURE}
"""What every message of a flow may use, beside the flow's parts by name."""


def context(flow: Flow, to: str = SUBJECT) -> dict[str, Any]:
    """Everything there, said to whoever plays the part `to`."""
    cast = {part: person(number) for number, part in enumerate(flow.parts)}
    members = {part: None if part == "volunteers" else member for part, member in cast.items()}
    return {
        **members,
        "me": members.get(to),
        "coop": "Les Voisins",
        "form": "Scop",
        "links": {name: f"https://voisins.example/{name}" for name in LINKS},
        "answers": answers(flow),
        "days": {anchor: date(2027, 4, 27) for anchor in flow.anchors},
        "details": {
            **dict.fromkeys(flow.all_details, OF_ITS_DETAILS["when"]),
            **OF_ITS_DETAILS,
            "part": "job_buddy",
            "people": "4",
            "scores": "5",
            "finding": "Bruit",
            "action": "Isoler la scie",
        },
        "part": "relais métier",
        "extra": {"part": to},
        "readers": ["Zoé", "Malik"],
        "reply_by": date(2027, 6, 26),
        "met": 5,
        "to_meet": 12,
        "today": date(2027, 4, 20),
        "steps": ["Bienvenue", "Matériel et accès prêts"],
        "poll": "Baromètre QVCT",
        "letterbox": Letterbox(*(f"https://voisins.example/{name}" for name in ("rex", "touch", "stop"))),
        "pace": "all",
        "by_letter": True,
        "help_line": "_Médecine du travail, ou 17._",
        **OF_A_DEPARTURE,
    }


def person(number: int) -> Member:
    return Member(
        id=f"m_{number}", first_name=NAMES[number], slack_id=f"U0{number}", trade="Menuiserie", team="Atelier nord"
    )


def answers(flow: Flow) -> dict[str, Any]:
    return {step.name: step.answer.samples()[0] for step in flow.steps if isinstance(step, Ask)}


def contexts(flow: Flow, to: str = SUBJECT) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every situation a message may be said in, with a few words that say which."""
    return tuple(_situations(flow, to))


def _situations(flow: Flow, to: str) -> Iterator[tuple[str, dict[str, Any]]]:
    full = context(flow, to)
    yield "everything is there", full
    missing = dict(_lacking(flow, full))
    for name, changed in missing.items():
        yield f"without {name}", {**full, **changed}
    yield "with next to nothing", {**full, **_all_at_once(missing.values()), "links": dict.fromkeys(LINKS)}
    if {"job_buddy", "coop_buddy"} <= set(flow.parts):
        yield "with one person for both buddies", {**full, "coop_buddy": full["job_buddy"]}
    for question in (step for step in flow.steps if isinstance(step, Ask)):
        for sample in question.answer.samples():
            yield f"{question.name} is {sample}", {**full, "answers": {**full["answers"], question.name: sample}}


def _lacking(flow: Flow, full: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in flow.parts:
        if part != SUBJECT:
            yield part, {part: None}
    for link in LINKS:
        yield f"the link {link}", {"links": {**full["links"], link: None}}
    yield "any answer", {"answers": dict.fromkeys(full["answers"])}
    for name, empty in (("part", None), ("reply_by", None), ("readers", []), ("steps", []), ("extra", {})):
        yield name, {name: empty}
    yield "a page for former members", {"letterbox": NOWHERE, "pace": None}
    yield from ((name, {name: nothing}) for name, nothing in NOTHING_OF_A_DEPARTURE.items())
    yield "details", {"details": {}, "poll": None}
    yield "a name for the cooperative", {"coop": ""}
    yield "a letter box", {"by_letter": False}
    yield "a day to spare", {"today": date(2027, 4, 26)}
    yield "anybody met", {"met": 0, "to_meet": 0}
    yield "an account", {SUBJECT: Member(id="m_0", first_name="Awa")}


def _all_at_once(changes: Any) -> dict[str, Any]:
    return {name: value for change in changes for name, value in change.items()}


def listeners(flow: Flow, step: Step | None) -> tuple[str, ...]:
    """The parts a message is said to: a step's, or those told of what changes."""
    if step is not None:
        return addressed(step)
    return tuple(dict.fromkeys((*flow.briefed, *flow.told_when_moved)))
