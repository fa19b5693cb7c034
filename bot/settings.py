"""The only reader of the environment: what Parcours is told, checked all at once."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from bot import setting_values
from bot.setting_values import FILE, Wrong

T = TypeVar("T")

DEFAULT_PORT = 8080
DEFAULT_DATABASE = f"{FILE}parcours.db"
DEFAULT_API = "https://slack.com/api/"
DEFAULT_HOST = "127.0.0.1"


class SettingsFaults(ValueError):
    """Everything that is wrong with the configuration. Each of `faults` says what to write."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where e-mails are handed over, and in whose name they are sent."""

    host: str
    port: int
    sender: str
    tls: bool = True
    """From the first byte (`smtps`); otherwise the connection is made private once open, when the server can (STARTTLS)."""
    person: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What `.env.example` explains, variable by variable."""

    bot_token: str = field(repr=False, default="")
    app_token: str | None = field(repr=False, default=None)
    signing_secret: str | None = field(repr=False, default=None)
    client_id: str | None = None
    """With `client_secret`, what any workspace installs us with; without, we serve the one of `bot_token`."""
    client_secret: str | None = field(repr=False, default=None)
    invited: frozenset[str] = frozenset()
    """The workspaces and organisations that may install us; when there is none, any may."""
    database_url: str = field(repr=False, default=DEFAULT_DATABASE)
    ballot_key: bytes | None = field(repr=False, default=None)
    """What ballots are sealed with; when None, a key is kept in `ballot_key_file`."""
    words_keys: tuple[bytes, ...] = field(repr=False, default=())
    """What people's words are sealed with: the first seals, all open; when there is none, a key is kept in `words_key_file`."""
    slack_api_url: str = DEFAULT_API
    host: str = DEFAULT_HOST
    port: int | None = None
    """Where to listen: always over HTTP (DEFAULT_PORT when None); in Socket Mode only when given."""
    metrics_address: tuple[str, int] | None = None
    """Where whoever watches over us asks, apart from all the rest: host and port."""
    public_url: str | None = None
    """Where whoever has left finds us on the web, without a slash at its end."""
    texts_folder: Path | None = None
    mailbox: Mailbox | None = None
    log_level: str = "INFO"
    log_format: Literal["json", "text"] = "json"
    door: Literal["socket", "http"] = "socket"
    """Through what Slack reaches us."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, http: bool = False, for_slack: bool = True) -> Self:
        """Read `environ`. `http` asks for that door although Socket Mode is possible too; without `for_slack` nothing that
        only Slack needs is missed. Raises SettingsFaults with every fault."""
        reader = _Reader(environ)
        found = cls(
            bot_token=reader.read("SLACK_BOT_TOKEN", "", setting_values.token("xoxb-")),
            app_token=reader.read("SLACK_APP_TOKEN", None, setting_values.token("xapp-")),
            signing_secret=reader.read("SLACK_SIGNING_SECRET", None, str),
            client_id=reader.read("SLACK_CLIENT_ID", None, str),
            client_secret=reader.read("SLACK_CLIENT_SECRET", None, str),
            invited=reader.read("INVITED_WORKSPACES", frozenset(), setting_values.workspaces),
            database_url=reader.read("DATABASE_URL", DEFAULT_DATABASE, setting_values.database_url),
            ballot_key=reader.read("BALLOT_KEY", None, setting_values.key),
            words_keys=reader.read("WORDS_KEY", (), setting_values.keys),
            slack_api_url=reader.read("SLACK_API_URL", DEFAULT_API, setting_values.api_url),
            host=reader.read("HOST", DEFAULT_HOST, str),
            port=reader.read("PORT", None, _port),
            metrics_address=reader.read("METRICS_ADDRESS", None, setting_values.address),
            public_url=reader.read("PUBLIC_URL", None, setting_values.public_url),
            texts_folder=reader.read("TEXTS_FOLDER", None, setting_values.folder),
            mailbox=_mailbox(reader),
            log_level=reader.read("LOG_LEVEL", "INFO", setting_values.level),
            log_format=reader.read("LOG_FORMAT", "json", setting_values.log_format),
            door="http" if http or reader.has("SLACK_CLIENT_ID") or not reader.has("SLACK_APP_TOKEN") else "socket",
        )
        lacking = _lacking_for_many if found.serves_many else partial(_lacking_for_slack, http=http)
        faults = reader.faults + (lacking(reader) if for_slack else [])
        faults += _lacking_keys(found) if for_slack else []
        if for_slack and found.public_url is not None and found.door == "socket" and found.port is None:
            faults.append(f"PORT is missing: with PUBLIC_URL, write where to listen, such as {DEFAULT_PORT}.")
        if faults:
            raise SettingsFaults(faults)
        return found

    @property
    def serves_many(self) -> bool:
        """Whether any workspace may install us: their tokens are in the database, and Socket Mode is for one."""
        return self.client_id is not None

    @property
    def database_file(self) -> Path | None:
        """None when the database is no file."""
        if not self.database_url.startswith(FILE):
            return None
        return Path(self.database_url.removeprefix(FILE).partition("?")[0])

    @property
    def ballot_key_file(self) -> Path | None:
        """Beside the database's file; None when the database is no file."""
        return self._beside(".key")

    @property
    def words_key_file(self) -> Path | None:
        """The same, for the key of people's words."""
        return self._beside(".words.key")

    def _beside(self, suffix: str) -> Path | None:
        file = self.database_file
        return None if file is None else file.with_name(f"{file.name}{suffix}")


VARIABLES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "INVITED_WORKSPACES",
    "DATABASE_URL",
    "BALLOT_KEY",
    "WORDS_KEY",
    "SLACK_API_URL",
    "HOST",
    "PORT",
    "METRICS_ADDRESS",
    "PUBLIC_URL",
    "TEXTS_FOLDER",
    "SMTP_URL",
    "MAIL_FROM",
    "LOG_LEVEL",
    "LOG_FORMAT",
)


def environment(folder: Path | None = None) -> dict[str, str]:
    """The process's environment, over what a `.env` in `folder` (here) says. Raises SettingsFaults for one that cannot be
    read, and for a name in it that is nearly a setting's."""
    try:
        written = dotenv_values((folder or Path.cwd()) / ".env")
    except UnicodeDecodeError:
        raise SettingsFaults([".env: this is not UTF-8: save the file again in that encoding."]) from None
    except PermissionError:
        raise SettingsFaults([".env: the account that runs Parcours may not read this file: let it."]) from None
    if slips := setting_values.slips(written, VARIABLES, {*written, *os.environ}):
        raise SettingsFaults([f".env: {slip}" for slip in slips])
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def with_ours(more: Mapping[str, str]) -> dict[str, str]:
    """The process's environment and these, for a program that we start: what it must not be told on its command line."""
    return dict(os.environ) | dict(more)


def has_display() -> bool:
    """Whether a window can be opened where we run."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class _Reader:
    """Reads one variable after another, and keeps the faults for the end."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._given = {name: setting_values.bare(environ.get(name, "")) for name in VARIABLES}
        self.faults: list[str] = []

    def has(self, name: str) -> bool:
        return bool(self._given[name])

    def read(self, name: str, default: T, parse: Callable[[str], T]) -> T:
        if not self.has(name):
            return default
        try:
            return parse(self._given[name])
        except Wrong as wrong:
            self.faults.append(f"{name}: {wrong}")
        except (ValueError, RuntimeError):  # an address, a number or a folder that cannot even be looked at
            self.faults.append(f"{name}: this cannot be read, .env.example shows how to write it.")
        return default


def _lacking_for_slack(reader: _Reader, *, http: bool) -> list[str]:
    if reader.has("SLACK_CLIENT_SECRET") and not reader.has("SLACK_BOT_TOKEN"):
        return ["SLACK_CLIENT_ID is missing, and SLACK_CLIENT_SECRET needs it: write the Client ID that is beside it."]
    faults = []
    if not reader.has("SLACK_BOT_TOKEN"):
        faults.append(
            "SLACK_BOT_TOKEN is missing: write the Bot User OAuth Token (xoxb-…) that your app's page "
            "shows under “OAuth & Permissions” once the app is installed."
        )
    if http and not reader.has("SLACK_SIGNING_SECRET"):
        faults.append(
            "SLACK_SIGNING_SECRET is missing, and --http needs it: write the Signing Secret that your app's page "
            "shows under “Basic Information”."
        )
    elif not reader.has("SLACK_APP_TOKEN") and not reader.has("SLACK_SIGNING_SECRET"):
        faults.append(
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is there. For Socket Mode, the simplest, write the "
            "App-Level Token (xapp-…, scope connections:write) of “Basic Information”; for HTTP, its Signing Secret."
        )
    return faults


def _lacking_for_many(reader: _Reader) -> list[str]:
    faults = [
        f"{name} is missing, and SLACK_CLIENT_ID needs it: write {what}."
        for name, what in (
            ("SLACK_CLIENT_SECRET", "the Client Secret that your app's page shows under “Basic Information”"),
            ("SLACK_SIGNING_SECRET", "the Signing Secret of the same page"),
            ("PUBLIC_URL", "the address that leads here from outside, where cooperatives install the app"),
        )
        if not reader.has(name)
    ]
    if reader.has("SLACK_BOT_TOKEN"):
        faults.append(
            "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for as many as install the app: remove one of the two. "
            "Nothing is lost: a workspace served so far installs the app again from /slack/install."
        )
    return faults


def _lacking_keys(found: Settings) -> list[str]:
    """A database that is a file has its keys beside it; any other needs them here."""
    given = {"BALLOT_KEY": found.ballot_key, "WORDS_KEY": found.words_keys}
    return [lacking_key(name) for name, key in given.items() if not key and found.database_file is None]


def lacking_key(name: str) -> str:
    """What is said where no file is there to keep a key beside."""
    return (
        f"{name} is missing, and PostgreSQL needs it: write a line that `parcours key` prints, another one for each key, the "
        "same for every worker, and keep it out of the database's backups."
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise Wrong(f"write a number from 0 to 65535, such as {DEFAULT_PORT}.")
    return int(text)


def _mailbox(reader: _Reader) -> Mailbox | None:
    mailbox = reader.read("SMTP_URL", None, _smtp_url)
    sender = reader.read("MAIL_FROM", "", setting_values.sender)
    if reader.has("SMTP_URL") and not reader.has("MAIL_FROM"):
        reader.faults.append("MAIL_FROM is missing: with SMTP_URL, write the address that e-mails are sent from.")
    if reader.has("MAIL_FROM") and not reader.has("SMTP_URL"):
        reader.faults.append("SMTP_URL is missing: with MAIL_FROM, write smtps://person:secret@host:465.")
    return None if mailbox is None else mailbox(sender)


def _smtp_url(text: str) -> Callable[[str], Mailbox]:
    wrong = Wrong(
        "write smtps://person:secret@host:465, or smtp://host:587 (percent-encode @ : / ? # and % in a secret)."
    )
    try:
        parts = urlsplit(text)
        port = parts.port
        (parts.hostname or "").encode("idna")  # as it will be looked for
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise wrong
    tls = parts.scheme == "smtps"
    person, secret = (unquote(part) if part else None for part in (parts.username, parts.password))
    return lambda sender: Mailbox(
        host=parts.hostname or "",
        port=port or (465 if tls else 587),
        sender=sender,
        tls=tls,
        person=person,
        secret=secret,
    )
