"""Pictures of results: drawn once in each language, given to Slack once, then shown by the id they have there."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from bot.moods import DEAF, Never
from bot.polls.radar_picture import alt_text, png, radar_svg
from bot.polls.wording import Wording
from bot.scene import Scene
from bot.slack import SlackOf
from flows.core.report import Report
from messages import Voice
from storage import Store, pictures, polls
from storage.polls import RoundRecord
from storage.transaction import Transaction

log = logging.getLogger(__name__)

Block = dict[str, Any]
NAMED = "picture"
"""What the ids of pictures begin with until Slack has given them one: `picture:<round>:<locale>`."""
GIVEN_UP = 1_000
"""How many are remembered that Slack will not have: more than are shown in one day, whatever the number of cooperatives."""


def picture(scene: Scene, record: RoundRecord, report: Report, wording: Wording) -> Block:
    """The image block of a round's results. Its file is still to be given to Slack: `Pictures.given` sees to it."""
    day = record.closed_on or record.round.closes
    words = alt_text(report, record.round.poll, wording, scene.workspace.name, day)
    name = f"{NAMED}:{record.id}:{wording.voice.locale}"
    return {"type": "image", "alt_text": words, "slack_file": {"id": name}}


class Pictures:
    """Gives Slack the pictures that messages show. `scene` makes what words and figures are read from."""

    def __init__(self, store: Store, slack_of: SlackOf, scene: Callable[[Transaction], Scene]) -> None:
        self._store, self._slack_of, self._scene = store, slack_of, scene
        # A picture nobody is waiting for has no lock any more.
        self._one_at_a_time: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._given_up: dict[tuple[str, str], None] = {}

    async def given(self, workspace: str, blocks: Sequence[Block]) -> list[Block]:
        """The same blocks, with pictures that Slack knows; one it will not have is left out. Raises Later, and Never
        where nobody lets us in."""
        shown = []
        for block in blocks:
            name = _name_of(block)
            if name is None:
                shown.append(block)
            elif (file_id := await self._file(workspace, name)) is not None:
                shown.append({**block, "slack_file": {"id": file_id}})
        return shown

    async def _file(self, workspace: str, name: str) -> str | None:
        async with self._one_at_a_time.setdefault((workspace, name), asyncio.Lock()):
            known = await self._store.read(lambda tx: pictures.file_of(tx, name), workspace)
            if known is not None or (workspace, name) in self._given_up:
                return known
            file_id = await self._give(workspace, name)
            if file_id is None:
                # Hundreds of messages may show it: none of the others asks again.
                self._given_up[workspace, name] = None
                for oldest in list(self._given_up)[:-GIVEN_UP]:
                    del self._given_up[oldest]
                return None
            await self._store.run(lambda tx: pictures.remember(tx, name, file_id), workspace)
            return file_id

    async def _give(self, workspace: str, name: str) -> str | None:
        drawn = await self._store.read(partial(self._drawn, name=name), workspace)
        if drawn is None:
            return None
        svg, title = drawn
        slack = await self._slack_of(workspace)
        try:
            content = await asyncio.to_thread(png, svg)
            file_id = await slack.upload(f"{name.replace(':', '-')}.png", content, title)
            await slack.share([(file_id, title)])
        except ValueError as undrawable:
            log.error("a picture cannot be drawn, the results go in words: %s", type(undrawable).__name__)
            return None
        except Never as never:
            if never.reason in DEAF:
                raise
            log.warning("a picture cannot be given to Slack (does the app have files:write?): %s", never.reason)
            return None
        return file_id

    def _drawn(self, tx: Transaction, name: str) -> tuple[str, str] | None:
        """The picture as SVG, and its title."""
        _, round_id, locale = name.split(":")
        record = polls.find(tx, round_id)
        if record is None or record.report is None:
            return None
        scene = self._scene(tx)
        voice = Voice("en" if locale == "en" else "fr", scene.workspace.address)
        wording = Wording(scene.messages, voice, record.round.poll, scene.house_context(None, {}))
        day = record.closed_on or record.round.closes
        earlier = polls.closed_before(tx, record)
        before = earlier.report if earlier is not None else None
        svg = radar_svg(record.report, record.round.poll, wording, scene.workspace.name, day, before)
        return svg, wording.title


def _name_of(block: Block) -> str | None:
    """The name of the picture a block shows, while Slack has no id for it."""
    file_id = str((block.get("slack_file") or {}).get("id", "")) if block.get("type") == "image" else ""
    return file_id if file_id.startswith(f"{NAMED}:") else None
