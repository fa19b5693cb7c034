"""Where the e-mails of a rehearsal go: nowhere, but into its transcript; and those of the practice workspace: on its page."""

from dataclasses import dataclass, field

from bot.letters import Letter
from sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str
    stop: str | None = None
    house: str = ""
    reply_to: str | None = None


@dataclass
class Mailbag:
    """Takes e-mails as the postman does, and keeps them until they are looked at."""

    mails: list[Mail] = field(default_factory=list)

    async def send(self, to: str, letter: Letter) -> None:
        self.mails.append(Mail(to, letter.subject, letter.body, letter.stop, letter.house, letter.reply_to))

    def emptied(self) -> list[Mail]:
        mails, self.mails = self.mails, []
        return mails


@dataclass(frozen=True)
class PageOfLetters:
    """Lays e-mails in the box that the page of the practice workspace shows."""

    workspace: Workspace

    async def send(self, to: str, letter: Letter) -> None:
        self.workspace.take_letter(to, letter.subject, letter.body, letter.reply_to or "")
