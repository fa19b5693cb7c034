"""What a search for a buddy looks at, read from the store: who there is, who accompanies how many, who was asked already."""

from collections import Counter

from bot.conductor import Conductor
from flows.core.model import SUBJECT, Conversation
from flows.core.people import Member
from flows.joining.buddies import part_choice
from flows.joining.matching import Search, is_away
from flows.joining.parts import BUDDIES, CANDIDATE, CHOOSER, SUPERVISOR
from storage import conversations, departures

JOURNEY, RETURN = "onboarding", "coming_back"
JOURNEYS = (JOURNEY, RETURN)
"""The two ways of arriving: for the first time, or again."""
SEARCHES = ("buddies", "buddy_call", "part_choice")
"""The flows by which a part is filled."""


def search_for(conductor: Conductor, journey: Conversation, part: str) -> Search:
    """The search of `part` for the newcomer of `journey`."""
    newcomer = conductor.member(journey.cast[SUBJECT].id)
    assert newcomer is not None
    supervisor = journey.plays(SUPERVISOR)
    return Search(
        newcomer=newcomer,
        part=part,
        members=conductor.everyone(),
        today=conductor.today,
        supervisor_id=supervisor.id if supervisor else newcomer.supervisor_id,
        loads=loads(conductor, but=journey.id),
        taken={buddy: who.id for buddy in BUDDIES if (who := journey.plays(buddy)) is not None},
        awaited=Counter(
            one.address for one in conversations.engaged(conductor.tx, "buddies", (CANDIDATE,), open_only=True)
        ),
        asked=frozenset(asked_already(conductor, journey, part)),
        leaving=departures.leaving(conductor.tx),
    )


def loads(conductor: Conductor, but: str | None = None) -> Counter[str]:
    """How many newcomers each member accompanies, whatever the part; `but` leaves one journey out."""
    buddies = conversations.engaged(conductor.tx, JOURNEY, BUDDIES, open_only=True)
    # Once a newcomer, were they both their buddies.
    return Counter(who for _, who in {(one.conversation, one.address) for one in buddies if one.conversation != but})


def searches_of(conductor: Conductor, journey_id: str, part: str) -> list[Conversation]:
    """The conversations by which `part` of this journey was or is sought, in order."""
    children = conductor.known(conversations.children_of(conductor.tx, journey_id))
    return [child for child in children if child.flow in SEARCHES and child.details.get("part") == part]


def asked_already(conductor: Conductor, journey: Conversation, part: str) -> set[str]:
    """Those proposed the part, and those who offered themselves for it: whoever handed it over is not asked again at once."""
    searches = searches_of(conductor, journey.id, part)
    return {search.cast[CANDIDATE].id for search in searches if CANDIDATE in search.cast}


def approached(conductor: Conductor, journey: Conversation) -> set[str]:
    """Those whose answer is awaited, for whatever part of this journey: one is not asked twice at once."""
    children = conductor.known(conversations.children_of(conductor.tx, journey.id))
    waiting = (child for child in children if child.flow == "buddies" and child.status == "open")
    return {child.cast[CANDIDATE].id for child in waiting if CANDIDATE in child.cast}


def leader_to_ask(conductor: Conductor, talk: Conversation) -> Member | None:
    """The first of those who lead who is there to answer."""
    return min(conductor.leaders(talk), key=lambda one: is_away(one, conductor.today), default=None)


def ask_whoever_leads_now(conductor: Conductor) -> None:
    """Roles have changed: who could play a part is asked no more of somebody who leads no more."""
    for talk in conductor.known(conversations.of_flow(conductor.tx, part_choice.name, open_only=True)):
        asked, leading = talk.plays(CHOOSER), {one.id for one in conductor.leaders(talk)}
        if (asked is None or asked.id not in leading) and (leader := leader_to_ask(conductor, talk)) is not None:
            conductor.recast(talk.id, CHOOSER, leader.id)
