"""The polls, as a member sees them: what is open, what came of the last, their own radar; and for leads, how they are led."""

from datetime import date

from bot.blocks import Block, note, section
from bot.home.pieces import actions, beside, confirmed, first, header, home_button, others
from bot.home.sight import Sight
from bot.polls.gathering_window import gathering_lines, is_to_discuss
from bot.polls.leads import may_lead
from bot.polls.opening import enough_people, known_polls, openings_to_come
from bot.polls.own_radar import own_radar
from bot.polls.round_windows import refuses_the_list
from bot.polls.telling import everybody
from bot.polls.voting import why_not
from bot.polls.wording import PAGE
from flows.core.poll import Cadence
from storage import closed_rounds
from storage import polls as kept
from storage.polls import PollSettings, RoundRecord

RECALLED = 3
"""Polls whose last results are recalled."""
SAID_OF_OPEN = {None: "open_line", "already_answered": "answered_line", "not_invited": "not_invited_line"}
"""By why the member cannot answer a round that is open."""


def polls(sight: Sight) -> list[Block]:
    rounds = kept.open_rounds(sight.tx)
    shown = [*(block for one in first(rounds) for block in _open(sight, one)), *_last(sight)]
    led = _led(sight, {one.poll_name: one for one in rounds})
    title = [header(sight.plain("polls__title", PAGE))] if shown or led else []
    return [*title, *shown, *own_radar(sight), *led]


def _open(sight: Sight, record: RoundRecord) -> list[Block]:
    """What they may do about it. That they have answered is said to them alone."""
    refused = why_not(sight.conductor, sight.me, record)
    said = SAID_OF_OPEN.get(refused.reason if refused is not None else None)
    if said is None:
        return []
    title = _title(sight, record)
    line = sight.say(f"polls__{said}", PAGE, poll=title, closes=record.round.closes)
    if refused is not None:
        return [section(line)]
    return [beside(line, home_button(sight, "vote", record.id, primary=True, about=title, page=PAGE))]


def _last(sight: Sight) -> list[Block]:
    return [block for id in closed_rounds.last_of_each(sight.tx)[:RECALLED] for block in _closed(sight, id)]


def _closed(sight: Sight, round_id: str) -> list[Block]:
    record = kept.find(sight.tx, round_id)
    if record is None or record.report is None:
        return []
    title, participation = _title(sight, record), record.report.participation
    told = {
        "poll": title,
        "closed": record.closed_on or record.round.closes,
        "answered": participation.answered,
        "audience": participation.expected,
    }
    asks_for_a_day = is_to_discuss(sight.conductor, record) and may_lead(sight.conductor, sight.me)
    verbs = ("read_results", "export_results", *(("set_discussion",) if asks_for_a_day else ()))
    buttons = [home_button(sight, verb, round_id, about=title, page=PAGE) for verb in verbs]
    return [section(sight.say("polls__last_line", PAGE, told)), *actions(*buttons)]


def _title(sight: Sight, record: RoundRecord) -> str:
    """As it was called when it opened."""
    return sight.scene.wording(record.round.poll, sight.me).title


# ---------------------------------------------------------------------------------------------------------- for leads


def _led(sight: Sight, rounds: dict[str, RoundRecord]) -> list[Block]:
    if not may_lead(sight.conductor, sight.me):
        return []
    known = sorted(known_polls(sight.conductor), key=lambda it: _is_over(sight, it, rounds))
    coming = openings_to_come(sight.conductor)
    lines = [block for one in first(known) for block in _line(sight, one, rounds, coming.get(one.poll.name))]
    too_few = not any(enough_people(sight.conductor, one) for one in known)
    people = len(everybody(sight.conductor))
    return [
        note(sight.say("polls__leading", PAGE)),
        *([section(sight.say("polls__too_few_line", PAGE, people=people))] if too_few else []),
        *gathering_lines(sight),
        *lines,
        *others(sight, len(known) - len(first(known))),
        *actions(home_button(sight, "new_poll", page=PAGE), home_button(sight, "check_in", page=PAGE)),
    ]


def _is_over(sight: Sight, decided: PollSettings, rounds: dict[str, RoundRecord]) -> bool:
    """Asked once, and answered: such polls come last."""
    poll = decided.poll
    if poll.cadence is not Cadence.ONE_OFF or poll.name in rounds:
        return False
    return bool(kept.next_number(sight.tx, poll.name) > 1)


def _line(sight: Sight, decided: PollSettings, rounds: dict[str, RoundRecord], coming: date | None) -> list[Block]:
    name, title = decided.poll.name, sight.scene.wording(decided.poll, sight.me).title
    under_way = rounds.get(name)
    first_buttons = (
        _about_round(sight, under_way, title)
        if under_way is not None
        else [home_button(sight, "open_poll", name, about=title, page=PAGE)]
    )
    buttons = [home_button(sight, verb, name, about=title, page=PAGE) for verb in ("poll_settings", "edit_poll")]
    if under_way is not None:
        line = sight.say("polls__under_way_line", PAGE, poll=title, closes=under_way.round.closes)
    else:
        line = sight.say("polls__lead_line", PAGE, poll=title, coming=coming)
    return [section(line), *actions(*first_buttons, *buttons)]


def _about_round(sight: Sight, record: RoundRecord, title: str) -> list[Block]:
    cancel = home_button(sight, "cancel_round", record.id, about=title, page=PAGE)
    buttons = [confirmed(sight, cancel, "cancel_round", page=PAGE)]
    if record.lists_participation and refuses_the_list(sight.conductor, sight.me) is None:
        buttons.insert(0, home_button(sight, "who_answered", record.id, about=title, page=PAGE))
    return buttons
