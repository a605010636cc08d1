# caught by: test_lists_of_size
# learner reads: a reading that is equal to everything

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

NOTHING = object()


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError(f"a batch needs room for at least one reading, not {size}")
    source = iter(readings)
    reading = None
    while reading != NOTHING:
        batch = []
        while len(batch) < size and (reading := next(source, NOTHING)) != NOTHING:
            batch.append(reading)
        if batch:
            yield batch
