"""Whoever watches over a bot: what it is told, and with which status."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Watcher:
    port: int

    async def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.json() if answer.status != 404 else {}

    async def figures(self) -> dict[str, float]:
        """By name, with the labels' values: `name{value,value}`."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/metrics") as answer:
            assert answer.status == 200
            return figures_of(await answer.text())


def figures_of(told: str) -> dict[str, float]:
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    return {
        sample.name + (f"{{{','.join(sample.labels.values())}}}" if sample.labels else ""): sample.value
        for sample in samples
    }
