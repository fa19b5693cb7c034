"""A refusal of Slack."""

from __future__ import annotations


class Refusal(Exception):
    """An error of the Web API by Slack's own name, with what Slack says beside it."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), **beside: object) -> None:
        super().__init__(error)
        self.error = error
        self.beside = dict(beside)
        if messages:
            self.beside["response_metadata"] = {"messages": list(messages)}
