"""The order of the test suite, and the housekeeping that it shares with waterclock's."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "waterclock" / "tests"))

from housekeeping import hear_signals, no_lab_stays_open

__all__ = ["no_lab_stays_open"]
BROWSER = Path(__file__).parent / "browser"

hear_signals()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Files with something slow in them come first, so that no process is left with a long one while the other has none.

    Browser tests come last: Playwright keeps an event loop running, and others want to start their own. Those that
    share one browser, in `browser/`, come after those that start and stop one of their own.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(
        key=lambda item: (
            BROWSER in item.path.parents,
            item.get_closest_marker("browser") is not None,
            item.path not in slow,
        )
    )
