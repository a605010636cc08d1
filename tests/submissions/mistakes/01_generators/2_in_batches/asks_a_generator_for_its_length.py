# caught by: test_takes_no_more_than_it_gives
# learner reads: The source is a stream: it has no length and no slices

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    for start in range(0, len(readings), size):
        yield readings[start : start + size]
