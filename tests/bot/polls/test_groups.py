"""Results by group, where the cooperative wants them: all the groups of a cut or none, in the window as in the files."""

from collections.abc import Sequence
from pathlib import Path

from bot.polls.voting import vote
from bot.setting_up import Card
from flows.living.barometer import barometer
from sandbox import Person
from storage import polls
from storage.polls import PollSettings
from tests.bot.polls.held import answers_to
from tests.bot.polls.led import Led, led
from tests.bot.polls.read_back import Page, Row, rows_of_csv, rows_of_ods
from tests.bot.polls.test_sharing import files_given_to

HIDDEN = "pas montré par groupe : l'un d'eux se reconnaîtrait"
NASTY = "<!here> & =1+1"


async def closed(home: Led, teams: Sequence[str], voters: Sequence[bool]) -> None:
    """A round by team, closed: `teams` says whose each person is, `voters` who answers."""
    coop, team = home.coop, home.coop.slack.team_id
    people = [home.lead, *home.others]
    for person, name in zip(people, teams, strict=True):
        assert await coop.bot.desk.describe(team, home.lead.id, Card(person=person.id, team=name)) == {}
    by_team = PollSettings(poll=barometer, cuts=("team",))
    await coop.bot.store.run(lambda tx: polls.save_settings(tx, by_team), team)
    record = await home.open_round()
    for number, (person, votes) in enumerate(zip(people, voters, strict=True)):
        if votes:
            given = answers_to(record.round.poll, (2, 4, 5, 3)[number % 4])
            await coop.bot.desk.act(team, person.id, lambda it, me, given=given: vote(it, me, record.id, given))  # type: ignore[misc]
    await home.let_days_pass(14)


async def read_by(home: Led, person: Person) -> str:
    """The window of results, whole."""
    (record,) = await home.rounds()
    await home.press("read_results", record.id, by=person)
    words = str(person.modal.words()).replace("\N{NO-BREAK SPACE}", " ")
    await person.close(person.modal)
    return words


async def by_team(home: Led, person: Person) -> tuple[list[Row], list[list[str]], list[list[str]]]:
    """The lines by team in the table, in the spreadsheet and on the page."""
    (record,) = await home.rounds()
    table, spreadsheet, page = await files_given_to(home, person, record.id)
    rows = [row for row in rows_of_csv(table) if row.kind == "Par équipe"]
    lines = [row for row in rows_of_ods(spreadsheet)[0] if row[0] == "Par équipe"]
    return rows, lines, [row for row in Page(page).rows if row[0].startswith("Par équipe")]


async def test_two_teams_large_enough_are_shown_side_by_side_in_the_window_and_in_the_files(tmp_path: Path) -> None:
    async with led(tmp_path, people=12) as home:
        await closed(home, ["Atelier"] * 6 + [NASTY] * 6, [True] * 12)
        lea = home.others[0]
        words = await read_by(home, lea)
        assert "Par équipe" in words
        assert words.count("Atelier 3,3 sur 5 · &lt;!here&gt; &amp; =1+1 3,7 sur 5") == 12
        table, spreadsheet, page = await by_team(home, lea)
        assert len(table) == 2 * 12
        quality = "J'ai le temps et les moyens de faire un travail de qualité."
        assert table[:2] == [
            Row("Par équipe", f"{quality} (Atelier)", "3,3", "3,3 sur 5", "6", ""),
            Row("Par équipe", f"{quality} ({NASTY})", "3,7", "3,7 sur 5", "6", ""),
        ]
        assert [list(row) for row in table] == spreadsheet
        assert [[f"{row.kind}\N{NO-BREAK SPACE}: {row.name}", row.words, row.n] for row in table] == page


async def test_with_a_small_team_nothing_is_shown_of_any_team(tmp_path: Path) -> None:
    async with led(tmp_path, people=12) as home:
        await closed(home, ["Atelier"] * 8 + ["Bureau"] * 4, [True] * 12)
        lea = home.others[0]
        words = await read_by(home, lea)
        assert "12 réponses sur 12" in words
        for told in ("Par équipe", "Atelier", "Bureau"):
            assert told not in words
        assert await by_team(home, lea) == ([], [], [])


async def test_with_too_few_answers_in_one_team_it_is_said_that_teams_are_not_shown_and_not_which(
    tmp_path: Path,
) -> None:
    async with led(tmp_path, people=12) as home:
        await closed(home, ["Atelier"] * 6 + ["Bureau"] * 6, [*[True] * 6, *[True] * 4, False, False])
        lea = home.others[0]
        words = await read_by(home, lea)
        assert f"Par équipe\n{HIDDEN}" in words.replace("*", "")
        table, spreadsheet, page = await by_team(home, lea)
        (row,) = table
        assert (row.name, row.value, row.words.replace("\N{NO-BREAK SPACE}", " "), row.n) == ("", "", HIDDEN, "")
        assert [list(row)] == spreadsheet
        assert len(page) == 1
        for told in ("Atelier", "Bureau"):
            assert told not in words
