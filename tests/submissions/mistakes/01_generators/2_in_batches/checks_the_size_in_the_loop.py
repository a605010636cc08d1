# caught by: test_a_size_below_one_is_refused
# learner reads: asked for the first batch of 0 from []

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for reading in readings:
        if size < 1:
            raise ValueError("a batch needs room")
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
