"""An organisation lets the app into several workspaces with one token.

Source: docs.slack.dev/enterprise/organization-ready-apps.
"""

from __future__ import annotations

import pytest

from sandbox import Impossible, ManyWorkspaces, Organisation, Person, Team
from tests.sandbox.conftest import AsApp
from tests.sandbox.kit import actions, button, modal, section
from tests.sandbox.listening import Ear
from tests.sandbox.test_oauth import asking, exchange, said
from tests.sandbox.test_webapi import refusal


@pytest.fixture
def union(many: ManyWorkspaces) -> Organisation:
    return many.add_organisation("L'Union", enterprise_id="E01UNION")


@pytest.fixture
def alpes(many: ManyWorkspaces, union: Organisation) -> Team:
    return many.add_workspace("Alpes", enterprise_id=union.enterprise.id)


@pytest.fixture
def bretagne(many: ManyWorkspaces, union: Organisation) -> Team:
    return many.add_workspace("Bretagne", enterprise_id=union.enterprise.id)


@pytest.fixture
def admin(alpes: Team) -> Person:
    return alpes.add_person("Nora", is_admin=True)


@pytest.fixture
async def installed(many: ManyWorkspaces, union: Organisation, admin: Person, bretagne: Team, as_app: AsApp) -> None:
    back = await many.consent(union, admin, asking(many, scope=many.scopes))
    await exchange(as_app, said(back)["code"])


async def test_an_admin_lets_it_in_for_the_whole_organisation(
    many: ManyWorkspaces, union: Organisation, admin: Person, as_app: AsApp
) -> None:
    with pytest.raises(Impossible, match="no admin"):
        await many.consent(union, union.teams[0].add_person("Léa"), asking(many))
    answer = await exchange(as_app, said(await many.consent(union, admin, asking(many)))["code"])
    assert (answer["team"], answer["is_enterprise_install"]) == (None, True)
    assert answer["enterprise"] == {"id": "E01UNION", "name": "L'Union"}
    assert (answer["access_token"], answer["bot_user_id"]) == (union.bot_token, union.bot_user_id)
    me = await as_app(union).auth_test()
    assert (me["team_id"], me["enterprise_id"], me["is_enterprise_install"]) == ("E01UNION", "E01UNION", True)


@pytest.mark.usefixtures("installed")
async def test_it_is_in_no_workspace_until_the_admins_add_it(
    union: Organisation, alpes: Team, bretagne: Team, ear: Ear, as_app: AsApp
) -> None:
    """docs.slack.dev/reference/events/team_access_granted and team_access_revoked."""
    assert (alpes.installed, bretagne.installed) == (False, False)
    await union.add_to(alpes)
    told = ear.events("team_access_granted")[0]
    assert (told["team_id"], told["enterprise_id"], told["event"]["team_ids"]) == (None, "E01UNION", [alpes.team_id])
    assert (alpes.installed, bretagne.installed) == (True, False)
    client = as_app(union)
    assert (await client.users_list(team_id=alpes.team_id))["ok"]
    assert await refusal(client, "users.list", team_id=bretagne.team_id) == "team_access_not_granted"
    await union.take_from(alpes)
    assert ear.events("team_access_revoked")[0]["event"]["team_ids"] == [alpes.team_id]
    assert await refusal(client, "users.list", team_id=alpes.team_id) == "team_access_not_granted"
    assert (await alpes.people[0].write("Il y a quelqu'un ?")).attempts == 0


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("method", ["users.list", "conversations.list", "users.conversations", "bots.info"])
async def test_what_lists_must_be_told_which_workspace(
    union: Organisation, alpes: Team, bretagne: Team, as_app: AsApp, method: str
) -> None:
    """docs.slack.dev/reference/methods/conversations.list: `team_id` is required with an organisation's token."""
    await union.add_to(alpes, bretagne)
    assert await refusal(as_app(union), method) == "missing_argument"
    assert (await as_app(union).api_call(method, json={"team_id": bretagne.team_id}))["ok"]


@pytest.mark.usefixtures("installed")
async def test_other_calls_find_the_workspace_by_the_ids_they_name(
    union: Organisation, alpes: Team, bretagne: Team, ear: Ear, as_app: AsApp
) -> None:
    await union.add_to(alpes, bretagne)
    yann, client = bretagne.add_person("Yann", email="yann@bretagne.coop"), as_app(union)
    posted = await client.chat_postMessage(channel=yann.id, text="Demat")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Demat !")
    assert [message.text for message in yann.received] == ["Demat !"]
    assert (await client.users_lookupByEmail(email="yann@bretagne.coop"))["user"]["team_id"] == bretagne.team_id
    assert (await client.conversations_open(users=yann.id))["channel"]["id"] == posted["channel"]
    await yann.command("/parcours")
    opened = await client.views_open(trigger_id=ear.heard[-1]["trigger_id"], view=modal("Nom", section("…")))
    await client.views_update(view_id=opened["view"]["id"], view=modal("Autre", section("…")))
    assert yann.modal.title == "Autre"


@pytest.mark.usefixtures("installed")
async def test_payloads_name_the_organisation(
    union: Organisation, alpes: Team, admin: Person, ear: Ear, as_app: AsApp
) -> None:
    """docs.slack.dev/enterprise/organization-ready-apps and docs.slack.dev/interactivity/implementing-slash-commands."""
    await union.add_to(alpes)
    ear.heard.clear()
    await as_app(union).chat_postMessage(channel=admin.id, text="Oui ?", blocks=[actions(button("Oui", "yes"))])
    await admin.write("Bonjour")
    await admin.click(admin.received[-1], "Oui")
    await admin.command("/parcours")
    event, click, command = ear.heard
    assert (event["team_id"], event["enterprise_id"]) == (alpes.team_id, "E01UNION")
    assert event["authorizations"] == [
        {
            "enterprise_id": "E01UNION",
            "team_id": None,
            "user_id": union.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": True,
        }
    ]
    assert (click["enterprise"], click["is_enterprise_install"]) == ({"id": "E01UNION", "name": "L'Union"}, True)
    assert (click["team"]["id"], click["team"]["enterprise_id"]) == (alpes.team_id, "E01UNION")
    assert (command["team_id"], command["enterprise_id"]) == (alpes.team_id, "E01UNION")
    assert (command["enterprise_name"], command["is_enterprise_install"]) == ("L'Union", "true")


async def test_a_workspace_of_an_organisation_may_let_it_in_for_itself(
    many: ManyWorkspaces, alpes: Team, ear: Ear, admin: Person, as_app: AsApp
) -> None:
    answer = await exchange(as_app, said(await many.consent(alpes, admin, asking(many)))["code"])
    assert (answer["team"]["id"], answer["enterprise"]["id"]) == (alpes.team_id, "E01UNION")
    assert answer["is_enterprise_install"] is False
    await admin.write("Bonjour")
    told = ear.heard[0]["authorizations"][0]
    assert (told["team_id"], told["enterprise_id"], told["is_enterprise_install"]) == (
        alpes.team_id,
        "E01UNION",
        False,
    )
    assert (await as_app(alpes).users_list())["ok"]


@pytest.mark.usefixtures("installed")
async def test_files_are_the_organisations(union: Organisation, alpes: Team, bretagne: Team, as_app: AsApp) -> None:
    await union.add_to(alpes, bretagne)
    client, yann = as_app(union), bretagne.add_person("Yann")
    given = await client.files_getUploadURLExternal(filename="a.png", length=3)
    async with as_app.session.post(given["upload_url"], data=b"png") as answer:
        assert answer.status == 200
    await client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
    picture = {"type": "image", "slack_file": {"id": given["file_id"]}, "alt_text": "Un radar"}
    assert (await client.chat_postMessage(channel=yann.id, text="Ton radar", blocks=[picture]))["ok"]


@pytest.mark.usefixtures("installed")
async def test_it_is_removed_from_all_of_it_at_once(
    many: ManyWorkspaces, union: Organisation, alpes: Team, bretagne: Team, admin: Person, ear: Ear, as_app: AsApp
) -> None:
    await union.add_to(alpes, bretagne)
    with pytest.raises(Impossible, match="by its organisation"):
        await alpes.uninstall()
    with pytest.raises(Impossible, match="by the organisation"):
        await many.consent(alpes, admin, asking(many))
    token = union.bot_token
    ear.heard.clear()
    await union.uninstall(tokens_first=False)
    assert [one["event"]["type"] for one in ear.heard] == ["app_uninstalled", "tokens_revoked"]
    assert {(one["team_id"], one["enterprise_id"]) for one in ear.heard} == {(None, "E01UNION")}
    assert await refusal(as_app(token), "auth.test") == "account_inactive"
    assert (alpes.installed, bretagne.installed, union.installed) == (False, False, False)
    with pytest.raises(Impossible, match="not installed"):
        await union.uninstall()
    with pytest.raises(Impossible, match="not installed"):
        await union.add_to(alpes)


@pytest.mark.usefixtures("installed")
async def test_a_workspace_that_comes_later_is_under_the_same_token(
    many: ManyWorkspaces, union: Organisation, as_app: AsApp
) -> None:
    later = many.add_workspace("Corse", enterprise_id="E01UNION", installed=True)
    assert (later.bot_token, later.installed) == (union.bot_token, True)
    assert (await as_app(union).users_list(team_id=later.team_id))["ok"]


async def test_an_organisation_is_made_when_a_workspace_first_names_it(many: ManyWorkspaces) -> None:
    team = many.add_workspace("Corse", enterprise_id="E0SUD")
    assert many.organisations["E0SUD"].teams == [team]
