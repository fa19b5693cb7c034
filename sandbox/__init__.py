"""A practice workspace: a small strict Slack of our own, that a real app connects to exactly as to Slack."""

from sandbox.delivery import Ack, Attempt, Delivery
from sandbox.faults import HalfAnswer, NoAnswer, RateLimited, Refused, ServerError, TimeoutAfterSuccess
from sandbox.many import ManyWorkspaces
from sandbox.organisation import Organisation
from sandbox.person import Person
from sandbox.sandbox import Sandbox
from sandbox.surface import Control, Impossible, View
from sandbox.team import Team
from sandbox.webapi import Call
from sandbox.workspace import Channel, Message

__all__ = [
    "Ack",
    "Attempt",
    "Call",
    "Channel",
    "Control",
    "Delivery",
    "HalfAnswer",
    "Impossible",
    "ManyWorkspaces",
    "Message",
    "NoAnswer",
    "Organisation",
    "Person",
    "RateLimited",
    "Refused",
    "Sandbox",
    "ServerError",
    "Team",
    "TimeoutAfterSuccess",
    "View",
]
