"""The page of the practice workspace, on which one plays anybody and moves time. It knows Slack, and no app in particular."""

from sandbox.page.backstage import Backstage, Command, Offers, Shortcut
from sandbox.page.routes import page_routes

__all__ = ["Backstage", "Command", "Offers", "Shortcut", "page_routes"]
