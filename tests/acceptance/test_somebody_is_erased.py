"""Somebody is erased while everybody works: what was said of them goes from Slack, and nobody is left waiting for them."""

from datetime import timedelta
from pathlib import Path

from bot.conductor import Conductor
from bot.rights.erasing import erase
from sandbox import Person
from storage import members, outbox
from tests.acceptance.test_a_first_year_lived import begin
from tests.acceptance.village import FIRST_DAY, Village, button, last, village

BADGE = "Un badge pour l'atelier"


async def erased(here: Village, who: Person) -> None:
    def unit(conductor: Conductor) -> None:
        member = members.by_slack_id(conductor.tx, who.id)
        assert member is not None
        erase(conductor, member)

    await here.slack.deactivate(who)
    await here.breathe()
    await here.bot.desk.do(here.slack.team_id, unit)
    await here.breathe()


def heard(person: Person) -> str:
    return "\n".join(message.words() for message in person.received)


async def test_whoever_accompanied_them_keeps_no_word_of_them_and_goes_on(tmp_path: Path) -> None:
    async with village(tmp_path, size=6) as here:
        _, bastien, chloé, driss = here.people[:4]
        lila = await here.arrive("Lila", "Besson", email="lila@exemple.coop")
        await begin(here, lila, chloé, driss, bastien)
        await here.on(FIRST_DAY + timedelta(days=2))
        question = last(lila, "manque")
        await lila.click(question, **button(question, "Il me manque quelque chose"))
        await lila.write(BADGE)
        await here.breathe()
        await here.on(FIRST_DAY + timedelta(days=3))
        assert BADGE in heard(chloé)
        await erased(here, lila)
        for person in (chloé, driss, bastien):
            assert [words for words in (BADGE, lila.mention, "Besson") if words in heard(person)] == []
        await chloé.open_home()
        await here.breathe()
        assert chloé.home is not None
        assert lila.mention not in chloé.home.words()
        await here.on(FIRST_DAY + timedelta(days=400))
        failed = await here.bot.store.read(lambda tx: outbox.given_up(tx, 9), here.slack.team_id)
        assert [(one.message, one.reason) for one in failed] == []
