"""The two ways of writing a message: Slack's mrkdwn, where no name may ring a channel or forge a link, and plain text."""

import re
from typing import Protocol

from flows.core.people import Member

_SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
_SAFE_LINK = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)


class Mrkdwn(str):
    """Words already fit for Slack: made here only, and never escaped again."""

    __slots__ = ()


class Dialect(Protocol):
    """How values are written among the words of a template."""

    def words(self, text: str) -> str:
        """Anybody's words, harmless and unchanged to the eye."""
        ...

    def mention(self, member: Member) -> str: ...

    def channel(self, address: str) -> str: ...

    def link(self, url: str, label: str) -> str: ...

    def quote(self, text: str) -> str:
        """Somebody's own words, set apart, each line of them."""
        ...


class SlackDialect:
    """For mrkdwn. The three characters to escape are those of docs.slack.dev, "Formatting message text"."""

    def words(self, text: str) -> Mrkdwn:
        if isinstance(text, Mrkdwn):
            return text
        return Mrkdwn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def mention(self, member: Member) -> Mrkdwn:
        if member.slack_id and _SLACK_ID.fullmatch(member.slack_id):
            return Mrkdwn(f"<@{member.slack_id}>")
        return self.words(called(member))

    def channel(self, address: str) -> Mrkdwn:
        return Mrkdwn(f"<#{address}>") if _SLACK_ID.fullmatch(address) else self.words(address)

    def link(self, url: str, label: str) -> Mrkdwn:
        if not _SAFE_LINK.fullmatch(url):
            return self.words(f"{label} ({url})")
        target = url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
        # A bar in the label would end it: Slack has no way to escape one.
        return Mrkdwn(f"<{self.words(target)}|{self.words(label.replace('|', '/'))}>")

    def quote(self, text: str) -> Mrkdwn:
        return Mrkdwn("\n".join(f"> {self.words(line)}" for line in text.strip().splitlines()))


class PlainDialect:
    """For e-mails, and wherever Slack takes plain text."""

    def words(self, text: str) -> str:
        return text

    def mention(self, member: Member) -> str:
        return called(member)

    def channel(self, address: str) -> str:
        return address

    def link(self, url: str, label: str) -> str:
        return f"{label} ({url})"

    def quote(self, text: str) -> str:
        return "\n".join(f"> {line}" for line in text.strip().splitlines())


def called(member: Member) -> str:
    """What people call somebody, on one line."""
    return " ".join((member.first_name.strip() or member.name).split())
