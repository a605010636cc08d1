# approach: `next` by hand

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    while True:
        batch = []
        for _ in range(size):
            try:
                batch.append(next(source))
            except StopIteration:
                break
        if batch:
            yield batch
        if len(batch) < size:
            return
