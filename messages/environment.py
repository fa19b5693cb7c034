"""The Jinja environment words are rendered in: strict about what lacks, careful with what people write."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import partial
from typing import Any
from unicodedata import normalize

from jinja2 import Environment, StrictUndefined, TemplateRuntimeError, pass_context
from jinja2.runtime import Context

from flows.core.people import Member
from messages.dates import in_a_list, spoken_day, spoken_hour
from messages.mrkdwn import Dialect, Mrkdwn, called


def environment(locale: str, dialect: Dialect, somebody: Callable[[], str]) -> Environment:
    """`somebody` says, in that locale, what to call whoever is not known yet. Environments of one `dialect_key` compile a page
    alike."""
    made = Environment(undefined=StrictUndefined, finalize=partial(_written, dialect), autoescape=False)
    made.extend(dialect_key=(locale, type(dialect)))
    filters = Filters(locale, dialect, somebody)
    made.filters.update(
        mention=filters.mention,
        de=filters.de,
        at=_of_something(filters.at),
        channel=_of_something(filters.channel),
        link=_of_something(filters.link),
        quote=_of_something(filters.quote),
        join_names=_of_something(filters.join_names),
        full_stop=_of_something(filters.full_stop),
        day=filters.day,
        hour=filters.hour,
    )
    made.tests.update(also=also)
    return made


def with_french_spaces(source: str) -> str:
    """The source of a template, with no line ever broken before `: ; ? ! » %` nor after `«`."""
    return re.sub(r"(?<=\S) (?=[:;?!»](?:[^=]|$)|%(?!\}))|(?<=«) ", "\N{NO-BREAK SPACE}", source)


CONTRACTED = {"le": ("du", "au"), "les": ("des", "aux")}
"""What French makes of `de` and `à` before these articles."""
ENDS = (".", "!", "?", "…")
_BEGINS_WITH_A_VOWEL = re.compile(r"[aehiouœæø]|y(?![aeiouy])", re.IGNORECASE)
"""Of a name without its accents; `y` is one before a consonant: d'Yves, de Yann."""


class Filters:
    """What a template may do with a value, beside Jinja's own filters."""

    def __init__(self, locale: str, dialect: Dialect, somebody: Callable[[], str]) -> None:
        self.locale, self.dialect, self.somebody = locale, dialect, somebody

    def mention(self, member: Member | None, otherwise: str | None = None) -> str:
        """Whoever it is, rung if they have an account; `otherwise` when nobody is."""
        if member is None:
            return otherwise or self.somebody()
        return self.dialect.mention(member) or self.somebody()

    def de(self, whose: Member | str | None) -> str:
        """In French, whose something is: `de Zoé`, `d'Awa`; of a name, `des Lucioles` for Les Lucioles."""
        if isinstance(whose, str):
            article, rest = _article(whose)
            said, seen = self.dialect.words(rest), rest
        else:
            article, said, seen = None, self.mention(whose), called(whose) if whose is not None else ""
        if article is not None:
            return Mrkdwn(f"{CONTRACTED[article][0]} {said}")
        return Mrkdwn(f"d'{said}" if _BEGINS_WITH_A_VOWEL.match(normalize("NFD", seen)) else f"de {said}")

    def at(self, name: str) -> str:
        """In French, where one is: `à Enercoop`, `aux Lucioles` for Les Lucioles."""
        article, rest = _article(name)
        return Mrkdwn(f"{CONTRACTED[article][1] if article else 'à'} {self.dialect.words(rest)}")

    def channel(self, address: str) -> str:
        return self.dialect.channel(address)

    def link(self, url: str, label: str) -> str:
        return self.dialect.link(url, label)

    def quote(self, text: str) -> str:
        return self.dialect.quote(text)

    def join_names(self, people: Iterable[Member | str]) -> str:
        names = [self.mention(one) if isinstance(one, Member) else self.dialect.words(one) for one in people]
        return Mrkdwn(in_a_list(self.locale, names)) if names else self.somebody()

    def full_stop(self, text: str) -> str:
        """Words that somebody gave for the end of a sentence of ours, which ends once."""
        return text if text.rstrip().endswith(ENDS) else f"{text.rstrip()}."

    @pass_context
    def day(self, context: Context, day: date | str) -> str:
        return _or_complain(spoken_day, self.locale, day, context.get("today"))

    def hour(self, hour: time | datetime | str) -> str:
        return _or_complain(spoken_hour, self.locale, hour)


def also(one: Member | None, other: Member | None) -> bool:
    """Whether it is the same person, somebody who plays two parts: `{% if job_buddy is also(coop_buddy) %}`."""
    return one is not None and other is not None and one.id == other.id


def _article(name: str) -> tuple[str | None, str]:
    """The article a name begins with, when French contracts it, and the rest of the name."""
    first, _, rest = name.partition(" ")
    return (first.lower(), rest) if first.lower() in CONTRACTED and rest else (None, name)


def _of_something(say: Callable[..., str]) -> Callable[..., str]:
    def said(value: Any, *more: Any) -> str:
        if value is None:
            raise TemplateRuntimeError(f"there may be nothing to `{say.__name__}` here: say what to do without it")
        return say(value, *more)

    return said


def _written(dialect: Dialect, value: Any) -> str:
    if value is None:
        raise TemplateRuntimeError("a value is None here: nobody may read that word, so say what to do without it")
    return dialect.words(value if isinstance(value, str) else str(value))


def _or_complain(say: Callable[..., str], *arguments: Any) -> str:
    try:
        return say(*arguments)
    except (ValueError, TypeError, AttributeError) as mistake:
        raise TemplateRuntimeError(f"neither a day nor an hour: {arguments[1]!r}") from mistake
