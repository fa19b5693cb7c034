"""`--chaos`: all that is broken on purpose, not the part of it that every run of the tests affords; and what was counted."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

COUNTS = "counts"
EXAMPLES = 1_000
Tell = Callable[[object], None]

settings.register_profile("chaos", deadline=None, print_blob=True, max_examples=EXAMPLES)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos", action="store_true", help="all that is broken on purpose, not a part of it")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "whole: lived by `make chaos` alone")
    if config.getoption("--chaos"):
        settings.load_profile("chaos")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--chaos"):
        return
    left_out = [item for item in items if item.get_closest_marker("whole")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = sorted(
        f"{report.nodeid.partition('::')[2]}: {counts}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, counts in report.user_properties
        if name == COUNTS
    )
    if lines:
        terminalreporter.section("broken on purpose")
        terminalreporter.write("".join(f"{line}\n" for line in lines))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Has a scenario's counts printed at the end of the run."""
    return lambda counts: record_property(COUNTS, str(counts))
