"""Every listener, button and window, tried by somebody with the ids of a neighbour."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType

from bot import offers, wire
from bot.gestures import VERBS
from bot.home import AT_ONCE, WINDOWS_OF
from bot.wire import Ref
from flows.living.barometer import barometer
from sandbox.delivery import Attempt
from sandbox.payloads import TOKEN
from tests.bot.cooperative import WORKSPACE
from tests.bot.crossing.neighbours import TWIN, Ids, Json, Neighbours

Gesture = tuple[str, Callable[[], Awaitable[Attempt]]]
"""What is tried, in words, and how."""
TOGETHER = 20
"""Gestures after which all that the other cooperative keeps is compared."""
READINGS = (
    "read_report",
    "read_reply",
    "read_sheet",
    "read_plan",
    "read_debrief",
    "read_digest",
    "read_lesson",
    "read_feedback",
)
OFFERED = (*offers.TAKEN, *READINGS, "edit", "home", *AT_ONCE, *WINDOWS_OF)
A_QUESTION = f"{barometer.name}.{barometer.items[0].name}"
OPENED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "welcome": ("welcome", ""),
        "setup": ("setup", ""),
        "links": ("links", ""),
        "card": ("card", ""),
        "preferences": ("preferences", ""),
        "pause": ("pause", ""),
        "postpone": ("postpone", "onboarding"),
        "vote": ("vote", "round"),
        "self_radar": ("self_radar", ""),
        "open_poll": ("open_poll", "=barometer"),
        "check_in": ("check_in", ""),
        "poll_settings": ("poll_settings", "=barometer"),
        "add_item": ("add_item", "=barometer"),
        "reword_item": ("reword_item", f"={A_QUESTION}"),
        "remove_item": ("remove_item", f"={A_QUESTION}"),
        "new_poll": ("new_poll", ""),
        "add_improvement": ("add_improvement", ""),
        "settle_improvement": ("settle_improvement", "line"),
        "add_step": ("add_step", ""),
        # It opens once a step is added: by the window before it.
        "correct_step": ("correct_step", ""),
        "depart": ("depart", ""),
        "departure_postpone": ("departure_postpone", "departure"),
        "departure_kind": ("departure_kind", "departure"),
        "departure_lead": ("departure_lead", "departure"),
        "departure_secrecy": ("departure_secrecy", "departure"),
        "departure_task": ("departure_task", "departure_task"),
        "mission": ("add_mission", "departure"),
        "export_my_data": ("export_my_data", ""),
        "erase_my_data": ("erase_my_data", ""),
        "prepare_departure": ("prepare_departure", ""),
        "let_know": ("let_know", ""),
    }
)
"""For each window that can be sent: the verb that opens it here, and about what of ours (`=`: as it is)."""


def _field(name: str, kind: str) -> Json:
    return {"type": "input", "block_id": wire.field_block(name), "element": {"type": kind, "action_id": wire.FIELD}}


UNOPENED: Mapping[str, Json] = MappingProxyType(
    {
        "invite": {"blocks": [_field("what", "plain_text_input"), _field("day", "datepicker")]},
        "move_gathering": {"blocks": [_field("gathered", "datepicker")]},
        "set_discussion": {"blocks": [_field("discussed", "datepicker")]},
    }
)
"""Those that do not open here, for want of a way to send letters, a gathering to come or results: sent all the same, as whoever
forges it would."""


# ---------------------------------------------------------------------------------------------------- what is pressed


def button(action_id: str, block_id: str, value: str) -> Json:
    return {"type": "button", "action_id": action_id, "block_id": block_id, "value": value}


def chosen(given: Json, block_id: str) -> Json:
    return {"type": "static_select", "action_id": wire.PICK, "block_id": block_id, **given}


def steps_of(ids: Ids) -> Iterator[Ref]:
    """The first that was reached and the last, of a conversation of each flow."""
    for talk, steps in ids.talks.values():
        yield from (Ref(talk, step) for step in dict.fromkeys((steps[0], steps[-1])))


def answers(it: Neighbours) -> Iterator[Gesture]:
    """Buttons, lists, calendars and people, in messages; and on a message of theirs."""
    for ref in steps_of(it.theirs):
        block = wire.answer_block(ref)
        for value in ("accept", "done"):
            yield f"answer {ref.step} {value}", _pressed(it, button(wire.answer_action(0), block, value))
        account = it.theirs.one["account"]
        for given in (
            {"selected_user": account},
            {"selected_date": "2026-12-01"},
            {"selected_option": {"value": "yes"}},
        ):
            yield f"pick {ref.step}", _pressed(it, chosen(given, block))
        spot = ("D1", "5")
        yield f"answer {ref.step} on their message", _pressed(it, button(wire.answer_action(0), block, "yes"), spot)


def skips(it: Neighbours) -> Iterator[Gesture]:
    for ref in steps_of(it.theirs):
        yield f"skip {ref.step}", _pressed(it, button(wire.SKIP, wire.answer_block(ref), ""))


def questions(it: Neighbours) -> Iterator[Gesture]:
    for ref in steps_of(it.theirs):
        yield f"window of {ref.step}", _pressed(it, button(wire.WINDOW, wire.answer_block(ref), ""))


def offered(it: Neighbours) -> Iterator[Gesture]:
    """Beside each of their conversations, with each of their ids."""
    refs = [Ref(talk, steps[-1]) for talk, steps in it.theirs.talks.values()]
    for verb in OFFERED:
        action, is_walked_at_home = wire.offer_action(verb), verb in WINDOWS_OF or verb in AT_ONCE
        for number, ref in enumerate(refs[:1] if is_walked_at_home else refs):
            value = ref.step if verb == "edit" else ""
            yield f"offer {verb} beside {ref.step}", _pressed(it, button(action, wire.offer_block(ref, number), value))
        for id in list(it.theirs.one.values())[: 1 if is_walked_at_home else None]:
            yield f"offer {verb} {id}", _pressed(it, button(action, wire.offer_block(None, 0), id))


def at_home(it: Neighbours) -> Iterator[Gesture]:
    for verb in (*WINDOWS_OF, *AT_ONCE):
        for id in it.theirs.each():
            yield f"home {verb} {id}", _pressed(it, button(f"home.{verb}", "b1", id))


def of_no_use(it: Neighbours) -> Iterator[Gesture]:
    for action in (wire.link_action(0), "of.a.former.release"):
        for id in it.theirs.each():
            yield f"{action} {id}", _pressed(it, button(action, "b1", id))
    for callback in ("read", "unknown"):
        for id in it.theirs.each():
            yield f"a window {callback} {id}", submitted(it, filled({"callback_id": callback, "blocks": []}, id, it))


def _pressed(it: Neighbours, action: Json, spot: tuple[str, str] | None = None) -> Callable[[], Awaitable[Attempt]]:
    return lambda: it.teller.pressed(action, spot)


# ------------------------------------------------------------------------------------------------------ what is sent


def filled(view: Json, about: str, it: Neighbours) -> Json:
    """The window with something in each field, theirs where it is somebody."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {block["element"]["action_id"]: _given(block["element"], it.theirs.one["account"])}
        for block in inputs
    }
    return {**view, "private_metadata": about, "state": {"values": values}}


def _given(element: Json, account: str) -> Json:
    kind, options = element["type"], element.get("options") or [{"value": ""}]
    first = {
        "datepicker": ("selected_date", "2026-12-01"),
        "users_select": ("selected_user", account),
        # Whoever tries stays of the management.
        "multi_users_select": ("selected_users", [TWIN, account]),
        "static_select": ("selected_option", options[0]),
        "radio_buttons": ("selected_option", options[0]),
        "multi_static_select": ("selected_options", options[:1]),
        "checkboxes": ("selected_options", options[:1]),
        "channels_select": ("selected_channel", None),
        "conversations_select": ("selected_conversation", None),
        "email_text_input": ("value", "zoe@exemple.coop"),
        "number_input": ("value", element.get("min_value") or "1"),
        "url_text_input": ("value", "https://exemple.coop"),
        "plain_text_input": ("value", "Des mots d'ailleurs"),
    }
    given, usual = first[kind]
    shown = element.get(given.replace("selected", "initial")) or element.get("initial_value")
    is_somebody = kind.endswith("users_select")
    return {"type": kind, given: shown if shown and not is_somebody else usual}


def written(it: Neighbours) -> Iterator[Gesture]:
    """The window of each question."""
    for ref in steps_of(it.theirs):
        field = {"type": "input", "block_id": wire.field_block(wire.WHOLE)}
        given = {field["block_id"]: {wire.FIELD: {"type": "plain_text_input", "value": "Des mots d'ailleurs"}}}
        view = {"callback_id": wire.ANSWER_VIEW, "private_metadata": wire.packed(ref), "blocks": [field]}
        yield f"the window of {ref.step}", submitted(it, {**view, "state": {"values": given}})


async def opened(it: Neighbours, callback: str) -> Json:
    """This window, as it opens here about something of ours."""
    verb, about = OPENED[callback]
    ours = {**{flow: talk for flow, (talk, _) in it.ours.talks.items()}, **it.ours.one}
    value = about.removeprefix("=") if about.startswith("=") else ours.get(about, "")
    await it.make(it.teller.pressed(button(f"home.{verb}", "b1", value)))
    found = it.windows()[-1]
    assert found.get("callback_id") == callback, f"{callback} does not open here: {found}"
    return found


def turned(metadata: str, it: Neighbours) -> Iterator[str]:
    """Each of their ids; and what our window is about, theirs in the place of ours."""
    yield from it.theirs.each()
    swapped = metadata
    for kind, ours in it.ours.one.items():
        swapped = swapped.replace(ours, it.theirs.one[kind]) if len(ours) > 1 else swapped
    for flow, (ours, _) in it.ours.talks.items():
        swapped = swapped.replace(ours, it.theirs.talks[flow][0])
    if swapped != metadata:
        yield swapped


def submitted(it: Neighbours, view: Json) -> Callable[[], Awaitable[Attempt]]:
    return lambda: it.teller.submitted(view)


# -------------------------------------------------------------------------------------------- what is typed and told


def typed(it: Neighbours) -> Iterator[Gesture]:
    account = it.theirs.one["account"]
    for word in (*VERBS, "inconnu"):
        for after in ("", f"<@{account}>", f"<@{account}> 2026-12-01", it.theirs.one["departure"]):
            yield f"/parcours {word} {after}", lambda text=f"{word} {after}": it.teller.command(text)  # type: ignore[misc]


def taken(it: Neighbours) -> Iterator[Gesture]:
    for callback in ("welcome", "depart", "unknown"):
        yield f"shortcut {callback}", lambda name=callback: it.teller.shortcut(name)  # type: ignore[misc]


def said(it: Neighbours) -> Iterator[Gesture]:
    """By whom both know, and by somebody only they do."""
    for who in (TWIN, it.theirs.one["account"]):
        usual = {"type": "message", "channel_type": "im", "channel": "D1", "ts": "5", "user": who}
        for text in (*VERBS, "Un mot à moi", *it.theirs.each()):
            yield f"{who} says {text}", lambda event={**usual, "text": text or "…"}: it.teller.event(event)  # type: ignore[misc]


def looked_at(it: Neighbours) -> Iterator[Gesture]:
    for who in (TWIN, it.theirs.one["account"]):
        event = {"type": "app_home_opened", "user": who, "channel": "D1", "tab": "home"}
        yield f"{who} opens the Home", lambda event=event: it.teller.event(event)  # type: ignore[misc]


def accounts(it: Neighbours) -> Iterator[Gesture]:
    """Theirs, as ours would be: opened, renamed, closed."""
    for kind, closed in (("team_join", False), ("user_change", False), ("user_change", True)):
        profile = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@exemple.coop"}
        user = {"id": it.theirs.one["account"], "team_id": it.teller.team, "deleted": closed, "profile": profile}
        event = {"type": kind, "user": {**user, "locale": "fr-FR", "tz": "Europe/Paris"}}
        yield f"{kind} {closed}", lambda event=event: it.teller.event(event)  # type: ignore[misc]


def withheld(it: Neighbours) -> Iterator[Gesture]:
    """Slack says it of theirs."""
    said = {"token": TOKEN, "type": "app_rate_limited", "team_id": WORKSPACE, "minute_rate_limited": 1}
    yield "Slack withholds events", lambda: it.slack.http.carry("events_api", said, None)


def goodbyes(it: Neighbours) -> Iterator[Gesture]:
    """Of ours; and of an organisation that names theirs."""
    for event in (
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}},
        {"type": "team_access_revoked", "team_ids": [WORKSPACE]},
        {"type": "team_access_granted", "team_ids": [WORKSPACE]},
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}},
        {"type": "app_uninstalled"},
    ):
        yield str(event), lambda event=event: it.teller.event(event)  # type: ignore[misc]
