"""The strict reader of Block Kit: it refuses what Slack refuses, and says by which rule.

Where Slack's pages and what it was seen to do disagree, the stricter of the two is kept.
"""

from sandbox.blockkit.faults import Fault, messages_of
from sandbox.blockkit.messages import check_message
from sandbox.blockkit.mrkdwn import mentions
from sandbox.blockkit.state import missing_required, state_of
from sandbox.blockkit.views import check_view

__all__ = ["Fault", "check_message", "check_view", "mentions", "messages_of", "missing_required", "state_of"]
