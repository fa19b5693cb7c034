"""What a newcomer's astonishment report has become, in one line."""

from bot import keeping, wire
from bot.blocks import Block, button, section
from bot.home.pieces import actions, beside, confirmed, home_button
from bot.home.sight import Sight
from bot.wire import Ref
from flows.core.model import Conversation
from flows.joining.fresh_eyes_report import (
    QUESTIONS,
    fresh_eyes_report,
    has_a_reply,
    is_discarded,
    is_sent,
    prefers_talking,
)
from flows.joining.onboarding import report_invitation
from flows.joining.parts import COOP_BUDDY
from storage import conversations

REPLY_MESSAGE = "reply_to_author"


def report(sight: Sight, journey: Conversation) -> list[Block]:
    """Nothing for whoever did not want one."""
    found = conversations.of_flow(sight.tx, fresh_eyes_report.name, subject=sight.me.id)
    talk = sight.load(found[-1]) if found else None
    if talk is None:
        return _invited(sight, journey)
    text = _said_of(sight, talk)
    if is_sent(talk) and not keeping.holds_words(talk, fresh_eyes_report):
        return [section(sight.say("report_erased"))]
    erase = actions(_erase(sight, talk)) if is_sent(talk) else []
    if has_a_reply(talk) and is_sent(talk):
        read = button(sight.plain("offer__read_reply", "shared"), wire.offer_action("read_reply"))
        block_id = wire.offer_block(Ref(talk.id, REPLY_MESSAGE), 0)
        return [beside(text, read) | {"block_id": block_id}, *erase]
    return [section(text), *erase] if text else []


def _erase(sight: Sight, talk: Conversation) -> Block:
    return confirmed(sight, home_button(sight, "erase_report", talk.id), "erase_report")


def _invited(sight: Sight, journey: Conversation) -> list[Block]:
    reading = sight.reading(journey)
    if reading.state(report_invitation.name) == "pending":
        day = sight.day_of(reading.moment(report_invitation))
        return [section(sight.say("report__to_come", day=day))]
    if journey.answer(report_invitation) == "talk":
        return [section(sight.say("report__to_talk", coop_buddy=sight.player(journey, COOP_BUDDY)))]
    return []


def _said_of(sight: Sight, talk: Conversation) -> str:
    reader = sight.player(talk, COOP_BUDDY)
    if is_discarded(talk):
        return ""
    if prefers_talking(talk):
        return sight.say("report__to_talk", coop_buddy=reader)
    if is_sent(talk):
        return sight.say("report__answered" if has_a_reply(talk) else "report__sent", coop_buddy=reader)
    if talk.status != "open":
        return ""
    over = sum(talk.is_over(question.name) for question in QUESTIONS)
    return sight.say("report__under_way", n=over, total=len(QUESTIONS))
