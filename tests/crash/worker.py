"""The bot in a process of its own, its clock in a file moved from outside: it is told on its input what to do, a line each, and
answers once it is done."""

import asyncio
import json
import sys
from pathlib import Path

from bot import logs, mishaps
from bot.app import Bot
from bot.settings import Settings
from storage import StoreUnavailable
from tests.crash.clock import ClockFile
from tests.crash.points import POINTS, Watch

NOT_YET = 3
"""The exit code of a worker whose database cannot be used: whoever supervises it starts it again."""


async def main(told: dict[str, str], environ: dict[str, str]) -> None:
    watch = Watch() if told["watched"] else None
    settings = Settings.from_env(environ)
    logs.set_up(settings.log_level, settings.log_format)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    async with Bot.open(settings, clock=ClockFile(Path(told["clock"]))) as bot, bot.answering() as port:
        answer(f"ready {port or ''}")
        while line := await orders.readline():
            order, _, point = line.decode().strip().partition(" ")
            if order == "die":
                assert watch is not None
                watch.die_at(POINTS[point])
                answer("armed")
            else:
                answer(await settled(bot))


async def settled(bot: Bot) -> str:
    """Do all that is due; what fails is written down, and left to the next time, as the metronome does."""
    try:
        await bot.settle()
    except Exception as trouble:  # whatever it is, it is written down
        mishaps.write_down(trouble)
        return "failed"
    return "settled"


def answer(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        asyncio.run(main(json.loads(sys.argv[1]), json.loads(sys.argv[2])))
    except StoreUnavailable as trouble:
        mishaps.write_down(trouble)
        sys.exit(NOT_YET)
