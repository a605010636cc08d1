"""The order of the test suite."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running, and others want to start their own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
