"""
Every clock is virtual inside the lab, and real everywhere else.

`install()` replaces `time.sleep` and the clocks of `time` once per process, for good. The replacements look at who
calls: the lab's event loop, one of its worker threads, or anybody else (who gets the real thing).
It has to run before the judged module is imported, since that may say `from time import sleep`.

Not replaced, because they are C code without a seam: `datetime.now()`, `time.localtime()` and its relatives, and the
time-outs of locks, events and queues. They go by the real clock.
"""

import asyncio
import math
import operator
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.lab import real

if TYPE_CHECKING:
    from course.lab.loop import LabLoop

# Virtual time begins at a Friday noon in Skylark's calendar: 2026-01-02 12:00:00 UTC.
EPOCH = 1_767_355_200.0


class _Worker(threading.local):
    loop: "LabLoop | None" = None


worker = _Worker()


def current_lab() -> "LabLoop | None":
    """The lab that the calling code runs in, on its loop or in one of its threads, or None."""
    if worker.loop is not None:
        return worker.loop
    loop = asyncio._get_running_loop()
    return loop if getattr(loop, "is_lab", False) else None  # type: ignore[return-value]


def sleep_length(seconds: Any) -> float:
    """The seconds, or the error that the real `time.sleep` raises for what is not a length of time."""
    length = seconds if isinstance(seconds, float) else float(operator.index(seconds))
    if math.isnan(length):
        raise ValueError("Invalid value NaN (not a number)")
    if length < 0:
        raise ValueError("sleep length must be non-negative")
    if math.isinf(length):
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    return length


def _sleep(seconds: float, /) -> None:
    if worker.loop is not None:
        worker.loop.threads.sleep(seconds)
        return
    lab = current_lab()
    if lab is None:
        real.sleep(seconds)
    else:
        lab.sleep_on_the_loop(seconds)


def _seconds(original: Callable[[], float], offset: float = 0.0) -> Callable[[], float]:
    def clock() -> float:
        lab = current_lab()
        return original() if lab is None else lab.time() + offset

    return clock


def _nanoseconds(original: Callable[[], int], offset: float = 0.0) -> Callable[[], int]:
    def clock() -> int:
        lab = current_lab()
        return original() if lab is None else round((lab.time() + offset) * 1e9)

    return clock


def install() -> None:
    """Replaces the functions of `time`. A second call changes nothing."""
    if time.sleep is _sleep:
        return
    replacements: dict[str, Any] = {
        "sleep": _sleep,
        "monotonic": _seconds(real.monotonic),
        "perf_counter": _seconds(real.perf_counter),
        "time": _seconds(real.wall, EPOCH),
        "monotonic_ns": _nanoseconds(real.monotonic_ns),
        "perf_counter_ns": _nanoseconds(real.perf_counter_ns),
        "time_ns": _nanoseconds(real.wall_ns, EPOCH),
    }
    for name, replacement in replacements.items():
        replacement.__name__ = name
        setattr(time, name, replacement)
