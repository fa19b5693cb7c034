"""The App Home, by role, and the windows it opens."""

from bot.home.view import view_of

__all__ = ["view_of"]
