"""A newcomer whose account has another e-mail than the one given: the management hears of it, once, and can mend it."""

from pathlib import Path

from tests.acceptance.village import FIRST_DAY, last, village


async def test_the_management_hears_of_it_on_the_first_day_and_what_it_is_told_to_do_works(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.awa.shortcut("welcome")
        given = {"f1|first_name": "Lila", "f1|email": "lila@exemple.coop", "f1|first_day": FIRST_DAY.isoformat()}
        assert (await here.awa.submit(here.awa.modal, given)).errors == {}
        lila = await here.arrive("Lila", "Besson", email="lila.besson@ailleurs.coop")
        await here.on(FIRST_DAY)
        assert not [one for one in lila.received if "Bienvenue" in one.words()]
        told = [one.words() for one in here.awa.received if "Je ne trouve pas le compte de Lila" in one.words()]
        assert len(told) == 1
        assert "l***@exemple.coop" in told[0]
        assert "lila@exemple.coop" not in told[0]
        await here.awa.open_home()
        await here.breathe()
        assert here.awa.home is not None
        cancel = next(one for one in here.awa.home.controls() if one.action_id == "home.cancel_arrival")
        await here.awa.click(here.awa.home, action_id=cancel.action_id, block_id=cancel.block_id)
        await here.breathe()
        assert (await here.welcome(lila)).errors == {}
        await here.on(FIRST_DAY, hour=15)
        assert last(lila, "Bienvenue Lila")
        assert len([one for one in here.awa.received if "Je ne trouve pas le compte" in one.words()]) == 1


async def test_nothing_is_said_of_an_account_that_is_there(tmp_path: Path) -> None:
    async with village(tmp_path) as here:
        await here.welcome(await here.arrive("Lila", "Besson"))
        await here.on(FIRST_DAY)
        assert not [one for one in here.awa.received if "Je ne trouve pas le compte" in one.words()]
