"""A refusal of Slack."""

from __future__ import annotations

from sandbox.blockkit import Fault


class Refusal(Exception):
    """An error of the Web API by Slack's own name, with what Slack says beside it; `faults`: the rules of Block Kit broken."""

    def __init__(
        self, error: str, messages: tuple[str, ...] = (), faults: tuple[Fault, ...] = (), **beside: object
    ) -> None:
        super().__init__(error)
        self.error = error
        self.faults = faults
        self.beside = dict(beside)
        if messages:
            self.beside["response_metadata"] = {"messages": list(messages)}
