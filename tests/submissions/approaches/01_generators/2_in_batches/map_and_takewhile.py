# approach: no loop of its own: islice after islice, until one is empty

from collections.abc import Iterable, Iterator
from itertools import islice, repeat, takewhile
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    return takewhile(len, map(list, map(islice, repeat(iter(readings)), repeat(size))))
