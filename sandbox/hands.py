"""What a person does in Slack, told to the app in Slack's payloads."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from sandbox import payloads
from sandbox.blockkit import missing_required
from sandbox.choices import held, option
from sandbox.delivery import NOTHING_SENT, Ack, Kind, PostOffice
from sandbox.emoji import named
from sandbox.permits import Permits
from sandbox.person import Person
from sandbox.refusal import Refusal
from sandbox.replies import Stage, after_submission, answer_in
from sandbox.surface import Control, Impossible, Json, Surface, View, pick
from sandbox.workspace import Channel, Message, Workspace

MENTION = re.compile(r"(&lt;[@#][A-Z0-9]+(?:\|[^&]*)?&gt;)")
LINK = re.compile(r"(?<!&lt;)(https?://[^\s<>|]+)")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
OF_CHANNELS = ("channels_select", "conversations_select")
OF_ONESELF = "/me "
"""What is said of oneself (docs.slack.dev/reference/events/message/me_message)."""
AT_NAME = re.compile(r"(?<![\w<])@([\w.-]*\w)")


class Hands:
    """The gestures of everyone. A person's own methods come here."""

    def __init__(self, workspace: Workspace, permits: Permits, stage: Stage, post: PostOffice) -> None:
        self.workspace = workspace
        self.permits = permits
        self.stage = stage
        self.post = post

    async def click(
        self,
        person: Person,
        surface: Surface,
        label: str | None,
        *,
        action_id: str | None,
        value: str | None,
        block_id: str | None,
    ) -> Ack:
        self.require_shown(person, surface)
        wanted = {"label": label, "action_id": action_id, "value": value, "block_id": block_id}
        given = {name: want for name, want in wanted.items() if want is not None}
        buttons = [it for it in surface.controls() if it.type in {"button", "workflow_button"}]
        button = pick(buttons, f"a button {given}", lambda it: all(getattr(it, name) == given[name] for name in given))
        pressed: Json = {key: button.element[key] for key in ("text", "value", "style") if key in button.element}
        return await self._act(person, surface, button, pressed)

    async def select(
        self, person: Person, surface: Surface, action_id: str, value: Any, block_id: str | None = None
    ) -> Ack:
        self.require_shown(person, surface)
        control = surface.control(action_id, block_id)
        if control.type == "overflow":
            chosen: Json = {"selected_option": option(control, value)}
        else:
            chosen = surface.enter(control, self._proposed(person, control, held(control, value)))
        if control.block.get("type") == "input" and not control.block.get("dispatch_action"):
            return NOTHING_SENT
        return await self._act(person, surface, control, {key: chosen[key] for key in chosen if key != "type"})

    async def submit(self, person: Person, view: View, values: Json) -> Ack:
        self.require_shown(person, view)
        if not view.given.get("submit"):
            raise Impossible(f"the modal {view.title!r} has no submit button")
        for name, value in values.items():
            field = field_of(view, name)
            view.enter(field, self._proposed(person, field, held(field, value)))
        require_filled(view)
        view.errors = {}
        payload = self._interaction(person, "view_submission") | {"view": view.shown(), "response_urls": []}
        ack = await self._send(person, "interactive", payload, f"submit {view.title!r}")
        if ack.acknowledged:
            ack = self._understood(person, ack, lambda: after_submission(self.stage, person, view, ack.body))
        return ack

    async def close(self, person: Person, view: View, whole_stack: bool) -> Ack:
        self.require_shown(person, view)
        closing = person.modals[::-1] if whole_stack else [view]
        ack = NOTHING_SENT
        for one in closing:
            person.modals.remove(one)
            if one.given.get("notify_on_close"):
                payload = self._interaction(person, "view_closed")
                del payload["trigger_id"]
                payload |= {"view": one.shown(), "is_cleared": whole_stack}
                ack = await self._send(person, "interactive", payload, f"close {one.title!r}")
        return ack

    async def write(self, person: Person, text: str, thread_ts: str | None, file: str = "") -> Ack:
        self.require_account(person)
        body: Json = {"text": self.as_slack_text(text), "client_msg_id": self.workspace.new_id("")}
        if text.startswith(OF_ONESELF) and thread_ts is None:
            body = {"text": self.as_slack_text(text.removeprefix(OF_ONESELF)), "subtype": "me_message"}
        if file:
            body |= {
                "subtype": "file_share",
                "files": [{"id": self.workspace.new_id("F"), "name": file, "title": file}],
            }
        if thread_ts is not None:
            body["thread_ts"] = thread_ts
        message = self.workspace.post(self.workspace.dm_with(person), body, author=person.id)
        return await self.tell(payloads.written(message))

    async def edit(self, person: Person, message: Message, text: str) -> Ack:
        self.require_own(person, message)
        before = deepcopy(message.payload)
        message.payload["text"] = self.as_slack_text(text)
        message.payload["edited"] = {"user": person.id, "ts": self.workspace.new_ts()}
        return await self.tell(payloads.edited(self.workspace, message, before))

    async def delete(self, person: Person, message: Message) -> Ack:
        self.require_own(person, message)
        message.deleted = True
        return await self.tell(payloads.deleted(self.workspace, message))

    async def command(self, person: Person, command: str, text: str) -> Ack:
        self.require_account(person)
        channel = self.workspace.dm_with(person)
        words = (command, self.as_slack_text(text, with_names=True))
        url = self.permits.response_url(person, channel)
        payload = payloads.command(self.workspace, person, channel, words, self.permits.trigger(person), url)
        ack = await self._send(person, "slash_commands", payload, f"{command} {text}")
        if ack.acknowledged and ack.body:
            answer = ack.body if isinstance(ack.body, dict) else {"text": str(ack.body)}
            ack = self._understood(person, ack, lambda: answer_in(self.workspace, channel, person, answer))
        return ack

    async def shortcut(self, person: Person, callback_id: str) -> Ack:
        self.require_account(person)
        payload = self._interaction(person, "shortcut")
        payload |= {"callback_id": callback_id, "action_ts": self.workspace.new_ts()}
        return await self._send(person, "interactive", payload, f"shortcut {callback_id}")

    async def open_home(self, person: Person) -> Ack:
        self.require_account(person)
        return await self.tell(payloads.home_opened(self.workspace, person))

    async def tell(self, event: Json) -> Ack:
        """Send an event to the app."""
        return await self.post.event(payloads.envelope(self.workspace, event))

    def as_slack_text(self, text: str, *, with_names: bool = False) -> str:
        """Typed text as Slack hands it over: escaped, with `@name` and links marked up, and emoji by their names."""
        escaped = named(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = MENTION.sub(lambda found: found[1].replace("&lt;", "<").replace("&gt;", ">"), escaped)
        escaped = AT_NAME.sub(lambda found: self._mention(found[1], with_names) or found[0], escaped)
        return MAIL.sub(r"<mailto:\g<0>|\g<0>>", LINK.sub(r"<\1>", escaped))

    def require_account(self, person: Person) -> None:
        if not person.joined or person.deactivated:
            raise Impossible(f"{person.name} has no active account")

    def require_own(self, person: Person, message: Message) -> None:
        self.require_account(person)
        if message.payload.get("user") != person.id or message.deleted:
            raise Impossible(f"{person.name} did not write this message, or deleted it")

    def require_shown(self, person: Person, surface: Surface) -> None:
        """Raises Impossible when this person does not see this message or view."""
        self.require_account(person)
        if isinstance(surface, View):
            seen = surface is person.home or (bool(person.modals) and surface is person.modals[-1])
        else:
            seen = isinstance(surface, Message) and not surface.deleted and in_sight(person, surface)
        if not seen:
            raise Impossible(f"{person.name} does not see that {type(surface).__name__.lower()}")

    def _proposed(self, person: Person, field: Control, chosen: Any) -> Any:
        """The same value. Raises Impossible for a channel that the field does not propose to this person: a private one among
        the public, or one that they are not in (docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""
        for one in chosen if isinstance(chosen, list) else [chosen]:
            channel = self.workspace.channels.get(one) if field.type.endswith(OF_CHANNELS) else None
            if channel is not None and not is_proposed(channel, person, field):
                raise Impossible(f"{field.action_id} does not propose {channel.name} to {person.name}")
        return chosen

    def _mention(self, name: str, with_names: bool) -> str | None:
        for person in self.workspace.people.values():
            if person.name == name:
                return f"<@{person.id}|{name}>" if with_names else person.mention
        return None

    def _interaction(self, person: Person, kind: str) -> Json:
        return payloads.interaction(self.workspace, person, kind, self.permits.trigger(person))

    async def _act(self, person: Person, surface: Surface, control: Control, done: Json) -> Ack:
        payload = self._interaction(person, "block_actions")
        if isinstance(surface, Message):
            payload |= payloads.on_message(surface, self.permits.response_url(person, surface.channel, surface))
        elif isinstance(surface, View):
            payload |= payloads.on_view(surface)
        action = {
            "action_id": control.action_id,
            "block_id": control.block_id,
            "type": control.type,
            "action_ts": self.workspace.new_ts(),
        }
        payload["actions"] = [action | done]
        return await self._send(person, "interactive", payload, f"{control.type} {control.label!r}")

    async def _send(self, person: Person, kind: Kind, payload: Json, what: str) -> Ack:
        ack = await self.post.interaction(kind, payload)
        if not ack.acknowledged:
            person.see_failure(f"{what}: {ack.problem}", self.workspace.clock())
        return ack

    def _understood(self, person: Person, ack: Ack, follow: Any) -> Ack:
        """Do what the app answered; an answer that Slack refuses is a failure the person sees."""
        try:
            follow()
        except Refusal as refusal:
            problem = f"{refusal.error} {refusal.beside}"
            person.see_failure(problem, self.workspace.clock())
            self.post.answer_refused(ack.body if isinstance(ack.body, dict) else {"text": ack.body}, refusal)
            return Ack(ack.acknowledged, ack.status, ack.body, ack.seconds, ack.attempts, problem)
        return ack


def in_sight(person: Person, message: Message) -> bool:
    if message.whispered_to is not None:
        return message.whispered_to == person.id
    return person.id in message.channel.members and message.channel.find(message.ts) is not None


def is_proposed(channel: Channel, person: Person, field: Control) -> bool:
    kind = "im" if channel.dm_of else "private" if channel.is_private else "public"
    asked = (field.element.get("filter") or {}).get("include", ("im", "private", "public"))
    kinds = asked if field.type.endswith("conversations_select") else ("public",)
    return kind in kinds and (kind == "public" or person.id in channel.members)


def field_of(view: View, name: str) -> Control:
    """The field that goes by this action id, block id or label. Raises Impossible."""
    return pick(view.controls(), f"the field {name!r}", lambda it: name in (it.action_id, it.block_id, it.label))


def require_filled(view: View) -> None:
    """Raises Impossible for what Slack's own screen does not let go: an empty field, a text out of bounds."""
    refused = missing_required(view.given, view.entered)
    if refused:
        raise Impossible(f"fields left empty or out of bounds: {refused}")
