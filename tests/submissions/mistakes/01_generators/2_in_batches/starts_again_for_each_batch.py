# caught by: test_lists_of_size
# learner reads: take one iterator and stay with it.

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    while batch := list(itertools.islice(readings, size)):
        yield batch
