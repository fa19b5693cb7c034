"""Running until told to stop: a door open, the metronome beating, and an orderly end."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import mishaps
from bot.alone import alone_on
from bot.app import Bot
from bot.doors import CannotListen
from bot.exits import FINE, MISCONFIGURED, UNAVAILABLE
from bot.moods import EXPIRES, Later, Never
from bot.settings import Settings
from storage import StoreUnavailable

if sys.platform != "win32":
    import uvloop

log = logging.getLogger(__name__)

# Slack's own names for what is wrong with an installation (docs.slack.dev/reference/methods/auth.test, "Errors").
TO_MEND = {
    "invalid_auth": "Copy SLACK_BOT_TOKEN and SLACK_APP_TOKEN again from your app's page.",
    "not_authed": "Copy SLACK_BOT_TOKEN again from your app's page.",
    "not_allowed_token_type": "SLACK_APP_TOKEN is not an App-Level Token: make one with the scope connections:write.",
    "missing_scope": "Paste manifest.yaml again into your app's page, then reinstall the app.",
    "account_inactive": "The app was removed from the workspace: install it again and copy its new token.",
    "token_revoked": "The app was removed from the workspace: install it again and copy its new token.",
    "token_expired": EXPIRES,
}

SILENT = "Slack does not answer (%s). Check that this machine can reach %s, then try again."


def run(settings: Settings) -> int:
    """Work until SIGINT or SIGTERM; the exit code says why it ended."""
    with asyncio.Runner(loop_factory=None if sys.platform == "win32" else uvloop.new_event_loop) as runner:
        return runner.run(_run(settings))


async def _run(settings: Settings) -> int:
    try:
        await work(settings, told_to_stop())
    except Later as later:
        log.error(SILENT, later.reason, settings.slack_api_url)
        return UNAVAILABLE
    except Never as never:
        return _refused(never.reason)
    except SlackApiError as refusal:  # from Slack's own client, when Socket Mode is asked for
        return _refused(str(refusal.response.get("error")))
    except StoreUnavailable as trouble:
        log.error("The database cannot be used: %s. %s", trouble.reason, mishaps.advice(trouble.reason))
        return UNAVAILABLE
    except aiohttp.ClientError as unreachable:
        log.error(SILENT, type(unreachable).__name__, settings.slack_api_url)
        return UNAVAILABLE
    except CannotListen as taken:
        log.error("Nothing can listen on %s: choose another HOST or PORT, or METRICS_ADDRESS.", taken)
        return UNAVAILABLE
    return FINE


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`; then the door closes, the delivery under way is finished, and the store closes. Raises what
    `Bot.open` does, StoreUnavailable too when another bot works on the same file, and CannotListen."""
    async with AsyncExitStack() as stack:
        stack.enter_context(alone_on(settings.database_file))
        async with given_up_on(stop):
            bot = await stack.enter_async_context(Bot.open(settings))
            watched = await stack.enter_async_context(bot.health.watched())
            async with AsyncExitStack() as door:
                # Nobody is spoken to by a bot that could not hear what they answer.
                port = await door.enter_async_context(bot.answering())
                await stack.enter_async_context(bot.beating())
                stack.push_async_exit(door.pop_all())
        if stop.is_set():
            log.info("Stopping: the start is given up.")
            return
        leave_alone_what_stays()
        ports = {name: number for name, number in (("port", port), ("metrics_port", watched)) if number}
        served = len(await bot.installed.workspaces())
        log.info("Parcours is at work.", extra={"workspaces": served, "door": settings.door, **ports})
        await stop.wait()
        bot.health.is_stopping = True
        log.info("Stopping: what is under way is finished first.")


@asynccontextmanager
async def given_up_on(stop: asyncio.Event) -> AsyncIterator[None]:
    """What is begun in this block is left there once `stop` is set: Slack, or the way to it, may keep us waiting for ever."""
    told = asyncio.create_task(stop.wait())
    try:
        async with asyncio.timeout(None) as patience:

            def give_up(_: object) -> None:
                patience.reschedule(0)

            told.add_done_callback(give_up)
            try:
                yield
            finally:
                told.remove_done_callback(give_up)
    except TimeoutError:
        if not patience.expired():
            raise
    finally:
        told.cancel()


def leave_alone_what_stays() -> None:
    """Spare the garbage collector what is there now, and stays as long as we work: it would look at all of it again and again,
    and nothing else is done meanwhile."""
    gc.collect()
    gc.freeze()


def told_to_stop() -> asyncio.Event:
    """Set by SIGINT (Ctrl-C) or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _refused(reason: str) -> int:
    log.error("Slack refuses us (%s). %s", reason, TO_MEND.get(reason, "Look at your app's page."))
    return MISCONFIGURED
