# caught by: test_takes_no_more_than_it_gives
# learner reads: your function read its source to the end

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    everything = list(readings)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]
