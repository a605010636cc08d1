# caught by: test_two_readers_do_not_mix
# learner reads: this is the reader of the letters

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


batch: list = []


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    global batch
    if size < 1:
        raise ValueError("a batch needs room")
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
