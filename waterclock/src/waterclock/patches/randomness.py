"""`random` is the process's: seeded while a lab is open, so that two runs tell the same story."""

import random
from typing import Any

# When several labs are open, the last one to close puts back what the first one found.
_before: list[Any] = []


def seed(value: int) -> None:
    """Called when a lab opens."""
    _before.append(random.getstate())
    random.seed(value)


def restore() -> None:
    """Called when a lab closes."""
    first = _before[0]
    _before.pop()
    if not _before:
        random.setstate(first)
