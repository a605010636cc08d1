# caught by: test_a_source_that_breaks_is_not_at_its_end
# learner reads: the reader takes a part for the whole.

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    over = False
    while not over:
        batch: list[T] = []
        while len(batch) < size:
            try:
                batch.append(next(source))
            except Exception:
                over = True
                break
        if batch:
            yield batch
