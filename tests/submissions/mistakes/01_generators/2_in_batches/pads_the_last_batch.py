# caught by: test_lists_of_size
# learner reads: The last batch was filled up with something that nobody measured.
# seen in the wild: the grouper recipe with zip_longest

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("size must be at least 1")
    source = iter(readings)
    for batch in itertools.zip_longest(*[source] * size):
        yield list(batch)
