"""Letters, handed over to a small SMTP server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from email import message_from_string, policy
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.letters import Letter
from bot.moods import Later, Never
from bot.postman import NobodyThere, NotHeard, SmtpPostman, message_of
from bot.settings import Mailbox
from flows.core.answers import Email

AT_NINE = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Europe/Paris"))
SOON = Letter("Bientôt", "À très vite", AT_NINE, 1)
ACCEPTED = {"EHLO": "250 exemple.coop", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"}


@asynccontextmanager
async def server(replies: Mapping[str, str], host: str = "127.0.0.1") -> AsyncIterator[tuple[Mailbox, list[str]]]:
    """A server that answers each verb with its reply (250 otherwise; an empty reply hangs up), and the lines it was told."""
    told: list[str] = []
    conversations: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.create_task(converse(reader, writer)))

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 exemple.coop\r\n")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            told.append(line)
            verb = line.split(" ")[0].upper()
            if not await answer(verb, writer):
                break
            if verb == "DATA":
                while (row := (await reader.readline()).decode().rstrip("\r\n")) != ".":
                    told.append(row)
                if not await answer(".", writer):
                    break
        writer.close()
        await writer.wait_closed()

    async def answer(verb: str, writer: asyncio.StreamWriter) -> str:
        reply = {**ACCEPTED, **replies}.get(verb, "250 fine")
        if reply:
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()
        return reply

    listening = await asyncio.start_server(begin, host, 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield Mailbox(host, port, "Parcours <parcours@exemple.coop>", tls=False), told
        await asyncio.gather(*conversations)


async def test_a_letter_is_handed_over_with_its_accents_and_its_date() -> None:
    async with server({}) as (mailbox, told):
        await SmtpPostman(mailbox).send(
            "lila@exemple.coop", Letter("Bientôt\nparmi nous", "À très vite, Lila.\n\nParcours", AT_NINE, 1)
        )
    start = told.index("DATA") + 1
    read = message_from_string("\n".join(told[start:]), policy=policy.default)
    assert (read["Subject"], read["To"]) == ("Bientôt parmi nous", "lila@exemple.coop")
    assert read["From"] == "Parcours <parcours@exemple.coop>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"].datetime == AT_NINE
    assert "À très vite" in read.get_content()


A_REAL_LINK = f"https://parcours.exemple.coop/former/{'bGV0dGVyYm94fFRDT09Q' * 7}.{'x-9_' * 11}/stop"
ENDED = Letter("Un an", "On garde le lien ?", AT_NINE, 1, may_end=True, stop=A_REAL_LINK)


async def test_a_domain_with_an_accent_is_told_to_a_server_that_reads_none() -> None:
    async with server({}) as (mailbox, told):
        ours = replace(mailbox, sender="L'équipe <bonjour@coopérative.coop>")
        await SmtpPostman(ours).send("lea@coopérative.coop", SOON)
    assert "RCPT TO:<lea@xn--cooprative-e7a.coop>" in told
    assert any(line.startswith("MAIL FROM:<bonjour@xn--cooprative-e7a.coop>") for line in told)


def test_the_same_letter_twice_is_one_letter_to_mail_programs() -> None:
    sender, lila = "parcours@exemple.coop", "lila@exemple.coop"
    twice = [message_of(sender, lila, SOON)["Message-ID"] for _ in "ab"]
    other = message_of(sender, lila, replace(SOON, body="À demain"))["Message-ID"]
    assert twice[0] == twice[1] != other


def test_the_same_words_years_later_are_another_letter() -> None:
    """Consent is asked again every three years, and silence ends it: a mail program must not take that for what it has."""
    first, again = (message_of("parcours@exemple.coop", "lila@exemple.org", replace(SOON, delivery=n)) for n in (1, 2))
    assert first["Message-ID"] != again["Message-ID"]


def test_a_letter_comes_from_the_cooperative_unless_the_settings_name_another() -> None:
    theirs = replace(SOON, house="Les Lucioles,\n Scop")
    said = [message_of(sender, "lila@exemple.org", theirs)["From"] for sender in ("p@ex.coop", "Union <p@ex.coop>")]
    assert [(one.addresses[0].display_name, one.addresses[0].addr_spec) for one in said] == [
        ("Les Lucioles, Scop", "p@ex.coop"),
        ("Union", "p@ex.coop"),
    ]
    assert message_of("p@ex.coop", "lila@exemple.org", SOON)["From"] == "p@ex.coop"


async def test_one_click_of_a_mail_program_is_enough_to_stop() -> None:
    """The address as it is, however long: in encoded words, no mail program would find it."""
    async with server({}) as (mailbox, told):
        await SmtpPostman(mailbox).send("lila@exemple.org", ENDED)
    assert f"List-Unsubscribe: <{ENDED.stop}>" in told
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in told


def test_without_an_address_of_the_web_one_stops_by_writing() -> None:
    said = message_of(
        "Parcours <parcours@exemple.coop>", "lila@exemple.org", Letter("Un an", "Un an déjà", AT_NINE, 1, may_end=True)
    )
    assert said["List-Unsubscribe"] == "<mailto:parcours@exemple.coop?subject=stop>"
    assert said["List-Unsubscribe-Post"] is None


def test_a_reply_goes_to_the_cooperative_that_said_where_and_so_does_the_word_that_stops() -> None:
    told = replace(SOON, may_end=True, reply_to="Contact@Coopérative.example")
    said = message_of("union@exemple.coop", "lila@exemple.org", told)
    assert said["Reply-To"] == "Contact@xn--cooprative-e7a.example"
    assert said["List-Unsubscribe"] == "<mailto:Contact@xn--cooprative-e7a.example?subject=stop>"
    assert said["From"] == "union@exemple.coop"
    assert message_of("union@exemple.coop", "lila@exemple.org", SOON)["Reply-To"] is None


def test_whoever_is_to_arrive_has_nothing_to_stop() -> None:
    said = message_of("parcours@exemple.coop", "lila@exemple.coop", SOON)
    assert said["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("replies", "reason", "uncertain"),
    [
        ({"RCPT": "450 later"}, "smtp_450", False),
        ({".": "451 later"}, "smtp_451", False),
        ({".": ""}, "smtp_no_answer", True),
    ],
)
async def test_what_passes_with_time(replies: dict[str, str], reason: str, uncertain: bool) -> None:
    async with server(replies) as (mailbox, _):
        with pytest.raises(Later) as mood:
            await SmtpPostman(mailbox).send("lila@exemple.coop", SOON)
    assert (mood.value.reason, mood.value.uncertain) == (reason, uncertain)


@pytest.mark.parametrize(
    ("replies", "to", "reason", "says_nobody_reads_it"),
    [
        ({"RCPT": "550 nobody here"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "550 5.1.1 nobody here"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "550 5.2.1 closed for good"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "550 5.4.1 Recipient address rejected: Access denied"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "552 5.2.2 over quota"}, "lila@exemple.coop", "smtp_552", False),
        ({"RCPT": "552 no room left in that box"}, "lila@exemple.coop", "smtp_552", False),
        ({"RCPT": "504 5.5.2 <ef01>: Helo command rejected"}, "lila@exemple.coop", "smtp_504", False),
        ({"RCPT": "550 5.1.8 Sender address rejected: Domain not found"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 relay not permitted"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 Your IP address is blacklisted"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 192.0.2.1 is listed at zen.spamhaus.org"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 you are on our block list"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 Administrative prohibition"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 no reverse DNS for you"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 authentication required"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 refused by our RBL"}, "lila@exemple.coop", "smtp_550", False),
        ({"RCPT": "550 <blackbird@exemple.coop>: nobody here"}, "blackbird@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "550 No such user here"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "550 Mailbox unavailable"}, "lila@exemple.coop", "smtp_nobody_550", True),
        ({"RCPT": "554 5.7.1 we relay for nobody"}, "lila@exemple.coop", "smtp_554", False),
        ({".": "554 this looks like spam"}, "lila@exemple.coop", "smtp_554", False),
        ({}, "pas une adresse", "smtp_bad_address", True),
        ({}, "lila@exemple.coop\nBcc: tous@exemple.coop", "smtp_bad_address", True),
        ({}, "lila@exemple..coop", "smtp_bad_address", True),
        ({}, "lila@[exemple.coop", "smtp_bad_address", True),
    ],
)
async def test_what_never_passes(replies: dict[str, str], to: str, reason: str, says_nobody_reads_it: bool) -> None:
    async with server(replies) as (mailbox, _):
        with pytest.raises(Never, match=reason) as mood:
            await SmtpPostman(mailbox).send(to, SOON)
    assert isinstance(mood.value, NobodyThere) is says_nobody_reads_it


LOGS_IN = {"EHLO": "250-exemple.coop\r\n250 AUTH PLAIN"}


@pytest.mark.parametrize(
    ("replies", "secret", "reason", "to_mend"),
    [
        (LOGS_IN | {"AUTH": "535 5.7.8 wrong password"}, "hunter2", "smtp_login_535", "SMTP_URL"),
        (LOGS_IN | {"AUTH": "534 5.7.9 too weak"}, "hunter2", "smtp_login_534", "SMTP_URL"),
        (LOGS_IN | {"AUTH": "550 this account is closed"}, "hunter2", "smtp_login_550", "SMTP_URL"),
        ({"MAIL": "530 5.7.0 who are you?"}, None, "smtp_login_530", "SMTP_URL"),
        ({"RCPT": "530 Authentication required"}, None, "smtp_login_530", "SMTP_URL"),
        ({".": "538 5.7.11 encryption required"}, None, "smtp_login_538", "SMTP_URL"),
        ({}, "hunter2", "smtp_no_login", "SMTP_URL"),
        ({"MAIL": "550 not from you"}, None, "smtp_sender_550", "MAIL_FROM"),
        (dict.fromkeys(("EHLO", "HELO"), "550 no such machine"), None, "smtp_helo_550", "hostname"),
    ],
)
async def test_what_is_wrong_with_the_server_s_settings_is_no_fault_of_the_letter(
    replies: dict[str, str], secret: str | None, reason: str, to_mend: str
) -> None:
    person = "parcours" if secret else None
    async with server(replies) as (mailbox, _):
        with pytest.raises(NotHeard, match=reason) as mood:
            await SmtpPostman(replace(mailbox, person=person, secret=secret)).send("lila@exemple.coop", SOON)
    assert not mood.value.uncertain
    assert to_mend in mood.value.remedy


async def test_a_login_that_is_refused_for_a_while_is_not_said_to_be_wrong() -> None:
    async with server(LOGS_IN | {"AUTH": "454 4.7.0 not now"}) as (mailbox, _):
        with pytest.raises(Later, match="smtp_454") as mood:
            await SmtpPostman(replace(mailbox, person="parcours", secret="hunter2")).send("lila@exemple.coop", SOON)
    assert not isinstance(mood.value, NotHeard)


@example("rené@exemple.coop")
@given(st.text("aé.-@[]\\\"'( ", max_size=12))
@example("lila@exemple..coop")
@example("lila@[x.fr")
def test_an_address_that_is_taken_is_one_a_letter_can_be_sent_to(typed: str) -> None:
    address = Email().parse(typed)
    if isinstance(address, str):
        message_of("parcours@exemple.coop", address, SOON)


@pytest.mark.parametrize(("host", "is_told"), [("127.0.0.1", True), ("127.0.0.2", False)])
async def test_a_secret_leaves_this_machine_through_tls_alone(host: str, is_told: bool) -> None:
    """The server, or whoever stands before it, says that it knows no STARTTLS; 127.0.0.2 is as any other machine."""
    async with server({"EHLO": "250-exemple.coop\r\n250 AUTH PLAIN", "AUTH": "235 fine"}, host) as (mailbox, told):
        handed = SmtpPostman(replace(mailbox, person="parcours", secret="hunter2")).send("lila@exemple.coop", SOON)
        with nullcontext() if is_told else pytest.raises(Later, match="smtp_no_tls") as mood:
            await handed
    assert mood is None or not mood.value.uncertain
    verbs = {line.split(" ")[0] for line in told}
    assert [verb in verbs for verb in ("AUTH", "MAIL", "DATA")] == [is_told] * 3


async def test_a_slip_in_the_name_of_the_server_says_nothing_of_the_address_written_to() -> None:
    """Taken for a dead one, it would be written to no more."""
    with pytest.raises(NotHeard, match="smtp_unreachable"):
        await SmtpPostman(Mailbox("mail..exemple.coop", 587, "parcours@exemple.coop", tls=False)).send(
            "lila@exemple.coop", SOON
        )


async def test_a_server_that_is_not_there_is_tried_later(unused_tcp_port: int) -> None:
    mailbox = Mailbox("127.0.0.1", unused_tcp_port, "parcours@exemple.coop", tls=False)
    with pytest.raises(NotHeard, match="smtp_unreachable"):
        await SmtpPostman(mailbox).send("lila@exemple.coop", SOON)
