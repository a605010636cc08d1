# caught by: test_two_readers_do_not_mix
# learner reads: this is the reader of the letters

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


source = None


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    global source
    if size < 1:
        raise ValueError("a batch needs room")
    source = iter(readings)
    while batch := list(islice(source, size)):
        yield batch
