"""Whoever has the files of the database reads nothing of what people wrote in answers, whatever they were asked."""

from storage.vault import Vault
from tests.bot.asking import RARE, asked, questions
from tests.bot.cooperative import LEAD, WORKSPACE, cooperative
from tests.bot.polls.hostile.reader import HostileReader

KEY = bytes(range(64, 96))


async def test_not_a_word_of_any_answer_is_in_the_files_of_the_database(database_url: str) -> None:
    async with cooperative(database_url, vault=Vault((KEY,))) as coop:
        for question in questions():
            ref = await asked(coop, question)
            assert await coop.desk.answer(WORKSPACE, LEAD, ref, question.given) is None
            found = await coop.talk(question.flow.name)
            assert question.words in str(found.steps[question.step.name].value)
        await coop.speak()
        reader = HostileReader(database_url)
        assert reader.finds(b"Les Lucioles")
        assert reader.finds(RARE.encode(), KEY, KEY.hex().encode()) == set()


async def test_not_a_word_typed_in_the_conversation_with_us_is_there_either(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        for question in questions():
            await asked(coop, question)
            await coop.desk.words(WORKSPACE, LEAD, question.words, f"Ev-{question.flow.name}-{question.step.name}")
        await coop.speak()
        assert HostileReader(database_url).finds(RARE.encode()) == set()
