# caught by: test_a_full_batch_leaves_at_once
# learner reads: you asked for one more reading before you gave it away.

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    batch = []
    for reading in readings:
        if len(batch) == size:
            yield batch
            batch = []
        batch.append(reading)
    if batch:
        yield batch
