"""The windows opened from the Home, the menu and the shortcuts, filled in with what is known already."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.almanac import TERRITORIES
from bot.blocks import Block
from bot.home import closing_days, inputs
from bot.home.inputs import View, asked, said, window
from bot.home.sight import SHARED, WINDOWS, Sight
from bot.people import rhythm_of
from bot.scene import LINKS
from bot.searching import JOURNEY
from bot.welcoming import STARTERS
from flows.core.model import Conversation
from flows.core.people import MANAGEMENT, ROLES, Member
from flows.joining.onboarding import FIRST_DAY
from storage import members

EVERYONE = "everyone"
LEGAL_FORMS = ("scop", "scic", "cae")
LOCALES, ADDRESSES = ("fr", "en"), ("tu", "vous")
HOURS = tuple(time(hour) for hour in range(9, 18))
WEEK = range(7)
LONGEST_LINK = 2_000
ZONES = (
    *("Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion"),
    *("Indian/Mayotte", "America/Miquelon", "America/St_Barthelemy", "America/Marigot", "Pacific/Tahiti"),
    *("Pacific/Marquesas", "Pacific/Gambier", "Pacific/Noumea", "Pacific/Wallis", "Europe/Brussels"),
    *("Europe/Zurich", "Europe/London", "America/Montreal"),
)
"""Where French cooperatives work, then near them; another one that is already chosen is offered too."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """What is known of an arrival before the window opens: `person` is a Slack id."""

    person: str | None = None
    first_day: date | None = None


NOTHING = Prefill()


def welcome_window(sight: Sight, prefill: Prefill = NOTHING) -> View:
    known = members.by_slack_id(sight.tx, prefill.person) if prefill.person else None
    supervisor = _slack_id_of(sight, known.supervisor_id) if known else None
    return window(
        sight,
        "welcome",
        [
            said(sight.say("welcome__intro", WINDOWS)),
            asked(sight, "person", inputs.somebody(prefill.person), optional=True),
            asked(sight, "first_day", inputs.day(prefill.first_day)),
            asked(sight, "job_buddy", inputs.somebody(), optional=True),
            asked(sight, "coop_buddy", inputs.somebody(), optional=True),
            asked(sight, "supervisor", inputs.somebody(supervisor), optional=True),
            *_work(sight, known),
            asked(sight, "first_name", inputs.text(), optional=True),
            asked(sight, "last_name", inputs.text(), optional=True),
            asked(sight, "email", inputs.e_mail(), optional=True),
        ],
    )


def setup_window(sight: Sight) -> View:
    coop = sight.workspace
    held = [m.slack_id for m in members.holders(sight.tx, MANAGEMENT) if m.active and m.slack_id]
    starters = coop.starters.get(JOURNEY, STARTERS)
    return window(
        sight,
        "setup",
        [
            said(sight.say("setup__intro", WINDOWS)),
            asked(sight, "name", inputs.text(coop.name)),
            asked(sight, "legal_form", inputs.one_of(_named(sight, LEGAL_FORMS, "form", SHARED), coop.legal_form)),
            asked(sight, "management", inputs.people(held), optional=True),
            asked(sight, "starters", inputs.some_of(_named(sight, (*ROLES, EVERYONE), "role"), starters)),
            asked(sight, "volunteers_channel", inputs.channel(coop.volunteers_channel), optional=True),
            asked(sight, "announcements_channel", inputs.channel(coop.announcements_channel), optional=True),
            *_replies(sight),
            asked(sight, "territory", inputs.one_of(_territories(sight), coop.territory)),
            asked(sight, "closing_days", _closing_days(sight), optional=True),
            asked(sight, "zone", _zone(rhythm_of(None, coop).zone)),
            asked(sight, "locale", inputs.one_of(_named(sight, LOCALES, "language"), coop.locale)),
            asked(sight, "address", inputs.radio(_named(sight, ADDRESSES, "address"), coop.address)),
            asked(sight, "stepping_back", _stepping_back(sight), optional=True),
        ],
    )


def _replies(sight: Sight) -> Iterator[Block]:
    """Where a letter can be sent."""
    if sight.conductor.score.smtp:
        yield asked(sight, "reply_to", inputs.e_mail(sight.workspace.reply_to), optional=True)


def _closing_days(sight: Sight) -> Block:
    """Those that are not behind."""
    to_come = closing_days.written(day for day in sight.workspace.closing_days if day >= sight.today)
    return inputs.text(to_come, closing_days.LONGEST) | {"multiline": True}


def _stepping_back(sight: Sight) -> Block:
    allowed = [("yes", sight.plain("stepping_back__yes", WINDOWS))]
    return inputs.ticked(allowed, ["yes"] if sight.workspace.allows_stepping_back else [])


def links_window(sight: Sight) -> View:
    pages = [asked(sight, name, inputs.page(_link(sight, name)), optional=True) for name in LINKS]
    return window(sight, "links", [said(sight.say("links__intro", WINDOWS)), *pages])


def card_window(sight: Sight, slack_id: str | None = None) -> View:
    """The card of whoever has this Slack id, filled in; without it, of somebody to choose, where blanks change nothing."""
    member = members.by_slack_id(sight.tx, slack_id) if slack_id else None
    if member is None:
        head = [said(sight.say("card__intro_of_nobody", WINDOWS)), asked(sight, "person", inputs.somebody(slack_id))]
    else:
        head = [said(sight.say("card__intro", WINDOWS, person=member))]
    supervisor = _slack_id_of(sight, member.supervisor_id) if member else None
    roles = inputs.some_of(_named(sight, ROLES, "role"), member.roles if member else ())
    lines = [
        *_work(sight, member),
        asked(sight, "supervisor", inputs.somebody(supervisor), optional=True),
        asked(sight, "arrived_on", inputs.day(member.arrived_on if member else None), optional=True),
        asked(sight, "associate_since", inputs.day(member.associate_since if member else None), optional=True),
        asked(sight, "roles", roles, optional=True),
    ]
    return window(sight, "card", [*head, *lines], about=slack_id or "" if member else "")


def preferences_window(sight: Sight) -> View:
    rhythm = rhythm_of(sight.me, sight.workspace)
    hours = sorted({*HOURS, rhythm.slot})
    slots = [(hour.isoformat("minutes"), sight.plain("hour", WINDOWS, slot=hour)) for hour in hours]
    days = [(str(day), sight.plain(f"weekday__{day}", WINDOWS)) for day in WEEK]
    return window(
        sight,
        "preferences",
        [
            asked(sight, "locale", inputs.one_of(_named(sight, LOCALES, "language"), sight.voice.locale)),
            asked(sight, "address", inputs.radio(_named(sight, ADDRESSES, "address"), sight.voice.address)),
            asked(sight, "slot", inputs.one_of(slots, rhythm.slot.isoformat("minutes"))),
            asked(sight, "working_days", inputs.ticked(days, map(str, rhythm.working_days))),
        ],
    )


def pause_window(sight: Sight) -> View:
    until = inputs.day(sight.today + timedelta(days=7))
    return window(sight, "pause", [said(sight.say("pause__intro", WINDOWS)), asked(sight, "paused_until", until)])


def postpone_window(sight: Sight, journey: Conversation) -> View:
    intro = said(sight.say("postpone__intro", WINDOWS, person=sight.subject_of(journey)))
    first_day = asked(sight, "first_day", inputs.day(journey.anchors[FIRST_DAY]))
    return window(sight, "postpone", [intro, first_day], about=journey.id)


# ---------------------------------------------------------------------------------------------------------- choices


def _named(sight: Sight, values: tuple[str, ...], kind: str, page: str = WINDOWS) -> list[tuple[str, str]]:
    return [(value, sight.plain(f"{kind}__{value}", page)) for value in values]


def _territories(sight: Sight) -> list[tuple[str, str]]:
    in_french = sight.voice.locale == "fr"
    return [(code, place.label_fr if in_french else place.label_en) for code, place in TERRITORIES.items()]


def _zone(chosen: str) -> Block:
    zones = ZONES if chosen in ZONES else (*ZONES, chosen)
    return inputs.one_of([(zone, zone.replace("_", " ")) for zone in zones], chosen)


def _work(sight: Sight, member: Member | None) -> Iterator[Block]:
    yield asked(sight, "trade", inputs.text(member.trade if member else None), optional=True)
    yield asked(sight, "team", inputs.text(member.team if member else None), optional=True)


def _link(sight: Sight, name: str) -> str | None:
    links: Mapping[str, str] = sight.workspace.links
    url = links.get(name, "")
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK else None


def _slack_id_of(sight: Sight, member_id: str | None) -> str | None:
    member = sight.scene.member(member_id) if member_id else None
    return member.slack_id if member is not None and member.active else None
