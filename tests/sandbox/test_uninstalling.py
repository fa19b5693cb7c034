"""The app is removed: its token is refused, it hears of it, and then of nothing more."""

from __future__ import annotations

import pytest

from sandbox import Impossible, ManyWorkspaces, Sandbox
from tests.sandbox.conftest import AsApp
from tests.sandbox.listening import Ear
from tests.sandbox.test_oauth import agreed, exchange
from tests.sandbox.test_webapi import refusal


@pytest.mark.parametrize("tokens_first", [True, False])
async def test_the_app_hears_that_it_is_removed_in_either_order(
    many: ManyWorkspaces, ear: Ear, tokens_first: bool
) -> None:
    """docs.slack.dev/reference/events/app_uninstalled: the order of the two is not guaranteed."""
    team = many.add_workspace("Les Lucioles", installed=True)
    acks = await team.uninstall(tokens_first=tokens_first)
    assert [ack.acknowledged for ack in acks] == [True, True]
    kinds = ["tokens_revoked", "app_uninstalled"]
    assert [one["event"]["type"] for one in ear.heard] == (kinds if tokens_first else kinds[::-1])
    assert {one["team_id"] for one in ear.heard} == {team.team_id}
    assert ear.events("tokens_revoked")[0]["event"]["tokens"] == {"oauth": [], "bot": [team.bot_user_id]}
    assert not [one for one in ear.heard if "authorizations" in one]


async def test_the_token_of_an_app_removed_is_of_an_inactive_account(many: ManyWorkspaces, as_app: AsApp) -> None:
    """docs.slack.dev/reference/methods/auth.test: account_inactive for a bot's token, token_revoked for a person's."""
    gone, still = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    token = gone.bot_token
    await gone.uninstall()
    assert await refusal(as_app(token), "auth.test") == "account_inactive"
    assert (gone.bot_token, gone.installed) == ("", False)
    assert (await as_app(still).auth_test())["ok"]


async def test_the_bot_leaves_its_channels_and_the_people_are_not_heard_any_more(
    many: ManyWorkspaces, ear: Ear
) -> None:
    """docs.slack.dev/reference/methods/auth.revoke: the bot is deactivated and its memberships go."""
    team = many.add_workspace("Les Lucioles", installed=True)
    lea, hall = team.add_person("Léa"), team.add_channel("general", with_bot=True)
    await team.uninstall()
    ear.heard.clear()
    assert (await lea.write("Il y a quelqu'un ?")).attempts == 0
    assert (ear.heard, team.bot_user_id in hall.members) == ([], False)
    assert team.workspace.people[team.bot_user_id].deactivated


async def test_revoking_the_bots_token_alone_is_no_removal(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles", installed=True)
    token = team.bot_token
    assert (await team.revoke_tokens()).acknowledged
    assert [one["event"]["type"] for one in ear.heard] == ["tokens_revoked"]
    assert await refusal(as_app(token), "auth.test") == "account_inactive"


async def test_those_who_lent_scopes_are_named_too(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles")
    answer = await exchange(as_app, await agreed(team, many, user_scope="users:read"))
    await team.uninstall()
    tokens = ear.events("tokens_revoked")[0]["event"]["tokens"]
    assert tokens == {"oauth": [answer["authed_user"]["id"]], "bot": [team.bot_user_id]}


async def test_an_app_removed_may_come_back_with_another_token(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles", installed=True)
    before = team.bot_token
    await team.uninstall()
    answer = await exchange(as_app, await agreed(team, many))
    assert (answer["access_token"] != before, answer["scope"]) == (True, "chat:write,users:read")
    assert (await as_app(team).auth_test())["user_id"] == team.bot_user_id
    assert await refusal(as_app(before), "auth.test") == "account_inactive"
    ear.heard.clear()
    assert (await team.people[0].write("Te revoilà !")).acknowledged
    assert len(ear.heard) == 1


async def test_what_is_not_installed_cannot_be_removed(many: ManyWorkspaces) -> None:
    team = many.add_workspace("Les Lucioles")
    with pytest.raises(Impossible, match="not installed"):
        await team.uninstall()
    with pytest.raises(Impossible, match="not installed"):
        await team.revoke_tokens()


async def test_a_workspace_alone_may_remove_the_app_too(slack: Sandbox) -> None:
    assert (slack.bot_token, slack.installed) == ("xoxb-sandbox", True)
    acks = await slack.uninstall()
    assert ([ack.problem for ack in acks], slack.installed) == (["connection_failed"] * 2, False)


async def test_the_app_takes_itself_out_with_its_own_secret(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    """docs.slack.dev/reference/methods/apps.uninstall: it revokes all tokens of this installation."""
    team, still = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    token, ours = team.bot_token, {"client_id": many.client_id, "client_secret": many.client_secret}
    assert await refusal(as_app(token), "apps.uninstall", **{**ours, "client_id": "1"}) == "invalid_client_id"
    assert await refusal(as_app(token), "apps.uninstall", **{**ours, "client_secret": "1"}) == "bad_client_secret"
    assert (await as_app(token).api_call("apps.uninstall", data=ours))["ok"]
    await many.settled()
    assert (team.installed, still.installed) == (False, True)
    assert [one["event"]["type"] for one in ear.heard] == ["tokens_revoked", "app_uninstalled"]
    assert await refusal(as_app(token), "apps.uninstall", **ours) == "account_inactive"
