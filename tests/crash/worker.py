"""The bot in a process of its own, its clock in a file moved from outside: it is told what to do, a line each, and answers once
it is done."""

import asyncio
import os
import socket
import sys
from pathlib import Path

from bot import logs, mishaps
from bot.app import Bot
from bot.settings import Settings
from storage import StoreUnavailable
from tests.crash.clock import ClockFile
from tests.crash.points import POINTS, Watch


def work(
    line: socket.socket, clock: Path, environ: dict[str, str], log: Path | None = None, *, watched: bool = False
) -> None:
    """Until killed. `line`: where it is told what to do."""
    if log is not None:
        with log.open("ab") as file:
            os.dup2(file.fileno(), sys.stderr.fileno())
    try:
        asyncio.run(_work(line, clock, environ, Watch() if watched else None))
    except StoreUnavailable as trouble:  # whoever supervises it starts it again
        mishaps.write_down(trouble)


async def _work(line: socket.socket, clock: Path, environ: dict[str, str], watch: Watch | None) -> None:
    settings = Settings.from_env(environ)
    logs.set_up(settings.log_level, settings.log_format)
    orders, answers = await asyncio.open_connection(sock=line)
    async with Bot.open(settings, clock=ClockFile(clock)) as bot, bot.answering() as port:
        answers.write(f"ready {port or ''}\n".encode())
        while said := await orders.readline():
            order, _, point = said.decode().strip().partition(" ")
            if order == "die":
                assert watch is not None, "only a watched worker dies at a point"
                watch.die_at(POINTS[point])
                answers.write(b"armed\n")
            else:
                answers.write(b"hello\n" if order == "hello" else await settled(bot))


async def settled(bot: Bot) -> bytes:
    """Do all that is due; what fails is written down, and left to the next time, as the metronome does."""
    try:
        await bot.settle()
    except Exception as trouble:  # whatever it is, it is written down
        mishaps.write_down(trouble)
        return b"failed\n"
    return b"settled\n"
