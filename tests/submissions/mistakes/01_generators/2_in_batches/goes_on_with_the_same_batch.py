# caught by: test_lists_of_size
# learner reads: and had grown meanwhile: start a new one after the `yield`.

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) >= size:
            yield batch
    if batch:
        yield batch
