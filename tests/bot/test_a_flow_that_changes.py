"""The whole bot, started again with another release of a flow, under a conversation begun before."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Bot
from bot.clock import MovableClock
from bot.setting_up import SetUp
from flows import ALL_FLOWS
from flows.core.answers import Choice, Done
from flows.core.model import SUBJECT, Ask, Flow, Say, Start, Step
from sandbox import Message, Person, Sandbox
from tests.bot.connected import MORNING, settings_for

WHOLE = Flow("whole", (Start("go", flow="trial"), Say("over")))
MORE, THANKS = Ask("more", Done()), Say("thanks")
FORMER = (Ask("mood", Choice("fine", "low")), MORE, THANKS)
BLOCKS = {
    "mood": "Comment ça va ?",
    "mood__fine": "Bien",
    "mood__low": "Bof",
    "mood__so_so": "Moyen",
    "feeling": "Comment vas-tu ?",
    "feeling__fine": "Bien",
    "more": "Une chose à faire.",
    "thanks": "Merci.",
    "over": "C'est fini.",
}
"""What every release says."""


@dataclass
class Life:
    """Léa, in the middle of a conversation, in a practice workspace where the bot stops and starts."""

    slack: Sandbox
    clock: MovableClock
    folder: Path
    lea: Person

    @asynccontextmanager
    async def release(self, *steps: Step) -> AsyncIterator[Bot]:
        """A bot that asks and says these in the flow `trial`."""
        settings = replace(settings_for(self.slack, self.folder), texts_folder=self.folder / "texts")
        flows = (*ALL_FLOWS, Flow("trial", steps), WHOLE)
        async with Bot.open(settings, clock=self.clock, flows=flows) as bot, bot.answering():
            await self.slack.connected()
            await bot.settle()
            yield bot

    async def click(self, bot: Bot, begins: str, label: str) -> None:
        self.clock.advance(timedelta(minutes=1))
        await self.lea.click(self.message(begins), label)
        await bot.settle()

    def message(self, begins: str) -> Message:
        [found] = [one for one in self.lea.received if one.words().startswith(begins)]
        return found

    def buttons(self, begins: str) -> list[str]:
        return [control.label for control in self.message(begins).controls()]

    @property
    def heard(self) -> list[str]:
        return [line for message in self.lea.received for line in message.words().splitlines()]


def write(words: Path, blocks: Mapping[str, str]) -> None:
    written = "".join(f"{{% block {name} %}}{said}{{% endblock %}}" for name, said in blocks.items())
    for flow in ("trial", "whole"):
        (words / f"{flow}.j2").write_text(written, encoding="utf-8")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    clock, words = MovableClock(MORNING), tmp_path / "texts" / "fr"
    words.mkdir(parents=True)
    write(words, BLOCKS)
    async with Sandbox.serve(clock=clock) as slack:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        life = Life(slack, clock, tmp_path, slack.add_person("Léa"))
        async with life.release(*FORMER) as bot:
            await bot.desk.set_up(slack.team_id, lead.id, SetUp(name="Les Lucioles", management=(lead.id,)))
            await bot.desk.begin(slack.team_id, "whole", {SUBJECT: life.lea.id}, clock().date(), {})
            await bot.settle()
        yield life


async def test_a_question_under_another_name_is_another_question(life: Life) -> None:
    async with life.release(Ask("feeling", Choice("fine")), MORE, THANKS) as bot:
        assert life.buttons("Comment vas-tu") == ["Bien"]
        assert life.buttons("Comment ça va") == ["Bien", "Bof"]
        await life.click(bot, "Comment vas-tu", "Bien")
        await life.click(bot, "Une chose", "C'est fait")
        assert life.heard[-2:] == ["Merci.", "C'est fini."]
        assert life.buttons("Comment ça va") == []


async def test_a_question_that_is_removed_holds_nothing_back(life: Life) -> None:
    async with life.release(MORE, THANKS) as bot:
        await life.click(bot, "Comment ça va", "Bof")
        assert life.message("Bonjour").words().startswith("Bonjour\N{NO-BREAK SPACE}! Que veux-tu faire")
        assert life.buttons("Comment ça va") == []
        await life.click(bot, "Une chose", "C'est fait")
        assert life.heard[-2:] == ["Merci.", "C'est fini."]


@pytest.mark.parametrize("kept", [True, False], ids=["with its words", "without"])
@pytest.mark.parametrize("pressed", [True, False], ids=["pressed", "until all is over"])
async def test_a_question_that_is_removed_closes_once_pressed_or_once_all_is_over(
    life: Life, kept: bool, pressed: bool
) -> None:
    asked = life.message("Comment ça va")
    left = {name: said for name, said in BLOCKS.items() if kept or not name.startswith("mood")}
    write(life.folder / "texts" / "fr", left)
    async with life.release(MORE, THANKS) as bot:
        assert [control.label for control in asked.controls()] == ["Bien", "Bof"]
        if pressed:
            await life.lea.click(asked, "Bof")
            await bot.settle()
            assert "Ce bouton vient d'une conversation" in life.lea.whispers[-1].words()
        else:
            await life.click(bot, "Une chose", "C'est fait")
        assert list(asked.controls()) == []
        assert asked.words().startswith("Comment ça va" if kept else "Cette question s'est refermée")


async def test_a_button_of_an_option_that_is_no_more_gives_way_to_those_there_are(life: Life) -> None:
    async with life.release(Ask("mood", Choice("fine", "so_so")), MORE, THANKS) as bot:
        await life.click(bot, "Comment ça va", "Bof")
        assert "les boutons montrent" in life.lea.whispers[-1].words()
        assert life.buttons("Comment ça va") == ["Bien", "Moyen"]
        await life.click(bot, "Comment ça va", "Moyen")
        assert life.buttons("Une chose") == ["C'est fait"]


async def test_an_answer_stays_what_it_was_once_its_option_is_no_more(life: Life) -> None:
    async with life.release(*FORMER) as bot:
        await life.click(bot, "Comment ça va", "Bof")
    async with life.release(Ask("mood", Choice("fine", "so_so")), MORE, THANKS) as bot:
        await life.click(bot, "Une chose", "C'est fait")
        assert "Bien noté : Bof" in life.message("Comment ça va").words().replace("\N{NO-BREAK SPACE}", " ")
        assert life.heard[-2:] == ["Merci.", "C'est fini."]


async def test_a_flow_left_without_a_step_ends_and_what_began_it_goes_on(life: Life) -> None:
    async with life.release():
        assert life.buttons("Comment ça va") == []
        assert life.heard == ["Comment ça va\N{NO-BREAK SPACE}?", "C'est fini."]
