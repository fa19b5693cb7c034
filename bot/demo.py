"""The command `parcours demo`: the practice workspace and the bot in one process, on a page of one's own machine."""

import argparse
import asyncio
import logging
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.exits import FINE, MISCONFIGURED, UNAVAILABLE
from bot.rehearsal.commands import headcount
from bot.setting_values import fault_of_texts

PORT, PEOPLE = 8700, 12


def add_demo(commands: Any) -> None:
    command = commands.add_parser(
        "demo", help="open a practice workspace: a page on which you play anybody, and move time"
    )
    command.add_argument(
        "--port", type=_port, default=PORT, help=f"where the page listens on 127.0.0.1 ({PORT}; 0: any)"
    )
    command.add_argument(
        "--people", type=headcount, metavar="N", help=f"how many people the cooperative has ({PEOPLE})"
    )
    command.add_argument("--empty", action="store_true", help="begin before the cooperative is set up: the first run")
    command.add_argument(
        "--locale", choices=("fr", "en"), default="fr", help="the language of the page and of people (fr)"
    )
    command.add_argument(
        "--database",
        type=Path,
        metavar="FILE",
        help="keep everything in FILE and FILE.workspace, to leave and come back",
    )
    command.add_argument(
        "--texts", type=Path, metavar="FOLDER", help="your own texts: a change shows in the next message"
    )
    command.set_defaults(carry_out=carry_out)


def _port(text: str) -> int:
    """A port, or 0 for any; raises argparse's error for what is none."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def carry_out(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    # Only now: `parcours run` needs none of the practice workspace.
    from bot.mishaps import advice
    from sandbox.memory import Unreadable
    from storage import StoreUnavailable

    if arguments.texts is not None and (fault := fault_of_texts(arguments.texts)):
        print(fault, file=sys.stderr)
        return MISCONFIGURED
    if arguments.database is not None and not arguments.database.absolute().parent.is_dir():
        print(f"There is no folder {arguments.database.parent}.", file=sys.stderr)
        return MISCONFIGURED
    if arguments.database is not None and arguments.database.is_dir():
        print(f"{arguments.database} is a folder: name a file, there if you like.", file=sys.stderr)
        return MISCONFIGURED
    logging.basicConfig(level=logging.ERROR)
    try:
        with ExitStack() as stack:
            folder = arguments.database or Path(stack.enter_context(TemporaryDirectory())) / "parcours.db"
            return asyncio.run(_serve(arguments, folder))
    except Unreadable as foreign:
        print(f"This is not a practice workspace: {foreign}.", file=sys.stderr)
        return MISCONFIGURED
    except StoreUnavailable as trouble:
        print(f"The database cannot be used: {trouble.reason}. {advice(trouble.reason)}", file=sys.stderr)
        return UNAVAILABLE
    except OSError as taken:
        print(
            f"Nothing can listen on port {arguments.port} ({taken.strerror}): choose another --port.", file=sys.stderr
        )
        return UNAVAILABLE


async def _serve(arguments: argparse.Namespace, database: Path) -> int:
    from bot.rehearsal.practice import practice
    from bot.running import told_to_stop

    stop = told_to_stop()
    if database.with_name(f"{database.name}.workspace").exists() and (arguments.empty or arguments.people is not None):
        print(
            f"{database} goes on as it was left: --people and --empty are for a new one.", file=sys.stderr, flush=True
        )
    asked = {"people": arguments.people or PEOPLE, "locale": arguments.locale, "texts": arguments.texts}
    async with practice(database, port=arguments.port, empty=arguments.empty, **asked) as opened:
        address = opened.slack.base_url
        print(f"{address}  (Ctrl-C ends it)", flush=True)
        async with _shown(address):
            await stop.wait()
    return FINE


@asynccontextmanager
async def _shown(address: str) -> AsyncIterator[None]:
    """Open the page where there is a screen to show it on."""
    from bot.settings import has_display

    if has_display():
        await asyncio.to_thread(webbrowser.open, address)
    yield
