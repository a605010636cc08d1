# caught by: test_a_size_below_one_is_refused
# learner reads: The size is looked at after the readings

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch = []
    if size < 1:
        raise ValueError("size must be at least 1")
    if batch:
        yield batch
