"""One errand carried out: said in Slack, shown again, taken back, or written by e-mail. What comes of it is the courier's."""

import logging
import re
from collections.abc import Mapping, Sequence

from bot.blocks import Block
from bot.dispatch import Retract, Seek, Share, ShowAgain, ShowHome, Tell, Whisper, Write
from bot.moods import DEAF, SLOW_DOWN, Halted, Later, Never
from bot.pace import POST
from bot.polls.pictures import Pictures
from bot.postman import Postman
from bot.slack import Posted, Slack, SlackOf
from storage.outbox import BY_EMAIL, Delivery

log = logging.getLogger(__name__)

Sending = Tell | Share | Whisper | ShowAgain | ShowHome | Retract | Seek | Write
"""The errands that speak to Slack, or by e-mail."""

NOT_THERE = "message_not_found"
LOOKING = "looking_for_it"
"""The reason of what waits until Slack lets us look through more of what was said: once a minute, fifteen messages at a time, for
an app distributed outside its Marketplace (docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps)."""
SAID_NOWHERE, SAID_BY_EMAIL = Posted("", ""), Posted(BY_EMAIL, "")
DRAWN = frozenset({"data_visualization", "image"})
PICTURE_ATTEMPTS, PICTURE_WAIT = 3, 15.0
"""Slack looks at a file for a while before it may be shown (docs.slack.dev/messaging/working-with-files)."""


class Sender:
    """Speaks to Slack, and by e-mail when there is a `postman`."""

    def __init__(self, slack_of: SlackOf, postman: Postman | None, pictures: Pictures) -> None:
        self._slack_of, self._postman, self._pictures = slack_of, postman, pictures
        self._looked_up_to: dict[tuple[str, str], str] = {}

    async def send(self, errand: Sending) -> Posted:
        """Where it was said. Raises Later and Never."""
        match errand:
            case Tell():
                return await self._tell(errand)
            case Share():
                return await self._share(errand)
            case Seek(rows=rows, to=to, delivery=delivery):
                return await self._find(rows[0], to, delivery) or SAID_NOWHERE
            case Write(rows=rows, to=to, letter=letter):
                await self._slack_of(rows[0].workspace)  # whoever has put us out writes to nobody by us
                assert self._postman is not None, "no letter is decided without a postman"
                await self._postman.send(to, letter)
                return SAID_BY_EMAIL
            case Whisper(rows=rows, channel=channel, to=to, speech=speech):
                slack = await self._slack_of(rows[0].workspace)
                await slack.whisper(channel, to, speech.text, speech.blocks)
            case ShowAgain(messages=messages):
                for posted, speech in messages:
                    await self._show_again(errand.rows[0].workspace, posted, speech.text, speech.blocks)
            case Retract():
                await self._take_back(errand)
            case ShowHome(rows=rows, to=to, view=view):
                slack = await self._slack_of(rows[0].workspace)
                await slack.publish_home(to, view)
        return SAID_NOWHERE

    async def _tell(self, errand: Tell) -> Posted:
        if errand.is_uncertain and (found := await self._said_before(errand)) is not None:
            return found
        ids, text = [str(row.id) for row in errand.rows], errand.speech.text
        slack = await self._slack_of(errand.rows[0].workspace)
        blocks = await self._pictures.given(errand.rows[0].workspace, errand.speech.blocks)
        while True:
            try:
                return await slack.post(errand.to, text, blocks, ids)
            except Never as never:
                plainer = _plainer(blocks, never)
                if plainer is None:
                    raise
                if never.where.endswith("slack_file") and max(row.attempts for row in errand.rows) < PICTURE_ATTEMPTS:
                    raise Later(PICTURE_WAIT, "picture_not_ready") from None
                log.warning(
                    "Slack does not show a chart or a picture: the message goes without", extra=known_of(errand.rows[0])
                )
                blocks = plainer

    async def _share(self, errand: Share) -> Posted:
        slack = await self._slack_of(errand.rows[0].workspace)
        channel = await slack.open_dm(errand.to)
        given = [(await slack.upload(file.name, file.content), file.name) for file in errand.files]
        await slack.share(given, channel, errand.text)
        return Posted(channel, "")

    async def _said_before(self, errand: Tell) -> Posted | None:
        """The message, if an earlier attempt whose answer was lost did say it."""
        row = errand.rows[0]
        try:
            return await self._find(row, errand.to, str(row.id))
        except Never as never:
            if never.reason in DEAF:
                raise
            known = known_of(row, never.reason)
            log.warning("an earlier attempt cannot be looked for, so it is said again", extra=known)
            return None

    async def _find(self, row: Delivery, to: str, delivery: str) -> Posted | None:
        """Raises Later (LOOKING) when Slack wants us to look through the rest later: it is gone on with then, not begun again."""
        slack = await self._slack_of(row.workspace)
        channel = await slack.open_dm(to) if row.recipient.startswith("m_") else to
        looked_for = row.workspace, delivery
        cursor = self._looked_up_to.pop(looked_for, "")
        try:
            return await slack.find_message(channel, delivery, min(row.at, row.planned), cursor)
        except Halted as halted:
            self._looked_up_to[looked_for] = halted.cursor
            if halted.reason not in SLOW_DOWN:
                raise
            raise Later(halted.seconds, LOOKING) from None

    async def _show_again(self, workspace: str, posted: Posted, text: str, blocks: Sequence[Block]) -> None:
        slack = await self._slack_of(workspace)
        try:
            await _change(slack, posted, text, await self._pictures.given(workspace, blocks))
        except Never as never:
            if never.reason in DEAF:
                raise
            # Deleted by somebody, or too old for Slack: what was said there cannot mislead anybody much.
            log.info("a message cannot be shown again", extra={"reason": never.reason, "ts": posted.ts})

    async def _take_back(self, errand: Retract) -> None:
        slack = await self._slack_of(errand.rows[0].workspace)
        try:
            if errand.rest.said:
                blocks = await self._pictures.given(errand.rows[0].workspace, errand.rest.blocks)
                await _change(slack, errand.posted, errand.rest.text, blocks)
            else:
                await slack.delete(errand.posted)
        except Never as never:
            if never.reason != NOT_THERE:
                raise


async def _change(slack: Slack, posted: Posted, text: str, blocks: list[Block]) -> None:
    """Show this in the place of what was said. What Slack does not show of it, a chart or a picture, is left out."""
    while True:
        try:
            return await slack.update(posted, text, blocks)
        except Never as never:
            plainer = _plainer(blocks, never)
            if plainer is None:
                raise
            blocks = plainer


def _plainer(blocks: list[Block], never: Never) -> list[Block] | None:
    """The same without the chart or the picture that Slack refuses, without all of them when it does not say which; None when
    it refuses something else."""
    drawn = [number for number, block in enumerate(blocks) if block["type"] in DRAWN]
    if never.reason != "invalid_blocks" or not drawn:
        return None
    at_fault = re.match(r"/blocks/(\d+)(?:/|$)", never.where)
    refused = [int(at_fault[1])] if at_fault and int(at_fault[1]) in drawn else drawn
    return [block for number, block in enumerate(blocks) if number not in refused]


def calls_of(errand: Sending) -> Mapping[str, int]:
    """What the pace must allow first: calls by method, and messages by the place they are said in. Pictures, given once a
    round, are not counted."""
    place = errand.rows[0].recipient
    opened = {"conversations.open": 1} if place.startswith("m_") else {}
    match errand:
        case Tell():
            looked_for = {**opened, "conversations.history": 1} if errand.is_uncertain else {}
            return {POST: 1, place: 1, **looked_for}
        case Seek():
            return {**opened, "conversations.history": 1}
        case Share(files=files):
            given = {"files.getUploadURLExternal": len(files), "files.completeUploadExternal": 1}
            return {"conversations.open": 1, **given, place: 1}
        case Whisper():
            return {"chat.postEphemeral": 1}
        case ShowAgain(messages=messages):
            return {"chat.update": len(messages)}
        case Retract(rest=rest):
            return {"chat.update" if rest.said else "chat.delete": 1}
        case ShowHome():
            return {"views.publish": 1}
        case Write():
            return {}


def known_of(row: Delivery, reason: str = "") -> dict[str, object]:
    """What the logs may know of a row: never its words, nor what names them, nor for whom they are."""
    known = {"delivery": row.id, "workspace": row.workspace, "kind": row.kind}
    return known | ({"reason": reason} if reason else {})
