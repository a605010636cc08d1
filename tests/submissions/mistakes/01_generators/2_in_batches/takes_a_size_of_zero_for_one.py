# caught by: test_a_size_below_one_is_refused
# learner reads: no error; it returned [1]

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(readings)
    while batch := list(islice(source, max(size, 1))):
        yield batch
