"""The hand that speaks: claims what is due in the outbox, says it, and writes down what came of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bot.clock import Clock
from bot.dispatch import (
    Dispatcher,
    Drop,
    Errand,
    GiveUp,
    Home,
    PutBack,
    Rows,
    Share,
    ShowAgain,
    ShowHome,
    Tell,
    Whisper,
    Write,
)
from bot.pace import Pace
from bot.polls.pictures import Pictures
from bot.postman import Postman
from bot.slack import Later, Never, Posted, Slack
from bot.speech import Speaker
from storage import Store, outbox
from storage.outbox import Delivery
from storage.transaction import Transaction

log = logging.getLogger(__name__)

Sending = Tell | Share | Whisper | ShowAgain | ShowHome | Write
"""The errands that speak to Slack, or by e-mail."""

LEASE = timedelta(minutes=2)
"""Long enough for a whole batch; past it, whoever claimed is taken for dead and what they did for uncertain."""
AT_ONCE = 200
LANES = 8
"""Recipients spoken to at the same time."""
ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = 15.0, 3600.0
PAUSED_BY_SLACK = frozenset({"ratelimited", "rate_limited"})
# As long as these last, nobody can be told anything: what waits is kept, for whoever mends the installation.
DEAF = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required"}
)
DEAF_FOR = 600.0
SAID_NOWHERE = Posted("", "")
DRAWN = frozenset({"data_visualization", "image"})
PICTURE_ATTEMPTS, PICTURE_WAIT = 3, 15.0
"""Slack looks at a file for a while before it may be shown (docs.slack.dev/messaging/working-with-files)."""
UNREACHABLE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


class Courier:
    """Outbox to Slack, and to e-mail for whoever has no account. `home` gives what a member's App Home shows; `lanes` is how
    many recipients are spoken to at once."""

    def __init__(
        self,
        store: Store,
        slack: Slack,
        speaker: Speaker,
        clock: Clock,
        postman: Postman | None = None,
        home: Home | None = None,
        *,
        lanes: int = LANES,
    ) -> None:
        self._store, self._slack, self._speaker, self._clock = store, slack, speaker, clock
        self._postman, self._home = postman, home
        self._lanes = asyncio.Semaphore(lanes)
        self._pace = Pace()
        self._pictures = Pictures(store, slack, lambda tx: speaker.scene(tx, clock()))

    async def deliver(self) -> int:
        """Say all that is due now; how many rows were seen to. Raises StoreUnavailable: what was under way is then found
        again when its lease ends."""
        count = 0
        while rows := await self._claim():
            by_recipient = sorted(rows, key=_recipient)
            groups = [tuple(group) for _, group in groupby(by_recipient, key=_recipient)]
            groups.sort(key=lambda group: group[0].id)
            # One recipient's trouble is not the others': all are seen to before it is told.
            ends = await asyncio.gather(*map(self._see_to, groups), return_exceptions=True)
            if (failure := next((end for end in ends if end is not None), None)) is not None:
                raise failure
            count += len(rows)
        return count

    async def _claim(self) -> list[Delivery]:
        now = self._clock()
        return await self._store.run(lambda tx: outbox.claim(tx, now, AT_ONCE, LEASE))

    async def _see_to(self, rows: Rows) -> None:
        """All that is due to one recipient, in order; at the first trouble, the rest waits its turn behind it."""
        async with self._lanes:
            workspace = rows[0].workspace
            now = self._clock()
            if (until := self._pace.held_until(workspace, now)) is not None:
                await self._put_back(rows, until, "paced")
                return
            errands = await self._store.read(partial(self._decide, rows=rows, now=now), workspace)
            for position, errand in enumerate(errands):
                trouble = await self._run(errand)
                if trouble is not None:
                    rest = tuple(row for later in errands[position + 1 :] for row in later.rows)
                    await self._put_back(rest, trouble, "behind")
                    return

    def _decide(self, tx: Transaction, rows: Rows, now: datetime) -> list[Errand]:
        scene = self._speaker.scene(tx, now)
        return Dispatcher(scene, self._speaker, by_email=self._postman is not None, home=self._home).errands(rows)

    async def _run(self, errand: Errand) -> datetime | None:
        """Do it and write down what came of it; when those behind must wait, until when."""
        match errand:
            case PutBack(rows=rows, at=at, reason=reason):
                await self._put_back(rows, at, reason)
            case GiveUp(rows=rows, reason=reason):
                await self._give_up(rows, reason)
            case Drop(rows=rows):
                await self._sent(rows, SAID_NOWHERE, "over")
            case _:
                return await self._try(errand)
        return None

    async def _try(self, errand: Sending) -> datetime | None:
        now = self._clock()
        if isinstance(errand, Tell) and (wait := self._pace.wait(f"{errand.rows[0].workspace} {errand.to}", now)):
            at = now + timedelta(seconds=wait)
            await self._put_back(errand.rows, at, "paced")
            return at
        try:
            said = await self._send(errand)
        except Later as later:
            return await self._later(errand.rows, later)
        except Never as never:
            return await self._never(errand, never)
        await self._sent(errand.rows, said, "sent")
        return None

    # -- sending

    async def _send(self, errand: Sending) -> Posted:
        match errand:
            case Tell():
                return await self._tell(errand)
            case Share():
                return await self._share(errand)
            case Whisper(channel=channel, to=to, speech=speech):
                await self._slack.whisper(channel, to, speech.text, speech.blocks)
            case ShowAgain(messages=messages):
                for posted, speech in messages:
                    await self._show_again(posted, speech.text, speech.blocks)
            case ShowHome(to=to, view=view):
                await self._slack.publish_home(to, view)
            case Write(to=to, letter=letter):
                assert self._postman is not None, "no letter is decided without a postman"
                await self._postman.send(to, letter.subject, letter.body)
        return SAID_NOWHERE

    async def _tell(self, errand: Tell) -> Posted:
        if errand.is_uncertain and (found := await self._find(errand)) is not None:
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
            log.warning("Slack shows no chart or picture: the message goes in words", extra=_told(errand.rows[0], ""))
            return await self._slack.post(errand.to, text, plainer, ids)

    async def _share(self, errand: Share) -> Posted:
        channel = await self._slack.open_dm(errand.to)
        given = [(await self._slack.upload(file.name, file.content), file.name) for file in errand.files]
        await self._slack.share(given, channel, errand.text)
        return Posted(channel, "")

    async def _find(self, errand: Tell) -> Posted | None:
        """The message, if an earlier attempt whose answer was lost did say it."""
        row = errand.rows[0]
        try:
            channel = await self._slack.open_dm(errand.to) if row.recipient.startswith("m_") else errand.to
            return await self._slack.find_message(channel, str(row.id), min(row.at, row.planned))
        except Never as never:
            log.warning("an earlier attempt cannot be looked for, so it is said again", extra=_told(row, never.reason))
            return None

    async def _show_again(self, posted: Posted, text: str, blocks: Sequence[dict[str, object]]) -> None:
        try:
            await self._slack.update(posted, text, list(blocks))
        except Never as never:
            if never.reason in DEAF:
                raise
            # Deleted by somebody, or too old for Slack: what was said there cannot mislead anybody much.
            log.info("a message cannot be shown again", extra={"reason": never.reason, "ts": posted.ts})

    # -- settling

    async def _later(self, rows: Rows, later: Later) -> datetime | None:
        now = self._clock()
        if later.reason in PAUSED_BY_SLACK:
            at = self._pace.hold(rows[0].workspace, now, later.seconds)
            await self._put_back(rows, at, later.reason)
            return at
        tried = max(row.attempts for row in rows) + 1
        if tried >= ATTEMPTS:
            await self._give_up(rows, later.reason)
            return None
        wait = max(later.seconds, min(FIRST_WAIT * 2 ** (tried - 1), LONGEST_WAIT))
        at = now + timedelta(seconds=wait)
        await self._put_back(rows, at, later.reason, counts=True, uncertain=later.uncertain)
        return at

    async def _never(self, errand: Sending, never: Never) -> datetime | None:
        if never.reason in DEAF:
            log.error("Slack no longer lets us speak: %s", never.reason, extra={"workspace": errand.rows[0].workspace})
            at = self._pace.hold(errand.rows[0].workspace, self._clock(), DEAF_FOR)
            await self._put_back(errand.rows, at, never.reason)
            return at
        if isinstance(errand, Whisper) and never.reason in UNREACHABLE:
            return await self._try(Tell(errand.rows, errand.to, errand.speech))
        await self._give_up(errand.rows, f"{never.reason} {never.where}".strip())
        return None

    async def _sent(self, rows: Rows, said: Posted, outcome: str) -> None:
        now = self._clock()

        def unit(tx: Transaction) -> None:
            for row in rows:
                outbox.settle_sent(tx, row.id, said.channel or None, said.ts or None, now)

        await self._settle(rows, unit, outcome)

    async def _put_back(
        self, rows: Rows, at: datetime, reason: str, *, counts: bool = False, uncertain: bool = False
    ) -> None:
        def unit(tx: Transaction) -> None:
            for row in rows:
                # What may have been said stays so until somebody has looked.
                doubt = uncertain or (row.uncertain and row.kind == "post")
                outbox.settle_later(tx, row.id, at, reason, counts=counts, uncertain=doubt)

        await self._settle(rows, unit, "put_back", reason)

    async def _give_up(self, rows: Rows, reason: str) -> None:
        now = self._clock()

        def unit(tx: Transaction) -> None:
            for row in rows:
                outbox.settle_given_up(tx, row.id, reason, now)

        await self._settle(rows, unit, "given_up", reason)

    async def _settle(self, rows: Rows, unit: Callable[[Transaction], None], outcome: str, reason: str = "") -> None:
        if not rows:
            return
        await self._store.run(unit, rows[0].workspace)
        for row in rows:
            level = logging.WARNING if outcome == "given_up" else logging.INFO
            log.log(level, outcome, extra=_told(row, reason))


def _recipient(row: Delivery) -> tuple[str, str]:
    return row.workspace, row.recipient


def _told(row: Delivery, reason: str) -> dict[str, object]:
    """What the logs may know of a row: never its words."""
    known = {"delivery": row.id, "workspace": row.workspace, "kind": row.kind, "step": row.step}
    return known | ({"reason": reason} if reason else {})
