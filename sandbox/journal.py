"""What went between the app and the workspace, numbered: what the app said or took back, and every payload both ways."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.blockkit import Fault
from sandbox.delivery import Delivery
from sandbox.refusal import Refusal
from sandbox.surface import Json, words_of
from sandbox.webapi import Call

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

EXCHANGES_KEPT, SAID_KEPT, IN_MEMORY = 2_000, 20_000, 5_000
SPOKEN = ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "response_url")
ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True)
class Entry:
    """One line, numbered from 1, as JSON: entries are read far less often than written."""

    id: int
    raw: bytes


class Notebook:
    """Entries in order; the oldest go when there are too many."""

    def __init__(self, kept: int) -> None:
        self.last = 0
        self._entries: deque[Entry] = deque(maxlen=kept)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def write(self, line: Json) -> None:
        self.last += 1
        self._entries.append(Entry(self.last, orjson.dumps({"id": self.last, **line}, default=str)))

    def restore(self, entries: Iterable[Entry]) -> None:
        self._entries.extend(entries)
        self.last = self._entries[-1].id if self._entries else 0

    def since(self, number: int, limit: int, words: Sequence[bytes] = ()) -> list[Entry]:
        """Those after this number that hold all these words (lower case), the newest `limit` of them, oldest first."""
        newer = takewhile(lambda entry: entry.id > number, reversed(self._entries))
        return self._newest((entry for entry in newer if all(word in entry.raw.lower() for word in words)), limit)

    def lines_since(self, number: int) -> Iterator[Json]:
        """What the entries after this number say, oldest first."""
        yield from (orjson.loads(entry.raw) for entry in self.since(number, self.last))

    def before(self, number: int, limit: int) -> list[Entry]:
        return self._newest((entry for entry in reversed(self._entries) if entry.id < number), limit)

    def _newest(self, newest_first: Iterator[Entry], limit: int) -> list[Entry]:
        return list(islice(newest_first, limit))[::-1]


class Journal:
    """Listens to a practice workspace for as long as it lives, and keeps its transcript from growing without end."""

    def __init__(self, slack: Sandbox) -> None:
        self.slack = slack
        self.said = Notebook(SAID_KEPT)
        self.exchanges = Notebook(EXCHANGES_KEPT)
        self.listeners: list[Callable[[Call | Delivery], None]] = []
        slack.on_call(self._hear_call)
        slack.post.listeners.append(self._hear_delivery)
        slack.post.refusal_listeners.append(self._hear_refusal)

    def _hear_call(self, call: Call) -> None:
        heard = call.ok and call.status == 200
        outcome = call.error or ("" if heard else "no_answer")
        self._exchange(call.at.isoformat(), "from_app", call.method, outcome, call.payload, call.response, call.faults)
        if call.method in SPOKEN:
            self.said.write(self._said(call))
        _trim(self.slack.transcript)
        self._tell(call)

    def _hear_delivery(self, delivery: Delivery) -> None:
        attempt, payload = delivery.attempts[-1], delivery.payload
        name = _name_of(delivery)
        if len(delivery.attempts) > 1:
            name = f"{name} (retry {len(delivery.attempts) - 1})"
        self._exchange(self._now(), "to_app", name, attempt.reason, payload, attempt.body, ())
        if delivery.kind == "slash_commands" and attempt.body:
            self.said.write(self._answered(payload, attempt.body))
        _trim(self.slack.deliveries)
        self._tell(delivery)

    def _hear_refusal(self, answer: Json, refusal: Refusal) -> None:
        beside = {"error": refusal.error, **refusal.beside}
        self._exchange(self._now(), "from_app", ACKNOWLEDGEMENT, refusal.error, answer, beside, refusal.faults)

    def _exchange(
        self, at: str, direction: str, name: str, error: str, payload: Json, answer: Any, faults: tuple[Fault, ...]
    ) -> None:
        told = [{"path": fault.path, "rule": fault.rule, "doc": fault.doc} for fault in faults]
        line = {"at": at, "direction": direction, "name": name, "ok": not error, "error": error, "faults": told}
        self.exchanges.write({**line, "payload": payload, "answer": answer or {}})

    def _said(self, call: Call) -> Json:
        payload, answer = call.payload, call.response
        channel = str(answer.get("channel") or payload.get("channel") or "")
        whispered = payload.get("user") if call.method == "chat.postEphemeral" else None
        line = self._line(call.method, payload, str(answer.get("ts") or answer.get("message_ts") or ""))
        return {
            **line,
            **self._whither(channel, whispered),
            "at": call.at.isoformat(),
            "ok": call.ok,
            "error": call.error,
        }

    def _answered(self, command: Json, answer: Any) -> Json:
        body = answer if isinstance(answer, dict) else {"text": str(answer)}
        line = self._line("command", body, "")
        whither = self._whither(command["channel_id"], command["user_id"])
        return {**line, **whither, "at": self._now(), "ok": True, "error": ""}

    def _line(self, method: str, body: Json, ts: str) -> Json:
        blocks = body.get("blocks")
        text = body.get("text") or ("\n".join(words_of(blocks)) if isinstance(blocks, list) else "")
        return {"method": method, "text": str(text), "ts": ts}

    def _whither(self, channel_id: str, person_id: Any) -> Json:
        """To whom, and in which place: a person in the direct messages, or a channel."""
        workspace = self.slack.workspace
        channel = workspace.channels.get(channel_id)
        owner = person_id or (channel.dm_of if channel else channel_id)
        person = workspace.people.get(owner or "")
        place = "dm" if channel is None or channel.dm_of else channel.id
        if person is not None:
            return {"to": {"id": person.id, "name": person.real_name, "kind": "person"}, "place": place}
        name = channel.name if channel else channel_id
        return {"to": {"id": channel_id, "name": name, "kind": "channel"}, "place": place}

    def _now(self) -> str:
        return self.slack.workspace.clock().isoformat()

    def _tell(self, happened: Call | Delivery) -> None:
        for listener in tuple(self.listeners):
            listener(happened)


def _name_of(delivery: Delivery) -> str:
    payload = delivery.payload
    if delivery.kind == "events_api":
        return str(payload["event"]["type"])
    return str(payload["command"] if delivery.kind == "slash_commands" else payload["type"])


def _trim(kept: list[Any]) -> None:
    if len(kept) > IN_MEMORY:
        del kept[: IN_MEMORY // 5]
