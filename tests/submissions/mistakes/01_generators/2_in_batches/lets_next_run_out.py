# caught by: test_lists_of_size
# learner reads: A StopIteration that leaves a generator becomes a RuntimeError.
# seen in the wild: next() in a generator before PEP 479

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    while True:
        yield [next(source) for _ in range(size)]
