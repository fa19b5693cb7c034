"""The polls in the Home: to each what concerns them, nothing before a first round, and no more than Slack takes."""

from pathlib import Path
from typing import Any

import pytest

from flows.core.amending import poll_of
from flows.core.poll import Dimension, Item, Poll
from storage import members, outbox, polls
from storage.polls import PollSettings
from tests.bot.home.conftest import PEOPLE, VOICES, House, assert_slack_takes, controls_in, words_in
from tests.bot.polls.answering import filled
from tests.bot.polls.led import led

LEADING = ("open_poll", "poll_settings", "edit_poll", "new_poll", "check_in", "cancel_round", "who_answered")
TU = (" tu ", " toi ", " ton ", " ta ", " tes ", " t ", " te ")


def verbs(view: Any) -> set[str]:
    return {control.action_id.partition(".")[2] for control in view.controls()}


def plain(view: Any) -> str:
    return str(view.words()).replace("\N{NO-BREAK SPACE}", " ")


async def test_nothing_is_said_of_polls_before_a_first_round_but_ones_own_radar(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        seen = await home.home_of(home.others[0])
        assert "Nos sondages" not in plain(seen)
        assert not verbs(seen) & {*LEADING, "vote", "read_results", "export_results"}
        assert "self_radar" in verbs(seen)


async def test_leads_find_how_each_poll_is_led(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        seen = await home.home_of(home.lead)
        assert verbs(seen) >= {"open_poll", "poll_settings", "edit_poll", "new_poll", "check_in"}
        assert plain(seen).count("rien de prévu") == 2
        assert "ne serait pas anonyme" not in plain(seen)


@pytest.mark.parametrize(
    ("locale", "is_open", "is_taken"),
    [("fr", "est ouvert jusqu'au jeudi 9 avril", "c'est noté, merci"), ("en", "is open until", "noted, thank you")],
)
async def test_an_open_round_is_answered_from_the_home(
    tmp_path: Path, locale: str, is_open: str, is_taken: str
) -> None:
    async with led(tmp_path, locale=locale) as home:
        record = await home.open_round()
        lea = home.others[0]
        before = await home.home_of(lea)
        assert is_open in plain(before)
        assert before.control("home.vote").style == "primary"
        await home.press("vote", record.id, by=lea)
        waiting = await home.reads(outbox.waiting_count)
        shown = lea.home
        words = plain(shown)
        await lea.submit(lea.modal, filled(lea))
        assert await home.reads(outbox.waiting_count) == waiting
        await home.coop.bot.settle()
        assert plain(lea.home) == words, "the Home does not move when somebody votes"
        after = await home.home_of(lea)
        assert is_taken in plain(after)
        assert "vote" not in verbs(after)
        assert is_taken not in plain(await home.home_of(home.others[1]))
        assert is_taken not in plain(await home.home_of(home.lead))


async def test_leads_of_an_open_round_may_cancel_it_and_not_open_it_twice(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.open_round()
        seen = await home.home_of(home.lead)
        opened = [control.value for control in seen.controls() if control.action_id == "home.open_poll"]
        assert opened == ["radar"]
        assert "cancel_round" in verbs(seen)
        assert "who_answered" not in verbs(seen)


async def test_whoever_arrived_after_the_opening_is_told_kindly(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.open_round()
        late = home.coop.slack.add_person("Nina", "Tard", joined=False)
        await home.coop.slack.join(late)
        seen = await home.home_of(late)
        assert "avant ton arrivée" in plain(seen)
        assert "vote" not in verbs(seen)


async def test_results_are_found_again_once_it_is_closed(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        record = await home.open_round()
        for person in home.others:
            await home.press("vote", record.id, by=person)
            await person.submit(person.modal, filled(person))
        await home.let_days_pass(14)
        lea = home.others[0]
        assert "8 réponses sur 9" in plain(await home.home_of(lea))
        await home.press("read_results", record.id, by=lea)
        assert "8 réponses sur 9" in lea.modal.words()
        assert "export_results" in verbs(await home.home_of(lea))


# ---------------------------------------------------------------------------------------------------- whatever happens


def own(number: int) -> Poll:
    items = (Item("q_1", dimension="whole", texts={"fr": "É <!channel> " * 20}),)
    title = {"fr": f"😀 <!here> {number} " + "x" * 9}
    made = poll_of(f"own_{number}", items, (Dimension("whole"),), texts=title)
    assert isinstance(made, Poll)
    return made


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_slack_takes_the_home_of_a_cooperative_with_many_polls(house: House, locale: str, address: str) -> None:
    for number in range(12):
        await house.run(lambda tx, number=number: polls.save_settings(tx, PollSettings(poll=own(number))))  # type: ignore[misc]
    for person in PEOPLE:
        await house.change(person.id, locale=locale, address=address)
        view = await house.home(person.id)
        assert_slack_takes(view)
        assert len(view["blocks"]) < 60
        said = f" {words_in(view)} ".replace("'", " ").replace("\n", " ").lower()
        if address == "vous":
            assert not {word for word in TU if word in said}
    more = [
        text for text in words_in(await house.home("m_boss")).splitlines() if text in ("et 6 autres", "and 6 others")
    ]
    assert len(more) == 1


async def test_only_leads_see_how_polls_are_led(house: House) -> None:
    for person in PEOPLE:
        found = {control["action_id"] for control in controls_in(await house.home(person.id))}
        assert ("home.new_poll" in found) == (person.id == "m_boss")


async def test_a_qvct_lead_leads_and_the_management_still_may(house: House) -> None:
    await house.run(lambda tx: members.grant(tx, "m_lea", "qvct_lead"))
    for member, leads in (("m_lea", True), ("m_boss", True), ("m_job", False)):
        found = {control["action_id"] for control in controls_in(await house.home(member))}
        assert ("home.new_poll" in found) == leads
