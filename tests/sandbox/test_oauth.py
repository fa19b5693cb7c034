"""The app is let in as on Slack: a person agrees, a code comes back, and it is exchanged once for a token.

Source: docs.slack.dev/authentication/installing-with-oauth and docs.slack.dev/reference/methods/oauth.v2.access.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Impossible, ManyWorkspaces, ServerError, Team
from sandbox.refusal import Refusal
from tests.sandbox.conftest import AsApp, TestClock
from tests.sandbox.kit import Json

BACK = "https://parcours.exemple.coop/slack/oauth_redirect"


def asking(slack: ManyWorkspaces, **changed: str) -> str:
    wanted = {"client_id": slack.client_id, "scope": "chat:write,users:read", "state": "s1", "redirect_uri": BACK}
    return f"{slack.authorize_url}?{urlencode({**wanted, **changed})}"


def said(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def exchange(as_app: AsApp, code: str, **changed: Any) -> Json:
    slack = as_app.slack
    given = {"client_id": slack.client_id, "client_secret": slack.client_secret, "redirect_uri": BACK, **changed}
    answer = await as_app("").oauth_v2_access(code=code, **given)
    assert isinstance(answer.data, dict)
    return answer.data


async def refused(as_app: AsApp, code: str, **changed: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        await exchange(as_app, code, **changed)
    return str(raised.value.response["error"])


async def agreed(team: Team, slack: ManyWorkspaces, **changed: str) -> str:
    """The code that somebody of there comes back with."""
    return said(await slack.consent(team, team.add_person("Léa", "Martin"), asking(slack, **changed)))["code"]


async def test_a_person_agrees_and_the_app_is_in(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    lea = team.add_person("Léa")
    back = await many.consent(team, lea, asking(many))
    assert (back.partition("?")[0], said(back)["state"], team.installed) == (BACK, "s1", False)
    answer = await exchange(as_app, said(back)["code"])
    assert team.installed
    assert answer == {
        "ok": True,
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": "chat:write,users:read",
        "bot_user_id": team.bot_user_id,
        "app_id": "A01SANDBOX",
        "team": {"id": team.team_id, "name": "Les Lucioles"},
        "enterprise": None,
        "authed_user": {"id": lea.id},
        "is_enterprise_install": False,
    }
    me = await as_app(answer["access_token"]).auth_test()
    assert (me["team_id"], me.headers["x-oauth-scopes"]) == (team.team_id, "chat:write,users:read")


async def test_who_does_not_agree_comes_back_with_access_denied(many: ManyWorkspaces) -> None:
    assert said(many.deny(asking(many))) == {"error": "access_denied", "state": "s1"}


async def test_a_code_is_good_once_and_for_ten_minutes(many: ManyWorkspaces, as_app: AsApp, clock: TestClock) -> None:
    team = many.add_workspace("Les Lucioles")
    used, late = await agreed(team, many), await agreed(team, many)
    await exchange(as_app, used)
    assert await refused(as_app, used) == "code_already_used"
    clock.advance(seconds=601)
    assert await refused(as_app, late) == "invalid_code"
    assert await refused(as_app, "never given") == "invalid_code"


async def test_what_does_not_fit_is_refused_by_name_and_the_code_stays_good(
    many: ManyWorkspaces, as_app: AsApp
) -> None:
    code = await agreed(many.add_workspace("Les Lucioles"), many)
    assert await refused(as_app, code, client_id="another") == "invalid_client_id"
    assert await refused(as_app, code, client_secret="wrong") == "bad_client_secret"
    assert await refused(as_app, code, redirect_uri="https://elsewhere.exemple/") == "bad_redirect_uri"
    assert (await exchange(as_app, code))["ok"]


async def test_the_client_says_who_it_is_by_http_basic_or_in_the_form(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    url, form = f"{many.api_url}oauth.v2.access", {"code": await agreed(team, many), "redirect_uri": BACK}
    async with as_app.session.post(url, data=form) as answer:
        assert (await answer.json())["error"] == "invalid_client_id"
    for header in ("Basic ?", "Basic 4pyTPw=="):
        async with as_app.session.post(url, data=form, headers={"Authorization": header}) as answer:
            assert (await answer.json())["ok"] is False
    who = {"client_id": many.client_id, "client_secret": many.client_secret}
    async with as_app.session.post(url, data=form | who) as answer:
        assert (await answer.json())["access_token"] == team.bot_token
    again, told = form | {"code": await agreed(team, many)}, b64encode(":".join(who.values()).encode()).decode()
    async with as_app.session.post(url, data=again, headers={"Authorization": f"Basic {told}"}) as answer:
        assert (await answer.json())["access_token"] == team.bot_token


async def test_without_an_address_to_come_back_to_the_first_of_the_settings_is_taken(
    many: ManyWorkspaces, as_app: AsApp
) -> None:
    many.oauth.redirect_urls[:] = [BACK]
    code = await agreed(many.add_workspace("Les Lucioles"), many, redirect_uri="")
    assert await refused(as_app, code) == "bad_redirect_uri"
    assert (await exchange(as_app, code, redirect_uri=None))["ok"]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"client_id": "another"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.exemple/"}, "bad_redirect_uri"),
        ({"scope": ""}, "no_scopes"),
    ],
)
async def test_a_wrong_address_shows_slacks_word_for_it(
    many: ManyWorkspaces, as_app: AsApp, changed: dict[str, str], word: str
) -> None:
    many.oauth.redirect_urls[:] = [BACK]
    with pytest.raises(Refusal, match=word):
        await agreed(many.add_workspace("Les Lucioles"), many, **changed)
    async with as_app.session.get(asking(many, **changed)) as answer:
        assert (answer.status, word in await answer.text()) == (400, True)


async def test_only_somebody_of_there_with_an_account_may_agree(many: ManyWorkspaces) -> None:
    team, other = many.add_workspace("Les Lucioles"), many.add_workspace("La Ruche")
    lea = team.add_person("Léa")
    with pytest.raises(Impossible, match="another workspace"):
        await many.consent(other, lea, asking(many))
    with pytest.raises(Impossible, match="wants another"):
        await many.consent(team, lea, asking(many, team=other.team_id))
    await team.deactivate(lea)
    with pytest.raises(Impossible, match="no active account"):
        await many.consent(team, lea, asking(many))


async def test_installing_again_keeps_the_token_and_adds_up_the_scopes(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    first = await exchange(as_app, await agreed(team, many))
    second = await exchange(as_app, await agreed(team, many, scope="commands"))
    assert second["access_token"] == first["access_token"]
    assert second["scope"] == "chat:write,commands,users:read"


async def test_a_person_may_lend_scopes_of_their_own(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    answer = await exchange(as_app, await agreed(team, many, scope="", user_scope="users:read"))
    lent = answer["authed_user"]
    assert (lent["scope"], lent["token_type"], lent["access_token"][:5]) == ("users:read", "user", "xoxp-")
    assert ("access_token" in answer, team.installed) == (False, False)


async def test_the_page_sends_the_browser_back_with_the_choice_made(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    lea = team.add_person("Léa", "<Martin>")
    url = asking(many)
    async with as_app.session.get(url) as page:
        shown = await page.text()
    assert ("Les Lucioles: Léa &lt;Martin&gt;" in shown, "chat:write, users:read" in shown) == (True, True)
    allowed = {"who": f"{team.team_id} {lea.id}", "decision": "allow"}
    async with as_app.session.post(url, data=allowed, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    assert (answer.status, (await exchange(as_app, said(back)["code"]))["authed_user"]["id"]) == (302, lea.id)
    async with as_app.session.post(url, data={"decision": "deny"}, allow_redirects=False) as answer:
        assert said(answer.headers["Location"])["error"] == "access_denied"
    async with as_app.session.post(url, data={"who": "T0 U0", "decision": "allow"}, allow_redirects=False) as answer:
        assert answer.status == 400


async def test_slack_may_be_moody_there_too(many: ManyWorkspaces, as_app: AsApp) -> None:
    code = await agreed(many.add_workspace("Les Lucioles"), many)
    many.faults.next("oauth.v2.access", ServerError())
    with pytest.raises(SlackApiError):
        await exchange(as_app, code)
    assert (await exchange(as_app, code))["ok"]
    assert [call.method for call in many.lobby.transcript] == ["oauth.v2.access"] * 2
