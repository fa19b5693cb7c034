"""The pages of the web take anything from anybody: what is sent there is answered, and nothing of it fails or is written down."""

import io
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.installing.web import INSTALL, REDIRECT
from tests import postgres
from tests.bot.hosted import Hosted, hosted
from tests.bot.parted import Parted, parted
from tests.chaos.apart import Apart
from tests.chaos.mutations import MARK, words
from tests.lacking import lacking

EXPECTED = (200, 303, 307, 400, 404, 405, 413, 422)
"""Never a failure of ours."""
SEVERAL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('pages') / 'parcours.db'}"
        return
    folder = postgres.binaries()
    if folder is None:
        lacking("PostgreSQL is not on this machine.")
    with postgres.running(folder) as server, server.fresh_database() as url:
        yield url


on_both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)

# ------------------------------------------------------------------------------------------------- the letters' pages


@pytest.fixture(scope="module")
def life(apart: Apart, tmp_path_factory: pytest.TempPathFactory, url: str) -> Parted:
    """Questions are asked by letter of somebody who has left."""

    async def asked() -> Parted:
        life = await apart.stack.enter_async_context(parted(tmp_path_factory.mktemp("life"), database_url=url))
        await life.begin()
        await life.consent()
        await life.close_account()
        await life.live(timedelta(days=30))
        return life

    return apart.run(asked())


fields = st.dictionaries(
    st.sampled_from(("gesture", "conversation", "skip", "choice", "brought", "leaving_with", "answer")) | words,
    st.sampled_from(("answer", "all", "less", "sharing", "feedback", "", "\0")) | words,
    max_size=6,
)


@on_both
@SEVERAL
@example(post=True, given={"gesture": "answer", "conversation": "\0"}, is_hers=False, spoiled="", place=0, rest="")
@example(post=True, given={"gesture": "answer", "brought": "\0"}, is_hers=True, spoiled="", place=0, rest="")
@example(post=True, given={"gesture": "answer", "skip": "\0"}, is_hers=True, spoiled="", place=0, rest="")
@given(
    post=st.booleans(), given=fields, is_hers=st.booleans(), spoiled=st.text(max_size=8), place=st.integers(0, 300),
    rest=st.sampled_from(("", "/stop", "/stop/", "/x", "?said=")) | words,
)  # fmt: skip
def test_the_pages_of_letters_answer_anything(
    life: Parted, apart: Apart, written: io.StringIO, post: bool, given: dict[str, str], is_hers: bool, spoiled: str, place: int,
    rest: str,
) -> None:  # fmt: skip
    async def asked() -> int:
        page = await life.page()
        before, _, token = page.rpartition("/")
        if spoiled:
            page = f"{before}/{quote(token[:place] + spoiled + token[place + 1 :], safe='')}"
        if rest.startswith("/stop") and post:
            return 200  # whoever says so receives nothing more: that is for the last test
        said = {**given, "conversation": (await life.talk()).id} if is_hers else given
        body = urlencode(said, errors="surrogatepass") if post else None
        method = life.web.post if post else life.web.get
        async with method(f"{page}{rest}", data=body, allow_redirects=False) as answer:
            await answer.text()
            return answer.status

    begun = written.tell()
    assert apart.run(asked()) in EXPECTED
    assert MARK not in written.getvalue()[begun:]


@on_both
def test_after_all_that_her_page_is_still_hers(life: Parted, apart: Apart) -> None:
    async def looked() -> tuple[int, str]:
        status, page, _ = await life.get(await life.page())
        return status, page

    status, page = apart.run(looked())
    assert (status, "Bonjour Lila" in page) == (200, True)


# ------------------------------------------------------------------------------------------- the pages of an installation


@pytest.fixture(scope="module")
def host(apart: Apart, url: str) -> Hosted:
    return apart.run(apart.stack.enter_async_context(hosted(url)))


@on_both
@SEVERAL
@given(
    path=st.sampled_from((INSTALL, REDIRECT)), post=st.booleans(),
    query=st.dictionaries(st.sampled_from(("code", "state", "error", "lang")), words | st.just("access_denied"), max_size=4),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,\\"'), max_size=20),
    language=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)  # fmt: skip
def test_the_pages_of_an_installation_answer_anything(
    host: Hosted, apart: Apart, written: io.StringIO, path: str, post: bool, query: dict[str, str], cookie: str, language: str
) -> None:  # fmt: skip
    async def asked() -> int:
        address = f"http://127.0.0.1:{host.port}{path}?{urlencode(query, errors='surrogatepass')}"
        headers = {"cookie": f"slack-app-oauth-state={cookie}", "accept-language": language}
        async with aiohttp.ClientSession() as session:
            method = session.post if post else session.get
            async with method(address, headers=headers, allow_redirects=False) as answer:
                await answer.text()
                return answer.status

    begun = written.tell()
    assert apart.run(asked()) in (*EXPECTED, 302, 401)
    assert MARK not in written.getvalue()[begun:]
