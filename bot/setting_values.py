"""What a setting may be: each of these reads one value, or says what to write instead."""

import os
import re
from collections.abc import Callable, Collection
from difflib import get_close_matches
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

FILE = "sqlite:///"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ALIKE = 0.85
"""As difflib counts: DATABASE_URI is like DATABASE_URL; PGPORT, of other programs, is not like PORT."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Wrong(ValueError):
    """What to write instead."""


def slips(written: Collection[str], settings: Collection[str], given: Collection[str]) -> list[str]:
    """The names written that are no setting, and look like one that is not given. Nothing else would tell them: most settings
    may be left out."""
    lacking = [name for name in settings if name not in given]
    close = {name: get_close_matches(name.upper(), lacking, 1, ALIKE) for name in written if name not in settings}
    return [f"{name} is no setting: write {found[0]}." for name, found in close.items() if found]


def bare(text: str) -> str:
    """Without blanks nor quotes around it: those of a `.env` stay when a container reads it (`--env-file`), and not us."""
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in ("'", '"')
    return text[1:-1].strip() if is_quoted else text


def token(prefix: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not text.startswith(prefix):
            raise Wrong(f"this is not the right token, it should begin with {prefix}.")
        return text

    return parse


def level(text: str) -> str:
    if text.upper() not in LEVELS:
        raise Wrong(f"write one of {', '.join(LEVELS)}.")
    return text.upper()


def log_format(text: str) -> Literal["json", "text"]:
    match text.lower():
        case "json":
            return "json"
        case "text":
            return "text"
    raise Wrong("write json, or text for lines to be read by a person.")


def database_url(text: str) -> str:
    if text.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")) and _has_a_port_or_none(text):
        return text
    if text.startswith(FILE) and Path(text.removeprefix(FILE).partition("?")[0]).name not in ("", ":memory:"):
        return text
    raise Wrong(
        "write sqlite:///parcours.db (a file) or postgresql://person:secret@host/name (percent-encode @ : / ? # and % in a "
        "secret)."
    )


def _has_a_port_or_none(text: str) -> bool:
    """Whether the address can be read: a secret with a / or a : of its own hides where the port is, and is to be
    percent-encoded."""
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False


def key(text: str) -> bytes:
    return _key(text, "write the 64 letters and digits that `parcours key` prints.")


def keys(text: str) -> tuple[bytes, ...]:
    """Each once, in their order."""
    told = "write the 64 letters and digits that `parcours key` prints, with a comma between two keys."
    return tuple(dict.fromkeys(_key(one.strip(), told) for one in text.split(",")))


def _key(text: str, told: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise Wrong(told)
    return bytes.fromhex(text)


def workspaces(text: str) -> frozenset[str]:
    """Ids of workspaces (T…) and of organisations (E…)."""
    found = frozenset(one.strip() for one in text.split(","))
    if not all(re.fullmatch(r"[TE][A-Z0-9]+", one) for one in found):
        raise Wrong("write the ids that Slack gives to workspaces, such as T0123456789, with a comma between two.")
    return found


def api_url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise Wrong("write the address of a Slack-compatible API, such as https://slack.com/api/.")
    return text.rstrip("/") + "/"


def public_url(text: str) -> str:
    parts = urlsplit(text)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_private or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise Wrong("write the address that leads to Parcours from outside, such as https://parcours.exemple.coop.")
    return text.rstrip("/")


def sender(text: str) -> str:
    """As headers write it: a comma in a cooperative's name, left without quotes, would cut the address away."""
    name, _, address = text.rpartition("<")
    try:
        return str(Address(name.strip(' "'), addr_spec=address.strip("> ")))
    except (AttributeError, LookupError, MessageError, ValueError):  # all that Python's parser raises
        raise Wrong(
            "write an e-mail address, such as parcours@exemple.coop or Parcours <parcours@exemple.coop>."
        ) from None


def address(text: str) -> tuple[str, int]:
    """A port, of this machine alone, or a host and a port."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise Wrong("write a port, such as 9464, or host:port, such as 0.0.0.0:9464.")
    return host.strip("[]") or "127.0.0.1", int(port)


def folder(text: str) -> Path:
    found = Path(text).expanduser()
    if fault := fault_of_texts(found):
        raise Wrong(f"{fault} Write the path of the one with your own texts, or remove the line.")
    return found


def fault_of_texts(folder: Path) -> str | None:
    """Why texts of one's own cannot be read there: what our account may not look into would be passed over without a word."""
    try:
        if not folder.is_dir():
            return "There is no such folder."  # what was written in its place may be a secret
        for one in (folder, *folder.iterdir()):
            if one.is_dir():
                os.listdir(one)
    except PermissionError as closed:
        return (
            f"The account that runs Parcours may not read {closed.filename}: let it (a service sees nothing of /home)."
        )
    return None
