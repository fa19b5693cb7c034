"""What a message around a departure may speak of besides, as the speaker gives it: in each tone, and with each thing lacking."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.letterbox.links import NOWHERE, Letterbox
from flows.core.model import SUBJECT, Ask, Flow
from flows.core.people import Member
from flows.leaving.kinds import TONES
from storage.departures import Departure
from storage.missions import MissionState
from tests.messages.contexts import context, contexts

OF_A_DEPARTURE = frozenset(
    "departure kind missions mission hats left_to_do shares letterbox contact draft".split()  # noqa: SIM905
)
INES = Member(id="m_7", first_name="Inès", last_name="Roy", slack_id="U07")
MALIK = Member(id="m_8", first_name="Malik", last_name="Benali", slack_id="U08")
TAKERS = (MALIK, INES)
WORDS = {
    "word": "Je pars ouvrir une librairie.",
    "thanks": "dix ans d'atelier & de rires",
    "goodbye": "vendredi à 17 h, à l'atelier",
    "keeps_in_touch": "awa@exemple.coop",
}
LEFT_FROM = Departure(
    id="d_1",
    member_id="m_0",
    kind="resignation",
    last_day=date(2027, 4, 30),
    begun_on=date(2027, 3, 1),
    publish_on=date(2027, 4, 21),
    words=WORDS,
)


@dataclass(frozen=True, slots=True)
class Mission:
    """One line of the handover plan, its taker found."""

    title: str
    taker: Member | None
    state: MissionState = "accepted"


def accepted(*titles: str) -> list[Mission]:
    return [Mission(title, TAKERS[number % 2]) for number, title in enumerate(titles)]


def told(flow: Flow, to: str = SUBJECT, tone: str = "warm", **changed: Any) -> dict[str, Any]:
    """Everything there, in this tone, said to whoever plays the part `to`; but for what is `changed`."""
    return {**context(flow, to), **_besides(tone), **changed}


def _besides(tone: str) -> Mapping[str, Any]:
    return {
        "details": {"departure": LEFT_FROM.id, "tone": tone, "kind": LEFT_FROM.kind},
        "departure": LEFT_FROM,
        "kind": "démission",
        "missions": [*accepted("La paie", "Le suivi des chantiers"), Mission("Les achats", INES, "proposed")],
        "mission": Mission("Le suivi des chantiers", MALIK, "proposed"),
        "hats": ["la gérance", "l'action « Isoler la scie »"],
        "left_to_do": ["Prévenir la paie"],
        "shares": "to_redeem",
        "letterbox": Letterbox(*(f"https://voisins.example/{page}" for page in ("rex", "touch", "stop"))),
        "contact": INES,
        "draft": "Awa quittera Les Voisins.\nLa porte reste ouverte.",
    }


def situations(flow: Flow, to: str = SUBJECT) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every situation a message of a departure may be said in, with a few words that say which."""
    full = _besides("warm")
    for why, known in contexts(flow, to):
        yield f"warm, {why}", {**known, **full, "details": full["details"] if known["details"] else {}}
    for tone in TONES:
        for why, changed in _lacking(flow):
            yield f"{tone}, {why}", told(flow, to, tone, **changed)


def _lacking(flow: Flow) -> Iterator[tuple[str, dict[str, Any]]]:
    nothing: dict[str, Any] = dict.fromkeys(("departure", "kind", "mission", "shares", "contact", "draft"))
    nothing |= {"missions": [], "hats": [], "left_to_do": [], "letterbox": NOWHERE}
    yield "everything there", {}
    yield from ((f"without {name}", {name: empty}) for name, empty in nothing.items())
    yield "with next to nothing", {**nothing, **dict.fromkeys(set(flow.parts) - {SUBJECT}), "answers": no_answers(flow)}
    yield "nothing written", {"departure": replace(LEFT_FROM, words={})}
    yield from (
        (f"only the {name} written", {"departure": replace(LEFT_FROM, words={name: WORDS[name]})}) for name in WORDS
    )
    yield "published once gone", {"departure": replace(LEFT_FROM, publish_on=date(2027, 5, 3))}
    yield "long gone", {"today": date(2028, 5, 1), "departure": replace(LEFT_FROM, publish_on=None)}
    yield "one mission taken", {"missions": accepted("La paie")}
    yield "no mission taken", {"missions": [Mission("La paie", None, "free"), Mission("Les achats", MALIK, "declined")]}


def no_answers(flow: Flow) -> dict[str, None]:
    return dict.fromkeys(step.name for step in flow.steps if isinstance(step, Ask))
