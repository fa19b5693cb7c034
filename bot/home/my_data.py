"""My data: the windows in which somebody sees what is kept of them, asks to receive it, or erases what they wrote."""

from collections.abc import Mapping
from datetime import date

from bot.blocks import Block
from bot.conductor import Conductor
from bot.desk import Desk
from bot.home.inputs import View, frame, notice, said, window
from bot.home.kinds import Submission, Window
from bot.home.pieces import actions, beside, home_button
from bot.home.sight import Sight
from bot.retention import RULES
from bot.rights.dossier import told_of
from bot.rights.erasing import erase_words
from bot.rights.files import FILES
from bot.rights.reader import PAGE, Reader
from flows.core.answers import Refused
from flows.core.people import Member

MY_DATA, EXPORT, ERASE = "my_data", "export_my_data", "erase_my_data"


def my_data(sight: Sight) -> list[Block]:
    """For everybody, in the Home."""
    return [beside(sight.say("home", PAGE), home_button(sight, MY_DATA, page=PAGE))]


def my_data_window(sight: Sight, _: str = "") -> View:
    reader = Reader(sight.scene, sight.me)
    rules = [sight.say(f"rule__{rule.name}", PAGE, told_of(reader, rule)) for rule in RULES if not rule.is_technical]
    how_long = "\n".join([sight.say("my_data__how_long", PAGE), *(f"• {rule}" for rule in rules)])
    # Rights are the management's to answer for, never a newcomer's buddies'.
    management = [one.name for one in sight.conductor.leaders() if one.id != sight.me.id]
    rights = sight.say("my_data__rights", PAGE, contacts=management)
    buttons = actions(home_button(sight, EXPORT, page=PAGE, primary=True), home_button(sight, ERASE, page=PAGE))
    shown = [said(sight.say("my_data", PAGE)), *buttons, said(how_long), said(rights)]
    return frame(sight, sight.plain("my_data__title", PAGE), shown)


def _asked_once_more(name: str) -> Window:
    return lambda sight, _: window(sight, name, [said(sight.say(name, PAGE))], page=PAGE)


def _thanked(name: str) -> Window:
    return lambda sight, _: notice(sight, sight.say(f"{name}__thanks", PAGE))


def _nothing_to_read(_view: View, _today: date) -> None:
    return None


async def _send(desk: Desk, workspace: str, slack_id: str, _: None) -> Mapping[str, str]:
    def take(conductor: Conductor, me: Member) -> Mapping[str, Refused]:
        conductor.note(FILES, me.id)
        return {}

    return await desk.decide(workspace, slack_id, take)


async def _erase(desk: Desk, workspace: str, slack_id: str, _: None) -> Mapping[str, str]:
    def take(conductor: Conductor, me: Member) -> Mapping[str, Refused]:
        erase_words(conductor, me)
        return {}

    return await desk.decide(workspace, slack_id, take)


RIGHTS_WINDOWS: Mapping[str, Window] = {
    MY_DATA: my_data_window,
    EXPORT: _asked_once_more(EXPORT),
    ERASE: _asked_once_more(ERASE),
}
RIGHTS_SUBMITTED: Mapping[str, Submission] = {
    EXPORT: Submission(_nothing_to_read, _send, _thanked(EXPORT)),
    ERASE: Submission(_nothing_to_read, _erase, _thanked(ERASE)),
}
