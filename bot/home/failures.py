"""What could not be said, for whoever can do something about it: to whom, what, when, why, and a way to try again."""

from collections.abc import Mapping, Sequence

from bot.blocks import Block, section
from bot.home.pieces import actions, beside, first, header, home_button, others
from bot.home.sight import Sight
from bot.undelivered import failed
from flows.core.people import Member
from storage.outbox import Delivery

REASONS: Mapping[str, str] = {
    "channel_not_found": "channel",
    "not_in_channel": "channel",
    "is_archived": "channel",
    "channel_is_archived": "channel",
    "restricted_action": "channel",
    "restricted_action_read_only_channel": "channel",
    "restricted_action_thread_only_channel": "channel",
    "posting_to_channel_denied": "channel",
    "user_not_found": "person",
    "user_disabled": "person",
    "account_inactive": "person",
    "cannot_dm_bot": "person",
    "users_not_found": "person",
    "invalid_auth": "access",
    "not_authed": "access",
    "token_revoked": "access",
    "token_expired": "access",
    "missing_scope": "access",
    "cant_delete_message": "undeletable",
    "cant_update_message": "undeletable",
    "edit_window_closed": "undeletable",
    "compliance_exports_prevent_deletion": "undeletable",
    "unreachable": "network",
    "no_answer": "network",
    "unreadable_answer": "network",
    "ratelimited": "network",
    "fatal_error": "network",
    "internal_error": "network",
    "service_unavailable": "network",
    "account_closed": "person",
    "unknown_recipient": "person",
    "no_account": "no_account",
    "too_late": "too_late",
    "conversation_gone": "over",
    "step_gone": "over",
    "no_words": "ours",
    "words_at_fault": "ours",
    "unreadable": "ours",
    "unforeseen": "ours",
    "smtp_bad_address": "mail_nobody",
    "smtp_no_tls": "mail_settings",
    "smtp_no_login": "mail_settings",
    "smtp_certificate": "mail_settings",
    "smtp_unreachable": "mail_away",
    "smtp_no_answer": "mail_away",
}
"""Slack's own names for what went wrong (docs.slack.dev/reference/methods/chat.postMessage, "Errors"), bot/slack.py's,
bot/postman.py's and our own for what is not said at all, to the families people can be told of."""
BEGINNINGS: Mapping[str, str] = {
    "http_5": "network",
    "smtp_helo_": "mail_settings",
    "smtp_login_": "mail_settings",
    "smtp_sender_": "mail_settings",
    "smtp_nobody_": "mail_nobody",
    "smtp_": "mail",
}


def failures(sight: Sight) -> list[Block]:
    known, nameless = failed(sight.conductor, sight.me)
    alike: dict[tuple[str, str | None], list[Delivery]] = {}
    for one in nameless:
        alike.setdefault((one.step, one.reason), []).append(one)
    things = [*([one] for one in known), *alike.values()]
    if not things:
        return []
    total, shown = len(known) + len(nameless), sum(map(len, first(things)))
    return [
        header(sight.plain("failures__title")),
        *(_shown(sight, rows, is_nameless=at >= len(known)) for at, rows in enumerate(first(things))),
        *others(sight, total - shown),
        *(actions(home_button(sight, "retry_all")) if total > 1 else []),
    ]


def _shown(sight: Sight, rows: Sequence[Delivery], *, is_nameless: bool) -> Block:
    """Several, when nothing tells them apart: the button that sends all again is theirs."""
    one, n = rows[0], len(rows)
    member = None if is_nameless else sight.scene.member(one.recipient)
    title = title_of(sight, one)
    reason = sight.say(f"reason__{family_of(one.reason)}", reason=one.reason or "", is_nameless=is_nameless)
    text = sight.say(
        "failure",
        member=member,
        n=n,
        channel=None if one.recipient.startswith("m_") else one.recipient,
        title=title,
        day=sight.day_of(one.planned),
        hour=one.planned.astimezone(sight.zone).time(),
        reason=reason,
    )
    if n > 1:
        return section(text)
    return beside(text, home_button(sight, "retry", str(one.id), about=_about(member, title)))


def title_of(sight: Sight, one: Delivery) -> str:
    """What the message is called: its step's title when it has one."""
    if one.kind == "retract":
        return sight.plain("failure__retract")
    talk = sight.load(one.conversation) if one.conversation else None
    if talk is not None and sight.has(f"{one.step}__title", talk.flow):
        return sight.title(talk, one.step)
    return sight.plain("failure__untitled")


def family_of(reason: str | None) -> str:
    name = (reason or "").split(" ")[0]
    begins = next((family for beginning, family in BEGINNINGS.items() if name.startswith(beginning)), "other")
    return REASONS.get(name, begins)


def _about(member: Member | None, title: str) -> str:
    return f"{title}, {member.name}" if member is not None else title
