"""Many workspaces live at one address: the token says which one a call is about, and nothing of one is seen in another."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from sandbox import ManyWorkspaces, RateLimited, ServerError
from tests.sandbox.conftest import AsApp, TestClock
from tests.sandbox.kit import Json, actions, button, section
from tests.sandbox.listening import Ear, heard_by
from tests.sandbox.test_webapi import refusal


async def test_each_token_opens_its_own_workspace(many: ManyWorkspaces, as_app: AsApp) -> None:
    teams = [many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche")]
    told = [await as_app(team).auth_test() for team in teams]
    assert [(me["team_id"], me["team"], me["user_id"]) for me in told] == [
        (team.team_id, team.workspace.name, team.bot_user_id) for team in teams
    ]
    assert len({team.bot_token for team in teams} | {team.bot_user_id for team in teams}) == 4


async def test_a_token_never_given_is_invalid_and_none_is_not_authed(many: ManyWorkspaces, as_app: AsApp) -> None:
    """docs.slack.dev/reference/methods/auth.test, "Errors"."""
    many.add_workspace("Les Lucioles", installed=True)
    assert await refusal(as_app("xoxb-forged"), "auth.test") == "invalid_auth"
    assert await refusal(as_app(""), "auth.test") == "not_authed"
    assert [call.error for call in many.lobby.transcript] == ["invalid_auth", "not_authed"]


async def test_nothing_of_one_workspace_is_found_in_another(many: ManyWorkspaces, as_app: AsApp) -> None:
    ours, theirs = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    lea, ali = ours.add_person("Léa"), theirs.add_person("Ali", email="ali@ruche.coop")
    hall = theirs.add_channel("general", with_bot=True)
    client = as_app(ours)
    assert await refusal(client, "users.info", user=ali.id) == "user_not_found"
    assert await refusal(client, "users.lookupByEmail", email=ali.email) == "users_not_found"
    assert await refusal(client, "chat.postMessage", channel=ali.id, text="Bonjour") == "channel_not_found"
    assert await refusal(client, "conversations.info", channel=hall.id) == "channel_not_found"
    listed = await client.users_list()
    assert [one["id"] for one in listed["members"] if not one["is_bot"] and one["id"] != "USLACKBOT"] == [lea.id]


async def test_ids_are_never_the_same_in_two_workspaces(many: ManyWorkspaces) -> None:
    teams = [many.add_workspace(f"Coopérative {number}") for number in range(3)]
    ids = [team.add_person("Léa").id for team in teams] + [team.add_channel("general").id for team in teams]
    assert len(set(ids)) == 6
    with pytest.raises(ValueError, match="already"):
        many.add_workspace("Une autre", team_id=teams[0].team_id)


async def test_gestures_come_to_one_address_and_say_where_from(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    teams = [many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche")]
    for team in teams:
        lea = team.add_person("Léa")
        await as_app(team).chat_postMessage(channel=lea.id, text="Oui ?", blocks=[actions(button("Oui", "yes"))])
        assert (await lea.click(lea.messages[-1], "Oui")).acknowledged
        assert (await lea.write("Bonjour")).acknowledged
        assert (await lea.command("/parcours")).acknowledged
        assert len(team.deliveries) == 3
    clicked, written, typed = ear.heard[:3]
    assert (clicked["team"]["id"], written["team_id"], typed["team_id"]) == (teams[0].team_id,) * 3
    assert written["authorizations"][0]["user_id"] == teams[0].bot_user_id
    assert ear.heard[3]["team"]["id"] == teams[1].team_id


async def test_response_urls_and_files_belong_to_one_workspace(many: ManyWorkspaces, ear: Ear, as_app: AsApp) -> None:
    ours, theirs = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    lea = ours.add_person("Léa")
    await lea.command("/parcours")
    url = ear.heard[0]["response_url"]
    async with as_app.session.post(url, json={"text": "Compris"}) as answer:
        assert answer.status == 200
    assert [message.text for message in lea.whispers] == ["Compris"]
    for wrong in (url.replace(ours.team_id, theirs.team_id), url.replace(ours.team_id, "T0NOBODY")):
        async with as_app.session.post(wrong, json={"text": "Perdu"}) as answer:
            assert answer.status == 404
    given = await as_app(ours).files_getUploadURLExternal(filename="a.png", length=3)
    async with as_app.session.post(given["upload_url"], data=b"png") as answer:
        assert answer.status == 200
    done = await as_app(ours).files_completeUploadExternal(files=[{"id": given["file_id"]}])
    async with as_app.session.get(done["files"][0]["url_private"]) as answer:
        assert await answer.read() == b"png"
    assert (
        await refusal(as_app(theirs), "files.completeUploadExternal", files=[{"id": given["file_id"]}])
        == "file_not_found"
    )


async def test_several_addresses_take_turns_as_behind_a_load_balancer(many: ManyWorkspaces) -> None:
    lea = many.add_workspace("Les Lucioles", installed=True).add_person("Léa")
    async with heard_by(many, 3) as ears:
        for number in range(6):
            assert (await lea.write(str(number))).acknowledged
        assert [[one["event"]["text"] for one in ear.heard] for ear in ears] == [["0", "3"], ["1", "4"], ["2", "5"]]


async def test_a_workspace_without_the_app_tells_it_nothing(many: ManyWorkspaces, ear: Ear) -> None:
    team = many.add_workspace("Les Lucioles")
    lea = team.add_person("Léa")
    assert (await lea.write("Il y a quelqu'un ?")).attempts == 0
    ack = await lea.command("/parcours")
    assert (ack.acknowledged, ack.problem) == (False, "app_not_installed")
    assert (ear.heard, team.installed, team.bot_token) == ([], False, "")
    assert not team.workspace.member(team.bot_user_id)


async def test_socket_mode_serves_them_all_through_one_connection(many: ManyWorkspaces, as_app: AsApp) -> None:
    teams = {
        team.team_id: team
        for team in (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    }
    heard: list[Any] = []

    async def authorize(team_id: str, **_more: Any) -> Any:
        team = teams[team_id]
        return AuthorizeResult(
            enterprise_id=None, team_id=team_id, bot_token=team.bot_token, bot_user_id=team.bot_user_id
        )

    app = AsyncApp(client=as_app(many.app_token), authorize=authorize, process_before_response=True)

    @app.event("message")
    async def said(body: Json) -> None:
        heard.append(body["team_id"])

    handler: Any = AsyncSocketModeHandler(app, many.app_token, web_client=app.client)
    await handler.connect_async()
    await many.connected()
    for team in teams.values():
        assert (await team.add_person("Léa").write("Bonjour")).acknowledged
    assert heard == list(teams)
    await handler.close_async()


async def test_moods_are_of_one_workspace_or_of_all_of_slack(many: ManyWorkspaces, as_app: AsApp) -> None:
    ours, theirs = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    ours.faults.next("auth.test", ServerError(503))
    assert (await as_app(theirs).auth_test())["ok"]
    with pytest.raises(SlackApiError):
        await as_app(ours).auth_test()
    many.faults.next("*", RateLimited(7), times=2)
    for team in (ours, theirs):
        with pytest.raises(SlackApiError) as raised:
            await as_app(team).auth_test()
        assert raised.value.response.headers["Retry-After"] == "7"
    assert (await as_app(ours).auth_test())["ok"]


async def test_a_whole_workspace_takes_so_many_messages_a_minute(
    many: ManyWorkspaces, as_app: AsApp, clock: TestClock
) -> None:
    """docs.slack.dev/reference/methods/chat.postMessage, "Rate limiting": above one a second and channel."""
    many.rate_limited, many.messages_a_minute = True, 60
    ours, theirs = (many.add_workspace(name, installed=True) for name in ("Les Lucioles", "La Ruche"))
    people = [ours.add_person(f"Léa {number}") for number in range(61)]
    for person in people[:60]:
        await as_app(ours).chat_postMessage(channel=person.id, text="Bonjour")
    assert await refusal(as_app(ours), "chat.postMessage", channel=people[60].id, text="De trop") == "ratelimited"
    await as_app(theirs).chat_postMessage(channel=theirs.add_person("Ali").id, text="Ailleurs, rien n'empêche")
    clock.advance(seconds=1)
    await as_app(ours).chat_postMessage(channel=people[60].id, text="Une seconde plus tard")
    assert ours.counts == {("chat.postMessage", ""): 61, ("chat.postMessage", "ratelimited"): 1}


async def test_what_one_channel_refuses_is_not_taken_from_the_workspace(many: ManyWorkspaces, as_app: AsApp) -> None:
    many.rate_limited, many.messages_a_minute = True, 10
    team = many.add_workspace("Les Lucioles", installed=True)
    lea, ali = team.add_person("Léa"), team.add_person("Ali")
    for _ in range(5):
        await as_app(team).chat_postMessage(channel=lea.id, text="Salve")
    for place in (lea.id, team.workspace.dm_with(lea).id) * 3:
        assert await refusal(as_app(team), "chat.postMessage", channel=place, text="De trop") == "ratelimited"
    for _ in range(5):
        await as_app(team).chat_postMessage(channel=ali.id, text="Salve")


async def test_under_load_calls_are_counted_and_told_and_not_kept(
    many: ManyWorkspaces, ear: Ear, as_app: AsApp
) -> None:
    many.keeps_all = many.strict = False
    team = many.add_workspace("Les Lucioles", installed=True)
    lea, told = team.add_person("Léa"), list[tuple[str, str]]()
    stop = many.on_call(lambda where, call: told.append((where.team_id, call.method)))
    await as_app(team).chat_postMessage(channel=lea.id, text="Bonjour", blocks=[section("x" * 4000)])
    assert await refusal(as_app(team), "chat.postMessage", channel="C0", text="Perdu") == "channel_not_found"
    await lea.write("Bonjour")
    stop()
    await as_app(team).auth_test()
    assert (team.transcript, team.deliveries, len(ear.heard)) == ([], [], 1)
    assert told == [(team.team_id, "chat.postMessage")] * 2
    assert many.counts == {
        ("chat.postMessage", ""): 1,
        ("chat.postMessage", "channel_not_found"): 1,
        ("auth.test", ""): 1,
    }


async def test_waiting_sees_every_workspace(many: ManyWorkspaces, as_app: AsApp) -> None:
    team = many.add_workspace("Les Lucioles", installed=True)
    with pytest.raises(TimeoutError):
        await many.until(lambda: bool(team.transcript), seconds=0.01)
    await as_app(team).auth_test()
    await many.until(lambda: bool(team.transcript))
    await many.settled()
