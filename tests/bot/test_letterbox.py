"""Letters to whoever has left, and the pages they lead to, over HTTP: theirs alone, changed by no mere look, losing nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.letterbox import consent
from bot.wire import Ref
from flows.core.people import Member
from storage import contacts
from tests.bot.parted import ADDRESS, Parted, links_in, parted

A_WEEK, A_MONTH, A_YEAR = timedelta(days=8), timedelta(days=30), timedelta(days=366)
WORDS = "Le café du lundi,\r\net <b>l'atelier</b> & ses machines."


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Parted]:
    """Lila has left, and agreed to be written to; her news are about to begin."""
    async with parted(tmp_path) as life:
        await life.begin()
        await life.consent()
        await life.close_account()
        yield life


@pytest.fixture
async def asked(life: Parted) -> Parted:
    """A month later: the questions are asked."""
    await life.live(A_MONTH)
    return life


# -- the letters


async def test_whoever_agreed_is_written_to_once_they_have_left(life: Parted) -> None:
    (farewell, spared) = await life.live(A_WEEK)
    assert (farewell.to, farewell.subject) == (ADDRESS, "Bonne route")
    assert farewell.text.startswith("Bonne route, Lila.")
    assert spared.subject == "Des nouvelles"
    assert life.lila.received == []


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


# -- the page


async def test_the_page_says_what_is_kept_and_what_is_asked(asked: Parted) -> None:
    status, page, _ = await asked.get(await asked.page())
    assert status == 200
    for words in (
        ADDRESS,
        "31 mars",
        "toutes les nouvelles",
        "Ce que j&#39;ai apporté",
        "Qui peut lire",
        "Bonjour Lila",
    ):
        assert words in page
    assert '<html lang="fr">' in page
    assert "Deux questions, et rien d&#39;obligatoire." in page


async def test_a_page_tells_nobody_where_it_is_and_asks_nothing_from_anywhere(life: Parted) -> None:
    _, page, headers = await life.get(await life.page())
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "<script" not in page
    assert "http" not in page.replace(life.url, "")


async def test_answers_are_taken_together_and_thanked_by_letter(asked: Parted) -> None:
    page = await asked.page()
    talk = await asked.talk()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "named"}
    status, said, _ = await asked.post_to(page, given)
    assert status == 200
    assert "Merci, c&#39;est bien noté." in said
    assert "apporté" not in said
    now = await asked.talk()
    assert now.steps["feedback"].value == {"brought": WORDS.replace("\r\n", "\n")}
    assert now.steps["sharing"].value == "named"
    assert [letter.subject for letter in await asked.settle()] == ["Merci"]
    assert asked.lead.received[-1].text == "Un mot est arrivé."


async def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_typed_is_lost(asked: Parted) -> None:
    talk, too_long = await asked.talk(), "long " * 100
    given = {
        "gesture": "answer",
        "conversation": talk.id,
        "feedback.brought": WORDS,
        "feedback.leaving_with": too_long,
        "sharing": "private",
    }
    status, page, _ = await asked.post_to(await asked.page(), given)
    assert status == 422
    assert "Ce texte compte 499 caractères" in page
    assert 'aria-describedby="feedback-leaving_with-fault"' in page
    assert "et &lt;b&gt;l&#39;atelier&lt;/b&gt; &amp; ses machines." in page
    assert too_long in page
    assert 'value="private" checked' in page
    assert (await asked.talk()).steps["feedback"].state == "asked"


async def test_a_choice_left_open_undoes_nothing_that_was_typed_and_keeps_nothing_yet(asked: Parted) -> None:
    talk = await asked.talk()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS}
    status, page, _ = await asked.post_to(await asked.page(), given)
    assert status == 422
    assert "Choisis l&#39;une de ces réponses." in page
    assert "ses machines" in page
    assert (await asked.talk()).steps["feedback"].state == "asked"


async def test_nothing_written_is_no_answer(asked: Parted) -> None:
    talk = await asked.talk()
    status, page, _ = await asked.post_to(await asked.page(), {"gesture": "answer", "conversation": talk.id})
    assert status == 422
    assert "un seul champ suffit" in page


async def test_nobody_is_reminded_of_what_they_have_just_answered(asked: Parted) -> None:
    talk, page = await asked.talk(), await asked.page()
    asked.clock.advance(timedelta(days=6))
    await asked.bot.desk.tick()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "private"}
    await asked.post_to(page, given)
    assert [letter.subject for letter in await asked.settle()] == ["Merci"]
    assert await asked.given_up() == []


async def test_whoever_would_rather_not_answer_says_so_once(asked: Parted) -> None:
    talk = await asked.talk()
    given = {"gesture": "answer", "conversation": talk.id, "skip": "feedback", "feedback.brought": "rien"}
    status, page, _ = await asked.post_to(await asked.page(), given)
    assert status == 200
    assert "je ne poserai plus cette question" in page
    assert "apporté" not in page
    assert (await asked.talk()).steps["feedback"].value is None
    assert await asked.live(A_WEEK) == []


async def test_what_is_sent_twice_or_too_late_is_shown_again_so_that_it_is_not_lost(asked: Parted) -> None:
    talk, page = await asked.talk(), await asked.page()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "private"}
    await asked.post_to(page, given)
    status, said, _ = await asked.post_to(page, {**given, "feedback.brought": "Tout autre chose"})
    assert status == 422
    assert "était déjà réglée" in said
    assert "Tout autre chose" in said
    assert "café du lundi" in (await asked.talk()).steps["feedback"].value["brought"]


async def test_nobody_answers_what_is_not_theirs(asked: Parted) -> None:
    mine, page = await asked.talk(), await asked.page()
    awa = (await asked.member(asked.lead)).id
    theirs = await asked.does(lambda it: it.begin("on_slack", {"subject": awa}))
    await asked.does(lambda it: it.recast(mine.id, "subject", awa))
    for conversation in (mine.id, theirs, "c_unknown", ""):
        given = {"gesture": "answer", "conversation": conversation, "feedback.brought": WORDS, "how_are_you": "Bien"}
        for gesture in (given, {**given, "skip": "feedback"}):
            status, said, _ = await asked.post_to(page, gesture)
            assert status == 422
            assert "était déjà réglée" in said
    assert "Ce que j&#39;ai apporté" not in (await asked.get(page))[1]


async def test_less_is_noted_and_heard(life: Parted) -> None:
    status, page, _ = await life.post_to(await life.page(), {"gesture": "touch", "choice": "less"})
    assert status == 200
    assert "que pour l&#39;essentiel" in page
    assert (await life.member()).pace == "less"
    assert [letter.subject for letter in await life.live(A_WEEK)] == ["Bonne route"]
    await life.post_to(await life.page(), {"gesture": "touch", "choice": "all"})
    assert (await life.member()).pace == "all"


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
        await life.bot.every_night()
        for file in tmp_path.glob("parcours.db*"):
            assert ADDRESS.encode() not in file.read_bytes(), file.name


# -- whoever else


async def test_every_link_that_opens_nothing_is_answered_alike(life: Parted) -> None:
    page = await life.page()
    await life.post_to(f"{page}/stop", {})
    forged = f"{page[:-1]}{'A' if page[-1] != 'A' else 'B'}"
    urls = [page, forged, f"{life.url}/former/x", f"{life.url}/former/{'é' * 40}", f"{page}/stop", f"{forged}/stop"]
    told = {(await life.get(url))[:2] for url in urls}
    told |= {(await life.post_to(url, {"gesture": "touch", "choice": "all"}))[:2] for url in urls}
    ((status, words),) = told
    assert status == 404
    assert "Ce lien n&#39;ouvre rien" in words


async def test_the_links_to_a_former_address_open_nothing(life: Parted) -> None:
    page = await life.page()
    await life.consent("lila@exemple.net")
    assert (await life.get(page))[0] == 404
    assert (await life.post_to(f"{page}/stop", {}))[0] == 404
    assert await life.address() == "lila@exemple.net"


async def test_whoever_we_do_not_know_is_answered_in_the_language_of_their_browser(life: Parted) -> None:
    for asked_for, spoken in (("en-GB,fr;q=0.8", "This link opens nothing"), ("de, fr", "Ce lien"), ("", "Ce lien")):
        _, page, _ = await life.get(f"{life.url}/former/x", headers={"accept-language": asked_for})
        assert spoken in page


async def test_vous_and_english_have_their_pages(tmp_path: Path) -> None:
    (tmp_path / "vous").mkdir()
    async with parted(tmp_path / "vous", address="vous") as life:
        await life.consent()
        await life.close_account()
        assert "Cette page est à vous" in (await life.get(await life.page()))[1]
    (tmp_path / "en").mkdir()
    async with parted(tmp_path / "en", locale="en-GB") as life:
        await life.consent()
        await life.close_account()
        _, page, _ = await life.get(await life.page())
        assert "This page is yours" in page
        assert '<html lang="en">' in page


async def test_more_than_a_page_asks_for_is_not_read(life: Parted) -> None:
    status, page, _ = await life.post_to(await life.page(), {"gesture": "answer", "feedback.brought": "a" * 600_000})
    assert status == 413
    assert "En revenant en arrière" in page


async def test_a_database_that_cannot_write_loses_nothing_that_was_typed(asked: Parted) -> None:
    page, talk = await asked.page(), await asked.talk()
    await asked.bot.store.close()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "named"}
    status, said, _ = await asked.post_to(page, given)
    assert status == 503
    assert "Rien n&#39;a été enregistré" in said
    assert "ses machines" in said
    assert f'name="conversation" value="{talk.id}"' in said


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
    assert "L'adresse que Lila Besson nous avait laissée" in told[0]
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
        assert (await life.get(f"{life.url}/former/x"))[1] == "Not Found"


async def test_whoever_gives_another_address_is_written_to_again(life: Parted) -> None:
    life.post.refused = "smtp_550"
    await life.live(timedelta(days=2))
    life.post.refused = None
    await life.begin()
    await life.consent("lila@exemple.net")
    letters = await life.live(A_MONTH)
    assert {letter.to for letter in letters} == {"lila@exemple.net"}
