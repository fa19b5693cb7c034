"""The Web API answers as Slack does, and refuses by Slack's own error names."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import actions, button, home, modal, section, text_field


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, json=args)
    return str(raised.value.response["error"])


async def test_the_app_learns_who_it_is(slack: Sandbox, client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert (me["user_id"], me["team_id"]) == (slack.bot_user_id, slack.team_id)
    assert "chat:write" in me.headers["x-oauth-scopes"]
    assert (await client.team_info())["team"]["id"] == slack.team_id
    assert (await client.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == slack.bot_user_id
    assert (await client.api_test())["ok"]


async def test_a_message_to_a_person_opens_their_direct_messages(lea: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=lea.id, text="Bonjour &amp; bienvenue <@U1>")
    assert posted["channel"].startswith("D")
    assert [message.text for message in lea.messages] == ["Bonjour &amp; bienvenue <@U1>"]
    assert lea.messages[0].ts == posted["ts"]
    assert lea.received == lea.messages


async def test_time_stamps_grow_even_when_the_clock_stands_still_or_goes_back(
    lea: Person, client: AsyncWebClient, clock: TestClock
) -> None:
    first = await client.chat_postMessage(channel=lea.id, text="1")
    second = await client.chat_postMessage(channel=lea.id, text="2")
    clock.advance(days=-1)
    third = await client.chat_postMessage(channel=lea.id, text="3")
    assert first["ts"] < second["ts"] < third["ts"]
    assert float(first["ts"]) == pytest.approx(clock.now.timestamp() + 86400)


async def test_posting_to_a_deactivated_person_succeeds_silently(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    await slack.deactivate(lea)
    assert (await client.chat_postMessage(channel=lea.id, text="Bonjour"))["ok"]
    assert await refusal(client, "conversations.open", users=lea.id) == "user_disabled"


async def test_an_update_with_text_alone_takes_the_buttons_away(lea: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=lea.id, text="Prête ?", blocks=[actions(button("Oui", "yes"))])
    assert [control.label for control in lea.messages[0].controls()] == ["Oui"]
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="C'est noté")
    assert (lea.messages[0].words(), lea.messages[0].controls()) == ("C'est noté", [])
    assert "edited" in lea.messages[0].payload


async def test_an_update_with_blocks_shows_them(lea: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=lea.id, text="Prête ?", blocks=[section("Prête ?")])
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Oui", blocks=[section("*Oui*")])
    assert lea.messages[0].words() == "*Oui*"
    assert "edited" not in lea.messages[0].payload


async def test_a_deleted_message_is_gone(lea: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=lea.id, text="Oups")
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert (lea.messages, lea.received) == ([], [])
    history = await client.conversations_history(channel=posted["channel"])
    assert history["messages"] == []
    assert await refusal(client, "chat.delete", channel=posted["channel"], ts=posted["ts"]) == "message_not_found"


async def test_a_message_deleted_in_a_channel_is_gone_for_everybody(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    omar = slack.add_person("Omar")
    channel = slack.add_channel("annonces", members=[lea, omar], with_bot=True)
    first = await client.chat_postMessage(channel=channel.id, text="Trop tôt")
    await client.chat_postMessage(channel=channel.id, text="La suite")
    await client.chat_delete(channel=channel.id, ts=first["ts"])
    assert [message.text for message in channel.messages] == ["La suite"]


async def test_nothing_is_deleted_without_the_scope(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=lea.id, text="Bonjour")
    slack.workspace.scopes = frozenset({"im:history"})
    assert await refusal(client, "chat.delete", channel=posted["channel"], ts=posted["ts"]) == "missing_scope"
    assert [message.text for message in lea.received] == ["Bonjour"]


async def test_deleting_is_limited_in_pace(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    posted = [await client.chat_postMessage(channel=lea.id, text=str(number)) for number in range(51)]
    slack.rate_limited = True
    for one in posted[:50]:
        await client.chat_delete(channel=one["channel"], ts=one["ts"])
    with pytest.raises(SlackApiError) as raised:
        await client.chat_delete(channel=posted[50]["channel"], ts=posted[50]["ts"])
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "2")


async def test_an_uncertain_message_is_found_by_its_metadata(
    lea: Person, client: AsyncWebClient, clock: TestClock
) -> None:
    await client.chat_postMessage(channel=lea.id, text="Avant")
    clock.advance(minutes=5)
    since = str(clock.now.timestamp())
    mark = {"event_type": "outbox", "event_payload": {"id": "42"}}
    posted = await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=mark)
    found = await client.conversations_history(
        channel=posted["channel"], oldest=since, inclusive=True, limit=10, include_all_metadata=True
    )
    assert [message["metadata"] for message in found["messages"]] == [mark]
    without = await client.conversations_history(channel=posted["channel"])
    assert [message["text"] for message in without["messages"]] == ["Bonjour", "Avant"]
    assert "metadata" not in without["messages"][0]


async def test_history_comes_in_pages_and_leaves_threads_to_replies(lea: Person, client: AsyncWebClient) -> None:
    dm = (await client.conversations_open(users=lea.id))["channel"]["id"]
    parent = (await client.chat_postMessage(channel=dm, text="Fil"))["ts"]
    reply = await client.chat_postMessage(channel=dm, text="Réponse", thread_ts=parent)
    await client.chat_postMessage(channel=dm, text="Suite", thread_ts=reply["ts"])
    await client.chat_postMessage(channel=dm, text="Autre")
    first = await client.conversations_history(channel=dm, limit=1)
    rest = await client.conversations_history(channel=dm, limit=1, cursor=first["response_metadata"]["next_cursor"])
    assert [page["messages"][0]["text"] for page in (first, rest)] == ["Autre", "Fil"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    thread = await client.conversations_replies(channel=dm, ts=parent)
    assert [message["text"] for message in thread["messages"]] == ["Fil", "Réponse", "Suite"]


async def test_people_are_listed_in_pages_with_robots_the_deactivated_and_the_invited(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    await slack.deactivate(slack.add_person("Ali", locale="en-GB", tz="Indian/Reunion"))
    slack.add_person("Pas", "Encore", joined=False)
    slack.send_invitation(slack.add_person("Bientôt", joined=False))
    seen, cursor = [], ""
    while True:
        page = await client.users_list(limit=2, cursor=cursor, include_locale=True)
        seen += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert {user["name"]: user["deleted"] for user in seen} == {
        "slackbot": False,
        "parcours": False,
        "lea.martin": False,
        "ali": True,
        "bientot": True,
    }
    assert [user["name"] for user in seen if user.get("is_invited_user")] == ["bientot"]
    assert lea.id in {user["id"] for user in seen if user["locale"] == "fr-FR" and user.get("tz_offset") == 3600}


async def test_a_person_is_found_by_id_and_by_email(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    ali = slack.add_person("Ali", email="Ali@Exemple.coop")
    assert (await client.users_lookupByEmail(email="ali@exemple.coop"))["user"]["id"] == ali.id
    shown = (await client.users_info(user=lea.id, include_locale=True))["user"]
    assert (shown["locale"], shown["tz"], shown["profile"]["email"]) == ("fr-FR", "Europe/Paris", "lea@exemple.coop")
    assert "locale" not in (await client.users_info(user=lea.id))["user"]
    assert (await client.users_lookupByEmail(email="LEA@exemple.coop"))["user"]["id"] == lea.id


async def test_channels_are_seen_when_public_or_joined(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    slack.add_channel("annonces", members=[lea], with_bot=True)
    slack.add_channel("secret", members=[lea], is_private=True)
    slack.add_channel("direction", members=[lea], with_bot=True, is_private=True)
    slack.add_channel("machine-a-cafe", members=[lea])
    found = await client.conversations_list(types="public_channel,private_channel")
    assert [it["name"] for it in found["channels"]] == ["annonces", "direction", "machine-a-cafe"]
    mine = await client.users_conversations(types="public_channel,private_channel")
    assert [it["name"] for it in mine["channels"]] == ["annonces", "direction"]
    members = await client.conversations_members(channel=slack.channel("annonces").id)
    assert set(members["members"]) == {lea.id, slack.bot_user_id}
    assert (await client.conversations_info(channel=slack.channel("annonces").id))["channel"]["is_member"]


async def test_an_ephemeral_message_is_for_one_person(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    channel = slack.add_channel("annonces", members=[lea], with_bot=True)
    await client.chat_postEphemeral(channel=channel.id, user=lea.id, text="Pour toi")
    assert ([it.text for it in lea.whispers], channel.messages) == (["Pour toi"], [])


async def test_a_picture_is_uploaded_then_shown(lea: Person, client: AsyncWebClient) -> None:
    uploaded = await client.files_upload_v2(
        content=b"\x89PNG", filename="carte.png", title="Carte", alt_txt="Une carte"
    )
    picture = {"type": "image", "slack_file": {"id": uploaded["file"]["id"]}, "alt_text": "Une carte"}
    assert (await client.chat_postMessage(channel=lea.id, text="Carte", blocks=[picture]))["ok"]
    lost = {**picture, "slack_file": {"id": "F0NOWHERE"}}
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=lea.id, text="Carte", blocks=[section("Voici"), lost])
    told = refused.value.response
    assert told["error"] == "invalid_blocks"
    assert told["response_metadata"]["messages"] == ["[ERROR] invalid slack file [json-pointer:/blocks/1/slack_file]"]


async def test_a_permalink_and_a_reaction_need_their_message(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    slack.workspace.scopes |= {"reactions:write"}
    posted = await client.chat_postMessage(channel=lea.id, text="Bravo")
    link = await client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])
    assert link["permalink"].endswith(posted["ts"].replace(".", ""))
    await client.reactions_add(channel=posted["channel"], timestamp=posted["ts"], name="tada")
    again = {"channel": posted["channel"], "timestamp": posted["ts"], "name": "tada"}
    assert await refusal(client, "reactions.add", **again) == "already_reacted"


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "U0NOBODY", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "{outside}", "text": "a"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "{hidden}", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "{archived}", "text": "a"}, "is_archived"),
        ("chat.postMessage", {"channel": "{lea}"}, "no_text"),
        ("chat.postMessage", {"text": "a"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "{lea}", "text": "a" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "{lea}", "text": "a", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "{lea}", "text": "a", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": "{lea}", "text": "a", "metadata": {"id": 1}}, "invalid_metadata_format"),
        ("chat.postMessage", {"channel": "{lea}", "text": "a", "thread_ts": "1.000001"}, "thread_not_found"),
        ("chat.update", {"channel": "{dm}", "ts": "1.000001", "text": "a"}, "message_not_found"),
        ("chat.update", {"channel": "{dm}", "ts": "{theirs}", "text": "a"}, "cant_update_message"),
        ("chat.update", {"channel": "{dm}", "ts": "{ours}", "text": "a" * 4001}, "msg_too_long"),
        ("chat.update", {"channel": "{archived}", "ts": "1.000001", "text": "a"}, "is_inactive"),
        ("chat.delete", {"channel": "{dm}", "ts": "{theirs}"}, "cant_delete_message"),
        ("chat.delete", {"channel": "{lea}", "ts": "{ours}"}, "channel_not_found"),
        ("chat.delete", {"channel": "{hidden}", "ts": "1.000001"}, "channel_not_found"),
        ("chat.delete", {"channel": "{archived}", "ts": "1.000001"}, "is_archived"),
        ("chat.delete", {"channel": "{dm}"}, "invalid_arguments"),
        ("chat.postEphemeral", {"channel": "{joined}", "user": "U0NOBODY", "text": "a"}, "user_not_in_channel"),
        ("chat.getPermalink", {"channel": "{dm}", "message_ts": "1.000001"}, "message_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.info", {"channel": "{hidden}"}, "channel_not_found"),
        ("conversations.replies", {"channel": "{dm}", "ts": "1.000001"}, "thread_not_found"),
        ("conversations.join", {"channel": "{outside}"}, "missing_scope"),
        ("conversations.list", {"types": "club"}, "invalid_types"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "personne@exemple.coop"}, "users_not_found"),
        ("users.list", {"cursor": "???"}, "invalid_cursor"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal("M", section("a"))}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V0NOTHING", "view": modal("M", section("a"))}, "not_found"),
        ("views.publish", {"user_id": "U0NOBODY", "view": home(section("a"))}, "invalid_arguments"),
        ("views.publish", {"user_id": "{lea}", "view": modal("M", section("a"))}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0NOTHING"}]}, "file_not_found"),
        ("reactions.add", {"channel": "{dm}", "timestamp": "1.1", "name": "tada"}, "missing_scope"),
        ("bots.info", {"bot": "B0NOTHING"}, "bot_not_found"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.shout", {"channel": "{lea}"}, "unknown_method"),
    ],
)
async def test_slack_refuses_by_name(
    slack: Sandbox, lea: Person, client: AsyncWebClient, method: str, args: dict[str, Any], error: str
) -> None:
    archived = slack.add_channel("vieux", with_bot=True)
    archived.is_archived = True
    ours = await client.chat_postMessage(channel=lea.id, text="De nous")
    await lea.write("D'elle")
    known = {
        "{lea}": lea.id,
        "{dm}": ours["channel"],
        "{ours}": ours["ts"],
        "{theirs}": lea.messages[-1].ts,
        "{joined}": slack.add_channel("annonces", members=[lea], with_bot=True).id,
        "{outside}": slack.add_channel("ailleurs").id,
        "{hidden}": slack.add_channel("secret", is_private=True).id,
        "{archived}": archived.id,
    }
    given = {name: known.get(value, value) if isinstance(value, str) else value for name, value in args.items()}
    assert await refusal(client, method, **given) == error
    assert (slack.transcript[-1].method, slack.transcript[-1].error) == (method, error)


async def test_a_broken_rule_of_block_kit_is_told(lea: Person, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=lea.id, text="a", blocks=[actions(button("x" * 76, "a"))])
    assert "/blocks/0/elements/0/text" in raised.value.response["response_metadata"]["messages"][0]
    with pytest.raises(SlackApiError) as raised:
        await client.views_publish(user_id=lea.id, view=home(section("x" * 3001)))
    assert raised.value.response["error"] == "invalid_arguments"
    assert lea.home is None


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_a_token_is_asked_for(client: AsyncWebClient, token: str, error: str) -> None:
    client.token = token
    assert await refusal(client, "team.info") == error


async def test_a_missing_scope_is_named(slack: Sandbox, client: AsyncWebClient, lea: Person) -> None:
    slack.workspace.scopes = frozenset({"users:read"})
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=lea.id, text="a")
    assert (raised.value.response["needed"], raised.value.response["provided"]) == ("chat:write", "users:read")
    assert "email" not in (await client.users_info(user=lea.id))["user"]["profile"]


async def test_the_home_is_published_and_published_again(lea: Person, client: AsyncWebClient) -> None:
    first = await client.views_publish(user_id=lea.id, view=home(section("Bonjour")))
    await client.views_publish(user_id=lea.id, view=home(section("Rebonjour")), hash=first["view"]["hash"])
    assert lea.home is not None
    assert lea.home.words() == "Rebonjour"
    stale = {"user_id": lea.id, "view": home(section("Trop tard")), "hash": first["view"]["hash"]}
    assert await refusal(client, "views.publish", **stale) == "hash_conflict"


async def test_forms_are_read_as_well_as_json(lea: Person, client: AsyncWebClient) -> None:
    blocks = '[{"type":"section","text":{"type":"mrkdwn","text":"Un & deux"}}]'
    await client.api_call("chat.postMessage", data={"channel": lea.id, "text": "Un é", "blocks": blocks})
    assert (lea.messages[0].text, lea.messages[0].words()) == ("Un é", "Un & deux")


async def test_the_transcript_keeps_what_was_sent_as_it_was_sent(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    heard: list[str] = []
    stop = slack.on_call(lambda call: heard.append(call.method))
    await client.chat_postMessage(channel=lea.id, text="a", blocks=[section("a")])
    stop()
    await client.views_publish(user_id=lea.id, view=home(text_field("Nom", "name", optional=True)))
    assert heard == ["chat.postMessage"]
    assert [call.method for call in slack.transcript] == ["chat.postMessage", "views.publish"]
    assert slack.transcript[0].payload["blocks"] == [section("a")]
