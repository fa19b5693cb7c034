"""E-mails, for whoever has no account: one letter handed over to the cooperative's own mail server."""

import re
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
from hashlib import sha256
from ssl import SSLCertVerificationError
from typing import Literal, Protocol

import aiosmtplib

from bot.letters import Letter
from bot.moods import Later, Never
from bot.setting_values import LOOPBACK
from bot.settings import Mailbox

PATIENCE = 15.0
NOT_NOW = 300.0
NO_TLS = "STARTTLS extension not supported"
NO_LOGIN = ("SMTP AUTH extension is not supported", "No suitable authentication method")
"""aiosmtplib's words for a server that cannot be told a secret, and for one that takes none; they come in no exception of their
own."""
BAD_ADDRESS = "smtp_bad_address"

_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
_NOBODY = re.compile(r"5\.(1\.(?![78]\b)|2\.[01]\b|4\.)")
"""What is refused for its address, its box or its road; not for our own address (5.1.7, 5.1.8), a box that is full (5.2.2),
our server's name (5.5) or a matter of policy (5.7): nothing there says that nobody reads it (RFC 3463, 3)."""
_OF_ADDRESSES = frozenset({550, 551, 553})
"""Said without such a number (RFC 5321, 4.2.3)."""
_OF_A_LOGIN = frozenset({530, 534, 535, 538})
"""Wanted, too weak, wrong, or not to be said without TLS (RFC 4954, 6), at whatever moment it is said."""
_OF_US = re.compile(
    r"\b(relay|sender|helo\b|spf\b|dkim\b|dmarc\b|block|black|(dns|r)?bl\b|listed|spam|ip\b|ptr\b|reverse|reputation|policy|prohibit|auth)"
)
"""Words of servers that give no number, or a wrong one, when it is us they will not hear; the address itself is not heard."""


class _Unfolded(UnstructuredHeader, BaseHeader):
    """An address of the web as it is: folded, one longer than a line is written in encoded words, which no mail program
    reads there (RFC 2369, 2)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Unfolded)
_POLICY = EmailPolicy(header_factory=_HEADERS)


class NobodyThere(Never):
    """The address itself is refused for good: nobody reads it."""


class NotHeard(Later):
    """The mail server takes no letter of ours, whoever it is to: nothing is wrong with this one. `remedy`: what to mend."""

    def __init__(self, wrong: str, code: int | None = None) -> None:
        super().__init__(NOT_NOW, wrong if code is None else f"{wrong}_{code}")
        self.remedy = REMEDIES[wrong]


REMEDIES = {
    "smtp_unreachable": "Check that it runs, and its host and port in SMTP_URL (smtps:// goes with 465, smtp:// with 587).",
    "smtp_certificate": "Its certificate is not one this machine trusts: write in SMTP_URL the name it bears, or let the machine "
    "trust whoever signed it (update-ca-certificates). Then restart.",
    "smtp_no_tls": "It knows no STARTTLS, and a password is told in no other way: write smtps:// in SMTP_URL, or another port. "
    "Then restart.",
    "smtp_no_login": "It takes no name and password: take them out of SMTP_URL, or write the port where letters are submitted "
    "(465, 587). Then restart.",
    "smtp_helo": "It refuses the name of this machine: give the machine a whole one (hostname --fqdn), or write another server "
    "in SMTP_URL. Then restart.",
    "smtp_login": "Check the name and the password in SMTP_URL (percent-encode @ : / ? # and %). Then restart.",
    "smtp_sender": "Check that MAIL_FROM is an address which the name in SMTP_URL may send from. Then restart.",
}
"""By what is wrong."""


class Postman(Protocol):
    async def send(self, to: str, letter: Letter) -> None:
        """Hand over one letter. Raises Later (NotHeard, when no letter would be taken) or Never (NobodyThere first of all)."""
        ...


class SmtpPostman:
    """Hands letters to an SMTP server, through TLS whenever it can; a secret leaves this machine in no other way."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def send(self, to: str, letter: Letter) -> None:
        box, message = self._mailbox, message_of(self._mailbox.sender, to, letter)
        try:
            await aiosmtplib.send(
                message,
                hostname=box.host,
                port=box.port,
                username=box.person,
                password=box.secret,
                use_tls=box.tls,
                start_tls=_must_start_tls(box),
                # Here nobody stands between, and a server's certificate bears no name that leads here.
                validate_certs=box.host not in LOOPBACK,
                timeout=PATIENCE,
            )
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError) as away:
            is_unknown = isinstance(away.__cause__, SSLCertVerificationError)
            raise NotHeard("smtp_certificate" if is_unknown else "smtp_unreachable") from None
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _mood_of_recipient(refused.recipients[0]) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise _mood_of(refused) from None
        except (aiosmtplib.SMTPException, OSError) as trouble:
            raise _mood_of_trouble(trouble) from None
        except UnicodeError:  # the server's own name: whom the letter is to was looked at before
            raise NotHeard("smtp_unreachable") from None
        except ValueError:  # an address that this server cannot be told
            raise NobodyThere(BAD_ADDRESS) from None


def _must_start_tls(box: Mailbox) -> Literal[True] | None:
    """None: when the server can. Whoever stands in the way could otherwise say that it cannot, and read the secret."""
    return True if box.secret and not box.tls and box.host not in LOOPBACK else None


_OURS: Mapping[type[aiosmtplib.SMTPResponseException], str] = {
    aiosmtplib.SMTPHeloError: "smtp_helo",
    aiosmtplib.SMTPAuthenticationError: "smtp_login",
    aiosmtplib.SMTPSenderRefused: "smtp_sender",
}


def _mood_of(refused: aiosmtplib.SMTPResponseException) -> Later | Never:
    """Before anybody is named, what is refused is ours: our machine's name, who we are, for whom we send."""
    if refused.code >= 500 and refused.code not in _OF_A_LOGIN:
        for kind, wrong in _OURS.items():
            if isinstance(refused, kind):
                return NotHeard(wrong, refused.code)
    return _mood(refused.code)


def _mood_of_trouble(trouble: Exception) -> Later:
    said = str(trouble)
    if isinstance(trouble, SSLCertVerificationError):
        return NotHeard("smtp_certificate")
    if NO_TLS in said:
        return NotHeard("smtp_no_tls")
    if any(words in said for words in NO_LOGIN):
        return NotHeard("smtp_no_login")
    return Later(NOT_NOW, "smtp_no_answer", uncertain=True)


def _mood(code: int) -> Later | Never:
    """RFC 5321, 4.2.1: what begins with 4 may pass, what begins with 5 does not."""
    if code in _OF_A_LOGIN:
        return NotHeard("smtp_login", code)
    return Never(f"smtp_{code}") if code >= 500 else Later(NOT_NOW, f"smtp_{code}")


def _mood_of_recipient(refused: aiosmtplib.SMTPRecipientRefused) -> Later | Never:
    said = refused.message.lower()
    speaks_of_it = _NOBODY.match(said) if _ENHANCED.match(said) else refused.code in _OF_ADDRESSES
    if speaks_of_it and not _OF_US.search(re.sub(r"\S+@\S+", "", said)):
        return NobodyThere(f"smtp_nobody_{refused.code}")
    return _mood(refused.code)


def _addressed(to: str) -> Address:
    name, _, domain = to.strip().rpartition("@")
    try:
        return Address(addr_spec=f"{name}@{_in_ascii(domain)}")
    # All that Python's parser raises for what is no address (RFC 5322, 3.4.1).
    except (AttributeError, LookupError, MessageError, ValueError):
        raise NobodyThere(BAD_ADDRESS) from None


def _in_ascii(domain: str) -> str:
    """As any mail server may be told it (RFC 5890), but where that would name another: "ß" was once written "ss"."""
    told = domain.encode("idna")
    return told.decode() if told.decode("idna") == domain.lower() else domain


def message_of(sender: str, to: str, letter: Letter) -> EmailMessage:
    """Raises NobodyThere for an address no letter can be sent to."""
    name, address = parseaddr(sender)
    box, _, domain = address.rpartition("@")
    domain = _in_ascii(domain)
    address = f"{box}@{domain}"
    made = EmailMessage(_POLICY)
    # Many cooperatives may write from one address: whoever reads the list of their mail knows theirs by its name.
    made["From"] = Address(name or " ".join(letter.house.split()), addr_spec=address)
    made["To"] = _addressed(to)
    answered = _addressed(letter.reply_to) if letter.reply_to else None
    if answered is not None:
        made["Reply-To"] = answered
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = letter.written_at  # RFC 5322, 3.6: every message has one
    # Handed over twice because an answer was lost, it is still one letter to mail programs, which may show one alone; years
    # later, the same words are another.
    fingerprint = sha256("\0".join((str(letter.delivery), to, letter.subject, letter.body)).encode()).hexdigest()[:32]
    made["Message-ID"] = f"<parcours.{fingerprint}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer, please
    if letter.stop is not None:
        made["List-Unsubscribe"] = f"<{letter.stop}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: mail programs show a button
    elif letter.may_end:
        # RFC 2369, 3.2. Whoever reads the replies does what they ask.
        made["List-Unsubscribe"] = f"<mailto:{answered.addr_spec if answered else address}?subject=stop>"
    made.set_content(letter.body)
    return made
