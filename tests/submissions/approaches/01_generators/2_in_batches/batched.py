# approach: `itertools.batched` where there is one (Python 3.12), as lists

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if hasattr(itertools, "batched"):
        yield from map(list, itertools.batched(readings, size))  # It raises ValueError itself.
        return
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    while batch := list(itertools.islice(source, size)):
        yield batch
