"""One errand carried out: said in Slack, shown again, taken back, or written by e-mail. What comes of it is the courier's."""

import logging
from collections.abc import Sequence

from bot.dispatch import Retract, Seek, Share, ShowAgain, ShowHome, Tell, Whisper, Write
from bot.moods import Later, Never
from bot.polls.pictures import Pictures
from bot.postman import Postman
from bot.slack import Posted, Slack
from storage.outbox import BY_EMAIL, Delivery

log = logging.getLogger(__name__)

Sending = Tell | Share | Whisper | ShowAgain | ShowHome | Retract | Seek | Write
"""The errands that speak to Slack, or by e-mail."""

# As long as these last, nobody can be told anything: what waits is kept, for whoever mends the installation.
DEAF = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required"}
)
NOT_THERE = "message_not_found"
SAID_NOWHERE, SAID_BY_EMAIL = Posted("", ""), Posted(BY_EMAIL, "")
DRAWN = frozenset({"data_visualization", "image"})
PICTURE_ATTEMPTS, PICTURE_WAIT = 3, 15.0
"""Slack looks at a file for a while before it may be shown (docs.slack.dev/messaging/working-with-files)."""


class Sender:
    """Speaks to Slack, and by e-mail when there is a `postman`."""

    def __init__(self, slack: Slack, postman: Postman | None, pictures: Pictures) -> None:
        self._slack, self._postman, self._pictures = slack, postman, pictures

    async def send(self, errand: Sending) -> Posted:
        """Where it was said. Raises Later and Never."""
        match errand:
            case Tell():
                return await self._tell(errand)
            case Share():
                return await self._share(errand)
            case Seek(rows=rows, to=to, delivery=delivery):
                return await self._find(rows[0], to, delivery) or SAID_NOWHERE
            case Write(to=to, letter=letter):
                assert self._postman is not None, "no letter is decided without a postman"
                await self._postman.send(to, letter)
                return SAID_BY_EMAIL
            case Whisper(channel=channel, to=to, speech=speech):
                await self._slack.whisper(channel, to, speech.text, speech.blocks)
            case ShowAgain(messages=messages):
                for posted, speech in messages:
                    await self._show_again(posted, speech.text, speech.blocks)
            case Retract():
                await self._take_back(errand)
            case ShowHome(to=to, view=view):
                await self._slack.publish_home(to, view)
        return SAID_NOWHERE

    async def _tell(self, errand: Tell) -> Posted:
        if errand.is_uncertain and (found := await self._said_before(errand)) is not None:
            return found
        ids, text = [str(row.id) for row in errand.rows], errand.speech.text
        blocks = await self._pictures.given(errand.rows[0].workspace, errand.speech.blocks)
        try:
            return await self._slack.post(errand.to, text, blocks, ids)
        except Never as never:
            plainer = [block for block in blocks if block["type"] not in DRAWN]
            if never.reason != "invalid_blocks" or plainer == blocks:
                raise
            if never.where.endswith("slack_file") and max(row.attempts for row in errand.rows) < PICTURE_ATTEMPTS:
                raise Later(PICTURE_WAIT, "picture_not_ready") from None
            log.warning("Slack shows no chart or picture: the message goes in words", extra=known_of(errand.rows[0]))
            return await self._slack.post(errand.to, text, plainer, ids)

    async def _share(self, errand: Share) -> Posted:
        channel = await self._slack.open_dm(errand.to)
        given = [(await self._slack.upload(file.name, file.content), file.name) for file in errand.files]
        await self._slack.share(given, channel, errand.text)
        return Posted(channel, "")

    async def _said_before(self, errand: Tell) -> Posted | None:
        """The message, if an earlier attempt whose answer was lost did say it."""
        row = errand.rows[0]
        try:
            return await self._find(row, errand.to, str(row.id))
        except Never as never:
            known = known_of(row, never.reason)
            log.warning("an earlier attempt cannot be looked for, so it is said again", extra=known)
            return None

    async def _find(self, row: Delivery, to: str, delivery: str) -> Posted | None:
        channel = await self._slack.open_dm(to) if row.recipient.startswith("m_") else to
        return await self._slack.find_message(channel, delivery, min(row.at, row.planned))

    async def _show_again(self, posted: Posted, text: str, blocks: Sequence[dict[str, object]]) -> None:
        try:
            await self._slack.update(posted, text, list(blocks))
        except Never as never:
            if never.reason in DEAF:
                raise
            # Deleted by somebody, or too old for Slack: what was said there cannot mislead anybody much.
            log.info("a message cannot be shown again", extra={"reason": never.reason, "ts": posted.ts})

    async def _take_back(self, errand: Retract) -> None:
        try:
            if errand.rest.said:
                blocks = await self._pictures.given(errand.rows[0].workspace, errand.rest.blocks)
                await self._slack.update(errand.posted, errand.rest.text, blocks)
            else:
                await self._slack.delete(errand.posted)
        except Never as never:
            if never.reason != NOT_THERE:
                raise


def known_of(row: Delivery, reason: str = "") -> dict[str, object]:
    """What the logs may know of a row: never its words, nor what names them, nor for whom they are."""
    known = {"delivery": row.id, "workspace": row.workspace, "kind": row.kind}
    return known | ({"reason": reason} if reason else {})
