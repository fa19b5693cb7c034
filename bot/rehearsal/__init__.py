"""A rehearsal: a journey lived in seconds by fictional people, through the real bot, store and practice workspace."""

from bot.rehearsal.company import Figure, company
from bot.rehearsal.rehearse import Rehearsal, rehearse
from bot.rehearsal.transcript import Line, as_json, as_text

__all__ = ["Figure", "Line", "Rehearsal", "as_json", "as_text", "company", "rehearse"]
