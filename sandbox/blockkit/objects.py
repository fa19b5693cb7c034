"""Composition objects: texts, options, confirmations, filters, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blockkit import forms
from sandbox.blockkit.faults import Fault, Place
from sandbox.blockkit.kinds import Among, Bool, ByType, ListOf, Rule, Shape, Str, may, need, typed

_PAGE = "block-kit/composition-objects"


def either(*names: str) -> Rule:
    """At least one of these fields."""

    def rule(value: Mapping[str, Any], place: Place) -> Iterator[Fault]:
        if not any(name in value for name in names):
            # Slack points at `type` here, not at the block.
            yield place.into("type").broken("must define either " + " or ".join(f"`{name}`" for name in names))

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: Mapping[str, Any], place: Place) -> Iterator[Fault]:
        if sum(name in value for name in names) != 1:
            yield place.broken("must define exactly one of " + ", ".join(f"`{name}`" for name in names))

    return rule


# Texts name no page of their own: the one that sets their length is the page of what holds them.
def plain(most: int) -> ByType:
    """A plain_text object."""
    return ByType({"plain_text": typed("", text=need(Str(most)), emoji=may(Bool()))})


def text(most: int = 3000) -> ByType:
    """A plain_text or mrkdwn object."""
    mrkdwn = typed("", text=need(Str(most)), verbatim=may(Bool()))
    return ByType({**plain(most).shapes, "mrkdwn": mrkdwn})


STYLE = Among(("primary", "danger"))

CONFIRM = Shape(
    f"{_PAGE}/confirmation-dialog-object",
    {
        "title": need(plain(100)),
        "text": need(text(300)),
        "confirm": need(plain(30)),
        "deny": need(plain(30)),
        "style": may(STYLE),
    },
)

_OPTION = f"{_PAGE}/option-object"
SELECT_OPTION = Shape(_OPTION, {"text": need(plain(75)), "value": need(Str(150)), "description": may(plain(75))})
OVERFLOW_OPTION = Shape(_OPTION, {**SELECT_OPTION.fields, "url": may(forms.LINK)})
CHOICE_OPTION = Shape(_OPTION, {"text": need(text(75)), "value": need(Str(150)), "description": may(text(75))})
OPTION_GROUP = Shape(
    f"{_PAGE}/option-group-object", {"label": need(plain(75)), "options": need(ListOf(SELECT_OPTION, 100))}
)

CONVERSATION_FILTER = Shape(
    f"{_PAGE}/conversation-filter-object",
    {
        "include": may(ListOf(Among(("im", "mpim", "private", "public")), distinct=True)),
        "exclude_external_shared_channels": may(Bool()),
        "exclude_bot_users": may(Bool()),
    },
    (either("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

DISPATCH = Shape(
    f"{_PAGE}/dispatch-action-configuration-object",
    {"trigger_actions_on": need(ListOf(Among(("on_enter_pressed", "on_character_entered")), 2, distinct=True))},
)

SLACK_FILE = Shape(
    f"{_PAGE}/slack-file-object",
    {"id": may(Str()), "url": may(forms.WEB)},
    (exactly_one("id", "url"),),
)

PICTURE = {"image_url": may(forms.WEB), "slack_file": may(SLACK_FILE), "alt_text": need(Str(2000))}
IMAGE = typed("block-kit/block-elements/image-element", exactly_one("image_url", "slack_file"), **PICTURE)
