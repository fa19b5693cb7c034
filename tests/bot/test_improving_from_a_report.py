"""What was read in an astonishment report becomes an action, and nothing written down leads back to whoever wrote the report."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.admissions import ADMISSIONS
from bot.conductor import Conductor
from bot.deeds import DEEDS
from bot.score import Score
from bot.wire import Ref
from flows import ALL_FLOWS
from flows.joining.fresh_eyes_report import QUESTIONS
from sandbox import Person
from storage import Transaction, conversations, members
from tests.bot.planned import ACTION, FINDING, Planned, given, planned
from tests.bot.test_improving import said_to

WORDS = {
    "fr": ("Lire le rapport", "En faire une action", "Nouvelle action"),
    "en": ("Read the report", "Make it an action", "New action"),
}
both_languages = pytest.mark.parametrize("locale", ["fr", "en"])


async def a_report_sent(home: Planned, author: Person, *, coop_buddy: Person, job_buddy: Person) -> str:
    """The id of the conversation it was written in."""
    team, desk, clock = home.coop.slack.team_id, home.coop.bot.desk, home.coop.clock
    score = Score({flow.name: flow for flow in ALL_FLOWS}, DEEDS, ADMISSIONS)

    def begin(tx: Transaction) -> str:
        people = {"subject": author, "coop_buddy": coop_buddy, "job_buddy": job_buddy}
        cast = {part: id_of(tx, person) for part, person in people.items()}
        return Conductor(tx, score, clock()).begin("fresh_eyes_report", cast)

    talk = await home.coop.bot.store.run(begin, team)
    for question in QUESTIONS:
        forms = {"the_cooperative": {"clarity": 2, "vision": "Loin"}, "one_change": {"keep": "le pain"}}
        answer = forms.get(question.name, "Le bruit de la scie, toute la journée")
        assert await desk.answer(team, author.id, Ref(talk, question.name), answer) is None
    assert await desk.answer(team, author.id, Ref(talk, "review"), "send") is None
    await home.coop.bot.settle()
    return talk


def id_of(tx: Transaction, person: Person) -> str:
    found = members.by_slack_id(tx, person.id)
    assert found is not None
    return found.id


@both_languages
async def test_a_lead_who_reads_a_report_makes_an_action_of_it(tmp_path: Path, locale: str) -> None:
    read, make, new = WORDS[locale]
    async with planned(tmp_path, locale=locale) as home:
        await a_report_sent(home, home.others[0], coop_buddy=home.lead, job_buddy=home.others[1])
        await home.lead.click(home.lead.received[-1], read)
        report = home.lead.modal
        await home.lead.click(report, make)
        assert home.lead.modal.title == new
        assert home.lead.modal.control("field", block_id="f1|source").element["initial_option"]["value"] == "report"
        await home.send(**{name: value for name, value in given(home.others[2]).items() if name != "source"})
        assert home.lead.modal is report, "one goes on reading"
        line = await home.line()
        assert (line.source, line.round_id, line.poll, line.finding) == ("report", None, "", FINDING)
        assert ACTION in (await home.home_of(home.others[0])).words()


@both_languages
async def test_a_reader_who_does_not_lead_has_no_button(tmp_path: Path, locale: str) -> None:
    read, make, _ = WORDS[locale]
    async with planned(tmp_path, locale=locale) as home:
        await a_report_sent(home, home.others[0], coop_buddy=home.lead, job_buddy=home.others[1])
        reader = home.others[1]
        await reader.click(reader.received[-1], read)
        assert "Le bruit de la scie" in reader.modal.words()
        assert make not in reader.modal.words()
        assert reader.modal.controls() == []


async def test_nothing_written_down_leads_back_to_the_report(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        author = home.others[0]
        before = await home.reads(everything)
        talk = await a_report_sent(home, author, coop_buddy=home.lead, job_buddy=home.others[1])
        between = await home.reads(everything)
        await home.lead.click(home.lead.received[-1], "Lire le rapport")
        await home.lead.click(home.lead.modal, "En faire une action")
        assert talk not in str(home.lead.modal.given)
        await home.send(**given(home.others[2], source="report"))
        after = await home.reads(everything)
        ids = await home.reads(lambda tx: {id_of(tx, author), id_of(tx, home.lead), talk, author.id, home.lead.id})
        written = {table: [row for row in rows if row not in between[table]] for table, rows in after.items()}
        told = [row for rows in (written["improvement"], written["conversation"], written["casting"]) for row in rows]
        assert len(written["improvement"]) == len(written["conversation"]) == 1
        assert len(before["improvement"]) == 0
        for row in told:
            assert not [one for one in ids if one in row], row
        said = [row for row in written["outbox"] if FINDING in row or ACTION in row]
        assert said == [], "the outbox holds small ids only"
        assert said_to(home.others[2], "porte ton nom")


def everything(tx: Transaction) -> dict[str, list[str]]:
    """Every row of the tables an action may leave a trace in, as text."""
    names = ("improvement", "conversation", "casting", "outbox")
    found: dict[str, list[str]] = {}
    for name in names:
        rows: Any = tx.connection.execute(sa.text(f"select * from {name}")).mappings()
        found[name] = [str(dict(row)) for row in rows]
    assert conversations.of_flow(tx, "action_follow_up") is not None
    return found
