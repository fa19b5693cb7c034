"""The words of one poll in one voice, in plain text: its questions, what is chosen, and figures as people read them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flows.core.answers import Scale
from flows.core.poll import SCALES, Dimension, Item, Kind, Poll
from flows.core.report import DimensionResult, Figure, Hidden, ItemResult, Level, Recommendation, Spread, Trend
from messages import Messages, Voice
from messages.outside import with_emoji

PAGE = "polls"
PREFER_NOT = "prefer_not"
"""The value of "I prefer not to answer"."""
SHORT = 20
"""Characters of a label in a native chart (docs.slack.dev, data visualization block)."""


class Wording:
    """`told` is what any message may speak of (the cooperative's name…). What the cooperative typed is said in its own words,
    in another of its languages when it lacks in this one."""

    def __init__(self, messages: Messages, voice: Voice, poll: Poll, told: Mapping[str, Any]) -> None:
        self.messages, self.voice, self.poll, self.told = messages, voice, poll, told

    # -- the poll's own words

    @cached_property
    def title(self) -> str:
        return self._typed(self.poll) or self._own("poll__title") or self.poll.name.replace("_", " ")

    @cached_property
    def about(self) -> str:
        return self._own("poll__about") or ""

    def item(self, item: Item) -> str:
        return (
            self._typed(item)
            or self._own(item.name)
            or self._shared(f"own__{item.name}")
            or item.name.replace("_", " ")
        )

    def dimension(self, name: str) -> str:
        return self._typed_of(name) or self._own(f"dimension__{name}") or self.say("own__dimension")

    def short(self, name: str) -> str:
        """At most `SHORT` characters, and no two alike in the poll."""
        return self._shorts[name]

    @cached_property
    def _shorts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for position, dimension in enumerate(self.poll.dimensions, 1):
            whole = self._typed(dimension) or self._own(f"short__{dimension.name}") or self.say("own__short")
            short = whole if len(whole) <= SHORT else f"{whole[: SHORT - 1].rstrip()}…"
            if short in found.values():
                number = f" {position}"
                short = f"{short[: SHORT - len(number)].rstrip()}{number}"
            found[dimension.name] = short
        return found

    # -- what is chosen

    def choices(self, kind: Kind) -> list[tuple[str, str]]:
        """Values and labels, the last one being to pass; none for an open question."""
        if kind is Kind.OPEN:
            return []
        scale = SCALES[kind]
        chosen = [(str(value), self._choice(kind, value)) for value in range(scale.low, scale.high + 1)]
        return [*chosen, (PREFER_NOT, self.passed)]

    @property
    def passed(self) -> str:
        return self.say(f"choice__{PREFER_NOT}")

    def _choice(self, kind: Kind, value: int) -> str:
        name = f"choice__{kind.value}_{value}"
        return self.say(name) if self.messages.has(self.voice, PAGE, name) else str(value)

    # -- figures in words

    def figure(self, figure: Figure, scale: Scale) -> str:
        """What is shown of it, or why nothing is."""
        if figure.n is None:
            return self.hidden(figure.hidden or Hidden.TOO_FEW_ANSWERS)
        words = self._value(figure, scale)
        return self.say("figure__as_before", words=words) if figure.as_in else words

    def _value(self, figure: Figure, scale: Scale) -> str:
        if figure.mean is not None:
            return self.say("figure__mean", mean=self.number(figure.mean), high=scale.high)
        if figure.at_least is not None and figure.at_most is not None:
            return self.say("figure__between", low=self.number(figure.at_least), high=self.number(figure.at_most))
        if figure.at_least is not None:
            return self.say("figure__at_least", value=self.number(figure.at_least), high=scale.high)
        if figure.at_most is not None:
            return self.say("figure__at_most", value=self.number(figure.at_most), high=scale.high)
        return self.level(figure.level) if figure.level else self.hidden(Hidden.FEW_PEOPLE_CHANGED)

    def result(self, found: ItemResult | DimensionResult) -> str:
        """The figure, how it moved, how spread it is."""
        item = self.poll.item(found.name) if isinstance(found, ItemResult) else None
        scale = item.scale if item is not None else self.poll.scale_of(found.name)
        words = [self.figure(found.figure, scale), self.trend(found.trend), self.spread(found.figure.spread)]
        return ", ".join(word for word in words if word)

    def recommendation(self, found: Recommendation) -> str:
        if found.n is None:
            return self.hidden(found.hidden or Hidden.TOO_FEW_ANSWERS)
        for name in ("index", "median", "at_least", "at_most"):
            value = getattr(found, name)
            if value is not None:
                shown = f"{value:+d}" if name == "index" else self.number(value)
                return self.say(f"recommendation__{name}", value=shown, n=found.n)
        return self.say("recommendation__level", level=self.level(found.level or Level.MIDDLE), n=found.n)

    def hidden(self, hidden: Hidden) -> str:
        return self.say(f"hidden__{hidden.value}")

    def trend(self, trend: Trend | None) -> str:
        return self.say(f"trend__{trend.value}") if trend else ""

    def spread(self, spread: Spread | None) -> str:
        return self.say(f"spread__{spread.value}") if spread else ""

    def level(self, level: Level) -> str:
        return self.say(f"level__{level.value}")

    def number(self, value: float) -> str:
        """To one decimal, or none when it is whole, as it is written in this language."""
        written = f"{value:.1f}".removesuffix(".0") if value == int(value) else f"{value:.1f}"
        return written.replace(".", ",") if self.voice.locale == "fr" else written

    # -- groups

    def cut(self, cut: str) -> str:
        return self.say(f"cut__{cut}")

    def group(self, cut: str, group: str) -> str:  # noqa: ARG002
        name = f"group__{group}"
        return self.say(name) if self.messages.has(self.voice, PAGE, name) else group

    def say(self, name: str, **more: Any) -> str:
        """A block of the page of polls."""
        return self.messages.plain(self.voice, PAGE, name, {**self.told, **more})

    # -- where words are

    def _own(self, name: str) -> str | None:
        """What the poll's own template says."""
        if name not in self.messages.names(self.voice.locale, self.poll.name):
            return None
        return self.messages.plain(self.voice, self.poll.name, name, self.told)

    def _shared(self, name: str) -> str | None:
        """What every poll may say, on the page of polls."""
        return self.say(name) if self.messages.has(self.voice, PAGE, name) else None

    def _typed_of(self, dimension: str) -> str | None:
        found = next((one for one in self.poll.dimensions if one.name == dimension), None)
        return self._typed(found) if found else None

    def _typed(self, part: Poll | Item | Dimension) -> str | None:
        texts = part.texts
        typed = texts.get(self.voice.locale) or next((text for text in texts.values() if text.strip()), None)
        return with_emoji(typed) if typed else None
