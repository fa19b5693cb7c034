"""Ten people arrive on one day: one call for all, and one message in the channel of announcements."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.setting_up import SetUp
from bot.welcoming import Newcomer
from sandbox.surface import Json
from sandbox.workspace import Channel, Message
from tests.bot.connected import Connected, connected
from tests.bot.cooperative import cooperative

FIRST_DAY = date(2026, 4, 28)


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        for number in range(12):
            await coop.slack.join(coop.slack.add_person(f"Membre{number}", id=f"U9{number:02}", joined=False))
        yield coop


async def channels(coop: Connected) -> tuple[Channel, Channel]:
    """Where volunteers are called, and where news is told."""
    called, told = (coop.slack.add_channel(name, members=coop.slack.people, with_bot=True) for name in ("vie", "news"))
    choices = SetUp(volunteers_channel=called.id, announcements_channel=told.id)
    assert await coop.bot.desk.set_up(coop.slack.team_id, coop.lead.id, choices) == {}
    await coop.bot.settle()
    return called, told


async def welcome(coop: Connected, number: int) -> None:
    newcomer = Newcomer(
        first_day=FIRST_DAY, first_name="Lila", last_name=f"N{number}", email=f"lila{number}@exemple.coop"
    )
    assert await coop.bot.desk.welcome(coop.slack.team_id, coop.lead.id, newcomer) == {}


async def test_arrivals_prepared_one_after_the_other_make_one_call(coop: Connected) -> None:
    called, _ = await channels(coop)
    before = len(called.messages)
    coop.clock.move_to(datetime(2026, 3, 31, 8, 1, tzinfo=UTC))
    for number in range(4):
        await welcome(coop, number)
        await coop.bot.settle()
        coop.clock.advance(timedelta(minutes=2))
    coop.clock.move_to(datetime(2026, 3, 31, 8, 30, tzinfo=UTC))
    await coop.bot.settle()
    [call] = called.messages[before:]
    assert (call.text.count("Accueillir, expliquer, relier"), call.text.count("Lila N")) == (1, 7)
    labels = [one["accessibility_label"] for one in buttons(call)]
    assert (len(labels), labels[-1]) == (
        8,
        "Je me propose – Relais coopérateur de Lila N3, dont le premier jour est…",
    )
    volunteer = coop.slack.people[-1]
    await volunteer.click(call, "Je me propose", block_id=call.blocks[4]["block_id"])
    await coop.bot.settle()
    assert len(buttons(call)) == 7
    coop.clock.move_to(datetime(2026, 4, 2, 8, 30, tzinfo=UTC))
    await coop.bot.settle()
    [reminder] = called.messages[before + 1 :]
    assert (reminder.text.count("L'appel tient toujours"), len(buttons(reminder))) == (1, 7)


async def test_whoever_arrives_on_one_day_is_told_of_in_one_message(coop: Connected) -> None:
    _, told = await channels(coop)
    before = len(told.messages)
    for number in range(4):
        await welcome(coop, number)
    for moment in (datetime(2026, 4, 27, 12, tzinfo=UTC), datetime(2026, 4, 28, 7, tzinfo=UTC)):
        coop.clock.move_to(moment)
        await coop.bot.settle()
    [news] = told.messages[before:]
    assert (news.text.count("Un bonjour en passant"), news.text.count("aussi")) == (1, 3)


async def test_news_without_words_for_several_is_told_of_each_alone(coop: Connected) -> None:
    _, told = await channels(coop)
    before = len(told.messages)
    for person in coop.slack.people[1:3]:
        cast = {"subject": person.id, "announcements": told.id}
        await coop.bot.desk.begin(coop.slack.team_id, "coming_back", cast, FIRST_DAY, {})
    for moment in (datetime(2026, 4, 27, 12, tzinfo=UTC), datetime(2026, 4, 28, 7, tzinfo=UTC)):
        coop.clock.move_to(moment)
        await coop.bot.settle()
    assert len(told.messages[before:]) == 2


async def test_whoever_is_reminded_of_several_things_at_once_is_reminded_in_one_breath(coop: Connected) -> None:
    for number in range(3):
        await welcome(coop, number)
        await coop.bot.settle()
        coop.clock.advance(timedelta(minutes=1))
    before = len(coop.lead.received)
    coop.clock.move_to(datetime(2026, 4, 2, 9, tzinfo=UTC))
    await coop.bot.settle()
    [reminder] = [one for one in coop.lead.received[before:] if "un rôle reste à confier" in one.text]
    assert (reminder.text.count("rien ne presse"), reminder.text.count("un rôle reste à confier")) == (1, 3)


def buttons(message: Message) -> list[Json]:
    return [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


async def test_several_arrivals_are_not_all_proposed_to_the_same_people(database_url: str) -> None:
    """Where there is no channel of volunteers, people are asked one by one."""
    async with cooperative(database_url) as coop:
        for number in range(4):
            await coop.welcome(email=f"lila{number}@exemple.coop")
        asked = Counter(one.recipient for one in await coop.speak() if one.message == "proposal")
        assert (asked.total(), max(asked.values())) == (8, 1)
