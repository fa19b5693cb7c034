"""What a newcomer and their buddies are told is true of their cooperative and of them, whichever it is and whoever they are."""

import re

import pytest

from flows.joining.onboarding import onboarding
from flows.joining.parts import COOP_BUDDY
from messages import Messages, Voice
from tests.messages.contexts import VOICES, context

MESSAGES = Messages()
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


@every_voice
@pytest.mark.parametrize(("form", "is_its_workers"), [("scop", True), ("cae", True), ("scic", False)])
def test_the_sheet_says_of_each_kind_of_cooperative_whose_it_is_and_where_a_surplus_goes(
    voice: Voice, form: str, is_its_workers: bool
) -> None:
    told = {**context(onboarding), "form": MESSAGES.plain(voice, "shared", f"form__{form}")}
    sheet = MESSAGES.plain(voice, "onboarding", "coop_sheet__reading", told)
    assert bool(re.search("en majorité à celles et ceux qui y travaillent|most of it belongs", sheet)) == is_its_workers
    assert bool(re.search("une part pour l'équipe|a part for the team", sheet)) == is_its_workers
    assert [line[:2] for line in sheet.splitlines()[2:]] == [f"{number}." for number in range(1, 9)]


@every_voice
def test_a_buddy_who_took_over_on_the_way_is_not_thanked_for_a_whole_year(voice: Voice) -> None:
    thanks = MESSAGES.plain(voice, "onboarding", "buddies_thanked", context(onboarding, COOP_BUDDY))
    assert not re.search("Un an que|for a year", thanks)
