# caught by: test_a_batch_belongs_to_its_reader
# learner reads: and what you do to it happens in the reader's hands, too.

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch.clear()
    if batch:
        yield batch
