"""What is asked of somebody who leaves, and what they are promised: the domain's own questions, and nobody's words repeated."""

import re
from typing import Any

import pytest

from bot.letterbox.links import NOWHERE, Letterbox
from flows.core.answers import Answer, Form, Text
from flows.core.model import SUBJECT, Ask, Flow
from flows.leaving.afterwards import experience_feedback
from flows.leaving.debrief import (
    GENTLE_QUESTIONS,
    HELP,
    QUESTIONS,
    WRITTEN_DEBRIEFS,
    debrief,
    debrief_meeting,
    debrief_talk,
    debrief_with,
    digest,
    gentle_debrief,
    share_digest,
)
from flows.leaving.parts import DEBRIEFER
from flows.leaving.support import departure_support
from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import faults, said
from tests.messages.contexts import VOICES, listeners
from tests.messages.leaving import situations, told

MESSAGES = Messages()
TU = Voice("fr", "tu")
FLOWS = (debrief_talk, debrief_with, debrief_meeting, debrief, gentle_debrief, experience_feedback)
OF_THE_DOMAIN = (
    "Comment vas-tu à l'approche de ce départ ?",
    "Qu'est-ce qui te fait partir : un projet, une lassitude, un désaccord, la vie ?",
    "Aurait-on pu faire autrement ? À quel moment ?",
    "Dans ton métier ici, qu'est-ce qui t'a donné de l'énergie, qu'est-ce qui t'en a pris ?",
    "Tes conditions de travail (charge, moyens, horaires, reconnaissance) : que faut-il garder, que faut-il changer en "
    "premier ?",
    "As-tu trouvé ta place dans la vie coopérative ? Qu'est-ce qui a aidé, qu'est-ce qui a empêché ?",
    "L'égalité et le respect : y a-t-il eu des situations qu'on doit entendre ?",
    "Pour la suite de tes missions, que ne faut-il surtout pas perdre ?",
    "De quoi as-tu besoin pour ton projet : temps, contact, formation, coup de pouce ?",
    "Garderait-on le lien ? Un retour, un jour, te semblerait-il possible ?",
)
"""domain.md, section 10 (e)."""
OF_EXPERIENCE = (
    "Qu'as-tu apporté à Enercoop ? Cite au moins une chose dont tu te réjouis.",
    "Avec quoi repars-tu : savoir-faire, rencontres, convictions ?",
    "Avec le recul, quel conseil nous donnerais-tu pour mieux travailler et mieux coopérer ?",
    "Que peut-on partager avec l'équipe ?",
)
"""Section 10 (f)."""
SECRET = "Mirabelle"

every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")
every_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
both_debriefs = pytest.mark.parametrize("flow", WRITTEN_DEBRIEFS, ids=lambda flow: flow.name)


def say(voice: Voice, flow: Flow, name: str, to: str = SUBJECT, tone: str = "warm", **changed: Any) -> str:
    return MESSAGES.say(voice, flow.name, name, told(flow, to, tone, **changed)).replace("\xa0", " ")


def listed(text: str) -> list[str]:
    return [line.removeprefix("• ") for line in text.splitlines() if line.startswith("• ")]


@every_voice
@every_flow
def test_each_message_reads_well_in_each_tone_whatever_lacks(flow: Flow, voice: Voice) -> None:
    for name, step in said(flow, MESSAGES):
        for part in listeners(flow, step):
            texts = {MESSAGES.say(voice, flow.name, name, known): why for why, known in situations(flow, part)}
            for text, why in texts.items():
                assert faults(text, voice) == [], f"{name}, {why}: {text}"


# --------------------------------------------------------------------------------------------------------- the questions


def test_the_questions_of_a_debrief_are_those_of_the_domain_in_its_order() -> None:
    asked = [say(TU, debrief, question.name) for question in debrief.steps if question in QUESTIONS]
    assert tuple(asked) == OF_THE_DOMAIN


@every_voice
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("end_of_fixed_term", "contrat prend fin|contract comes to an end"),
        ("cae_no_membership", "contrat prend fin|contract comes to an end"),
        ("retirement", "La retraite approche|Retirement is near"),
    ],
)
@pytest.mark.parametrize(
    ("flow", "name", "to"), [(debrief, "what_makes_you_leave", SUBJECT), (debrief_talk, "guide", DEBRIEFER)]
)
def test_whoever_retires_or_did_not_choose_to_leave_is_not_asked_what_makes_them(
    voice: Voice, kind: str, said: str, flow: Flow, name: str, to: str
) -> None:
    known = told(flow, to, "warm")
    text = MESSAGES.say(voice, flow.name, name, known | {"details": {**known["details"], "kind": kind}})
    assert re.search(said, text)
    assert not re.search("fait partir|makes you leave", text)


def test_a_gentle_debrief_asks_the_first_and_the_last_three() -> None:
    asked = [say(TU, gentle_debrief, question.name) for question in gentle_debrief.steps if question in QUESTIONS]
    assert tuple(asked) == (OF_THE_DOMAIN[0], *OF_THE_DOMAIN[7:])


@every_voice
def test_what_both_debriefs_ask_they_ask_in_the_same_words(voice: Voice) -> None:
    for question in GENTLE_QUESTIONS:
        assert say(voice, gentle_debrief, question.name) == say(voice, debrief, question.name)


@every_voice
@both_debriefs
def test_the_questions_of_a_debrief_are_numbered_in_order(flow: Flow, voice: Voice) -> None:
    titles = [say(voice, flow, f"{question.name}__title") for question in flow.steps if question in QUESTIONS]
    assert [title.partition(".")[0] for title in titles] == [str(number) for number in range(1, len(titles) + 1)]


@every_voice
def test_whoever_listens_is_given_the_same_questions_in_the_same_order(voice: Voice) -> None:
    given = listed(say(voice, debrief_talk, "guide", DEBRIEFER))
    asked = [say(voice, debrief, question.name) for question in QUESTIONS]
    assert len(given) == len(asked)
    assert [one for one, question in zip(given, asked, strict=True) if not one.startswith(question)] == []


@every_voice
@pytest.mark.parametrize("tone", ["sober", "bereaved", None])
def test_whoever_listens_after_a_dismissal_asks_for_no_reason(voice: Voice, tone: str | None) -> None:
    details = {"tone": tone} if tone else {}
    given = listed(say(voice, debrief_talk, "guide", DEBRIEFER, details=details))
    assert given == [say(voice, gentle_debrief, question.name) for question in GENTLE_QUESTIONS]


def test_the_four_questions_of_a_feedback_are_those_of_the_domain_in_its_order() -> None:
    assert tuple(listed(say(TU, experience_feedback, "feedback", coop="Enercoop"))) == OF_EXPERIENCE


@every_voice
def test_nobody_is_asked_what_they_are_glad_of_after_a_dismissal(voice: Voice) -> None:
    warm, sober = (listed(say(voice, experience_feedback, "feedback", tone=tone)) for tone in ("warm", "sober"))
    assert warm[0].startswith(sober[0])
    assert len(warm[0]) > len(sober[0])
    assert warm[1:] == sober[1:]


# ------------------------------------------------------------------------------------------------------ what is promised


@both_debriefs
def test_who_reads_and_how_long_it_is_kept_is_said_before_the_first_question(flow: Flow) -> None:
    names = [step.name for step in flow.steps]
    assert names.index("before_you_begin") < names.index(QUESTIONS[0].name)
    text = say(TU, flow, "before_you_begin")
    for promise in ("Qui lira : <@U01>, et personne d'autre", "n'est donc pas anonyme", "Sans ton accord", "6 mois"):
        assert promise in text
    assert "facultatif" in text


@every_voice
def test_whom_to_turn_to_is_said_right_before_the_question_on_respect(voice: Voice) -> None:
    steps = list(debrief.steps)
    assert steps[steps.index(HELP) + 1].name == "equality_and_respect"
    text = say(voice, debrief, HELP.name)
    for help_there_is in ("3919", "17", "CSE"):
        assert help_there_is in text
    assert "médecine du travail" in text or "occupational doctor" in text


@every_voice
def test_whoever_listens_is_told_what_never_to_do_and_whom_to_name_before_the_hardest_question(
    voice: Voice,
) -> None:
    text = say(voice, debrief_talk, "guide", DEBRIEFER)
    never = ("argumenter", "se justifier", "promettre") if voice.locale == "fr" else ("argue", "justify", "promise")
    assert all(word in text for word in never)
    assert all(number in listed(text)[6] for number in ("3919", "17"))


@every_voice
@pytest.mark.parametrize("flow", [*WRITTEN_DEBRIEFS, debrief_meeting], ids=lambda flow: flow.name)
def test_a_summary_is_written_without_a_name_and_read_by_the_person_first(flow: Flow, voice: Voice) -> None:
    asked = say(voice, flow, digest.name, DEBRIEFER)
    assert "Ni nom" in asked or "No name" in asked
    assert "Awa te lira" in asked or "Awa vous lira" in asked or "Awa reads it before anybody" in asked
    assert "vaut non" in say(voice, flow, share_digest.name) or "means no" in say(voice, flow, share_digest.name)


# ----------------------------------------------------------------------------------------------- nobody's words repeated


def secrets_in(flow: Flow) -> dict[str, Any]:
    """Every answer given, the free words all the same one."""
    return {step.name: _answered(step.answer) for step in flow.steps if isinstance(step, Ask)}


def _answered(kind: Answer[Any]) -> Any:
    match kind:
        case Text():
            return SECRET
        case Form(fields=fields):
            return {name: _answered(one) for name, one in fields.items()}
    return kind.samples()[0]


@every_voice
@pytest.mark.parametrize("flow", [*FLOWS, departure_support], ids=lambda flow: flow.name)
def test_no_message_repeats_what_somebody_wrote(flow: Flow, voice: Voice) -> None:
    for name, step in said(flow, MESSAGES):
        if not name.endswith("__page"):
            for part in listeners(flow, step):
                assert SECRET not in say(voice, flow, name, part, answers=secrets_in(flow)), name


@every_voice
@pytest.mark.parametrize("flow", [*WRITTEN_DEBRIEFS, debrief_meeting], ids=lambda flow: flow.name)
def test_who_has_left_reads_the_summary_on_their_page_before_agreeing_to_it(flow: Flow, voice: Voice) -> None:
    page = f"{share_digest.name}__page"
    assert say(voice, flow, page, answers=secrets_in(flow)).count(SECRET) == 2
    only_one = secrets_in(flow) | {digest.name: {"to_change": SECRET}}
    assert say(voice, flow, page, answers=only_one).count(SECRET) == 1


@every_voice
@pytest.mark.parametrize("flow", [*WRITTEN_DEBRIEFS, debrief_meeting], ids=lambda flow: flow.name)
def test_who_has_left_is_told_where_to_read_the_summary_or_whom_to_ask_for_it(flow: Flow, voice: Voice) -> None:
    """Without a page on the web, nothing that a letter leads to shows it."""

    def letter(box: Letterbox) -> str:
        return say(voice, flow, share_digest.name, letterbox=box, by_letter=True)

    to_read = re.compile("is-les avant|isez-les avant|Read them before")
    assert to_read.search(letter(Letterbox(rex="https://voisins.example/rex")))
    assert "https://voisins.example/rex" in letter(Letterbox(rex="https://voisins.example/rex"))
    assert not to_read.search(letter(NOWHERE))
    assert re.search("ne les porte pas|does not carry them", letter(NOWHERE))
    assert re.search("en retour|write back", letter(NOWHERE))


@every_voice
@both_debriefs
def test_a_finished_debrief_is_counted_not_quoted(flow: Flow, voice: Voice) -> None:
    questions = [question for question in flow.steps if question in QUESTIONS]
    answers = secrets_in(flow) | {questions[0].name: None, "review": None}
    text = say(voice, flow, "review", answers=answers)
    assert f" {len(questions) - 1} " in text
    assert f" {len(questions)}." in text
    assert not re.search(r"\d", say(voice, flow, "review", answers=answers | {"review": "discard"})), "all is forgotten"
