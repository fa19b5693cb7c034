"""What is said: one file of words a flow and a language, rendered here and nowhere else."""

from messages.mrkdwn import Mrkdwn
from messages.renderer import Messages, UnknownMessage, Voice

__all__ = ["Messages", "Mrkdwn", "UnknownMessage", "Voice"]
