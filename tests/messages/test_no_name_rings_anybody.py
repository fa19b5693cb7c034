"""Whatever people are called and whatever they write, only our own words ring somebody or lead somewhere."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows import ALL_FLOWS
from flows.core.answers import Answer, Day, Form, Text
from flows.core.model import Ask, Flow
from flows.core.people import Member
from messages import Messages, Voice
from messages.mrkdwn import SlackDialect
from tests.flows.test_every_flow_has_its_words import said
from tests.messages.contexts import VOICES, context

MESSAGES = Messages()
OURS = re.compile(r"<@U0\d>|<https://voisins\.example/\w+\|[^<>|]*>|<#[CG][A-Z0-9]+>")
"""What the contexts of the tests may make us write: a mention of a real account, a link the cooperative gave, a channel."""

texts = st.text(st.sampled_from("<>!@#|&;`*_~:/. \n\tahnelt0U") | st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("flow", ALL_FLOWS, ids=lambda flow: flow.name)
@given(text=texts)
@example(text="<!channel> & Co")
@example(text="<@U0999>")
@example(text="<#C0999>")
@example(text="<https://evil.example|Zoé>")
def test_nothing_anybody_writes_becomes_a_command(flow: Flow, voice: Voice, text: str) -> None:
    known = written_everywhere(flow, text)
    for name, _ in said(flow, MESSAGES):
        rendered = MESSAGES.say(voice, flow.name, name, known)
        assert not re.search(r"[<>](?!\s)", OURS.sub("", rendered).replace("\n> ", "\n")), f"{name}: {rendered}"


@given(text=texts)
def test_a_member_without_account_is_only_named(text: str) -> None:
    mentioned = SlackDialect().mention(Member(id="m_1", first_name=text))
    assert "<" not in mentioned
    assert ">" not in mentioned
    assert "\n" not in mentioned


@given(text=texts)
def test_only_an_account_is_rung(text: str) -> None:
    mentioned = SlackDialect().mention(Member(id="m_1", first_name="Zoé", slack_id=text))
    assert mentioned == "Zoé" or re.fullmatch(r"<@[A-Z0-9]+>", mentioned)


@given(url=texts | texts.map(lambda text: f"https://voisins.example/{text}"), label=texts)
@example(url="javascript:alert(1)", label="ici")
@example(url="https://voisins.example/a|b>c<!channel>", label="a|b>c")
def test_a_link_leads_to_one_page_or_nowhere(url: str, label: str) -> None:
    written = SlackDialect().link(url, label)
    link = re.fullmatch(r"<(https?://|mailto:)[^<>|\s]+\|[^<>|]*>", written, re.IGNORECASE)
    assert link or not re.search("[<>]", written)


@given(text=texts)
def test_a_channel_is_one_or_its_name(text: str) -> None:
    written = SlackDialect().channel(text)
    assert re.fullmatch(r"<#[A-Z0-9]+>", written) or not re.search("[<>]", written)


@given(text=texts)
def test_escaped_words_read_as_written(text: str) -> None:
    written = SlackDialect().words(text)
    assert written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
    assert SlackDialect().words(written) == written


def written_everywhere(flow: Flow, text: str) -> dict[str, Any]:
    """A context where every free word is `text`."""
    known = context(flow)
    people = {
        name: replace(value, first_name=text, trade=text, team=text, slack_id=value.slack_id if number % 2 else None)
        for number, (name, value) in enumerate(known.items())
        if isinstance(value, Member)
    }
    kinds = {step.name: step.answer for step in flow.steps if isinstance(step, Ask)}
    answers = {step: _replaced(kinds[step], value, text) for step, value in known["answers"].items()}
    free = dict.fromkeys(("coop", "form", "part", "draft"), text)
    several = dict.fromkeys(("readers", "steps", "hats", "left_to_do"), (text, text))
    details = {**known["details"], "what": text}
    return {**known, **people, **free, **several, "answers": answers, "details": details}


def _replaced(kind: Answer[Any], value: Any, text: str) -> Any:
    if isinstance(kind, Form):
        return {name: _replaced(kind.fields[name], inner, text) for name, inner in value.items()}
    return text if isinstance(value, str) and not isinstance(kind, Day) else value


def test_a_day_in_a_form_is_no_free_word() -> None:
    flow = Flow("trial", (Ask("when", Form(day=Day(), why=Text())),))
    assert written_everywhere(flow, "<!channel>")["answers"]["when"] == {"day": "2026-12-01", "why": "<!channel>"}
