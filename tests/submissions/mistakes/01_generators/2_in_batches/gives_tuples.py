# caught by: test_lists_of_size
# learner reads: A tuple is not a list
# seen in the wild: itertools.batched, as it comes

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    while batch := tuple(itertools.islice(source, size)):
        yield batch
