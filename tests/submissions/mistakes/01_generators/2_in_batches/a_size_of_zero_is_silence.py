# caught by: test_a_size_below_one_is_refused
# learner reads: must hear of it: silence looks like no readings.
# seen in the wild: islice with a size of 0 ends at once, with -1 it happens to raise ValueError

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(readings)
    while batch := list(itertools.islice(source, size)):
        yield batch
