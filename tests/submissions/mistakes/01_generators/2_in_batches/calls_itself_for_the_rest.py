# caught by: test_takes_no_more_than_it_gives
# learner reads: RecursionError

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    if batch := list(islice(source, size)):
        yield batch
        yield from in_batches(source, size)
