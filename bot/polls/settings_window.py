"""How the cooperative holds a poll: its rhythm, its length, its thresholds, its groups, who may see who has answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from bot.blocks import Block
from bot.conductor import Conductor
from bot.home import inputs
from bot.home.inputs import View, asked, given, said, window
from bot.home.kinds import Faults, Submission
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.polls.groups import CUTS
from bot.polls.leading_parts import NO_SUCH_POLL, Tell, about_poll, by_leads, words_of
from bot.polls.opening import known_polls, next_opening, open_round_of, openings_to_come, schedule, settings_of
from bot.polls.wording import PAGE
from flows.core.answers import Refused, Scale
from flows.core.people import Member
from flows.core.poll import Cadence, Poll, Thresholds
from storage import polls
from storage.polls import PollSettings

POLL_SETTINGS = "poll_settings"
DAYS_OPEN = Scale(3, 30)
THRESHOLDS = Scale(1, 1_000)
SCORES_OFFERED, COMMENTS_OFFERED = 12, 20
"""Up to which a threshold is offered, when it is not higher already."""
FARTHEST_OPENING = timedelta(days=400)
YES = "yes"


class Held(NamedTuple):
    """What was chosen. `plans_next`: the next opening was asked for, None letting the poll wait for somebody's hand."""

    poll: str
    cadence: Cadence
    days_open: int
    scores: int
    comments: int
    cuts: tuple[str, ...]
    lists_participation: bool
    plans_next: bool
    next_opening: date | None


def _settings(sight: Sight, decided: PollSettings) -> View:
    title = words_of(sight, decided).title
    intro = said(sight.say("poll_settings__intro", PAGE, poll=title))
    return window(sight, POLL_SETTINGS, [intro, *_fields(sight, decided)], about=decided.poll.name, page=PAGE)


def _fields(sight: Sight, decided: PollSettings) -> Iterator[Block]:
    poll = decided.poll
    cadences = [(one.value, sight.plain(f"cadence__{one.value}", PAGE)) for one in Cadence]
    cuts = [(cut, words_of(sight, decided).cut(cut)) for cut in CUTS]
    listed = [(YES, sight.plain("lists_participation__yes", PAGE))]
    yield asked(sight, "cadence", inputs.one_of(cadences, poll.cadence.value), page=PAGE)
    if open_round_of(sight.conductor, poll.name) is None:
        # The end of an open round plans the next one by the rhythm: a day chosen meanwhile would be lost.
        coming = inputs.day(next_opening(sight.conductor, poll.name))
        yield asked(sight, "next_opening", coming, optional=True, page=PAGE)
    yield asked(sight, "days_open", _numbers(DAYS_OPEN.low, DAYS_OPEN.high, decided.days_open), page=PAGE)
    for field, now, highest in (
        ("scores", poll.thresholds.scores, SCORES_OFFERED),
        ("comments", poll.thresholds.comments, COMMENTS_OFFERED),
    ):
        yield asked(sight, field, _numbers(now, max(now, highest), now), page=PAGE)
    yield asked(sight, "cuts", inputs.ticked(cuts, decided.cuts), optional=True, page=PAGE)
    ticked = [YES] if decided.lists_participation else []
    yield asked(sight, "lists_participation", inputs.ticked(listed, ticked), optional=True, page=PAGE)


def _numbers(low: int, high: int, now: int) -> Block:
    return inputs.one_of([(str(number), str(number)) for number in range(low, high + 1)], str(now))


_of_poll = about_poll(_settings)


def poll_settings_window(sight: Sight, argument: str) -> View:
    """Of the poll named, or else of the one that opens next."""
    return _of_poll(sight, argument or _opens_next(sight.conductor))


def _opens_next(conductor: Conductor) -> str:
    coming = openings_to_come(conductor)
    return min(coming, key=coming.__getitem__) if coming else known_polls(conductor)[0].poll.name


# ------------------------------------------------------------------------------------------------------------ once sent


def held(view: View, today: date) -> Held | Faults:
    told = given(view)
    numbers = {"days_open": DAYS_OPEN, "scores": THRESHOLDS, "comments": THRESHOLDS}
    parsed = {field: scale.parse(told.get(field)) for field, scale in numbers.items()}
    faults = Faults({field: value for field, value in parsed.items() if isinstance(value, Refused)})
    if told.get("cadence") not in list(Cadence):
        faults["cadence"] = Refused("not_an_option")
    if not set(told.get("cuts") or ()) <= set(CUTS):
        faults["cuts"] = Refused("not_an_option")
    opening = day_of(told.get("next_opening"))
    if (refused := _untimely(opening, today)) is not None:
        faults["next_opening"] = refused
    return faults or _held(view, told, parsed, opening)


def _held(view: View, told: Mapping[str, Any], numbers: Mapping[str, Any], opening: date | None) -> Held:
    return Held(
        poll=view.get("private_metadata") or "",
        cadence=Cadence(told["cadence"]),
        cuts=tuple(cut for cut in CUTS if cut in (told.get("cuts") or ())),
        lists_participation=YES in (told.get("lists_participation") or ()),
        plans_next="next_opening" in told,
        next_opening=opening,
        **numbers,
    )


def _untimely(opening: date | None, today: date) -> Refused | None:
    if opening is not None and opening <= today:
        return Refused("day_in_the_past")
    return Refused("day_too_far") if opening is not None and opening > today + FARTHEST_OPENING else None


def _kept(conductor: Conductor, _: Member, wanted: Held) -> Mapping[str, Refused]:
    decided = settings_of(conductor, wanted.poll)
    if decided is None:
        return {"": NO_SUCH_POLL}
    poll = _with_thresholds(decided.poll, wanted)
    if isinstance(poll, Faults):
        return poll
    chosen = replace(
        decided,
        poll=replace(poll, cadence=wanted.cadence),
        cuts=wanted.cuts,
        lists_participation=wanted.lists_participation,
        days_open=wanted.days_open,
    )
    polls.save_settings(conductor.tx, chosen)
    if wanted.plans_next and open_round_of(conductor, poll.name) is None:
        _plan(conductor, poll.name, wanted.next_opening)
    return {}


def _with_thresholds(poll: Poll, wanted: Held) -> Poll | Faults:
    now = poll.thresholds
    if (wanted.scores, wanted.comments) == (now.scores, now.comments):
        return poll
    typed = Thresholds.typed(wanted.scores, wanted.comments)
    raised = typed if isinstance(typed, Refused) else poll.with_thresholds(typed)
    if isinstance(raised, Refused):
        at_fault = "comments" if wanted.scores >= now.scores else "scores"
        return Faults({at_fault: raised})
    return raised


def _plan(conductor: Conductor, poll: str, day: date | None) -> None:
    if day != next_opening(conductor, poll):
        schedule(conductor, poll, day)


_keep: Tell[Held] = by_leads(_kept)
SETTINGS = Submission(held, _keep)
