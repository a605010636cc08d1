# caught by: test_takes_no_more_than_it_gives
# learner reads: More was taken from the source than the next batch needs.

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    while block := list(itertools.islice(source, 100 * size)):  # Fewer, larger reads are faster.
        for start in range(0, len(block), size):
            yield block[start : start + size]
