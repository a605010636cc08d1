# caught by: test_a_source_that_breaks_is_not_at_its_end
# learner reads: then the source raises RuntimeError

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError(f"a batch needs room for at least one reading, not {size}")
    source = iter(readings)
    over = False
    while not over:
        batch = []
        try:
            batch.extend(next(source) for _ in range(size))
        except RuntimeError:  # That is how a generator tells of the StopIteration of `next`.
            over = True
        if batch:
            yield batch
