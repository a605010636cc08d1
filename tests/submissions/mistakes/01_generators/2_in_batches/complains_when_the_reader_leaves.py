# caught by: test_a_reader_may_leave
# learner reads: EOFError

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
    except GeneratorExit:
        raise EOFError("there were more readings") from None
    if batch:
        yield batch
