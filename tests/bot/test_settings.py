"""Tests of what Parcours is told: every fault at once, each with its remedy, and no secret shown."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dotenv import dotenv_values

from bot import cli
from bot.clock import real_clock
from bot.letters import Letter
from bot.postman import message_of
from bot.settings import VARIABLES, Settings, SettingsFaults, environment

ROOT = Path(__file__).parents[2]
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "5ec2e7"}
A_KEY, ANOTHER_KEY = "5ea1" * 16, "0f0e" * 16


def faults_of(environ: dict[str, str], **options: bool) -> list[str]:
    with pytest.raises(SettingsFaults) as raised:
        Settings.from_env(environ, **options)
    return raised.value.faults


def test_two_tokens_are_enough() -> None:
    settings = Settings.from_env(SOCKET)
    assert (settings.door, settings.database_url, settings.host) == ("socket", "sqlite:///parcours.db", "127.0.0.1")
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.port, settings.mailbox, settings.texts_folder) == (None, None, None)


@pytest.mark.parametrize(
    ("environ", "http", "door"),
    [(SOCKET, False, "socket"), (HTTP, False, "http"), (SOCKET | HTTP, False, "socket"), (SOCKET | HTTP, True, "http")],
)
def test_the_door_is_the_one_that_was_given(environ: dict[str, str], http: bool, door: str) -> None:
    assert Settings.from_env(environ, http=http).door == door


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    faults = faults_of(
        {
            "SLACK_BOT_TOKEN": "xapp-mixed-up",
            "DATABASE_URL": "mysql://here/parcours",
            "SLACK_API_URL": "slack.com",
            "PORT": "eighty",
            "TEXTS_FOLDER": str(tmp_path / "nowhere"),
            "SMTP_URL": "mail.exemple.coop",
            "LOG_LEVEL": "loud",
            "LOG_FORMAT": "xml",
        }
    )
    named = [fault.partition(":")[0] for fault in faults[:7]]
    assert named == [
        "SLACK_BOT_TOKEN", "DATABASE_URL", "SLACK_API_URL", "PORT", "TEXTS_FOLDER", "SMTP_URL",
        "MAIL_FROM is missing",
    ]  # fmt: skip
    assert faults[7].startswith("LOG_LEVEL")
    assert faults[8].startswith("LOG_FORMAT")
    assert faults[9].startswith("Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET")
    assert len(faults) == 10


def test_each_fault_says_what_to_write() -> None:
    for fault in faults_of({"PORT": "99999", "DATABASE_URL": "sqlite://", "MAIL_FROM": "nobody"}):
        assert "write" in fault.lower()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:1", ("0.0.0.0", 1)),
        ("[::1]:9464", ("::1", 9464)),
        (":9464", ("127.0.0.1", 9464)),
    ],
)
def test_figures_are_this_machines_alone_unless_another_address_is_given(given: str, address: tuple[str, int]) -> None:
    assert Settings.from_env(SOCKET | {"METRICS_ADDRESS": given}).metrics_address == address
    assert Settings.from_env(SOCKET).metrics_address is None


@pytest.mark.parametrize("given", ["metrics", "127.0.0.1", "127.0.0.1:", "1:99999"])
def test_an_address_without_a_port_says_what_to_write(given: str) -> None:
    [fault] = faults_of(SOCKET | {"METRICS_ADDRESS": given})
    assert fault == "METRICS_ADDRESS: write a port, such as 9464, or host:port, such as 0.0.0.0:9464."


def test_http_needs_the_signing_secret() -> None:
    assert "SLACK_SIGNING_SECRET" in faults_of(SOCKET, http=True)[0]


def test_a_client_secret_alone_asks_for_the_client_id_rather_than_for_a_token() -> None:
    [fault] = faults_of({"SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s", "PUBLIC_URL": "https://exemple.coop"})
    assert fault.startswith("SLACK_CLIENT_ID is missing")


def test_a_folder_is_no_database() -> None:
    for written in ("sqlite:////", "sqlite:///?timeout=3"):
        assert any(
            fault.startswith("DATABASE_URL: write sqlite:///parcours.db")
            for fault in faults_of({"DATABASE_URL": written})
        )


def test_what_only_slack_needs_is_not_missed_elsewhere() -> None:
    assert Settings.from_env({"DATABASE_URL": "sqlite:///a.db"}, for_slack=False).database_url == "sqlite:///a.db"


def test_the_workspaces_invited_are_named_by_the_ids_of_slack() -> None:
    assert Settings.from_env(SOCKET).invited == frozenset()
    found = Settings.from_env(SOCKET | {"INVITED_WORKSPACES": "T0LUCIOLES, E0UNION"})
    assert found.invited == {"T0LUCIOLES", "E0UNION"}
    for wrong in ("Les Lucioles", "T0LUCIOLES,", "t0lucioles"):
        assert faults_of(SOCKET | {"INVITED_WORKSPACES": wrong})[0].startswith("INVITED_WORKSPACES")


def test_postgresql_needs_the_keys_of_the_ballots_and_of_the_words() -> None:
    far = SOCKET | {"DATABASE_URL": "postgresql://coop@localhost/parcours"}
    assert [fault.partition(" ")[0] for fault in faults_of(far)] == ["BALLOT_KEY", "WORDS_KEY"]
    found = Settings.from_env(far | {"BALLOT_KEY": A_KEY, "WORDS_KEY": ANOTHER_KEY})
    assert (found.ballot_key, found.words_keys) == (bytes.fromhex(A_KEY), (bytes.fromhex(ANOTHER_KEY),))
    assert Settings.from_env(far, for_slack=False).words_keys == ()


def test_a_database_that_is_a_file_has_its_keys_beside_it() -> None:
    found = Settings.from_env(SOCKET | {"DATABASE_URL": "sqlite:////srv/coop.db?timeout=5"})
    assert found.words_keys == ()
    assert found.ballot_key_file == Path("/srv/coop.db.key")
    assert found.words_key_file == Path("/srv/coop.db.words.key")


def test_several_keys_are_read_in_their_order_each_once() -> None:
    found = Settings.from_env(SOCKET | {"WORDS_KEY": f"{ANOTHER_KEY}, {A_KEY},{ANOTHER_KEY}"})
    assert found.words_keys == (bytes.fromhex(ANOTHER_KEY), bytes.fromhex(A_KEY))


@pytest.mark.parametrize("written", ["5ea1", f"{A_KEY},", f"{A_KEY} {ANOTHER_KEY}", "é" * 64, f"{A_KEY[:-1]}g"])
def test_what_is_not_a_key_is_told_without_being_said(written: str) -> None:
    [fault] = faults_of(SOCKET | {"WORDS_KEY": written})
    assert fault.startswith("WORDS_KEY: write the 64 letters and digits")
    assert written not in fault


def test_a_mailbox_is_read_from_its_address() -> None:
    mailbox = Settings.from_env(
        SOCKET | {"SMTP_URL": "smtps://coop%40ex.coop:p%3Aw%2Fd@mail.ex.coop", "MAIL_FROM": "Parcours <p@ex.coop>"}
    ).mailbox
    assert mailbox is not None
    assert (mailbox.host, mailbox.port, mailbox.tls) == ("mail.ex.coop", 465, True)
    assert (mailbox.person, mailbox.secret, mailbox.sender) == ("coop@ex.coop", "p:w/d", "Parcours <p@ex.coop>")


def test_a_server_of_mail_whose_name_cannot_be_one_is_told_at_the_start() -> None:
    [fault] = faults_of(SOCKET | {"SMTP_URL": "smtps://mail..exemple.coop", "MAIL_FROM": "p@ex.coop"})
    assert fault.startswith("SMTP_URL: write smtps://")


def test_a_plain_mailbox_has_its_own_port() -> None:
    mailbox = Settings.from_env(SOCKET | {"SMTP_URL": "smtp://mail.ex.coop", "MAIL_FROM": "p@ex.coop"}).mailbox
    assert mailbox is not None
    assert (mailbox.port, mailbox.tls, mailbox.person, mailbox.secret) == (587, False, None, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://parcours.exemple.coop/", "https://parcours.exemple.coop"),
        ("https://exemple.coop:8443/parcours", "https://exemple.coop:8443/parcours"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_whoever_has_left_finds_us_at_a_private_address(written: str, read: str) -> None:
    assert Settings.from_env(HTTP | {"PUBLIC_URL": written}).public_url == read


@pytest.mark.parametrize(
    "written",
    ["http://exemple.coop", "exemple.coop", "https://", "https://a:b@exemple.coop", "https://exemple.coop/?a"],
)
def test_an_address_anybody_could_listen_to_is_refused(written: str) -> None:
    assert [fault.partition(":")[0] for fault in faults_of(HTTP | {"PUBLIC_URL": written})] == ["PUBLIC_URL"]


def test_in_socket_mode_a_public_address_needs_a_port() -> None:
    public = {"PUBLIC_URL": "https://parcours.exemple.coop"}
    assert ["PORT" in fault for fault in faults_of(SOCKET | public)] == [True]
    assert Settings.from_env(SOCKET | public | {"PORT": "8080"}).public_url == "https://parcours.exemple.coop"


def test_no_secret_is_shown() -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-hidden1",
        "SLACK_APP_TOKEN": "xapp-hidden2",
        "SLACK_SIGNING_SECRET": "hidden3",
        "DATABASE_URL": "postgresql://coop:hidden4@localhost/parcours",
        "BALLOT_KEY": A_KEY,
        "WORDS_KEY": f"{ANOTHER_KEY},{A_KEY}",
        "SMTP_URL": "smtps://coop:hidden5@mail.ex.coop",
        "MAIL_FROM": "p@ex.coop",
    }
    shown = repr(Settings.from_env(secrets))
    assert "hidden" not in shown
    for key in (A_KEY, ANOTHER_KEY):
        assert key not in shown
        assert repr(bytes.fromhex(key)) not in shown
    assert "hidden" not in "".join(faults_of({"SLACK_BOT_TOKEN": "hidden", "SMTP_URL": "hidden://a:hidden@b"}))


def test_the_example_explains_every_variable() -> None:
    example = ROOT / ".env.example"
    written = [line for line in example.read_text(encoding="utf-8").splitlines() if line.strip()]
    named = [line.removeprefix("#").partition("=")[0] for line in written if not line.startswith("# ")]
    assert sorted(named) == sorted(VARIABLES)
    for position, line in enumerate(written):
        assert line.startswith("# ") or written[position - 1].startswith("# "), f"{line} is not explained"


def test_the_example_filled_in_is_understood() -> None:
    example = ROOT / ".env.example"
    given = {name: value or "" for name, value in dotenv_values(example).items()}
    assert Settings.from_env(given | SOCKET).door == "socket"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=1\nHOST=127.0.0.2\n")
    monkeypatch.setenv("PORT", "2")
    found = environment(tmp_path)
    assert (found["PORT"], found["HOST"]) == ("2", "127.0.0.2")


def test_quotes_that_a_container_leaves_around_a_value_are_no_part_of_it() -> None:
    given = SOCKET | {
        "SLACK_SIGNING_SECRET": '"8f742231"',
        "HOST": "' 127.0.0.2 '",
        "MAIL_FROM": '"Lu, Ciole" <lu@exemple.coop>',
    }
    found = Settings.from_env(given | {"SMTP_URL": "smtp://mail.exemple.coop"})
    assert (found.signing_secret, found.host) == ("8f742231", "127.0.0.2")
    assert found.mailbox is not None
    assert found.mailbox.sender == '"Lu, Ciole" <lu@exemple.coop>'


@pytest.mark.parametrize(
    "name", ["Les Lucioles, Scop", "Coopérative d'Été ; Scic", "Lucioles : la coop", "Lucioles (Scop)", "Nous @ Lyon"]
)
def test_a_cooperative_writes_its_name_before_its_address_as_it_is(name: str) -> None:
    """With its comma: written in a letter and read there, neither is cut."""
    given = SOCKET | {"SMTP_URL": "smtp://mail.exemple.coop", "MAIL_FROM": f"{name} <lu@exemple.coop>"}
    mailbox = Settings.from_env(given).mailbox
    assert mailbox is not None
    letter = message_of(mailbox.sender, "lila@exemple.org", Letter("Bientôt", "À très vite", real_clock(), 1))
    (read,) = message_from_bytes(letter.as_bytes(), policy=policy.default)["From"].addresses
    assert (read.display_name, read.addr_spec) == (name, "lu@exemple.coop")


@pytest.mark.parametrize("address", ["lu ciole@exemple.coop", "lu@exemple..coop", "lu@exemple.coop, li@exemple.coop"])
def test_what_no_letter_can_be_sent_from_is_told_at_the_start(address: str) -> None:
    assert any("MAIL_FROM" in fault for fault in faults_of({"SMTP_URL": "smtp://localhost", "MAIL_FROM": address}))


@pytest.mark.parametrize("name", ["DATABASE_URL", "SMTP_URL"])
def test_a_letter_that_hides_where_a_secret_ends_is_named(name: str) -> None:
    scheme = {"DATABASE_URL": "postgresql", "SMTP_URL": "smtps"}[name]
    told = " ".join(faults_of({name: f"{scheme}://parcours:s#kret@exemple.coop/parcours"}))
    assert "#" in told
    assert "kret" not in told


@contextmanager
def without_the_rights_of_root() -> Iterator[None]:
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_file_that_may_not_be_read_is_told() -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / ".env"
        file.write_text("PORT=1")
        file.parent.chmod(0o755)
        file.chmod(0)
        with pytest.raises(SettingsFaults, match="may not read this file"), without_the_rights_of_root():
            environment(file.parent)


@pytest.mark.parametrize("closed", [".", "textes", "textes/fr"])
def test_texts_that_may_not_be_read_are_told_rather_than_passed_over(closed: str) -> None:
    with TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "textes" / "fr").mkdir(parents=True)
        for one in (here, here / "textes", here / "textes" / "fr"):
            one.chmod(0o755)
        (here / closed).chmod(0)
        with without_the_rights_of_root():
            told = faults_of({"TEXTS_FOLDER": str(here / "textes")})
        (here / closed).chmod(0o755)
    assert any(one.startswith("TEXTS_FOLDER: The account that runs Parcours may not read") for one in told)


@pytest.fixture
def all_loaded() -> None:
    """What commands load as they need it: without rights, Python's own files may be out of reach."""
    for name in ("bot.mishaps", "bot.safe", "bot.upkeep", "bot.checks", "storage.copies"):
        import_module(name)


@pytest.mark.usefixtures("all_loaded")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("check --texts closed/textes", 78, "may not read closed/textes"),
        ("backup a.copy", 69, "the database file cannot be opened"),
        ("backup closed/a.copy", 1, "closed/a.copy cannot be written"),
        ("retry --list", 69, "the database file cannot be opened"),
        ("db upgrade", 69, "the database file cannot be opened"),
    ],
)
def test_a_command_that_may_not_look_into_a_folder_says_so(
    words: str, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with TemporaryDirectory() as folder:
        here = Path(folder)
        here.chmod(0o777)
        (here / "closed").mkdir(mode=0)
        monkeypatch.chdir(here)
        monkeypatch.setenv("DATABASE_URL", "sqlite:///closed/parcours.db")
        with without_the_rights_of_root():
            assert cli.main(words.split()) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DATABASE_URI=postgresql://parcours@db/parcours", "DATABASE_URL"),
        ("WORD_KEY=5ea1", "WORDS_KEY"),
        ("SMPT_URL=smtps://exemple.coop", "SMTP_URL"),
        ("database_url=sqlite:///coop.db", "DATABASE_URL"),
    ],
)
def test_a_name_that_is_nearly_a_setting_s_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    monkeypatch.delenv(meant, raising=False)
    (tmp_path / ".env").write_text(written)
    with pytest.raises(SettingsFaults, match=f"is no setting: write {meant}"):
        environment(tmp_path)
    monkeypatch.setenv(meant, "given all the same")
    assert environment(tmp_path)[meant] == "given all the same"


def test_what_other_programs_are_told_in_the_same_file_is_theirs(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "PGPORT=5432\nPGHOST=db\nPOSTGRES_PASSWORD=x\nHTTPS_PROXY=http://p\nDATABASE_URL=a\nDATABASE_URL_OLD=b\n"
    )
    assert environment(tmp_path)["PGPORT"] == "5432"
