# approach: when the source breaks, what is there of a batch goes out before the error

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    broken = None
    over = False
    while not over:
        batch: list[T] = []
        while len(batch) < size:
            try:
                batch.append(next(source))
            except StopIteration:
                over = True
                break
            except Exception as error:
                over, broken = True, error
                break
        if batch:
            yield batch
    if broken:
        raise broken
