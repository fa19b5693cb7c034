"""Where the e-mails of a rehearsal go: nowhere, but into its transcript."""

from dataclasses import dataclass, field

from bot.letters import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str
    stop: str | None = None


@dataclass
class Mailbag:
    """Takes e-mails as the postman does, and keeps them until they are looked at."""

    mails: list[Mail] = field(default_factory=list)

    async def send(self, to: str, letter: Letter) -> None:
        self.mails.append(Mail(to, letter.subject, letter.body, letter.stop))

    def emptied(self) -> list[Mail]:
        mails, self.mails = self.mails, []
        return mails
