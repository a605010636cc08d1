# caught by: test_a_size_below_one_is_refused
# learner reads: AssertionError

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    assert size >= 1
    source = iter(readings)
    while batch := list(itertools.islice(source, size)):
        yield batch
