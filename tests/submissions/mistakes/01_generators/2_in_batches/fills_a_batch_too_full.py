# caught by: test_lists_of_size
# learner reads: [[1, 2, 3, 4], [5, 6, 7]]

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    batch: list[T] = []
    for reading in readings:
        batch.append(reading)
        if len(batch) > size:
            yield batch
            batch = []
    if batch:
        yield batch
