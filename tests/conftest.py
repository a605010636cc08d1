"""The order of the test suite."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Browser tests come last: Playwright keeps an event loop running, and others want to start their own.

    Those that share one browser, in `browser/`, come after those that start and stop one of their own.
    """
    items.sort(key=lambda item: (BROWSER in item.path.parents, item.get_closest_marker("browser") is not None))
