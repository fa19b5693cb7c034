"""What tests put in a workspace of somebody's departure, and every verb about departures and missions."""

from collections.abc import Callable
from datetime import date
from typing import Any

from storage import Transaction, departures, missions
from storage.departures import Departure
from storage.missions import Mission
from tests.storage.conftest import NINE
from tests.storage.poll_verbs import changing

TOLD_ON, LAST_DAY = date(2026, 9, 7), date(2026, 12, 18)
WORDS = {"word": "Merci à l'atelier.", "goodbye": "Un café, vendredi"}


def a_departure(id: str = "d_1", of: str = "m_ana", **changes: Any) -> Departure:
    usual = {"kind": "resignation", "last_day": LAST_DAY, "begun_on": TOLD_ON}
    return Departure(**{"id": id, "member_id": of, **usual, **changes})


def a_mission(id: str = "h_1", of: str = "d_1", **changes: Any) -> Mission:
    return Mission(**{"id": id, "departure_id": of, "title": "Les commandes de bois", "number": 1, **changes})


def furnish_leaving(tx: Transaction) -> None:
    """Ana leaves, Bob sees it through; there is one mission, and one line in the trace."""
    departures.save(tx, a_departure(lead_id="m_bob", words=WORDS))
    departures.allow(tx, "d_1", "m_ana", "subject")
    departures.allow(tx, "d_1", "m_bob", "lead")
    departures.trace(tx, "d_1", NINE, "m_bob", "told")
    missions.save(tx, a_mission())


LEAVING_VERBS: list[tuple[str, Callable[[Transaction], Any]]] = [
    ("departures.find", lambda tx: departures.find(tx, "d_1", lock=True)),
    ("departures.under_way", lambda tx: departures.under_way(tx, "m_ana")),
    ("departures.leaving", departures.leaving),
    ("departures.of_member", lambda tx: departures.of_member(tx, "m_ana")),
    ("departures.visible_to", lambda tx: departures.visible_to(tx, "m_bob")),
    ("departures.capacity_of", lambda tx: departures.capacity_of(tx, "d_1", "m_bob")),
    ("departures.capacities", lambda tx: departures.capacities(tx, "d_1")),
    ("departures.traces", lambda tx: departures.traces(tx, "d_1")),
    ("departures.save", changing(lambda tx: departures.save(tx, a_departure("d_9", "m_bob")))),
    ("departures.change", lambda tx: departures.change(tx, "d_1", state="left")),
    ("departures.allow", changing(lambda tx: departures.allow(tx, "d_1", "m_cyr", "told"))),
    ("departures.disallow", changing(lambda tx: departures.disallow(tx, "d_1", "m_bob"))),
    ("departures.trace", changing(lambda tx: departures.trace(tx, "d_1", NINE, "m_bob", "saw_sheet"))),
    ("departures.forget", changing(lambda tx: departures.forget(tx, "d_1"))),
    ("missions.find", lambda tx: missions.find(tx, "h_1")),
    ("missions.of_departure", lambda tx: missions.of_departure(tx, "d_1")),
    ("missions.save", changing(lambda tx: missions.save(tx, a_mission("h_9", number=2)))),
    ("missions.remove", changing(lambda tx: missions.remove(tx, "h_1"))),
]
"""Each is something in the workspace it is for, and nothing elsewhere."""
