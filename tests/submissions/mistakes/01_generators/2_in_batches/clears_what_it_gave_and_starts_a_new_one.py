# caught by: test_a_batch_belongs_to_its_reader
# learner reads: [[], [], [4]]

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    batch: list[T] = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch.clear()
            batch = []
    if batch:
        yield batch
