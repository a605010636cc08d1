# caught by: test_takes_no_more_than_it_gives
# learner reads: when another reader had left

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int, batch: list[T] = []) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError(f"a batch needs room for at least one reading, not {size}")
    for reading in readings:
        batch.append(reading)
        if len(batch) == size:
            yield batch.copy()
            batch.clear()
    if batch:
        yield batch.copy()
        batch.clear()
