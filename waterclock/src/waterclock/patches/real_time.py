"""
What Python's own clocks, sleep and locks were before anything was replaced, for the lab's own use.

Locks are made and used by their C functions: whoever counts the waits of others must not be counted by them.
"""

import _thread
import queue
import threading
import time
from operator import attrgetter
from typing import Any

sleep = time.sleep
monotonic = time.monotonic
monotonic_ns = time.monotonic_ns
perf_counter = time.perf_counter
perf_counter_ns = time.perf_counter_ns
wall = time.time
wall_ns = time.time_ns
start_thread = threading.Thread.start
join_thread = threading.Thread.join

LockType: type = _thread.LockType
RLockType: type = type(threading.RLock())
_acquire = LockType.acquire  # type: ignore[attr-defined]
_release = LockType.release  # type: ignore[attr-defined]
_lock_enter: Any = vars(LockType)["__enter__"]
_lock_exit: Any = vars(LockType)["__exit__"]


class Mutex:
    """
    A lock for a few lines of the lab's own code.

    `with` gets its two methods from C, by descriptors that are C as well: an exception that the watchdog raises in the
    thread cannot come between taking the lock and entering the block.
    """

    __slots__ = ("_enter", "_leave")

    def __init__(self) -> None:
        lock = _thread.allocate_lock()
        self._enter, self._leave = _lock_enter.__get__(lock), _lock_exit.__get__(lock)

    __enter__: Any = property(attrgetter("_enter"))
    __exit__: Any = property(attrgetter("_leave"))


class Gate:
    """Shut until somebody opens it, for good. One thread waits."""

    __slots__ = ("_lock", "is_open")

    def __init__(self) -> None:
        self.is_open = False
        self._lock = _thread.allocate_lock()
        _acquire(self._lock)

    def open(self) -> None:
        """Lets the waiting thread go on. A second call does nothing."""
        if not self.is_open:
            self.is_open = True
            _release(self._lock)

    def wait(self, timeout: float = -1) -> bool:
        """Waits for real. `timeout` in real seconds, -1 for ever. False if it is still shut."""
        if self.is_open:
            return True
        if not _acquire(self._lock, True, timeout):
            return False
        _release(self._lock)
        return True


class Box:
    """A queue between two threads of the lab's own, in real time."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[object] = queue.SimpleQueue()

    def put(self, item: object) -> None:
        _put(self._queue, item)

    def get(self) -> object:
        return _get(self._queue)


_put = queue.SimpleQueue.put
_get = queue.SimpleQueue.get


def own_cpu_clock() -> int | None:
    """The CPU clock of the calling thread, to be read by others; None where there is none (macOS, Windows)."""
    get_clock = getattr(time, "pthread_getcpuclockid", None)
    if get_clock is None:
        return None
    # Asked by the thread itself: asking for a thread that has ended crashes the process.
    clock: int = get_clock(threading.get_ident())
    return clock


def cpu(clock: int | None) -> float | None:
    """CPU seconds by that clock, or None where the system does not tell or the thread has ended."""
    if clock is None:
        return None
    try:
        return _clock_gettime(clock)
    except OSError:
        return None


_clock_gettime = getattr(time, "clock_gettime", None) or (lambda clock: 0.0)
thread_time = time.thread_time
