"""
01.2 · In batches (core, 15 min)

A chunk for every reading is a lot of packaging. Pack the readings into lists of `size`; the last
list holds what is left. The stations never stop, so `readings` may never end: take a reading only
when its batch has been asked for. Any value may be a reading, also None; an error of `readings` goes
on to your reader. A `size` below 1 is a ValueError, with or without readings.

Read: lesson 01, "One generator reads another".      Check: course check 01.2
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError(f"a batch needs room for at least one reading, not {size}")
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == size:
            yield batch
            batch = []  # A new list: the old one belongs to the reader now.
    if batch:
        yield batch
