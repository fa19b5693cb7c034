"""The bot in a process of its own, its clock moved from outside: a moment comes in on a line, and is answered once all that
was due then is done."""

import asyncio
import json
import sys
from datetime import datetime

from bot.app import Bot
from bot.clock import MovableClock
from bot.settings import Settings


async def main(told: dict[str, str]) -> None:
    clock = MovableClock(datetime.fromisoformat(told["now"]))
    settings = Settings(
        bot_token=told["bot_token"],
        app_token=told["app_token"],
        slack_api_url=told["api_url"],
        database_url=told["database_url"],
    )
    moments = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(moments), sys.stdin)
    async with Bot.open(settings, clock=clock) as bot, bot.answering():
        answer("ready")
        while line := await moments.readline():
            clock.move_to(datetime.fromisoformat(line.decode().strip()))
            await bot.settle()
            answer("settled")


def answer(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
