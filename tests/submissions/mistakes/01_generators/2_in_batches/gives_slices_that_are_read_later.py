# caught by: test_lists_of_size
# learner reads: itertools.chain object

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    for reading in source:
        yield chain([reading], islice(source, size - 1))
