"""What an app's acknowledgement does: modals that show errors, change, pile up or close; a command's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.checks import refuse_message, refuse_view
from sandbox.person import Person
from sandbox.refusal import Refusal
from sandbox.surface import Json, View, name_blocks
from sandbox.workspace import Channel, Message, Workspace

Kind = Literal["modal", "home"]
MOST_VIEWS = 3


@dataclass
class Stage:
    """Where views are shown. Every method raises Refusal for what Slack refuses."""

    workspace: Workspace

    def open(self, person: Person, given: Json) -> View:
        view = self._new(person, given, "modal")
        person.modals[:] = [view]
        return view

    def push(self, person: Person, given: Json) -> View:
        if not person.modals:
            raise Refusal("not_found")
        if len(person.modals) >= MOST_VIEWS:
            raise Refusal("push_limit_reached")
        below = person.modals[-1]
        view = self._new(person, given, "modal")
        view.root_view_id, view.previous_view_id = below.root_view_id, below.id
        person.modals.append(view)
        return view

    def publish(self, person: Person, given: Json, expected_hash: str | None) -> View:
        if person.home is None:
            person.home = self._new(person, given, "home")
        else:
            self.change(person.home, given, expected_hash)
        return person.home

    def change(self, view: View, given: Json, expected_hash: str | None) -> None:
        """Replace what a view shows. What was entered in a field stays while its block and action ids do."""
        if expected_hash and expected_hash != view.hash:
            raise Refusal("hash_conflict")
        view.given = self._accepted(given, view.given["type"], but=view)
        view.forget_what_is_gone()
        view.errors = {}
        view.hash = self.workspace.new_hash()

    def find(self, view_id: Any, external_id: Any) -> View:
        """A view somebody has in front of them or under it. Raises Refusal."""
        for view in self._shown():
            if view.id == view_id or (external_id and view.given.get("external_id") == external_id):
                return view
        raise Refusal("not_found")

    def _shown(self) -> Iterator[View]:
        for person in self.workspace.people.values():
            yield from person.modals
            if person.home is not None:
                yield person.home

    def _accepted(self, given: Any, surface: Kind, but: View | None = None) -> Json:
        """The view, checked, with ids on its blocks."""
        refuse_view(given, surface, self.workspace)
        name = given.get("external_id")
        if name and any(view is not but and view.given.get("external_id") == name for view in self._shown()):
            raise Refusal("duplicate_external_id")
        return {**given, "type": surface, "blocks": name_blocks(given["blocks"], self.workspace.new_block_id)}

    def _new(self, person: Person, given: Json, surface: Kind) -> View:
        accepted = self._accepted(given, surface)
        view_id = self.workspace.new_id("V")
        workspace = self.workspace
        identity = {
            "team_id": workspace.team_id,
            "app_id": workspace.app_id,
            "app_installed_team_id": workspace.team_id,
            "bot_id": workspace.bot_id,
        }
        return View(view_id, accepted, workspace.new_hash(), person.id, root_view_id=view_id, identity=identity)


def after_submission(stage: Stage, person: Person, view: View, body: Any) -> None:
    """Do what the answer to a `view_submission` says. Raises Refusal when Slack would not understand it."""
    if not body:
        # The window of a slow click may have taken its place meanwhile.
        person.modals[:] = [shown for shown in person.modals if shown is not view]
        return
    actions: dict[Any, Callable[[], object]] = {
        "errors": lambda: show_errors(view, body.get("errors")),
        "update": lambda: stage.change(view, body["view"], None),
        "push": lambda: stage.push(person, body["view"]),
        "clear": person.modals.clear,
    }
    action = actions.get(body.get("response_action"))
    if action is None:
        raise Refusal("invalid_response_action")
    action()


def show_errors(view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refusal("invalid_errors", (f"errors must name input blocks of the view: {sorted(inputs)}",))
    view.errors = {block: str(error) for block, error in errors.items()}


def answer_in(workspace: Workspace, channel: Channel, person: Person, body: Json) -> Message:
    """A message an app answers a command or a response URL with: to the person alone unless it says otherwise."""
    refuse_message(body, workspace)
    shown = workspace.shown(body)
    if body.get("thread_ts"):
        shown["thread_ts"] = body["thread_ts"]
    for_all = body.get("response_type") == "in_channel"
    return workspace.post(channel, shown, author=workspace.bot_user_id, whispered_to=None if for_all else person)
