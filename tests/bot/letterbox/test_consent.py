"""Consent, asked again; and addresses nobody reads."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.letterbox import consent
from flows.core.people import Member
from storage import contacts
from tests.bot.letterbox.conftest import A_MONTH, A_YEAR
from tests.bot.parted import ADDRESS, Parted, parted

# -- consent, asked again


async def test_whoever_agreed_long_ago_is_asked_again_and_says_so(life: Parted) -> None:
    await life.live(timedelta(days=3 * 365 + 5))
    await life.bot.every_night()
    (again,) = await life.live(timedelta(days=4))
    assert "permis de t'écrire" in again.text
    await life.post_to(await life.page(), {"gesture": "touch", "choice": "less"})
    for _ in range(4):
        assert await life.live(timedelta(days=60)) == []
        await life.bot.every_night()
    assert await life.address() == ADDRESS


async def test_silence_is_a_no(life: Parted) -> None:
    await life.live(timedelta(days=3 * 365 + 5))
    await life.bot.every_night()
    assert len(await life.live(timedelta(days=89))) == 1
    await life.bot.every_night()
    assert await life.address() == ADDRESS
    await life.live(timedelta(days=2))
    await life.bot.every_night()
    assert await life.address() is None


async def test_nobody_is_asked_again_who_is_back(life: Parted) -> None:
    await life.live(timedelta(days=3 * 365 + 5))
    back = replace(await life.member(), active=True)
    await life.does(lambda it: it.remember(back))
    await life.does(consent.renew)
    (kept,) = await life.reads(contacts.everyone)
    assert kept.asked_again_on is None


async def addresses_kept(life: Parted) -> list[str]:
    return [one.email for one in await life.reads(contacts.everyone)]


async def test_a_dead_address_is_kept_no_longer_than_the_consent_to_it(life: Parted) -> None:
    life.post.refused = "smtp_550"
    await life.live(timedelta(days=3 * 365 - 5))
    await life.bot.every_night()
    assert await addresses_kept(life) == [ADDRESS], "it says why nobody writes to them"
    life.clock.advance(timedelta(days=10))
    await life.bot.every_night()
    assert await addresses_kept(life) == []


async def test_where_no_letter_can_be_sent_an_address_goes_when_silence_would_have_ended(tmp_path: Path) -> None:
    async with parted(tmp_path, smtp=False) as life:
        await life.consent()
        await life.close_account()
        life.clock.advance(timedelta(days=3 * 365 + 85))
        await life.bot.every_night()
        assert await addresses_kept(life) == [ADDRESS]
        life.clock.advance(timedelta(days=10))
        await life.bot.every_night()
        assert await addresses_kept(life) == []


# -- addresses nobody reads


async def test_a_dead_address_is_told_once_to_whoever_led_and_written_to_no_more(life: Parted) -> None:
    life.post.refused = "smtp_550"
    before = len(life.lead.received)
    await life.live(A_MONTH)
    told = [message.text for message in life.lead.received[before:]]
    assert len(told) == 1
    assert "Lila Besson nous avait laissé une adresse" in told[0]
    assert ADDRESS not in told[0]
    assert await life.address() is None
    life.post.refused = None
    assert await life.live(A_YEAR) == []


async def test_what_somebody_else_sees_to_goes_on_without_letters(life: Parted) -> None:
    await life.begin("followed")
    life.post.refused = "smtp_550"
    before = len(life.lead.received)
    await life.live(A_MONTH)
    assert (await life.talk("followed")).status == "open"
    assert (await life.talk()).status == "stopped"
    assert len(life.lead.received) == before + 1
    await life.live(A_YEAR)
    assert life.lead.received[before + 1].text.startswith("As-tu pu y veiller")


async def test_the_dead_address_of_somebody_to_come_is_told_to_nobody_as_a_former_members(life: Parted) -> None:
    newcomer = Member(id="m_to_come", first_name="Zoé", email="zoe@exemple.coop")
    life.post.refused = "smtp_550"
    before = len(life.lead.received)
    await life.does(lambda it: it.remember(newcomer))
    await life.does(lambda it: it.begin("followed", {"subject": newcomer.id, "lead": newcomer.id}))
    await life.settle()
    assert [(row.recipient, row.reason) for row in await life.given_up()] == [(newcomer.id, "smtp_550")]
    assert len(life.lead.received) == before


async def test_without_a_public_address_no_page_is_served(tmp_path: Path) -> None:
    async with parted(tmp_path, public=False) as life:
        status, page, _ = await life.get(f"{life.url}/former/x")
        assert status == 404
        assert "Ce lien n&#39;ouvre rien" in page


async def test_whoever_gives_another_address_is_written_to_again(life: Parted) -> None:
    life.post.refused = "smtp_550"
    await life.live(timedelta(days=2))
    life.post.refused = None
    await life.begin()
    await life.consent("lila@exemple.net")
    letters = await life.live(A_MONTH)
    assert {letter.to for letter in letters} == {"lila@exemple.net"}


async def test_whoever_says_yes_from_their_page_is_written_to_again_however_their_box_was(life: Parted) -> None:
    """It was full, or its server was moving: they read what we wrote there all the same."""
    page = await life.page()
    life.post.refused = "smtp_550"
    await life.live(A_MONTH)
    assert await life.address() is None
    assert "arrivaient plus à cette adresse" in (await life.get(page))[1]
    life.post.refused = None
    _, shown, _ = await life.post_to(page, {"gesture": "touch", "choice": "all"})
    assert "on garde le lien" in shown
    assert "arrivaient plus à cette adresse" not in shown
    assert await life.address() == ADDRESS
