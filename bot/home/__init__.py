"""The App Home, by role, and the windows it opens."""

from bot.home.gestures import AT_ONCE, IN_PLACE, SUBMITTED, WINDOWS_OF, Home
from bot.home.view import view_of

__all__ = ["AT_ONCE", "IN_PLACE", "SUBMITTED", "WINDOWS_OF", "Home", "view_of"]
