"""Words, found in the files of a voice and rendered: whoever speaks asks here, and nothing else holds a sentence."""

import logging
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from jinja2 import TemplateError, UndefinedError

from messages.environment import environment
from messages.mrkdwn import Dialect, PlainDialect, SlackDialect
from messages.outside import Word, elsewhere, in_slack
from messages.pages import Page, Shelf

log = logging.getLogger(__name__)

Locale = Literal["fr", "en"]
LOCALES: tuple[Locale, ...] = ("fr", "en")
SHIPPED = Path(__file__).parent
FOLDERS = MappingProxyType({"fr": "fr", "fr_vous": "fr", "en": "en"})
"""Each folder of words, and the language it is in. `fr_vous` holds only what is said otherwise to whom we say "vous"."""
SHARED = "shared"
"""The page where a flow finds what it does not say itself."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Voice(NamedTuple):
    """How a person is spoken to."""

    locale: Locale
    address: Literal["tu", "vous"] = "tu"

    @property
    def folders(self) -> tuple[str, ...]:
        return ("fr_vous", "fr") if self == ("fr", "vous") else (self.locale,)


class UnknownMessage(LookupError):
    """Nobody has written these words. Says which, and which file to add them to."""

    def __init__(self, voice: Voice, flow: str, name: str) -> None:
        self.voice, self.flow, self.name = voice, flow, name
        super().__init__(
            f"flow {flow!r} has no words for {name!r} in {voice.locale!r}: "
            f"add {{% block {name} %}}…{{% endblock %}} to messages/{voice.locale}/{flow}.j2"
        )


class Messages:
    """Every message, in every voice. `overrides` is a cooperative's own folder, laid out like ours (`fr/onboarding.j2`):
    a block there is said instead of ours, and a changed file is read again. No log names what the `private` flows say."""

    def __init__(self, overrides: Path | None = None, private: Collection[str] = ()) -> None:
        self._private = frozenset(private)
        self._mrkdwn = self._shelves(SlackDialect(), overrides)
        self._plain = self._shelves(PlainDialect(), overrides)

    def say(self, voice: Voice, flow: str, name: str, context: Mapping[str, Any] = NOTHING) -> str:
        """The message as Slack mrkdwn. Raises UnknownMessage, and jinja2.UndefinedError for a value the context lacks."""
        return in_slack(self._render(self._mrkdwn, voice, flow, name, context), self._word(voice))

    def plain(self, voice: Voice, flow: str, name: str, context: Mapping[str, Any] = NOTHING) -> str:
        """The same as plain text, for an e-mail or a `plain_text` object: nothing escaped, names for mentions, emoji seen."""
        return self.elsewhere(voice, self._render(self._plain, voice, flow, name, context))

    def quoted(self, voice: Voice, words: str) -> str:
        """Anybody's words alone, as mrkdwn that rings nobody."""
        return in_slack(SlackDialect().words(words), self._word(voice))

    def elsewhere(self, voice: Voice, words: str) -> str:
        """Anybody's words, as they are read out of Slack."""
        return elsewhere(words, self._word(voice))

    def _word(self, voice: Voice) -> Word:
        return partial(self.plain, voice, SHARED)

    def has(self, voice: Voice, flow: str, name: str) -> bool:
        """Whether there are words, the flow's own or shared."""
        return next(self._found(self._mrkdwn, voice, flow, name), None) is not None

    def names(self, locale: str, flow: str) -> frozenset[str]:
        """The blocks of this flow's own pages in a folder (`fr`, `en`, `fr_vous`), shared ones apart."""
        pages = (shelf.page(flow) for shelf in self._mrkdwn[locale])
        return frozenset(name for page in pages if page is not None for name in page.template.blocks)

    def variables(self, voice: Voice, flow: str, name: str) -> frozenset[str]:
        """What the context must hold for this message."""
        for _, page in self._found(self._mrkdwn, voice, flow, name):
            return page.variables(name)
        raise UnknownMessage(voice, flow, name)

    def _shelves(self, dialect: Dialect, overrides: Path | None) -> dict[str, tuple[Shelf, ...]]:
        made = {}
        for locale in LOCALES:
            rendered_in = environment(locale, dialect, partial(self._somebody, locale))
            for folder in (name for name, language in FOLDERS.items() if language == locale):
                own = [Shelf(overrides / folder, rendered_in, watched=True)] if overrides else []
                made[folder] = (*own, Shelf(SHIPPED / folder, rendered_in, watched=False))
        return made

    def _somebody(self, locale: Locale) -> str:
        return self.plain(Voice(locale), SHARED, "somebody")

    def _found(
        self, shelves: Mapping[str, tuple[Shelf, ...]], voice: Voice, flow: str, name: str
    ) -> Iterator[tuple[Shelf, Page]]:
        """Where these words are, whoever comes first winning."""
        for page_name in (flow, SHARED):
            for folder in voice.folders:
                for shelf in shelves.get(folder, ()):
                    page = shelf.page(page_name)
                    if page is not None and name in page:
                        yield shelf, page

    def _render(
        self,
        shelves: Mapping[str, tuple[Shelf, ...]],
        voice: Voice,
        flow: str,
        name: str,
        context: Mapping[str, Any],
    ) -> str:
        unsayable: TemplateError | None = None
        for shelf, page in self._found(shelves, voice, flow, name):
            try:
                return page.render(name, context)
            except TemplateError as mistake:
                if not shelf.watched:
                    raise
                self._tell_slip(page, flow, name, mistake)
                unsayable = mistake
        raise unsayable or UnknownMessage(voice, flow, name)

    def _tell_slip(self, page: Page, flow: str, name: str, mistake: TemplateError) -> None:
        if flow in self._private:
            log.warning("some of your own words cannot be said, the next ones are asked: `parcours check` tells which")
        else:
            # Any other says what it was given: an answer, maybe.
            why = mistake if isinstance(mistake, UndefinedError) else "`parcours check` tells why"
            log.warning("%s cannot say %r, the next one is asked: %s", page.path, name, why)
