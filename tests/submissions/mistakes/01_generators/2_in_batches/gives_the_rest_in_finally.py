# caught by: test_a_reader_may_leave
# learner reads: At `close()` your generator gave one more batch instead of ending.

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    batch: list[T] = []
    try:
        for reading in readings:
            batch.append(reading)
            if len(batch) == size:
                yield batch
                batch = []
    finally:
        if batch:
            yield batch
