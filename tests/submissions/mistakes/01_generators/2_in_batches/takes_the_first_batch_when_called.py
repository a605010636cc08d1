# caught by: test_takes_no_more_than_it_gives
# learner reads: Readings were taken although nobody had asked for a batch yet.

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    first = list(itertools.islice(source, size))

    def batches() -> Iterator[list[T]]:
        batch = first
        while batch:
            yield batch
            batch = list(itertools.islice(source, size))

    return batches()
