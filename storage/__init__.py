"""What is remembered: one door (`Store`), and one module of verbs a subject, each verb taking a transaction first."""

from storage.faults import StoreBusy, StoreUnavailable
from storage.outbox import Delivery, Intention
from storage.store import Store
from storage.transaction import Transaction

from . import (
    chores,
    contacts,
    conversations,
    departures,
    improvements,
    installations,
    meetings,
    members,
    missions,
    oauth_states,
    outbox,
    passport,
    pictures,
    polls,
    pruning,
    schema,
    seen,
    self_radars,
    turns,
    waking,
    workspaces,
)

__all__ = [
    "Delivery",
    "Intention",
    "Store",
    "StoreBusy",
    "StoreUnavailable",
    "Transaction",
    "chores",
    "contacts",
    "conversations",
    "departures",
    "improvements",
    "installations",
    "meetings",
    "members",
    "missions",
    "oauth_states",
    "outbox",
    "passport",
    "pictures",
    "polls",
    "pruning",
    "schema",
    "seen",
    "self_radars",
    "turns",
    "waking",
    "workspaces",
]
