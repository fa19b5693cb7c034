"""The files of results in somebody's conversation: in their language, once the round is closed, with what was decided since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.core.poll import Dimension, Item, Kind, Poll
from flows.living.radar import radar
from sandbox import Person
from storage import improvements, polls
from storage.improvements import Improvement
from storage.polls import PollSettings
from tests.bot.polls.answering import filled
from tests.bot.polls.led import Led, led
from tests.bot.polls.read_back import Page, rows_of_csv, rows_of_ods
from tests.bot.polls.reported import improvement


async def names_given_to(home: Led, person: Person, round_id: str) -> list[str]:
    """Ask for the files from the Home, and give their names."""
    await home.press("export_results", round_id, by=person)
    await home.coop.bot.settle()
    return [file["name"] for file in person.received[-1].payload["files"]]


async def files_given_to(home: Led, person: Person, round_id: str) -> Sequence[bytes]:
    """Ask for the files from the Home, and take them: CSV, ODS, HTML."""
    await names_given_to(home, person, round_id)
    uploads = home.coop.slack.workspace.uploads
    found = [uploads[file["id"]].content for file in person.received[-1].payload["files"]]
    contents = [content for content in found if content is not None]
    assert len(contents) == 3
    return contents


async def a_closed_round(home: Led, poll: str = "barometer", voters: int = 8) -> str:
    record = await home.open_round(poll)
    for person in home.others[:voters]:
        await home.press("vote", record.id, by=person)
        await person.submit(person.modal, filled(person, "Garder le café."))
        await person.close(person.modal)
    await home.let_days_pass(14)
    return record.id


async def test_each_person_gets_the_files_in_their_own_language(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        lea, john = home.others[:2]
        await home.speaks(john, "en")
        round_id = await a_closed_round(home)
        assert await names_given_to(home, lea, round_id) == [
            f"barometre-qvct-2026-04-10.{ending}" for ending in ("csv", "ods", "html")
        ]
        assert "en trois fichiers" in lea.received[-1].text
        table, spreadsheet, page = await files_given_to(home, john, round_id)
        assert home.coop.slack.workspace.uploads[john.received[-1].payload["files"][0]["id"]].name.startswith("working")
        assert rows_of_csv(table, ",")[0].words == "8 answers out of 9 (88%)"
        assert rows_of_ods(spreadsheet, "en")[0][0][3] == rows_of_csv(table, ",")[0].words
        assert dict(Page(page).tags)["html"]["lang"] == "en"


@pytest.mark.parametrize(
    ("locale", "said"), [("fr", "Ces résultats n'existent pas, ou pas encore"), ("en", "do not exist, or not yet")]
)
async def test_there_is_no_file_of_an_open_round_nor_of_none(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        record, lea = await home.open_round(), home.others[0]
        for round_id in (record.id, "r_0123456789abcdef"):
            await home.forge(lea, "export_results", round_id)
            assert said in lea.received[-1].text
            assert "files" not in lea.received[-1].payload
            await home.forge(lea, "read_results", round_id)
            assert said in lea.modal.words()
            await lea.close(lea.modal)
        assert home.coop.slack.workspace.uploads == {}


async def test_the_files_hold_what_was_decided_after_this_poll_and_not_after_another(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        round_id = await a_closed_round(home)
        today = home.coop.clock().date()
        line = replace(improvement(), due_on=today + timedelta(days=20), opened_on=today, poll="barometer")

        async def decide(one: Improvement) -> None:
            await home.coop.bot.store.run(lambda tx: improvements.save(tx, one), home.coop.slack.team_id)

        await decide(line)
        await decide(replace(line, id="i_2", action="Un tour de parole", poll=""))
        await decide(replace(line, id="i_3", action="Former au radar", poll=radar.name))
        await decide(replace(line, id="i_4", action="Bien avant", opened_on=today - timedelta(days=30)))
        _, spreadsheet, page = await files_given_to(home, home.others[0], round_id)
        assert [row[1] for row in rows_of_ods(spreadsheet)[2]] == ["Un jour sans réunion", "Un tour de parole"]
        words = Page(page).words
        assert "Un tour de parole" in words
        assert "Former au radar" not in words


TYPED = "<https://exemple.coop|ici> <!channel> & co"
IN_SLACK = "&lt;https://exemple.coop|ici&gt; &lt;!channel&gt; &amp; co"


async def test_words_that_the_cooperative_typed_ring_nobody_and_lead_nowhere(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        typed = {"fr": TYPED}
        items = (Item("q_1", dimension="whole", texts=typed), Item("q_2", Kind.OPEN, texts=typed))
        own = Poll("own_1", items, (Dimension("whole", typed),), texts=typed)
        await home.coop.bot.store.run(
            lambda tx: polls.save_settings(tx, PollSettings(poll=own)), home.coop.slack.team_id
        )
        round_id = await a_closed_round(home, "own_1")
        lea = home.others[0]
        await home.press("read_results", round_id, by=lea)
        words = lea.modal.words()
        assert words.count(IN_SLACK) == 4, "the title, the theme and both questions"
        assert TYPED not in words
        assert TYPED not in lea.received[-1].text
        await lea.close(lea.modal)
        _, _, page = await files_given_to(home, lea, round_id)
        assert Page(page).faults == []
        assert TYPED in Page(page).texts("h1")


@pytest.mark.parametrize(
    ("locale", "told", "kindly"),
    [
        ("fr", "0 réponse sur 9", "On peut en parler de vive voix."),
        ("en", "0 answers out of 9", "We can talk about it aloud."),
    ],
)
async def test_a_round_that_nobody_answered_is_told_without_a_crash_nor_a_reproach(
    tmp_path: Path, locale: str, told: str, kindly: str
) -> None:
    async with led(tmp_path, locale=locale) as home:
        round_id = await a_closed_round(home, voters=0)
        lea = home.others[0]
        message = next(one for one in reversed(lea.received) if told in one.text)
        assert kindly in message.text
        assert not [block for block in message.blocks if block["type"] == "data_visualization"]
        await home.press("read_results", round_id, by=lea)
        assert told in lea.modal.words()
        await lea.close(lea.modal)
        table, spreadsheet, page = await files_given_to(home, lea, round_id)
        rows = rows_of_csv(table, ";" if locale == "fr" else ",")
        assert rows[0].words.startswith(told)
        assert [row for row in rows[1:] if row.value or row.n] == []
        assert len(rows_of_ods(spreadsheet, locale)) == 3
        assert Page(page).faults == []
