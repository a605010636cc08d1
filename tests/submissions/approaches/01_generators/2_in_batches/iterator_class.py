# approach: the iterator protocol by hand

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Batches(Iterator[list[T]]):
    def __init__(self, readings: Iterable[T], size: int) -> None:
        if size < 1:
            raise ValueError("size must be at least 1")
        self.source = iter(readings)
        self.size = size

    def __next__(self) -> list[T]:
        batch = list(itertools.islice(self.source, self.size))
        if not batch:
            raise StopIteration
        return batch


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    return Batches(readings, size)
