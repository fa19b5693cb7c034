"""The command `parcours`. Each subcommand imports what it needs when it is carried out, so that `--help` answers at once."""

import argparse
import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot import logs
from bot.copying import add_backup, add_restore
from bot.demo import add_demo
from bot.exits import FAULTY, FINE, MISCONFIGURED, UNAVAILABLE
from bot.rehearsal.commands import add_rehearse
from bot.rights.commands import add_erase_member, add_export_member
from bot.setting_values import fault_of_texts
from bot.settings import Settings, SettingsFaults, environment

Arguments = argparse.Namespace
Subparsers = Any  # argparse has no public name for it


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command line (the process's own), and give the exit code."""
    _hold_the_first_three()
    _say_all_letters()
    arguments = parser().parse_args(words)
    try:
        exit_code = int(arguments.carry_out(arguments))
        if sys.stdout is not None:  # closed by whoever started us
            sys.stdout.flush()
        return exit_code
    except BrokenPipeError:
        # Whoever was reading (`head`, a pager) has seen enough; nothing is to be flushed into their closed pipe.
        sys.stdout = None
        return FINE
    except OSError as trouble:
        if trouble.errno != errno.ENOSPC:
            raise
        sys.stdout = None
        print(f"What was to be written has no room where it goes: {trouble.strerror}.", file=sys.stderr)
        return UNAVAILABLE
    except SettingsFaults as wrong:
        for fault in wrong.faults:
            print(fault, file=sys.stderr)
        print(f"\n{_where_settings_are()}", file=sys.stderr)
        return MISCONFIGURED


def _where_settings_are() -> str:
    file = Path(".env").absolute()
    there = file if file.is_file() else f"{file}, where there is no such file"
    return f"Settings are read from the environment and from {there}: .env.example explains each."


def _hold_the_first_three() -> None:
    """A file or a connection that took the number of a closed input or output would be written into, and uvloop ends the
    process rather than close one."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


def _say_all_letters() -> None:
    """A terminal shows a question mark for a letter it does not have; a file, or another program, gets UTF-8."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="parcours", description="The companion of a cooperative's members in Slack.")
    commands = made.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    return made


# ----------------------------------------------------------------------------------------------------------- parcours run


def add_run(commands: Subparsers) -> None:
    command = commands.add_parser("run", help="connect to Slack and work until told to stop")
    command.add_argument("--http", action="store_true", help="receive signed HTTP requests even if Socket Mode is set")
    command.set_defaults(carry_out=run)


def run(arguments: Arguments) -> int:
    # What is imported is there until the end: looked through for garbage, again and again, it would only take time.
    gc.disable()
    from bot import running

    gc.freeze()
    gc.enable()
    settings = Settings.from_env(environment(), http=arguments.http)
    logs.set_up(settings.log_level, settings.log_format)
    return running.run(settings)


# --------------------------------------------------------------------------------------------------------- parcours check


def add_check(commands: Subparsers) -> None:
    command = commands.add_parser("check", help="check the flows, every text in each language, and what Slack takes")
    command.add_argument("--texts", type=Path, metavar="FOLDER", help="your own texts (else those of TEXTS_FOLDER)")
    command.set_defaults(carry_out=check)


def check(arguments: Arguments) -> int:
    from bot import checks

    texts = arguments.texts or Settings.from_env(environment(), for_slack=False).texts_folder
    if texts is not None and (fault := fault_of_texts(texts)):
        print(fault, file=sys.stderr)
        return MISCONFIGURED
    faults = checks.faults_of(texts)
    for fault in faults:
        print(fault)
    if not faults:
        print("Everything is in order.")
    return FAULTY if faults else FINE


# ------------------------------------------------------------------------------------------------------------ parcours db


def add_db(commands: Subparsers) -> None:
    command = commands.add_parser("db", help="look after the database")
    verbs = command.add_subparsers(metavar="VERB", required=True)
    upgrade = verbs.add_parser("upgrade", help="bring the database up to date (`run` does so too)")
    upgrade.set_defaults(carry_out=upgrade_database)


def upgrade_database(_arguments: Arguments) -> int:
    from bot import upkeep

    return upkeep.upgrade(_settings().database_url)


# --------------------------------------------------------------------------------------------------------- parcours retry


def add_retry(commands: Subparsers) -> None:
    command = commands.add_parser("retry", help="say again what could not be said")
    command.add_argument("--list", action="store_true", help="only show it, with the reasons")
    _add_workspace(command)
    command.set_defaults(carry_out=retry)


def retry(arguments: Arguments) -> int:
    from bot import upkeep

    work = upkeep.list_given_up if arguments.list else upkeep.retry_all
    return work(_settings(), arguments.workspace)


# ---------------------------------------------------------------------------------------------------------- parcours poll


def add_poll(commands: Subparsers) -> None:
    command = commands.add_parser("poll", help="take the questions of a poll from a file, for its next rounds")
    command.add_argument("file", type=Path, metavar="FILE.toml", help="docs/barometer.md shows one")
    _add_workspace(command)
    command.set_defaults(carry_out=take_poll)


def take_poll(arguments: Arguments) -> int:
    from bot import upkeep

    try:
        text = arguments.file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        print(f"{arguments.file} cannot be read: it is not written in UTF-8.", file=sys.stderr)
        return MISCONFIGURED
    except OSError as trouble:
        print(f"{arguments.file} cannot be read: {trouble.strerror}.", file=sys.stderr)
        return MISCONFIGURED
    return upkeep.take_poll(_settings(), text, arguments.workspace)


# -------------------------------------------------------------------------------------------------------- parcours reseal


def add_reseal(commands: Subparsers) -> None:
    command = commands.add_parser("reseal", help="seal people's words anew with the first key of WORDS_KEY")
    command.add_argument("--forget-lost", action="store_true", help="forget the words that no key here opens")
    command.set_defaults(carry_out=reseal)


def reseal(arguments: Arguments) -> int:
    from bot import upkeep

    return upkeep.reseal(_settings(), forget_lost=arguments.forget_lost)


# ----------------------------------------------------------------------------------------------------------- parcours key


def add_key(commands: Subparsers) -> None:
    command = commands.add_parser("key", help="print a new key, for BALLOT_KEY or for WORDS_KEY: another one for each")
    command.set_defaults(carry_out=key)


def key(_arguments: Arguments) -> int:
    from storage import keys

    print(keys.fresh().hex())
    return FINE


def _add_workspace(command: argparse.ArgumentParser) -> None:
    command.add_argument("--workspace", metavar="ID", help="this workspace's alone (its Slack id, T…)")


def _settings() -> Settings:
    return Settings.from_env(environment(), for_slack=False)


COMMANDS: tuple[Callable[[Subparsers], None], ...] = (
    add_run,
    add_demo,
    add_rehearse,
    add_check,
    add_db,
    add_backup,
    add_restore,
    add_retry,
    add_poll,
    add_reseal,
    add_key,
    add_export_member,
    add_erase_member,
)
"""Each adds its own subcommand."""
