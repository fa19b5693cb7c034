"""Letters to whoever has left, and how they are told to stop."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.setting_up import SetUp
from bot.wire import Ref
from storage import workspaces
from tests.bot.letterbox.conftest import A_MONTH, A_WEEK, A_YEAR
from tests.bot.parted import ADDRESS, Parted, links_in, parted

# -- the letters


async def test_whoever_agreed_is_written_to_once_they_have_left(life: Parted) -> None:
    (farewell, spared) = await life.live(A_WEEK)
    assert (farewell.to, farewell.subject) == (ADDRESS, "Bonne route")
    assert farewell.text.startswith("Bonne route, Lila.")
    assert farewell.house == "Les Lucioles"
    assert spared.subject == "Des nouvelles"
    assert life.lila.received == []


async def test_a_reply_to_a_letter_goes_where_the_cooperative_said_and_else_where_it_comes_from(life: Parted) -> None:
    (farewell, _) = await life.live(A_WEEK)
    assert farewell.reply_to is None
    for told, kept in (("contact@lucioles.example", "contact@lucioles.example"), ("", None)):
        assert await life.bot.desk.set_up(life.slack.team_id, life.lead.id, SetUp(reply_to=told)) == {}
        assert (await life.reads(workspaces.find)).reply_to == kept  # type: ignore[union-attr]
        if kept:
            assert {letter.reply_to for letter in await life.live(A_MONTH)} == {kept}


@pytest.mark.parametrize("theirs", [True, False])
async def test_whoever_leads_hears_that_replies_go_to_an_account_that_is_closed(tmp_path: Path, theirs: bool) -> None:
    """Letters say that a person will read the reply."""
    async with parted(tmp_path) as life:
        address = str((await life.member()).email).upper() if theirs else "contact@lucioles.example"
        assert await life.bot.desk.set_up(life.slack.team_id, life.lead.id, SetUp(reply_to=address)) == {}
        await life.close_account()
        await life.live(A_WEEK)
        told = [said for said in life.lead.received if address in said.text]
        assert len(told) == theirs
        if theirs:
            assert "Lila" in told[0].text
            await life.lead.click(told[0], action_id="offer.setup")
            assert life.lead.modal.title == "La coopérative"


async def test_a_letter_shows_the_emoji_of_the_cooperative_s_name(life: Parted) -> None:
    """Slack hands over by its name what was typed in the settings."""
    choices = SetUp(name="Les Abeilles :bee:")
    assert await life.bot.desk.set_up(life.slack.team_id, life.lead.id, choices) == {}
    (farewell, _) = await life.live(A_WEEK)
    assert farewell.house == "Les Abeilles 🐝"
    assert ":bee:" not in farewell.text


async def test_each_letter_says_how_to_receive_nothing_more(life: Parted) -> None:
    (farewell, _) = await life.live(A_WEEK)
    assert farewell.text.splitlines()[-1] == f"Pour ne plus rien recevoir\N{NO-BREAK SPACE}: {farewell.stop}"
    assert str(farewell.stop).startswith(f"{life.url}/former/")


async def test_without_a_public_address_one_stops_letters_by_answering(tmp_path: Path) -> None:
    async with parted(tmp_path, public=False) as life:
        await life.begin()
        await life.consent()
        await life.close_account()
        letters = await life.live(A_MONTH)
    assert [letter.stop for letter in letters] == [None] * 3
    assert all("réponds à cette lettre" in letter.text for letter in letters)
    assert not any(links_in(letter) for letter in letters)


async def test_without_consent_no_letter_is_ever_written(tmp_path: Path) -> None:
    async with parted(tmp_path) as life:
        await life.begin()
        await life.close_account()
        assert await life.live(A_YEAR + A_MONTH) == []
        assert (await life.talk()).status == "stopped"


async def test_without_a_mail_server_a_closed_account_ends_it_all(tmp_path: Path) -> None:
    async with parted(tmp_path, smtp=False) as life:
        await life.begin()
        await life.consent()
        await life.close_account()
        assert (await life.talk()).status == "stopped"


async def test_what_is_not_said_by_letter_stops_with_the_account(tmp_path: Path) -> None:
    async with parted(tmp_path) as life:
        await life.begin("on_slack")
        await life.consent()
        await life.close_account()
        assert (await life.talk("on_slack")).status == "stopped"


async def test_somebody_still_there_is_not_written_to(tmp_path: Path) -> None:
    async with parted(tmp_path) as life:
        await life.begin()
        await life.consent()
        assert await life.live(A_WEEK) == []
        assert [message.text for message in life.lila.received][-2:] == [
            "Bonne route, Lila.",
            "Des nouvelles, sans plus.",
        ]


async def test_letters_wait_for_their_hours(life: Parted) -> None:
    life.clock.move_to(life.clock().replace(hour=3) + timedelta(days=1))
    assert await life.settle() == []
    assert [letter.subject for letter in await life.live(timedelta(hours=8))] == ["Bonne route"]


async def test_whoever_wants_less_is_spared_what_can_be(tmp_path: Path) -> None:
    async with parted(tmp_path) as life:
        await life.begin()
        await life.consent(pace="less")
        await life.close_account()
        letters = await life.live(A_MONTH)
        assert [letter.subject for letter in letters] == ["Bonne route", "Comment va la suite ?"]


async def test_a_reminder_is_a_letter_too(asked: Parted) -> None:
    (reminder,) = await asked.live(timedelta(days=7))
    assert reminder.subject == "Comment va la suite ?"
    assert reminder.text.startswith("Je te remets ceci sous les yeux")
    assert await asked.page() in reminder.text


# -- stopping


async def test_one_click_of_a_mail_program_stops_the_letters(life: Parted) -> None:
    (farewell, _) = await life.live(A_WEEK)
    status, page, _ = await life.post_to(str(farewell.stop), {"List-Unsubscribe": "One-Click"}, allow_redirects=False)
    assert status == 200
    assert "Ton adresse est effacée" in page
    assert await life.address() is None
    assert await life.live(A_YEAR) == []
    assert (await life.talk()).status == "stopped"


async def test_merely_looking_changes_nothing(life: Parted) -> None:
    (farewell, _) = await life.live(A_WEEK)
    for url in (str(farewell.stop), await life.page(), f"{await life.page()}?said=kept_less&choice=erase"):
        assert (await life.get(url))[0] == 200
        async with life.web.head(url) as answer:
            assert answer.status == 200
    assert await life.address() == ADDRESS
    assert (await life.member()).pace == "all"


async def test_what_was_already_queued_is_not_written_to_whoever_wants_nothing_more(life: Parted) -> None:
    life.clock.advance(timedelta(days=2))
    await life.bot.desk.tick()
    status, _, _ = await life.post_to(await life.page(), {"gesture": "touch", "choice": "erase"})
    assert status == 200
    assert await life.settle() == []
    assert await life.given_up() == []


async def test_an_address_erased_is_nowhere_any_more(tmp_path: Path) -> None:
    async with parted(tmp_path) as life:
        await life.begin()
        await life.begin("where_to")
        await life.bot.settle()
        talk = await life.talk("where_to")
        ref = Ref(talk.id, "address")
        assert await life.bot.desk.answer(life.slack.team_id, life.lila.id, ref, ADDRESS) is None
        await life.consent()
        await life.close_account()
        await life.live(A_MONTH)
        assert (await life.talk("where_to")).steps["address"].value == ADDRESS
        await life.post_to(f"{await life.page()}/stop", {})
        assert (await life.talk("where_to")).steps["address"].value is None
        for file in tmp_path.glob("parcours.db*"):
            assert ADDRESS.encode() not in file.read_bytes(), file.name
