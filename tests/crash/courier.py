"""A courier in a process of its own, among others on one database, its clock moved from outside: a moment comes in on a line,
and is answered once all that can be said then is said."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from bot.clock import MovableClock
from bot.courier import Courier
from bot.slack import Slack
from bot.speech import Speaker
from messages import Messages
from storage import Store


async def main(told: dict[str, Any]) -> None:
    clock = MovableClock(datetime.fromisoformat(told["now"]))
    moments = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(moments), sys.stdin)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(told["database_url"]))
        slacks = {
            workspace: await stack.enter_async_context(Slack(token, api_url))
            for workspace, (token, api_url) in told["slacks"].items()
        }

        async def slack_of(workspace: str) -> Slack:
            return slacks[workspace]

        courier = Courier(store, slack_of, Speaker({}, Messages()), clock)
        answer("ready")
        while line := await moments.readline():
            clock.move_to(datetime.fromisoformat(line.decode().strip()))
            await courier.deliver()
            answer("delivered")


def answer(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
