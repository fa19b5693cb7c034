"""The files of a round's results, for whoever asks for them: what everybody may see, on paper."""

from collections.abc import Mapping
from typing import Any

from bot.conductor import Conductor
from bot.desk import Desk
from bot.polls.exports import Exported, Sheet, exported
from bot.scene import Scene
from flows.core.answers import Refused
from flows.core.people import Member
from storage import improvements, polls

EXPORT = "polls/export"


async def export_results(desk: Desk, workspace: str, slack_id: str, round_id: str) -> None:
    """Send them the files of a round that is closed; asked twice in a row, they come twice."""
    await desk.act(workspace, slack_id, lambda conductor, me: _export(conductor, me, round_id))


def _export(conductor: Conductor, me: Member, round_id: str) -> Refused | None:
    record = polls.find(conductor.tx, round_id)
    if record is None or record.report is None:
        return Refused("no_results_yet")
    conductor.note(EXPORT, me.id, context={"round": round_id})
    return None


def files_of(scene: Scene, me: Member | None, message: str, extra: Mapping[str, Any]) -> tuple[Exported, ...]:
    """The files that go with a message; most have none."""
    record = polls.find(scene.tx, str(extra.get("round", ""))) if message == EXPORT else None
    if record is None or record.report is None:
        return ()
    earlier = polls.closed_before(scene.tx, record)
    since = improvements.opened_since(scene.tx, record.closed_on or record.round.closes)
    decided = [one for one in since if one.poll in ("", record.poll_name)]
    return exported(
        Sheet(
            record=record,
            report=record.report,
            wording=scene.wording(record.round.poll, me),
            coop=scene.workspace.name,
            before=earlier.report if earlier is not None else None,
            improvements=tuple((one, _owner(scene, one.owner_id)) for one in decided),
        )
    )


def _owner(scene: Scene, owner_id: str | None) -> str:
    owner = scene.member(owner_id or "")
    return owner.name if owner is not None else ""
