"""Between the listeners and the desk: which window a gesture opens, and what becomes of a window that is submitted."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeVar

from bot.clock import Clock
from bot.conductor import UnknownConversation
from bot.desk import Desk
from bot.home import submissions, windows
from bot.home.accompanied import BETWEEN
from bot.home.inputs import View, notice
from bot.home.kinds import AtOnce, Faults, Submission, Window
from bot.home.my_data import RIGHTS_SUBMITTED, RIGHTS_WINDOWS
from bot.home.passport import PASSPORT_SUBMITTED, PASSPORT_WINDOWS
from bot.home.plan import PLAN_SUBMITTED, PLAN_WINDOWS
from bot.home.sight import SHARED, WINDOWS, Sight
from bot.home.steering import arrival_window
from bot.home.submissions import errors_of
from bot.home.view import view_of
from bot.home.windows import Prefill
from bot.leaving.doors import (
    LEAVING_AT_ONCE,
    LEAVING_IN_PLACE,
    LEAVING_SUBMITTED,
    LEAVING_WINDOWS,
    SHOWN_AFTER,
    TRACED,
    saw,
)
from bot.polls.answering import ANSWERING_AT_ONCE, ANSWERING_SUBMITTED, ANSWERING_WINDOWS
from bot.polls.leading import LEADING_AT_ONCE, LEADING_IN_PLACE, LEADING_SUBMITTED, LEADING_WINDOWS
from bot.score import Score
from bot.searching import JOURNEY, JOURNEYS
from bot.setting_up import EDITING
from bot.visitors import WORD, is_outside, told
from bot.welcoming import who_may_start
from flows.core.answers import Refused
from flows.core.moves import Reanchored
from flows.core.people import Member
from messages import Messages
from storage import Store, members
from storage.transaction import Transaction

T = TypeVar("T")
REFUSALS = "refusals"

# ------------------------------------------------------------------------------------------------- windows to open


def _for_whoever_may(flow: str, build: Window) -> Window:
    """The window, or for whoever may not, who may."""

    def window(sight: Sight, argument: str) -> View:
        if sight.may(flow):
            return build(sight, argument)
        return notice(sight, sight.say("not_allowed", REFUSALS, who=who_may_start(sight.conductor, flow)))

    return window


def _for_members(verb: str, build: Window) -> Window:
    """The window, or for a guest whom nobody has welcomed, who could; what is kept of them is theirs to see all the same."""

    def window(sight: Sight, argument: str) -> View:
        if verb in RIGHTS_WINDOWS or not is_outside(sight.conductor, sight.me):
            return build(sight, argument)
        return notice(sight, sight.say(WORD, "menu", told(sight.conductor)))

    return window


def _welcome(sight: Sight, argument: str) -> View:
    if sight.workspace.set_up_at is None:
        return notice(sight, sight.say("not_set_up", REFUSALS))
    return windows.welcome_window(sight, prefill_of(argument))


def _postpone(sight: Sight, argument: str) -> View:
    journey = sight.load(argument)
    if journey is None or journey.flow not in JOURNEYS or journey.status != "open":
        return notice(sight, sight.say("unknown", SHARED))
    return windows.postpone_window(sight, journey)


def prefill_of(argument: str) -> Prefill:
    """A Slack id and a day (ISO 8601), in any order, each of which may lack."""
    person = day = None
    for word in argument.split():
        try:
            day = date.fromisoformat(word)
        except ValueError:
            person = word
    return Prefill(person, day)


_setup = _for_whoever_may(EDITING, lambda sight, _: windows.setup_window(sight))

WINDOWS_OF: Mapping[str, Window] = MappingProxyType(
    {
        "setup": _setup,
        "settings": _setup,
        "links": _for_whoever_may(EDITING, lambda sight, _: windows.links_window(sight)),
        "card": _for_whoever_may(EDITING, lambda sight, argument: windows.card_window(sight, argument or None)),
        "welcome": _for_whoever_may(JOURNEY, _welcome),
        "arrival": _for_whoever_may(JOURNEY, arrival_window),
        "postpone": _for_whoever_may(JOURNEY, _postpone),
        "preferences": lambda sight, _: windows.preferences_window(sight),
        "pause": lambda sight, _: windows.pause_window(sight),
        **ANSWERING_WINDOWS,
        **LEADING_WINDOWS,
        **PLAN_WINDOWS,
        **PASSPORT_WINDOWS,
        **LEAVING_WINDOWS,
        **RIGHTS_WINDOWS,
    }
)
"""The window each verb opens, whether it comes as `home.<verb>`, from the menu, a command or a shortcut."""

# ---------------------------------------------------------------------------------------------- windows submitted


async def _prefer(desk: Desk, workspace: str, slack_id: str, chosen: Mapping[str, Any]) -> Mapping[str, str]:
    await desk.prefer(workspace, slack_id, **chosen)
    return {}


async def _move(desk: Desk, workspace: str, slack_id: str, moved: tuple[str, Reanchored]) -> Mapping[str, str] | Faults:
    try:
        return await desk.postpone(workspace, slack_id, *moved)
    except UnknownConversation:
        return Faults(first_day=Refused("gone"))


SUBMITTED: Mapping[str, Submission] = MappingProxyType(
    {
        "welcome": Submission(lambda view, _: submissions.newcomer_of(view), Desk.welcome),
        "setup": Submission(lambda view, _: submissions.setup_of(view), Desk.set_up),
        "links": Submission(lambda view, _: submissions.links_of(view), Desk.set_up),
        "card": Submission(lambda view, _: submissions.card_of(view), Desk.describe),
        "preferences": Submission(lambda view, _: submissions.preferences_of(view), _prefer),
        "pause": Submission(submissions.pause_of, _prefer),
        "postpone": Submission(lambda view, _: submissions.postponed_of(view), _move),
        **ANSWERING_SUBMITTED,
        **LEADING_SUBMITTED,
        **PLAN_SUBMITTED,
        **PASSPORT_SUBMITTED,
        **LEAVING_SUBMITTED,
        **RIGHTS_SUBMITTED,
    }
)
"""What becomes of each window, by callback_id."""

# -------------------------------------------------------------------------------------- gestures without a window


async def _hand_over(desk: Desk, workspace: str, slack_id: str, argument: str) -> None:
    conversation, _, part = argument.partition(BETWEEN)
    await desk.hand_over(workspace, slack_id, conversation, part)


async def _retry(desk: Desk, workspace: str, slack_id: str, argument: str) -> None:
    await desk.retry(workspace, slack_id, int(argument) if argument.isdecimal() else None)


AT_ONCE: Mapping[str, AtOnce] = MappingProxyType(
    {
        "hand_over": _hand_over,
        "retry": _retry,
        "retry_all": _retry,
        "erase_report": Desk.erase,
        "cancel_arrival": Desk.cancel,
        **ANSWERING_AT_ONCE,
        **LEADING_AT_ONCE,
        **LEAVING_AT_ONCE,
    }
)
"""What `home.<verb>` does when it opens no window."""

IN_PLACE = LEADING_IN_PLACE | LEAVING_IN_PLACE
"""The windows that take the place of the one they are asked for in."""


class Home:
    """What the listeners ask for windows, and the courier for the Home of a member."""

    def __init__(self, store: Store, score: Score, messages: Messages, clock: Clock) -> None:
        self._store, self._score, self._messages, self._clock = store, score, messages, clock

    def view(self, tx: Transaction, member: Member, now: datetime) -> View:
        return view_of(tx, member, now, score=self._score, messages=self._messages)

    async def window(self, verb: str, workspace: str, slack_id: str, argument: str = "") -> View | None:
        """The window this verb opens for this person, `None` when it opens none. One read of the store.

        `argument`: a button's value, or the person chosen; for `welcome`, a Slack id and an ISO day, either or none.
        """
        build = WINDOWS_OF.get(verb)
        if build is None:
            return None
        shown = await self.look(workspace, slack_id, lambda sight: _for_members(verb, build)(sight, argument))
        if verb in TRACED:
            await self._trace(workspace, slack_id, TRACED[verb], argument)
        return shown

    async def _trace(self, workspace: str, slack_id: str, what: str, about: str) -> None:
        """Write down that this person has looked at it, for whoever it is about."""
        now = self._clock()

        def unit(tx: Transaction) -> None:
            me = members.by_slack_id(tx, slack_id)
            if me is not None:
                saw(tx, me, what, about, now)

        await self._store.run(unit, workspace)

    async def submit(self, desk: Desk, workspace: str, slack_id: str, view: View) -> dict[str, str]:
        """Do what was decided in a window of ours; by block_id, why it cannot be, for `response_action: errors`.

        Raises KeyError for a callback_id that is not in SUBMITTED.
        """
        submission = SUBMITTED[view["callback_id"]]
        today = await self.look(workspace, slack_id, lambda sight: sight.today)
        given = submission.read(view, today)
        outcome = given if isinstance(given, Faults) else await submission.tell(desk, workspace, slack_id, given)
        if isinstance(outcome, Faults):
            faults = outcome
            return errors_of(await self.look(workspace, slack_id, lambda sight: _in_words(sight, faults)), view)
        return errors_of(outcome, view)

    async def thanks(self, workspace: str, slack_id: str, view: View) -> View | None:
        """The window that takes the place of one that was taken, if any."""
        shown = SUBMITTED[view["callback_id"]].thanks
        if shown is None:
            return None
        return await self.look(workspace, slack_id, lambda sight: shown(sight, view.get("private_metadata") or ""))

    async def act(self, desk: Desk, verb: str, workspace: str, slack_id: str, argument: str = "") -> None:
        """Do what `home.<verb>` does without a window; a verb of a former release brings the menu."""
        if (gesture := AT_ONCE.get(verb)) is not None:
            await gesture(desk, workspace, slack_id, argument)
        else:
            await desk.offer(workspace, slack_id, "menu")

    async def after(self, verb: str, workspace: str, slack_id: str, argument: str = "") -> View | None:
        """What is shown, once `act` is done, in the place of the window it was asked for in; None: that window is left as it
        is."""
        show = SHOWN_AFTER.get(verb)
        return await self.look(workspace, slack_id, lambda sight: show(sight, argument)) if show else None

    async def look(self, workspace: str, slack_id: str, show: Callable[[Sight], T]) -> T:
        """What `show` makes of what this person sees now. One read of the store, which changes nothing."""
        now = self._clock()

        def unit(tx: Transaction) -> T:
            # Somebody whom no list has told us of yet sees what anybody would.
            me = members.by_slack_id(tx, slack_id) or Member(id="", first_name="", slack_id=slack_id)
            return show(Sight.of(tx, me, now, score=self._score, messages=self._messages))

        return await self._store.read(unit, workspace)


def _in_words(sight: Sight, faults: Faults) -> dict[str, str]:
    def said(refused: Refused) -> str:
        page, _, name = refused.reason.rpartition("/")
        if not page:
            own = f"refused__{name}"
            page, name = (WINDOWS, own) if sight.has(own, WINDOWS) else (REFUSALS, name)
        return sight.plain(name, page, refused.details)

    return {field: said(refused) for field, refused in faults.items()}
