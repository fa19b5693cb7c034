"""E-mails, for whoever has no account yet: one letter handed over to the cooperative's own mail server."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from typing import Protocol

import aiosmtplib

from bot.settings import Mailbox
from bot.slack import Later, Never

PATIENCE = 15.0
NOT_NOW = 300.0


class Postman(Protocol):
    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand over one letter, in plain text. Raises Later or Never."""
        ...


class SmtpPostman:
    """Hands letters to an SMTP server, through TLS whenever it can."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def send(self, to: str, subject: str, text: str) -> None:
        box = self._mailbox
        try:
            await aiosmtplib.send(
                letter(box.sender, to, subject, text),
                hostname=box.host,
                port=box.port,
                username=box.person,
                password=box.secret,
                use_tls=box.tls,
                timeout=PATIENCE,
            )
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError):
            raise Later(NOT_NOW, "smtp_unreachable") from None
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _mood(min(recipient.code for recipient in refused.recipients)) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise _mood(refused.code) from None
        except (aiosmtplib.SMTPException, OSError):
            raise Later(NOT_NOW, "smtp_no_answer", uncertain=True) from None
        except ValueError:
            raise Never("smtp_bad_address") from None


def _mood(code: int) -> Later | Never:
    """RFC 5321, 4.2.1: what begins with 4 may pass, what begins with 5 does not."""
    return Never(f"smtp_{code}") if code >= 500 else Later(NOT_NOW, f"smtp_{code}")


def letter(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Raises ValueError for an address no letter can be sent to."""
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    made = EmailMessage()
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(addr_spec=to.strip())
    made["Subject"] = " ".join(subject.split())
    # Handed over twice because an answer was lost, it is still one letter to mail programs.
    fingerprint = sha256("\0".join((to, subject, text)).encode()).hexdigest()[:32]
    made["Message-ID"] = f"<parcours.{fingerprint}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer, please
    made.set_content(text)
    return made
