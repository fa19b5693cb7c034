"""The commands `parcours export-member` and `parcours erase-member`: for whoever runs Parcours, at the word of a member."""

import argparse
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.exits import FAULTY, FINE, MISCONFIGURED
from bot.settings import Settings, environment

if TYPE_CHECKING:
    from bot.rights.finding import Found
    from storage import Store

Arguments = argparse.Namespace
Work = Callable[["Store", Settings], Awaitable[int]]


def add_export_member(commands: Any) -> None:
    command = commands.add_parser("export-member", help="write down all that is kept of somebody")
    _add_who(command)
    where = "where, readable by you alone (else: printed); a page to read if it ends in .html, else JSON"
    command.add_argument("--output", type=Path, metavar="FILE", help=where)
    command.set_defaults(carry_out=export_member)


def add_erase_member(commands: Any) -> None:
    command = commands.add_parser("erase-member", help="erase all that is kept of somebody, for good")
    _add_who(command)
    command.add_argument("--yes", action="store_true", help="do not ask once more")
    command.set_defaults(carry_out=erase_member)


def _add_who(command: Any) -> None:
    command.add_argument("who", metavar="WHO", help="an e-mail, a Slack id (U…) or a Parcours id (m_…)")
    command.add_argument("--workspace", metavar="ID", help="the workspace's Slack id (T…), where several know them")


# ------------------------------------------------------------------------------------------------------------ exporting


def export_member(arguments: Arguments) -> int:
    async def work(store: "Store", settings: Settings) -> int:
        from bot.rights.backstage import exported

        output: Path | None = arguments.output
        is_page = output is not None and output.suffix.lower() == ".html"
        told = await store.read(lambda tx: exported(tx, settings, arguments.who, arguments.workspace, is_page=is_page))
        return _written(told, output)

    return _carried_out(work)


def _written(told: str, output: Path | None) -> int:
    if output is None:
        sys.stdout.write(told)
        return FINE
    try:
        # Never over another file: that one may be readable by others.
        opened = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(told)
    except OSError as trouble:
        print(f"{output} cannot be written: {trouble.strerror}.", file=sys.stderr)
        return MISCONFIGURED
    print(f"Written in {output}. It holds everything about somebody: give it to them, and keep no copy.")
    return FINE


# -------------------------------------------------------------------------------------------------------------- erasing


def erase_member(arguments: Arguments) -> int:
    async def work(store: "Store", settings: Settings) -> int:
        from bot.rights.backstage import erased
        from bot.rights.finding import find

        found = await store.read(lambda tx: find(tx, arguments.who, arguments.workspace))
        print(_to_be_erased(found))
        if not arguments.yes:
            if not sys.stdin.isatty():
                print("Nothing is erased: add --yes where nobody can be asked.", file=sys.stderr)
                return MISCONFIGURED
            if input("Write yes to erase all of that for good: ").strip().lower() != "yes":
                print("Nothing is erased.")
                return FAULTY
        await store.run(lambda tx: erased(tx, settings, found), found.workspace.id)
        print("It is erased.")
        if not await store.sweep():
            print("The database's own files still hold it, as somebody was reading: the next night takes it out.")
        return FINE

    return _carried_out(work)


def _to_be_erased(found: "Found") -> str:
    """What goes and what stays: the same for everybody, so that it tells whoever reads it nothing of anybody."""
    from storage.rights import HOLDINGS

    about = [holding for holding in HOLDINGS if holding.about is not None]
    goes = dict.fromkeys(holding.why for holding in about if holding.fate != "left")
    stays = dict.fromkeys(holding.why for holding in about if holding.fate == "left")
    open_account = [
        "Their Slack account is open. As long as it is, Slack tells of it every night, and Parcours will know them again, as",
        "somebody new: close it first, unless that is what you want.",
    ]
    return "\n".join(
        [
            f"{found.member.name or found.member.id}, of {found.workspace.name or found.workspace.id}",
            *(open_account if found.member.active and found.member.slack_id else []),
            "This goes:",
            *(f"  - {why}" for why in goes),
            "This stays:",
            *(f"  - {why}" for why in stays),
            "  - a team or a link that was named after them: it is changed on the cards of those in it, and in the settings",
            "  - what they wrote and received in Slack, and the copies of the database, which Parcours does not reach",
        ]
    )


# --------------------------------------------------------------------------------------------------------------- common


def _carried_out(work: Work) -> int:
    from bot.upkeep import in_store

    settings = Settings.from_env(environment(), for_slack=False)
    return in_store(settings, lambda store: work(store, settings))
