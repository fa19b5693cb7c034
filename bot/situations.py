"""What words are tried with before anybody hears them: everything there, next to nothing, and each tone of a departure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.leaving.context import Planned
from bot.letterbox.links import NOWHERE, Letterbox
from bot.scene import LINKS, Context
from flows.core.model import SUBJECT, Ask, Flow
from flows.core.people import Member
from flows.leaving import LEAVING_FLOWS
from flows.leaving.checklist import CHECKLIST, departure_task
from flows.leaving.kinds import TONES
from storage.departures import Departure

BESIDE_THE_FLOW = (
    *("me", "coop", "form", "links", "answers", "days", "details", "part", "extra", "readers", "reply_by"),
    *("met", "to_meet", "today", "steps", "poll", "letterbox", "pace", "by_letter", "help_line"),
    *("departure", "kind", "missions", "mission", "hats", "left_to_do", "shares", "contact", "draft"),
)
"""What every message of a flow may speak of, beside the flow's parts by name."""

DAY = date(2027, 4, 27)
MOMENT = "2027-04-27T18:30"
"""What each detail is tried with: small words, that may say a day and an hour."""


def situations(flow: Flow, to: str) -> tuple[tuple[str, Context], ...]:
    """What a message said to whoever plays the part `to` may know, each time with a few words that say when."""
    full = _full(flow, to)
    toned = ((why, {**full, "details": {**full["details"], **details}}) for why, details in _of_departures(flow))
    return (("when all is known", full), ("when little is known", _bare(flow, to, full)), *toned)


def _of_departures(flow: Flow) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The details of a departure's conversations: words may change with the tone, and with what is to be seen to."""
    if flow is departure_task:
        for item in CHECKLIST:
            for tone in sorted(item.tones):
                yield f"of {item.name!r}, in the {tone} tone", {"item": item.name, "tone": tone}
    elif flow in LEAVING_FLOWS:
        yield from ((f"in the {tone} tone", {"tone": tone}) for tone in TONES)


def _bare(flow: Flow, to: str, full: Context) -> Context:
    return {
        **full,
        **{part: None for part in flow.parts if part not in (SUBJECT, to)},
        "links": dict.fromkeys(LINKS),
        "answers": dict.fromkeys(full["answers"]),
        "details": {},
        "extra": {},
        **dict.fromkeys(("readers", "steps", "missions", "hats", "left_to_do"), ()),
        **dict.fromkeys(("met", "to_meet"), 0),
        **dict.fromkeys(("part", "poll", "pace", "departure", "kind", "mission", "shares", "contact")),
        **dict.fromkeys(("coop", "draft"), ""),
        "letterbox": NOWHERE,
        "by_letter": False,
    }


def _full(flow: Flow, to: str) -> Context:
    cast = {part: _person(number) for number, part in enumerate(flow.parts)}
    return {
        **cast,
        "me": cast.get(to),
        "coop": "Les Lucioles",
        "form": "Scop",
        "links": {name: f"https://lucioles.exemple/{name}" for name in LINKS},
        "answers": {step.name: step.answer.samples()[0] for step in flow.steps if isinstance(step, Ask)},
        "days": dict.fromkeys(flow.anchors, DAY),
        "details": dict.fromkeys(flow.all_details, MOMENT),
        "part": "relais métier",
        "extra": {"part": to},
        "readers": ["Zoé", "Malik"],
        "reply_by": DAY,
        "met": 5,
        "to_meet": 12,
        "poll": "Baromètre QVCT",
        "letterbox": Letterbox(*(f"https://lucioles.exemple/{name}" for name in ("rex", "touch", "stop"))),
        "pace": "all",
        "by_letter": True,
        "help_line": "_Médecine du travail, ou 17._",
        "today": DAY,
        "steps": ["Bienvenue", "Le point du premier mois"],
        **_beside_a_departure(),
    }


def _beside_a_departure() -> Mapping[str, Any]:
    return {
        "departure": Departure(
            id="d_1",
            member_id="m_0",
            kind="retirement",
            last_day=DAY,
            begun_on=DAY,
            confidential_until=DAY,
            words={"word": "Je pars jardiner.", "thanks": "dix ans ensemble", "goodbye": "vendredi à 17 h"},
        ),
        "kind": "départ à la retraite",
        "missions": [Planned("La paie", _person(1), "accepted"), Planned("Les achats", None, "free")],
        "mission": Planned("La paie", _person(1), "proposed"),
        "hats": ["la gérance"],
        "left_to_do": ["Prévenir la paie"],
        "shares": "to_redeem",
        "contact": _person(2),
        "draft": "Awa quittera Les Lucioles.",
    }


def _person(number: int) -> Member:
    names = ("Awa", "Zoé", "Malik", "Inès", "Yann", "Odile", "Hugo")
    return Member(
        id=f"m_{number}", first_name=names[number % len(names)], slack_id=f"U{number:09d}", trade="Menuiserie"
    )
