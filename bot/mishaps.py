"""What happens when something goes wrong: a line that tells the fix, and to the person what can be told."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from storage import StoreBusy, StoreUnavailable
from storage.words import KEY_NOT_IN_USE

log = logging.getLogger(__name__)

Words = Callable[[str, str], str]
"""(reason, reference) to a kind sentence."""
Count = Callable[[str], None]
"""Told of each failure what kind it is: `unforeseen`, `store`, `busy`, or `withheld` by Slack."""


def uncounted(_kind: str) -> None:
    """For whoever keeps no figures."""


_ADVICE = {
    "locked": "Stop the other program that holds it, or give Parcours a database of its own.",
    "works on": "Stop that one first, or give this one a database of its own (DATABASE_URL, or --database).",
    "full": "Make room on that disk.",
    "read-only": "Give the account that runs Parcours the right to write the file and its folder; with PostgreSQL, name in "
    "DATABASE_URL the server that takes writes.",
    "opened": "Check that the folder of DATABASE_URL exists and that the account that runs Parcours may write in it.",
    "damaged": "Stop Parcours and restore your last copy of the database.",
    "not a database": "Check DATABASE_URL: it names a file that is something else.",
    "tables of something else": "Give Parcours a database of its own: DATABASE_URL names one that another program made.",
    "rights it needs": "Let the role of DATABASE_URL own that database and its tables: “The role of the database” in "
    "docs/operating.md.",
    "memory": "Give the machine more memory, or stop what takes it.",
    "does not answer as it should": "Check the health of that disk, and keep a copy of the database elsewhere.",
    "kept writing": "Run fewer workers on this database.",
    "out of resources": "Give the database server more connections, memory or disk.",
    "interrupt": "See why the database server stopped or interrupted us; Parcours connects again by itself.",
    "answers, and": "Check the name and the database in DATABASE_URL, and that the server lets this machine in (pg_hba.conf), is "
    "done starting, and has connections left.",
    "refuses": "Check the name, the password and the database in DATABASE_URL, and that the server has connections left.",
    "reached": "Check that the database server runs, and DATABASE_URL: its host and port, its name, its password, its database.",
    "forgotten": "Point DATABASE_URL at the database server itself, or let the pooler before it share connections by session.",
    "lost": "Check that the database server runs and can be reached; Parcours connects again by itself.",
    "does not exist": "Check DATABASE_URL, or create that database.",
    "let us in": "Check the name and the password in DATABASE_URL.",
    "later release": "Start the release that brought it there, or a later one: “Upgrades” in docs/operating.md.",
    "brought up to date": "Wait until it is done, then start again.",
    "WORDS_KEY": "“The key of the words” in docs/operating.md says why.",
}
_PATIENCE = "Nothing was lost: what was not acknowledged comes again or can be done again, without restarting Parcours."


def register(app: AsyncApp, words: Words, count: Count = uncounted) -> None:
    """Whatever a listener raises ends here. Nothing is acknowledged; but a window or a command, which Slack lets us answer
    without a call, gets a kind sentence, and the window keeps what was written in it."""

    @app.error
    async def gone_wrong(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        reference = write_down(error, count)
        said = words("store_unavailable" if isinstance(error, StoreUnavailable) else "went_wrong", reference)
        return answer_to(body, said)


def write_down(error: BaseException, count: Count = uncounted) -> str:
    """Write a failure down, and give the short reference it can be found by."""
    reference = secrets.token_hex(3)
    count("busy" if isinstance(error, StoreBusy) else "store" if isinstance(error, StoreUnavailable) else "unforeseen")
    if isinstance(error, StoreBusy):
        log.error("Too many gestures at once: %s. Slack and people will try again.", error.reason)
    elif isinstance(error, StoreUnavailable):
        fix = advice(error.reason)
        fix = fix if error.reason == KEY_NOT_IN_USE else f"{fix} {_PATIENCE}"
        log.error("Nothing could be written: %s. %s", error.reason, fix)
    else:
        log.error(
            "Something went wrong that should not have: please report it with this line.",
            exc_info=error,
            extra={"reference": reference},
        )
    return reference


def advice(reason: str) -> str:
    """What to do about a database that cannot work for this `reason`."""
    return next((fix for word, fix in _ADVICE.items() if word in reason), "Look at the database.")


def answer_to(body: dict[str, Any], said: str) -> BoltResponse | None:
    """The refusal Slack shows by itself for a window or a command; None where it takes none."""
    if body.get("type") == "view_submission" and (field := _first_field(body["view"])):
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: said}})
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": said})
    return None


def _first_field(view: dict[str, Any]) -> str | None:
    return next((block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"), None)
