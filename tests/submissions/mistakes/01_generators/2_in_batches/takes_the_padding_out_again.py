# caught by: test_lists_of_size
# learner reads: [['fog', 0], [''], [0.0, []], ['rime']]
# seen in the wild: the grouper recipe with zip_longest, and a filter behind it

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    for batch in zip_longest(*[iter(readings)] * size):
        yield [reading for reading in batch if reading is not None]
