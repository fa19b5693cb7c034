"""What is said around somebody who leaves, stays without membership, dies or comes back: to whom, and in which words."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from flows.core.model import SUBJECT, Flow, addressed
from flows.leaving import LEAVING_FLOWS
from flows.leaving.afterwards import after_bereavement, quiet_afterwards
from flows.leaving.announcement import bereavement_announcement
from flows.leaving.coming_back import coming_back
from flows.leaving.departure import departure, quiet_departure
from flows.leaving.grieving import bereavement
from flows.leaving.parts import LEAD, SUPERVISOR
from flows.leaving.staying import go_on, stepping_back
from messages import Voice
from tests.flows.test_every_flow_has_its_words import said
from tests.messages.contexts import listeners
from tests.messages.leaving import LEFT_FROM, told
from tests.messages.tones import MESSAGES, every_voice, flat, said_by, say

SECRET = "Mirabelle"
both_paths = pytest.mark.parametrize("flow", [departure, quiet_departure], ids=lambda flow: flow.name)

# ---------------------------------------------------------------------------------------------------- who may hear what


@every_voice
def test_the_kind_of_a_departure_is_named_to_those_alone_who_know_it(voice: Voice) -> None:
    hidden: dict[str, Any] = {
        "kind": SECRET,
        "departure": replace(LEFT_FROM, kind=SECRET),
        "contact": None,
        "draft": "",
    }
    named = set()
    for flow in (flow for flow in LEAVING_FLOWS if flow.private):
        for name, step in said(flow, MESSAGES):
            for part in listeners(flow, step):
                known = told(flow, part, **hidden)
                known["details"] = {**known["details"], "kind": SECRET}
                if SECRET in MESSAGES.say(voice, flow.name, name, known):
                    named.add((flow.name, part))
    assert named == {(departure.name, LEAD)}


@every_voice
@pytest.mark.parametrize(
    "flow", [quiet_departure, quiet_afterwards, bereavement, stepping_back], ids=lambda flow: flow.name
)
def test_nothing_speaks_of_the_kind_where_it_could_hurt(flow: Flow, voice: Voice) -> None:
    assert [name for name, _ in said(flow, MESSAGES) if "kind" in MESSAGES.variables(voice, flow.name, name)] == []


@every_voice
@pytest.mark.parametrize(("kind", "asked"), [("resignation", True), ("end_of_fixed_term", False)])
def test_whoever_leaves_on_the_day_of_a_contract_is_not_asked_for_the_day_they_would_like(
    voice: Voice, kind: str, *, asked: bool
) -> None:
    known = told(departure, SUBJECT)
    text = MESSAGES.say(
        voice, departure.name, "prepare_exchange", known | {"details": {**known["details"], "kind": kind}}
    )
    assert bool(re.search("date idéale|date you would like", text)) is asked


@every_voice
@both_paths
def test_the_person_reads_who_knows_and_until_when(flow: Flow, voice: Voice) -> None:
    until = replace(LEFT_FROM, confidential_until=date(2027, 4, 9))
    text = say(flow, "confidentiality", voice=voice, departure=until)
    assert set(re.findall(r"<@\w+>", text)) == {"<@U01>", "<@U02>"}, "whoever leads, and the supervisor"
    assert re.search("9 avril|9 April", text)
    until_told = say(flow, "confidentiality", voice=voice, departure=replace(until, confidential_until=None))
    assert not re.search("avril|April", until_told)


@every_voice
@both_paths
def test_whoever_holds_two_parts_is_named_once(flow: Flow, voice: Voice) -> None:
    lead = told(flow)[LEAD]
    assert say(flow, "confidentiality", voice=voice, supervisor=lead).count("<@") == 1


@every_voice
@pytest.mark.parametrize("flow", [bereavement, after_bereavement, bereavement_announcement], ids=lambda flow: flow.name)
def test_after_a_death_nobody_speaks_to_the_person_nor_rings_their_account(flow: Flow, voice: Voice) -> None:
    assert [step.name for step in flow.steps if SUBJECT in addressed(step)] == []
    assert [where for where, text in said_by(flow, voice) if "<@U00>" in text] == []


# ------------------------------------------------------------------------------------------------- what must be said


def test_whoever_steps_back_is_warned_first_in_the_words_of_the_domain() -> None:
    assert stepping_back.steps[0] is go_on
    assert say(stepping_back, go_on.name, tone="staying").startswith(
        "C'est une décision importante et nos statuts ont leur mot à dire : parfois, quitter le sociétariat met fin au "
        "contrat de travail. N'écris rien d'officiel avant d'avoir parlé avec <@U01> et l'Union régionale."
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("month_1", "Comment vis-tu ce changement ? Y a-t-il un lieu où tu ne sais plus si tu as ta place ?"),
        ("month_3", "Qu'est-ce qui t'a manqué ? Qu'est-ce qui t'a fait du bien ?"),
    ],
)
def test_whoever_stepped_back_is_asked_how_it_is_in_the_words_of_the_domain(step: str, words: str) -> None:
    assert say(stepping_back, step, tone="staying").startswith(words)


@pytest.mark.parametrize(
    ("locale", "doors"),
    [
        ("fr", ("médecine du travail", "CSE", "Union régionale")),
        ("en", ("occupational health service", "CSE", "regional union")),
    ],
)
def test_help_is_named_to_whoever_leaves_in_silence(locale: Any, doors: tuple[str, ...]) -> None:
    text = say(quiet_departure, "taking_care", tone="sober", voice=Voice(locale))
    assert [door for door in doors if door in text] == list(doors)


@every_voice
@both_paths
@pytest.mark.parametrize(("step", "part"), [("prepare_exchange", SUBJECT), ("what_to_prepare", SUPERVISOR)])
def test_a_talk_is_prepared_by_five_prompts_on_each_side(step: str, part: str, flow: Flow, voice: Voice) -> None:
    assert say(flow, step, part, voice).count("\n•") == 5


def test_both_sides_of_the_talk_are_prepared_in_the_words_of_the_domain() -> None:
    leaver, listener = say(departure, "prepare_exchange"), say(departure, "what_to_prepare", SUPERVISOR)
    mine = ("ce que tu veux dire", "ce que tu préfères garder", "ta date idéale", "ce qui t'inquiète")
    assert [words for words in mine if f"• {words}\n" in leaver] == list(mine)
    assert "écoute plus que tu ne parles" in listener
    theirs = ("comment vas-tu ?", "de quoi as-tu besoin ?", "comment veux-tu que l'équipe l'apprenne ?")
    assert [words for words in theirs if f"• {words}\n" in listener] == list(theirs)


def test_nobody_is_asked_for_the_date_they_would_like_when_they_did_not_choose_to_leave() -> None:
    assert "date" in say(departure, "prepare_exchange")
    assert "date" not in say(quiet_departure, "prepare_exchange", tone="sober")


@every_voice
@both_paths
def test_all_that_is_left_to_do_is_listed_to_whoever_leads(flow: Flow, voice: Voice) -> None:
    titles = ["Prévenir la paie", "Dater le bilan"]
    text = say(flow, "what_is_left", LEAD, voice, left_to_do=titles)
    assert [line for line in text.splitlines() if line.startswith("•")] == [f"• {title}" for title in titles]
    assert "•" not in say(flow, "what_is_left", LEAD, voice, left_to_do=[])


# ---------------------------------------------------------------------------------------------------------- coming back


def test_whoever_comes_back_is_welcomed_with_what_has_changed() -> None:
    text = say(coming_back, "welcome_back", answers={"what_changed": "L'atelier a déménagé."})
    assert text.startswith(
        "Te revoilà, Awa, quelle joie ! On a changé deux ou trois choses depuis :\n> L'atelier a déménagé.\n"
    )
    assert "changé" not in say(coming_back, "welcome_back", answers={"what_changed": None})


@every_voice
def test_nothing_recalls_how_or_why_somebody_had_left(voice: Voice) -> None:
    of_a_departure = {"departure", "kind", "missions", "hats", "shares"}
    for name, _ in said(coming_back, MESSAGES):
        assert not of_a_departure & MESSAGES.variables(voice, coming_back.name, name), name


@every_voice
def test_whoever_leads_and_stands_in_for_a_supervisor_is_named_once_for_the_keys(voice: Voice) -> None:
    alone = told(quiet_departure, SUBJECT, "sober")
    text = MESSAGES.say(voice, "quiet_departure", "last_day", {**alone, "supervisor": alone["lead"]})
    keys = next(line for line in flat(text).splitlines() if re.search("matériel|equipment", line))
    assert keys.count("<@") == 1


@every_voice
@pytest.mark.parametrize(("form", "has_one"), [("scop", True), ("scic", False)])
def test_no_labour_share_is_said_to_go_on_where_there_is_none(voice: Voice, form: str, has_one: bool) -> None:
    known = told(stepping_back, tone="staying", form=MESSAGES.plain(voice, "shared", f"form__{form}"))
    text = MESSAGES.plain(voice, "stepping_back", "what_changes", known)
    assert bool(re.search("part travail|labour share", text)) == has_one
    assert not re.search(r"\n\n•", text)


@every_voice
@both_paths
def test_whoever_is_asked_to_stay_in_touch_is_not_promised_a_click_that_letters_may_not_have(
    flow: Flow, voice: Voice
) -> None:
    assert not re.search("clic", MESSAGES.plain(voice, flow.name, "stay_in_touch", told(flow)))


@every_voice
def test_what_the_law_does_to_a_scop_is_not_said_of_a_scic(voice: Voice) -> None:
    """The law of 1978 is the Scop's; a Scic's bylaws say of themselves."""
    hint = MESSAGES.plain(voice, "setup", "hint__stepping_back", {})
    assert re.search(r"Scop.*(la loi|the law).*; .*Scic.*(statuts|bylaws)", hint)
