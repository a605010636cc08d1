# approach: a plain function that checks at the call and returns a generator

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")

    def batches() -> Iterator[list[T]]:
        source = iter(readings)
        while batch := list(itertools.islice(source, size)):
            yield batch

    return batches()
