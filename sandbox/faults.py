"""Slack's bad moods, on demand: what the next calls of a method meet instead of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.surface import Json


@dataclass(frozen=True)
class RateLimited:
    """429 with Retry-After."""

    seconds: int = 1


@dataclass(frozen=True)
class ServerError:
    """Slack is down: an HTML page with this status."""

    status: int = 500


@dataclass(frozen=True)
class Refused:
    """An error of Slack's, by name."""

    error: str = "internal_error"


@dataclass(frozen=True)
class NoAnswer:
    """Nothing is done, and the connection is cut; with `hang` it stays silent until the app gives up."""

    hang: bool = False


@dataclass(frozen=True)
class TimeoutAfterSuccess:
    """Done, but the app never hears of it: the connection is cut, or stays silent with `hang`."""

    hang: bool = False


@dataclass(frozen=True)
class HalfAnswer:
    """Done, but the connection is closed in the middle of the answer."""


Fault = RateLimited | ServerError | Refused | NoAnswer | TimeoutAfterSuccess | HalfAnswer


@dataclass
class Planned:
    method: str
    fault: Fault
    times: int
    only: Callable[[Json], bool]


@dataclass
class Faults:
    """Faults planned, taken in the order they were asked for."""

    planned: list[Planned] = field(default_factory=list)

    def next(
        self, method: str, fault: Fault, times: int = 1, only: Callable[[Json], bool] = lambda _payload: True
    ) -> None:
        """The next `times` calls of `method` ("*": any) whose payload fits `only` meet this fault."""
        self.planned.append(Planned(method, fault, times, only))

    def take(self, method: str, payload: Json) -> Fault | None:
        for planned in self.planned:
            if planned.method in (method, "*") and planned.only(payload):
                planned.times -= 1
                if planned.times <= 0:
                    self.planned.remove(planned)
                return planned.fault
        return None

    def clear(self) -> None:
        self.planned.clear()
