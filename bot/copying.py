"""The commands `parcours backup` and `parcours restore`: copies of the database, for whoever runs Parcours."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.exits import FAULTY, FINE, MISCONFIGURED, UNAVAILABLE
from bot.settings import Settings, SettingsFaults, environment, with_ours

Arguments = argparse.Namespace

ROUND_IS_OPEN = """\
A round of a poll is open: this copy holds its answers, sealed. With their key and another copy made before or after somebody
answered, that answer is theirs: keep the key elsewhere, and let no copy made while a round is open outlive it."""
SAVED = "Written in {file}. It holds personal data, and opens with WORDS_KEY alone: keep the keys too, and elsewhere."
OPENS = "Its words open with the keys that are here."
NO_BALLOT_KEY = (
    "BALLOT_KEY: a round was open, and the key of its answers is not here. Until it is, they wait to be counted."
)


def add_backup(commands: Any) -> None:
    command = commands.add_parser("backup", help="copy the database into a new file, while Parcours runs")
    command.add_argument("file", type=Path, metavar="FILE", help="a new file, readable by you alone")
    command.set_defaults(carry_out=backup)


def add_restore(commands: Any) -> None:
    command = commands.add_parser("restore", help="make an empty database what a copy says")
    command.add_argument("file", type=Path, metavar="FILE", help="what `parcours backup` wrote")
    command.set_defaults(carry_out=restore)


def backup(arguments: Arguments) -> int:
    from storage import copies, schema

    settings = Settings.from_env(environment(), for_slack=False)

    def work() -> int:
        copies.write(settings.database_url, arguments.file, with_ours)
        print(SAVED.format(file=arguments.file))
        if schema.look(settings.database_url, copies.keys_of_open_rounds):
            print(ROUND_IS_OPEN)
        return FINE

    return _carried_out(settings, work)


def restore(arguments: Arguments) -> int:
    from storage import copies, schema

    settings = Settings.from_env(environment(), for_slack=False)

    def work() -> int:
        before = copies.revision_in(arguments.file, with_ours)
        copies.put_back(settings.database_url, arguments.file, with_ours)
        after = schema.current(settings.database_url)
        done = "" if before == after else f", brought up to date: {before} -> {after}"
        print(f"The database is what {arguments.file} says{done}.")
        faults = _lacking_keys(settings)
        print("\n".join(faults) or OPENS, file=sys.stderr if faults else sys.stdout)
        return MISCONFIGURED if faults else FINE

    return _carried_out(settings, work)


def _lacking_keys(settings: Settings) -> list[str]:
    """What the copy needs that is not here, and must be before `parcours run`: no key is made in its place."""
    from bot import safe
    from storage import copies, schema

    try:
        safe.require_keys(settings)
        faults = []
    except SettingsFaults as lacking:
        faults = lacking.faults
    needed = schema.look(settings.database_url, copies.keys_of_open_rounds)
    return faults + ([NO_BALLOT_KEY] if safe.lacks_ballot_key(settings, needed) else [])


def _carried_out(settings: Settings, work: Callable[[], int]) -> int:
    from bot import mishaps, safe
    from storage import StoreUnavailable, copies

    safe.require_address(settings.database_url)
    try:
        return work()
    except copies.ProgramMissing as missing:
        print(f"{missing}.", file=sys.stderr)
        return MISCONFIGURED
    except copies.CopyRefused as refused:
        print(f"Nothing is done: {refused}.", file=sys.stderr)
        return FAULTY
    except StoreUnavailable as trouble:
        print(f"The database cannot be used: {trouble.reason}. {mishaps.advice(trouble.reason)}", file=sys.stderr)
        return UNAVAILABLE
