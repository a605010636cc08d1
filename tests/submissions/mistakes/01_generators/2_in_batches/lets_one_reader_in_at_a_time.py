# caught by: test_two_readers_do_not_mix
# learner reads: this is the reader of the numbers

import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


one_at_a_time = threading.Lock()


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    batch: list[T] = []
    with one_at_a_time:
        for reading in readings:
            batch.append(reading)
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch
