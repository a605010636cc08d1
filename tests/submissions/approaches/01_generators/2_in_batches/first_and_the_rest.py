# approach: the loop takes the first reading of a batch, islice the rest

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    for first in source:
        yield [first, *islice(source, size - 1)]
