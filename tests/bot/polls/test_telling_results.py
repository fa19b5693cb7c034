"""A round as people live it in Slack: invited, recalled, told the results together, with a picture, and files for the meeting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.polls.opening import open_by_hand
from bot.setting_up import SetUp
from flows.living.barometer import barometer
from messages.dates import spoken_day
from sandbox import Person
from sandbox.faults import RateLimited, Refused
from storage import improvements, polls
from storage.improvements import Improvement
from storage.polls import PollSettings
from tests.bot.connected import Connected, connected
from tests.bot.polls.answering import filled


async def small_cooperative(coop: Connected, people: int = 9) -> list[Person]:
    """People, and a channel where things are announced."""
    others = [coop.slack.add_person(f"Prénom{number}", f"Nom{number}") for number in range(people - 1)]
    channel = coop.slack.add_channel("annonces")
    await coop.slack.invite(channel)
    await coop.bot.meet_everyone()
    choices = SetUp(name="Les Lucioles", management=(coop.lead.id,), announcements_channel=channel.id)
    assert await coop.bot.desk.set_up(coop.slack.team_id, coop.lead.id, choices) == {}
    await coop.bot.settle()
    return [coop.lead, *others]


async def open_round(coop: Connected, poll: str = "barometer") -> str:
    refusals: list[Any] = []
    team = coop.slack.team_id
    await coop.bot.desk.act(team, coop.lead.id, lambda it, me: refusals.append(open_by_hand(it, me, poll)))
    assert refusals == [None]
    await coop.bot.settle()
    return (await coop.bot.store.read(lambda tx: polls.open_rounds(tx)[-1], team)).id


async def let_days_pass(coop: Connected, days: int) -> None:
    for _ in range(days):
        coop.clock.move_to(coop.clock() + timedelta(days=1))
        await coop.bot.settle()


async def vote_of(coop: Connected, person: Person, comment: str) -> None:
    await person.click(invitation_of(person), action_id="offer.vote")
    await person.submit(person.modal, filled(person, comment))
    assert "scellées" in person.modal.words()
    await person.close(person.modal)


def invitation_of(person: Person) -> Any:
    return next(message for message in reversed(person.received) if "Trois minutes, dans une fenêtre" in message.text)


def said_to(person: Person, words: str) -> list[Any]:
    return [message for message in person.received if words in message.text]


def blocks_of(message: Any, kind: str) -> list[dict[str, Any]]:
    return [block for block in message.blocks if block["type"] == kind]


async def a_round_closed(coop: Connected, voters: int = 9) -> tuple[list[Person], str]:
    people = await small_cooperative(coop)
    round_id = await open_round(coop)
    for number, person in enumerate(people[:voters]):
        await vote_of(coop, person, f"Un mot de plus, le {number}")
    await let_days_pass(coop, 10)
    return people, round_id


async def test_the_invitation_says_who_asks_what_for_what_is_kept_and_the_rights(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people = await small_cooperative(coop)
        await open_round(coop)
        for person in people:
            words = invitation_of(person).text
            for promised in ("Les Lucioles", "facultatif", "anonymes", "sous 5 réponses", "sous 8", "cinq ans", "Awa"):
                assert promised in words
            assert "cnil.fr" in words
            assert "Qui a répondu" not in words


async def test_two_reminders_come_to_everybody_when_no_list_is_kept(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people = await small_cooperative(coop)
        await open_round(coop)
        await vote_of(coop, people[0], "Rien à dire.")
        await let_days_pass(coop, 10)
        for person in people:
            assert len(said_to(person, "J'écris à tout le monde")) == 1
            assert len(said_to(person, "C'est mon dernier mot")) == 1


async def test_where_the_list_is_kept_the_invitation_says_so_and_reminders_go_to_the_others(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people = await small_cooperative(coop)
        decided = PollSettings(poll=barometer, lists_participation=True)
        await coop.bot.store.run(lambda tx: polls.save_settings(tx, decided), coop.slack.team_id)
        await open_round(coop)
        assert "peut voir qui a répondu, jamais quoi" in invitation_of(people[1]).text
        await vote_of(coop, people[0], "Rien à dire.")
        await let_days_pass(coop, 10)
        assert said_to(people[0], "Trois minutes, si tu en as envie") == []
        assert len(said_to(people[1], "Trois minutes, si tu en as envie")) == 1


async def test_everybody_learns_the_results_at_the_same_moment_with_a_chart_and_a_picture(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people, _ = await a_round_closed(coop)
        results = [said_to(person, "9 réponses sur 9")[-1] for person in people]
        assert len({message.ts.partition(".")[0] for message in results}) == 1
        for message in results:
            (picture,) = blocks_of(message, "image")
            assert picture["slack_file"]["id"].startswith("F")
            assert "sur 5" in picture["alt_text"]
            assert len(blocks_of(message, "data_visualization")) == 1
        pictures = {blocks_of(message, "image")[0]["slack_file"]["id"] for message in results}
        assert len(pictures) == 1, "the same picture, given to Slack once"


async def test_a_picture_that_slack_looks_at_for_a_while_is_waited_for(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        coop.slack.workspace.looks_at_files = 20.0
        people, _ = await a_round_closed(coop)
        assert not said_to(people[0], "9 réponses sur 9")
        for _ in range(4):
            coop.clock.move_to(coop.clock() + timedelta(seconds=15))
            await coop.bot.settle()
        results = [said_to(person, "9 réponses sur 9") for person in people]
        assert [[len(blocks_of(message, "image")) for message in mine] for mine in results] == [[1]] * 9


async def test_the_channel_gets_the_results_and_a_message_for_each_dimension(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        await a_round_closed(coop)
        for _ in range(10):  # a channel hears one message a second
            coop.clock.move_to(coop.clock() + timedelta(seconds=2))
            await coop.bot.settle()
        said = [message.text for message in coop.slack.channel("annonces").messages]
        assert sum("9 réponses sur 9" in text for text in said) == 1
        assert sum("dans le fil de ce message" in text for text in said) == 6
        assert not any("Un mot de plus" in text for text in said), "comments are read in their window only"


async def test_the_files_come_to_whoever_asks_in_their_conversation(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people, _ = await a_round_closed(coop)
        results = said_to(people[3], "9 réponses sur 9")[-1]
        await people[3].click(results, action_id="offer.export_results")
        await coop.bot.settle()
        shared = people[3].received[-1]
        assert len(shared.payload["files"]) == 3
        assert "trois fichiers" in shared.text


async def test_results_are_read_from_the_message_with_comments_in_no_order(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people, _ = await a_round_closed(coop)
        await people[2].click(said_to(people[2], "9 réponses sur 9")[-1], action_id="offer.read_results")
        words = people[2].modal.words()
        assert words.count("Un mot de plus") == 9
        assert "9 réponses sur 9" in words


async def test_an_old_invitation_says_kindly_that_the_round_is_over(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people, _ = await a_round_closed(coop, voters=8)
        await people[8].click(invitation_of(people[8]), action_id="offer.vote")
        assert people[8].modal.controls() == []
        assert "clos" in people[8].modal.words() or "terminé" in people[8].modal.words()


async def test_what_was_decided_last_time_is_recalled_at_the_next_invitation(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        people, round_id = await a_round_closed(coop)
        line = Improvement(
            id=improvements.new_id(),
            source="round",
            finding="La charge déborde en fin de mois",
            action="Un jour sans réunion",
            due_on=coop.clock().date() + timedelta(days=20),
            opened_on=coop.clock().date(),
            poll="barometer",
            round_id=round_id,
        )
        await coop.bot.store.run(lambda tx: improvements.save(tx, line), coop.slack.team_id)
        await let_days_pass(coop, 84)
        assert "Un jour sans réunion (en cours)" in invitation_of(people[4]).text
        assert coop.clock() < datetime(2026, 7, 15, tzinfo=UTC)


async def test_a_workspace_that_takes_no_chart_gets_the_words_alone(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        drawn = Refused("invalid_blocks")
        coop.slack.faults.next(
            "chat.postMessage", drawn, times=100, only=lambda body: "data_visualization" in str(body)
        )
        people, _ = await a_round_closed(coop)
        message = said_to(people[0], "9 réponses sur 9")[-1]
        assert blocks_of(message, "data_visualization") == []
        assert blocks_of(message, "actions")


async def test_a_workspace_that_takes_no_chart_gets_the_picture_all_the_same(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        coop.slack.workspace.draws_charts = False
        people, _ = await a_round_closed(coop)
        message = said_to(people[0], "9 réponses sur 9")[-1]
        assert blocks_of(message, "data_visualization") == []
        assert len(blocks_of(message, "image")) == 1


async def test_results_come_without_a_picture_when_the_app_may_not_give_files(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        coop.slack.faults.next("files.getUploadURLExternal", Refused("missing_scope"), times=100)
        people, _ = await a_round_closed(coop)
        message = said_to(people[0], "9 réponses sur 9")[-1]
        assert blocks_of(message, "image") == []
        assert len(blocks_of(message, "data_visualization")) == 1


async def test_a_picture_that_slack_is_slow_to_take_is_waited_for(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        coop.slack.faults.next("files.completeUploadExternal", RateLimited(30))
        people, _ = await a_round_closed(coop)
        coop.clock.move_to(coop.clock() + timedelta(minutes=2))
        await coop.bot.settle()
        assert len(blocks_of(said_to(people[0], "9 réponses sur 9")[-1], "image")) == 1


@pytest.mark.parametrize("takes_charts", [True, False], ids=["with a chart and a picture", "in words alone"])
async def test_the_day_given_under_the_results_shows_there_and_is_asked_no_more(
    tmp_path: Path, takes_charts: bool
) -> None:
    async with connected(tmp_path) as coop:
        if not takes_charts:
            for method in ("chat.postMessage", "chat.update"):
                drawn = Refused("invalid_blocks")
                coop.slack.faults.next(method, drawn, times=100, only=lambda body: "data_visualization" in str(body))
        await a_round_closed(coop)
        message = said_to(coop.lead, "Quel jour en parler")[-1]
        assert "9 réponses sur 9" in message.text, "one message says both"
        day = coop.clock().date() + timedelta(days=4)
        await coop.lead.select(message, "pick", day.isoformat())
        await coop.bot.settle()
        shown = said_to(coop.lead, "Quel jour en parler")[-1]
        assert shown.ts == message.ts
        assert f"Bien noté : {spoken_day('fr', day, coop.clock().date())}" in shown.text.replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert not {"pick", "skip"} & {control.action_id for control in shown.controls()}
        for kind in ("image", "data_visualization"):
            assert blocks_of(shown, kind) == blocks_of(message, kind)
