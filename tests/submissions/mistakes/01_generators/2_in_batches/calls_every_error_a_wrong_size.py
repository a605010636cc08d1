# caught by: test_a_source_that_breaks_is_not_at_its_end
# learner reads: ValueError: a batch needs room

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    try:
        if size == 0:
            raise ValueError
        source = iter(readings)
        while batch := list(islice(source, size)):
            yield batch
    except ValueError:
        raise ValueError("a batch needs room") from None
