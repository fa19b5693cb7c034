"""The command `parcours`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot import logs, running
from bot.clock import real_clock
from bot.demo import add_demo
from bot.rehearsal.commands import add_rehearse
from bot.settings import Settings, SettingsFaults, environment
from storage import Store, StoreUnavailable, outbox, schema, workspaces
from storage.outbox import Delivery
from storage.transaction import Transaction

FINE, FAULTY, UNAVAILABLE, MISCONFIGURED = 0, 1, 69, 78
"""What a command exits with (the last two as sysexits.h has them)."""

Arguments = argparse.Namespace
Subparsers = Any  # argparse has no public name for it


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command line (the process's own), and give the exit code."""
    arguments = parser().parse_args(words)
    try:
        return int(arguments.carry_out(arguments))
    except SettingsFaults as wrong:
        for fault in wrong.faults:
            print(fault, file=sys.stderr)
        print("\nSettings are read from the environment and from .env: .env.example explains each.", file=sys.stderr)
        return MISCONFIGURED
    except StoreUnavailable as trouble:
        print(f"The database cannot be used: {trouble.reason}.", file=sys.stderr)
        return UNAVAILABLE


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
    settings = Settings.from_env(environment(), http=arguments.http)
    logs.set_up(settings.log_level, settings.log_format)
    return running.run(settings)


# --------------------------------------------------------------------------------------------------------- parcours check


def add_check(commands: Subparsers) -> None:
    command = commands.add_parser("check", help="check the flows, every text in each language, and what Slack takes")
    command.add_argument("--texts", type=Path, metavar="FOLDER", help="your own texts (else those of TEXTS_FOLDER)")
    command.set_defaults(carry_out=check)


def check(arguments: Arguments) -> int:
    # Only now: no other command needs the practice workspace's reader of Block Kit.
    from bot import checks

    texts = arguments.texts or Settings.from_env(environment(), for_slack=False).texts_folder
    if texts is not None and not texts.is_dir():
        print(f"There is no folder {texts}.", file=sys.stderr)
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
    url = Settings.from_env(environment(), for_slack=False).database_url
    before = schema.current(url)
    schema.upgrade(url)
    after = schema.current(url)
    print(f"Up to date ({after})." if before == after else f"Brought up to date: {before or 'empty'} -> {after}.")
    return FINE


# --------------------------------------------------------------------------------------------------------- parcours retry


def add_retry(commands: Subparsers) -> None:
    command = commands.add_parser("retry", help="say again what could not be said")
    command.add_argument("--list", action="store_true", help="only show it, with the reasons")
    command.set_defaults(carry_out=retry)


def retry(arguments: Arguments) -> int:
    settings = Settings.from_env(environment(), for_slack=False)
    schema.upgrade(settings.database_url)
    return running.in_store(settings, _list_given_up if arguments.list else _retry_all)


async def _list_given_up(store: Store) -> int:
    for delivery in await store.read(_given_up):
        print(f"{delivery.planned:%Y-%m-%d %H:%M} {delivery.message} to {delivery.recipient}: {delivery.reason}")
    return FINE


async def _retry_all(store: Store) -> int:
    def unit(tx: Transaction) -> int:
        return sum(outbox.retry_all(tx.within(workspace), real_clock()) for workspace in workspaces.all_ids(tx))

    count = await store.run(unit)
    print(f"{count} to be said again, by `parcours run`, within half a minute." if count else "Nothing to say again.")
    return FINE


def _given_up(tx: Transaction) -> list[Delivery]:
    return [one for workspace in workspaces.all_ids(tx) for one in outbox.given_up(tx.within(workspace), 1000)]


COMMANDS: tuple[Callable[[Subparsers], None], ...] = (add_run, add_demo, add_rehearse, add_check, add_db, add_retry)
"""Each adds its own subcommand."""
