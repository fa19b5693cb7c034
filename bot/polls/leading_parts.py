"""What the windows of whoever leads polls share: only they may, when it opens and when it is sent; a poll may be no more."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bot.conductor import Conductor
from bot.desk import Desk
from bot.home.inputs import View, because
from bot.home.kinds import Faults, Window
from bot.home.sight import Sight
from bot.polls.leads import leads, unless_lead
from bot.polls.opening import settings_of
from bot.polls.wording import Wording
from flows.core.answers import Refused
from flows.core.people import Member
from storage.polls import PollSettings

T = TypeVar("T")
Take = Callable[[Conductor, Member, T], Mapping[str, Refused]]
"""What is decided, in one transaction: by field, why it cannot be, nothing being written then."""
Tell = Callable[[Desk, str, str, T], Awaitable[Mapping[str, str] | Faults]]

NO_SUCH_POLL = Refused("no_such_poll")


def for_leads(build: Window) -> Window:
    """The window, or for whoever may not, who may."""

    def window(sight: Sight, argument: str) -> View:
        refused = unless_lead(sight.conductor, sight.me)
        return because(sight, refused) if refused is not None else build(sight, argument)

    return window


def about_poll(build: Callable[[Sight, PollSettings], View]) -> Window:
    """A lead's window about a poll named by its argument, up to a dot if it has one."""

    def window(sight: Sight, argument: str) -> View:
        decided = settings_of(sight.conductor, argument.partition(".")[0])
        return because(sight, NO_SUCH_POLL) if decided is None else build(sight, decided)

    return for_leads(window)


def by_leads(take: Take[T]) -> Tell[T]:
    """`take`, for leads alone; what changed shows in their Homes."""

    async def tell(desk: Desk, workspace: str, slack_id: str, given: T) -> Mapping[str, str]:
        def decide(conductor: Conductor, me: Member) -> Mapping[str, Refused]:
            refused = unless_lead(conductor, me)
            faults = {"": refused} if refused is not None else take(conductor, me, given)
            if not faults:
                refresh_leads(conductor, me)
            return faults

        return await desk.decide(workspace, slack_id, decide)

    return tell


def refresh_leads(conductor: Conductor, me: Member) -> None:
    conductor.refresh_homes([me.id, *(one.id for one in leads(conductor))])


def words_of(sight: Sight, decided: PollSettings) -> Wording:
    return sight.scene.wording(decided.poll, sight.me)
