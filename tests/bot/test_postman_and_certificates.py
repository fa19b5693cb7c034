"""Mail servers whose certificate nobody has signed: on this machine, where most are so, and elsewhere."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.postman import NotHeard, SmtpPostman
from bot.settings import Mailbox
from tests.bot.test_postman import AT_NINE, SOON

SAID = {b"EHLO": b"250-exemple.coop\r\n250 STARTTLS", b"STARTTLS": b"220 go on", b"DATA": b"354 go on"}


def signed_by_itself(folder: Path) -> ssl.SSLContext:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere")]),
    )
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(AT_NINE - timedelta(days=3_000))
        .not_valid_after(AT_NINE + timedelta(days=30_000))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(made.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@asynccontextmanager
async def server(host: str, folder: Path, *, tls: bool) -> AsyncIterator[tuple[Mailbox, list[bytes]]]:
    """A server that takes all it is told, and the verbs it was told; `tls`: from the first byte, else once it is asked."""
    verbs: list[bytes] = []
    context = signed_by_itself(folder)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # whoever called hung up
            writer.write(b"220 exemple.coop\r\n")
            while line := await reader.readline():
                verbs.append(line.split()[0])
                writer.write(SAID.get(verbs[-1], b"250 fine") + b"\r\n")
                await writer.drain()
                if verbs[-1] == b"STARTTLS":
                    await writer.start_tls(context)
                if verbs[-1] == b"DATA":
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 taken\r\n")

    async with await asyncio.start_server(converse, host, 0, ssl=context if tls else None) as listening:
        yield Mailbox(host, listening.sockets[0].getsockname()[1], "parcours@exemple.coop", tls=tls), verbs


@pytest.mark.parametrize("tls", [True, False], ids=["from the first byte", "STARTTLS"])
async def test_a_mail_server_of_this_machine_needs_no_certificate_that_anybody_knows(tmp_path: Path, tls: bool) -> None:
    async with server("127.0.0.1", tmp_path, tls=tls) as (mailbox, verbs):
        await SmtpPostman(mailbox).send("lila@exemple.coop", SOON)
    assert b"DATA" in verbs


@pytest.mark.parametrize("tls", [True, False], ids=["from the first byte", "STARTTLS"])
async def test_a_certificate_that_nobody_knows_is_told_as_one_and_no_letter_goes(tmp_path: Path, tls: bool) -> None:
    """127.0.0.2 is as any other machine."""
    async with server("127.0.0.2", tmp_path, tls=tls) as (mailbox, verbs):
        with pytest.raises(NotHeard, match="smtp_certificate") as mood:
            await SmtpPostman(mailbox).send("lila@exemple.coop", SOON)
    assert "certificate" in mood.value.remedy
    assert b"DATA" not in verbs
