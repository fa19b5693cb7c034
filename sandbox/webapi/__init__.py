"""The Web API of the practice workspace."""

from sandbox.webapi.context import Context
from sandbox.webapi.front import Call, Front
from sandbox.webapi.table import METHODS

__all__ = ["METHODS", "Call", "Context", "Front"]
