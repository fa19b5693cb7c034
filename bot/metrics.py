"""What is counted of our work, as Prometheus reads it (prometheus.io/docs/instrumenting/exposition_formats).

Nothing is told apart by workspace, nor by person: there are thousands, and what a cooperative does is its own business. Each
`Bot` has its own figures; each worker is asked for its own.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from storage.backlog import Backlog
from storage.store import Load

Json = Mapping[str, Any]

KINDS = ("event", "block_actions", "view_submission", "view_closed", "command", "shortcut", "message_action", "other")
"""What Slack sends us (docs.slack.dev/interactivity/handling-user-interaction); `other` is all the rest."""
DELIVERED = ("sent", "put_back", "given_up", "over")
FAILURES = ("unforeseen", "store", "busy", "withheld")
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0)
"""Up to the three that Slack waits."""
UNITS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counts. `timer`: seconds, from any moment on."""

    def __init__(self, timer: Callable[[], float] = perf_counter) -> None:
        self.timer = timer
        self.registry = CollectorRegistry(auto_describe=True)
        answers = Histogram(
            "parcours_acknowledgement_seconds", "From a request of Slack's to its answer.", ("kind", "outcome"),
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        pairs = [("other", "refused"), *((kind, outcome) for kind in KINDS for outcome in ("acked", "failed"))]
        self._answers = {pair: answers.labels(*pair) for pair in pairs}
        self._deliveries = self._counter("parcours_deliveries", "Rows of the outbox seen to.", "outcome", DELIVERED)
        self._failures = self._counter(
            "parcours_failures", "What went wrong, each with a line in the log.", "kind", FAILURES
        )
        self._slowed = Counter(
            "parcours_slack_rate_limited", "Calls that Slack answered 429.", ("method",), registry=self.registry
        )
        self._beats = Gauge(
            "parcours_last_beat_timestamp_seconds", "The metronome's last beat.", registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    # -- counting

    def answered(self, said: Json | None, status: int, begun: float) -> None:
        """A request was answered; `begun`: what the timer said when it came. It is refused when `said` is None: not signed by
        Slack, or not what it sends. It failed when nothing was acknowledged: Slack sends it again."""
        outcome = "refused" if said is None else "acked" if status == 200 else "failed"
        self._answers[kind_of(said), outcome].observe(self.timer() - begun)

    def delivered(self, outcome: str, count: int) -> None:
        """So many rows of the outbox were seen to: `DELIVERED`."""
        self._deliveries[outcome].inc(count)

    def failed(self, kind: str) -> None:
        """Something went wrong: `FAILURES`."""
        self._failures[kind].inc()

    def slowed(self, method: str) -> None:
        """Slack asks us to slow down in this method of its Web API (docs.slack.dev/apis/web-api/rate-limits)."""
        self._slowed.labels(method).inc()

    def beaten(self, at: datetime) -> None:
        self._beats.set(at.timestamp())

    # -- telling

    def told(self, load: Load, backlog: Backlog | None, now: datetime) -> bytes:
        """All of it, in Prometheus' text format. `backlog` is None when the database does not answer."""
        return generate_latest(self.registry) + generate_latest(_Once(_families(load, backlog, now)))

    def _counter(self, name: str, about: str, label: str, values: tuple[str, ...]) -> dict[str, Any]:
        counter = Counter(name, about, (label,), registry=self.registry)
        return {value: counter.labels(value) for value in values}


def kind_of(said: Json | None) -> str:
    if said is None:
        return "other"
    if "command" in said:
        return "command"
    kind = said.get("type")
    if kind == "event_callback":
        return "event"
    return kind if kind in KINDS else "other"


class _Once(Collector):
    """Figures read a moment ago, told once."""

    def __init__(self, families: Iterator[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families


def _families(load: Load, backlog: Backlog | None, now: datetime) -> Iterator[Metric]:
    yield _gauge("parcours_writer_waiting_units", "Units of work waiting for the writer.", load.waiting)
    yield _gauge("parcours_writer_room_units", "How many may wait; one more is refused.", load.room)
    yield CounterMetricFamily("parcours_writer_refused_units", "Refused for lack of room.", load.refused)
    yield _batches(load.batches)
    yield _gauge("parcours_database_up", "Whether the database answers.", float(backlog is not None))
    if backlog is None:
        return
    rows = GaugeMetricFamily(
        "parcours_outbox_rows", "Rows of the outbox not said yet, in the whole database.", labels=["state"]
    )
    for state in ("due", "later", "given_up"):
        rows.add_metric([state], getattr(backlog, state))
    yield rows
    yield _gauge("parcours_outbox_lag_seconds", "How late the oldest is that is due.", _lag(backlog.said_since, now))
    yield _gauge("parcours_conversations_due", "Conversations to be woken.", backlog.conversations_due)
    yield _gauge("parcours_tick_lag_seconds", "How late the oldest of these is.", _lag(backlog.woken_since, now))


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value)


def _batches(counts: tuple[int, ...]) -> Metric:
    within = [(str(float(most)), sum(counts[1 : most + 1])) for most in UNITS]
    total = sum(size * count for size, count in enumerate(counts))
    return HistogramMetricFamily(
        "parcours_writer_batch_units", "Units of work committed together.", [*within, ("+Inf", sum(counts[1:]))], total
    )


def _lag(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
