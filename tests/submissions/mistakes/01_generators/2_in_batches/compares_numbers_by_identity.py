# caught by: test_lists_of_size
# learner reads: asked for batches of 800

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError(f"a batch needs room for at least one reading, not {size}")
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) is size:
            yield batch
            batch = []  # A new list: the old one belongs to the reader now.
    if batch:
        yield batch
