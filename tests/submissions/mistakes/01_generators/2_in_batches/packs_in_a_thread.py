# caught by: test_takes_no_more_than_it_gives
# learner reads: More was taken from the source than the next batch needs.
# seen in the wild: a producer thread with a queue

import queue
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(readings: Iterable[T], size: int) -> Iterator[list[T]]:
    if size < 1:
        raise ValueError("a batch needs room")
    packed: queue.Queue = queue.Queue(maxsize=1)

    def pack() -> None:
        source = iter(readings)
        while batch := list(islice(source, size)):
            packed.put(batch)
        packed.put(None)

    threading.Thread(target=pack, daemon=True).start()
    while (batch := packed.get()) is not None:
        yield batch
