"""What the commands do in the store, on the flows, the words and the keys that the bot itself would use."""

from bot.admissions import ADMISSIONS
from bot.clock import real_clock
from bot.conductor import Conductor
from bot.deeds import DEEDS
from bot.rights.dossier import dossier
from bot.rights.erasing import erase
from bot.rights.files import as_json, page
from bot.rights.finding import Found, find
from bot.rights.reader import Reader
from bot.safe import seals_of
from bot.scene import Scene
from bot.score import Score
from bot.settings import Settings
from flows import ALL_FLOWS
from messages import Messages
from storage import members
from storage.transaction import Transaction

FLOWS = {flow.name: flow for flow in ALL_FLOWS}


def exported(tx: Transaction, settings: Settings, who: str, workspace: str | None, *, is_page: bool = False) -> str:
    """All that is kept of whoever this is: a page to read, else JSON. Raises NotOne."""
    found = find(tx, who, workspace)
    scene = Scene(tx.within(found.workspace.id), FLOWS, Messages(settings.texts_folder), real_clock())
    told = dossier(scene, found.member)
    return page(Reader(scene, found.member), told) if is_page else as_json(told)


def erased(tx: Transaction, settings: Settings, found: Found) -> None:
    """Erase them, as they are now."""
    # Handing over what they led may close a round that is due: its ballots open with the bot's own key.
    score = Score(FLOWS, DEEDS, ADMISSIONS, smtp=settings.mailbox is not None, seals=seals_of(settings))
    member = members.find(tx, found.member.id)
    if member is not None:
        erase(Conductor(tx, score, real_clock()), member)
