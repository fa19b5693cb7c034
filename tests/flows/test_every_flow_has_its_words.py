"""Every flow can be said, whole, in each voice: this file never needs a line for a new flow."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.checks import allowed, required
from flows import ALL_FLOWS
from flows.core.model import Ask, Flow, Say, Step
from flows.joining.onboarding import onboarding
from flows.joining.parts import COOP_BUDDY
from flows.leaving.coming_back import coming_back
from messages import Messages, Voice
from tests.messages.contexts import KNOWN, VOICES, context, contexts, listeners

LONGEST_PROSE = 500
"""Characters of a message, lists apart (domain.md, section 9)."""

PEOPLE_COUNTED = re.compile(r"deux relais|Deux personnes|à trois|two buddies|Two people|[Tt]hree of you|for three")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
TU = re.compile(r"(?<![\w-])(tu|te|toi|ton|ta|tes|tien|tienne|tiens|tiennes)(?!\w)|(?<!\w)t['’]|-(tu|toi)(?!\w)", re.I)
IMPERATIVES = re.compile(
    r"(?<!je )(?<!se )(?<!ne )(?<!on )(?<!lui )(?<!qui )(?<!vous )(?<!y )(?<!on en )(?<!j')(?<!\w)"
    r"(choisis|dis|écris|prends|lis|va(?= (dire|lui|leur|voir))|pense|propose|écoute|demande|parle|donne|réponds"
    r"|raconte|termine|réessaie|fais|viens)(?=[ ,.-])",
    re.I,
)

every_flow = pytest.mark.parametrize("flow", ALL_FLOWS, ids=lambda flow: flow.name)
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages()


@every_voice
@every_flow
def test_nothing_lacks(messages: Messages, flow: Flow, voice: Voice) -> None:
    assert [name for name in required(flow) if not messages.has(voice, flow.name, name)] == []
    assert [name for name in shared(flow) if not messages.has(voice, "shared", name)] == []


@every_flow
def test_nothing_is_left_over(messages: Messages, flow: Flow) -> None:
    expected = {*required(flow), *allowed(flow)}
    for folder in ("fr", "en", "fr_vous"):
        stale = messages.names(folder, flow.name) - expected
        assert not stale, f"messages/{folder}/{flow.name}.j2 has words no step says: {sorted(stale)}"


@every_flow
def test_both_languages_say_the_same_things(messages: Messages, flow: Flow) -> None:
    assert messages.names("en", flow.name) == messages.names("fr", flow.name)
    assert messages.names("fr_vous", flow.name) <= messages.names("fr", flow.name)


@every_voice
@every_flow
def test_words_use_only_what_is_known(messages: Messages, flow: Flow, voice: Voice) -> None:
    for name, _ in said(flow, messages):
        unknown = messages.variables(voice, flow.name, name) - KNOWN - set(flow.parts)
        assert not unknown, f"{name!r} uses {sorted(unknown)}"


@every_voice
@every_flow
def test_every_message_reads_well_whatever_lacks(messages: Messages, flow: Flow, voice: Voice) -> None:
    situations = {part: contexts(flow, part) for part in flow.parts}
    for name, step in said(flow, messages):
        for part in listeners(flow, step):
            texts = {messages.say(voice, flow.name, name, known): why for why, known in situations[part]}
            for text, situation in texts.items():
                assert faults(text, voice) == [], f"{name}, {situation}: {text}"


@every_voice
@every_flow
def test_labels_fit_what_slack_shows(messages: Messages, flow: Flow, voice: Voice) -> None:
    for name, longest in labels(flow, messages):
        # A title may say which thing its conversation is about; every other label is said without context.
        known = {"details"} if name.endswith("__title") else set()
        assert messages.variables(voice, flow.name, name) <= known, f"{name} is a label"
        label = messages.say(voice, flow.name, name, context(flow))
        assert 0 < len(label) <= longest, f"{name}: {label!r} has {len(label)} characters, {longest} at most"
        assert not re.search(r"[&<>*_\n]", label), f"{name} is plain text: {label!r}"
        assert faults(label, voice) == [], f"{name}: {label}"


@every_voice
@every_flow
def test_a_message_is_short_but_for_its_list(messages: Messages, flow: Flow, voice: Voice) -> None:
    for step in spoken(flow):
        for part in listeners(flow, step):
            text = messages.say(voice, flow.name, step.name, context(flow, part))
            prose = "\n".join(line for line in text.splitlines() if not line.startswith("•"))
            assert len(prose) <= LONGEST_PROSE, f"{step.name} has {len(prose)} characters: {prose}"


@every_voice
def test_one_person_who_is_both_buddies_is_not_taken_for_two(messages: Messages, voice: Voice) -> None:
    for name, step in said(onboarding, messages):
        for part in listeners(onboarding, step):
            known = context(onboarding, part)
            buddy = known["job_buddy"]
            alone = {**known, "coop_buddy": buddy, "readers": [buddy.first_name]}
            alone |= {"me": buddy} if part == COOP_BUDDY else {}
            text = messages.say(voice, onboarding.name, name, alone)
            assert not PEOPLE_COUNTED.search(text), f"{name}: {text}"
            assert text.count(f"<@{buddy.slack_id}>") <= 1, f"{name}: {text}"


@every_voice
@pytest.mark.parametrize(("flow", "name"), [(onboarding, "arrival_told"), (coming_back, "return_told")])
def test_an_arrival_is_told_of_today_on_its_day_alone(messages: Messages, flow: Flow, name: str, voice: Voice) -> None:
    """On a Saturday or a holiday, it is told on the next day of work."""
    known = context(flow)
    day = known["days"]["first_day"]
    for told_on, is_today in ((day, True), (day + timedelta(days=2), False)):
        text = messages.say(voice, flow.name, name, {**known, "today": told_on})
        assert any(word in text for word in ("aujourd'hui", "today")) == is_today


@every_flow
def test_vous_says_otherwise_only_what_differs(messages: Messages, flow: Flow) -> None:
    situations = contexts(flow)
    for name in messages.names("fr_vous", flow.name):
        assert any(
            messages.say(Voice("fr", "tu"), flow.name, name, known)
            != messages.say(Voice("fr", "vous"), flow.name, name, known)
            for _, known in situations
        ), f"messages/fr_vous/{flow.name}.j2 repeats {name!r}"


@pytest.mark.parametrize("text", ["As-tu fini ?", "C'est à toi.", "Il t'attend.", "Choisis un jour.", "Tes relais"])
def test_a_tu_is_heard(text: str) -> None:
    assert faults(text, Voice("fr", "vous")) != []


@pytest.mark.parametrize(
    "text", ["Vertu et statuts", "Étonnement", "Un rapport tel quel", "Qui se propose, et je demande", "Votre"]
)
def test_what_is_no_tu_is_not(text: str) -> None:
    assert faults(text, Voice("fr", "vous")) == []


def shared(flow: Flow) -> Iterator[str]:
    """What a flow leaves to the words common to all."""
    yield from (
        "done",
        "not_now",
        "skip",
        "answer_button",
        "change_button",
        "reminder",
        "missed",
        "answered",
        "skipped",
        "snoozed",
    )
    yield from (
        "expired",
        "handed_over",
        "folded",
        "somebody",
        "stale",
        "unknown",
        "put_off",
        "scale_low",
        "scale_high",
    )
    for step in spoken(flow):
        yield from (f"offer__{offer}" for offer in step.offers)
        yield from (f"link__{link}" for link in step.links)
    yield from (f"part__{part}" for part in ("job_buddy", "coop_buddy", "supervisor"))
    yield from (f"form__{form}" for form in ("scop", "scic", "cae"))


def spoken(flow: Flow) -> Iterator[Say | Ask[object]]:
    yield from (step for step in flow.steps if isinstance(step, Say | Ask))


def said(flow: Flow, messages: Messages) -> Iterator[tuple[str, Step | None]]:
    """The messages rendered with a context, and the step each belongs to."""
    own = messages.names("fr", flow.name)
    for step in spoken(flow):
        yield from (
            (name, step) for name in (step.name, f"{step.name}__reading", f"{step.name}__reminder") if name in own
        )
        yield from ((name, step) for name in (f"{step.name}__also",) if name in own)
        yield from ((name, step) for name in (f"{step.name}__subject", f"{step.name}__page") if name in own)
    anchors = (f"{anchor}_moved" for anchor in flow.anchors)
    yield from ((name, None) for name in ("briefing", "missed", *anchors) if name in own)


def labels(flow: Flow, messages: Messages) -> Iterator[tuple[str, int]]:
    """The short words of a flow, and how long each may be: docs.slack.dev, modal titles 24, options and buttons 75, the text of
    a confirmation 300."""
    of_messages = {name for name, _ in said(flow, messages)}
    for name in sorted(messages.names("fr", flow.name) - of_messages):
        yield name, 24 if name.endswith("__title") else 300 if name.endswith("__sure") else 75


UNELIDED = re.compile(r"\b(?:de|que) (?:Awa|Inès|Odile|<@U0[035]>)|\b(?:de|à) Les ")
"""Before those people of `contexts` whose name begins with a vowel, and before the house."""


def faults(text: str, voice: Voice) -> list[str]:
    found = []
    found += ["it is empty"] if not text.strip() else []
    found += ["it is too long for a section"] if len(text) > 3_000 else []
    found += ["a value was lacking"] if re.search(r"\bNone\b|\{\}|\[\]", text) else []
    found += ["a gap was left"] if re.search(r"  | [.,)]|\( |\n\n\n| \n|^\s|\s$", text) else []
    found += ["more than one emoji"] if len(EMOJI.findall(text)) > 1 else []
    if voice.locale == "fr":
        found += ["more than one middle dot"] if len(re.findall(r"\w·\w", text)) > 1 else []
        found += (
            ["it does not elide, nor contract an article: `de` and `at` are filters"] if UNELIDED.search(text) else []
        )
        found += ["a space that may break a line"] if re.search(r" [:;?!»%]|« ", text) else []
    if voice == ("fr", "vous"):
        found += [f"it says {word.group()!r} to somebody we say vous to" for word in TU.finditer(text)]
        found += [f"it orders {word.group()!r} to somebody we say vous to" for word in IMPERATIVES.finditer(text)]
    return found
