# caught by: test_lists_of_size
# learner reads: [['fog', 0]]
# seen in the wild: `while (value := next(source, None)) is not None`

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    batch: list[T] = []
    while (reading := next(source, None)) is not None:
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
