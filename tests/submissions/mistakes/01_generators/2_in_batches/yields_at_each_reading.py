# caught by: test_lists_of_size
# learner reads: A batch left before it was full

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    batch = []
    for reading in readings:
        batch.append(reading)
        yield batch
        if len(batch) == size:
            batch = []
