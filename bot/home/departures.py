"""The departures a member may know of, in their Home: their own first, then those they see through or take part in."""

from bot.blocks import Block, section
from bot.home.pieces import actions, beside, first, header, home_button, others
from bot.home.sight import Sight
from bot.leaders import is_leader
from bot.leaving.access import SEES_ALL
from bot.leaving.context import PAGE
from storage import contacts, departures
from storage.departures import UNDER_WAY, Capacity, Departure


def leaving(sight: Sight) -> list[Block]:
    """Nothing for whoever may know of none: their Home is that of anybody."""
    known = [one for one in departures.visible_to(sight.tx, sight.me.id) if one[0].state in UNDER_WAY]
    mine = [one for one in known if one[1] == "subject"]
    around = [one for one in known if one[1] in SEES_ALL and one[1] != "subject"]
    if not mine and not around:
        return []
    return [
        header(sight.plain("home__title", PAGE)),
        *(_mine(sight, one) for one, _ in mine),
        *(_around(sight, *one) for one in first(around)),
        *others(sight, len(around) - len(first(around))),
    ]


def _mine(sight: Sight, found: Departure) -> Block:
    words = sight.say("home__mine", PAGE, told={"departure": found})
    return beside(words, home_button(sight, "my_departure", page=PAGE))


def _around(sight: Sight, found: Departure, capacity: Capacity) -> Block:
    person = sight.scene.member(found.member_id)
    words = sight.say("home__around", PAGE, told={"departure": found, "person": person, "capacity": capacity})
    return beside(words, home_button(sight, "departure", found.id, about=person.name if person else None, page=PAGE))


def telling(sight: Sight) -> list[Block]:
    """The button that prepares a departure, one's own or somebody's: what it opens depends on who presses it. Nothing for
    whoever is leaving already, and holds no role."""
    mine = departures.under_way(sight.tx, sight.me.id)
    if mine is not None and not sight.me.roles:
        return []
    words = sight.say("home__invitation", PAGE, leads=is_leader(sight.tx, sight.me))
    return [section(words), *actions(home_button(sight, "depart", page=PAGE))]


def keeping_in_touch(sight: Sight) -> list[Block]:
    """For whoever leads, as soon as somebody who has left wants to hear of everything: how many they are, never who."""
    people = len(contacts.hearing_everything(sight.tx)) if is_leader(sight.tx, sight.me) else 0
    if not people:
        return []
    return [
        section(sight.say("home__in_touch", PAGE, people=people)),
        *actions(home_button(sight, "invite", page=PAGE)),
    ]
