"""The page that letters lead to, over HTTP: theirs alone, changed by no mere look, losing nothing."""

from datetime import timedelta
from pathlib import Path

from tests.bot.letterbox.conftest import A_WEEK, WORDS
from tests.bot.parted import ADDRESS, Parted, parted

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


async def test_words_already_written_are_not_lost_to_the_button_beside(asked: Parted) -> None:
    """It stands under the last question, and is about the first."""
    talk = await asked.talk()
    given = {"gesture": "answer", "conversation": talk.id, "skip": "feedback", "feedback.brought": WORDS}
    status, page, _ = await asked.post_to(await asked.page(), given)
    assert status == 422
    assert "efface-le d&#39;abord" in page
    assert "Le café du lundi" in page
    assert (await asked.talk()).steps["feedback"].state == "asked"


async def test_what_is_sent_twice_or_too_late_is_shown_again_so_that_it_is_not_lost(asked: Parted) -> None:
    talk, page = await asked.talk(), await asked.page()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "private"}
    await asked.post_to(page, given)
    status, said, _ = await asked.post_to(page, {**given, "feedback.brought": "Tout autre chose"})
    assert status == 422
    assert "était déjà réglée" in said
    assert "Tout autre chose" in said
    assert "café du lundi" in (await asked.talk()).steps["feedback"].value["brought"]


async def test_a_button_pressed_twice_is_thanked_like_one_pressed_once(asked: Parted) -> None:
    talk, page = await asked.talk(), await asked.page()
    given = {"gesture": "answer", "conversation": talk.id, "feedback.brought": WORDS, "sharing": "named"}
    for _ in range(2):
        status, said, _ = await asked.post_to(page, given)
        assert (status, "Merci, c&#39;est bien noté." in said) == (200, True)
    assert [letter.subject for letter in await asked.settle()] == ["Merci"]


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


# -- whoever else


async def test_every_link_that_opens_nothing_is_answered_alike(life: Parted) -> None:
    page = await life.page()
    await life.post_to(f"{page}/stop", {})
    forged = f"{page[:-1]}{'A' if page[-1] != 'A' else 'B'}"
    urls = [page, forged, f"{life.url}/former/x", f"{life.url}/former/{'é' * 40}", f"{page}/stop", f"{forged}/stop"]
    urls += [f"{page[:-50]}/{page[-50:]}", f"{page}/st", f"{page}/stop.", f"{life.url}/former", f"{life.url}/former/"]
    told = {(await life.get(url))[:2] for url in urls}
    told |= {(await life.post_to(url, {"gesture": "touch", "choice": "all"}))[:2] for url in urls}
    ((status, words),) = told
    assert status == 404
    assert "Ce lien n&#39;ouvre rien" in words


async def test_a_slash_added_to_an_address_leads_to_its_page_without_naming_it_again(life: Parted) -> None:
    """Behind what ends TLS, a whole address would be written without it: whoever listens on the way would have the page."""
    page = await life.page()
    for address in (page, f"{page}/stop"):
        status, _, headers = await life.get(f"{address}/", allow_redirects=False)
        assert (status, headers["location"]) == (307, f"../{address.rpartition('/')[2]}")
        assert (await life.get(f"{address}/"))[:2] == (await life.get(address))[:2]
    assert (await life.post_to(f"{page}/stop/", {"List-Unsubscribe": "One-Click"}))[0] == 200
    assert (await life.get(page))[0] == 404


async def test_an_address_that_leads_nowhere_says_what_may_have_happened(life: Parted) -> None:
    page = await life.page()
    for address in (life.url, f"{life.url}/forme", f"{life.url}/favicon.ico", f"{life.url}/slack/events"):
        status, said, headers = await life.get(address)
        assert status == (405 if address.endswith("events") else 404)
        assert "Le lien est peut-être coupé" in said
        assert '<html lang="fr">' in said
        assert "default-src 'none'" in headers["content-security-policy"]
    _, said, _ = await life.get(f"{life.url}/forme", headers={"accept-language": "en-GB"})
    assert "There is nothing to read at this address" in said
    async with life.web.delete(page) as answer:
        assert (answer.status, sorted(answer.headers["allow"].split(", "))) == (405, ["GET", "HEAD", "POST"])
        assert "Ce lien n&#39;ouvre rien" in await answer.text()


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
