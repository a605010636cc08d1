# caught by: test_a_full_batch_leaves_at_once
# learner reads: ['a', 'b'] 2.5 s

import time
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
            time.sleep(0.5)  # Not to flood anybody.
            yield batch
            batch = []
    if batch:
        yield batch
