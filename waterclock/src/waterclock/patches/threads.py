"""
Threads that the judged code starts, and the pools it gives work to.

A thread that is started inside a lab belongs to it: it is counted from its start, and joining it is a wait like any
other. A pool's threads belong to the pool, which may be older than the lab: there each piece of work is counted, from
the moment when the pool has a thread free for it. So a pool of one does one thing at a time here as well.
"""

import concurrent.futures
import concurrent.futures.thread
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from waterclock.patches import real_time as real
from waterclock.patches.current import Bypassed, Job, current
from waterclock.patches.replacing import Attribute

# Threads of these take the work of others, which is counted; while they have none they must not hold the clock.
_TAKE_WORK = ("anyio._backends", "waterclock", "aiosqlite")
_ends: "weakref.WeakKeyDictionary[threading.Thread, Callable[[float | None], bool]]" = weakref.WeakKeyDictionary()
_real_submit = concurrent.futures.ThreadPoolExecutor.submit
_real_shutdown = concurrent.futures.ThreadPoolExecutor.shutdown


def _takes_work(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    return target is concurrent.futures.thread._worker or type(thread).__module__.startswith(_TAKE_WORK)


def _start(thread: threading.Thread) -> None:
    host = current()
    if host is not None and not _takes_work(thread):
        thread.run, _ends[thread] = host.adopt(thread.run, thread.name)  # type: ignore[method-assign]
    # It waits for the first sign of life of the new thread, which is no wait of the judged code.
    with Bypassed():
        real.start_thread(thread)


def _join(thread: threading.Thread, timeout: float | None = None) -> None:
    wait = _ends.get(thread) if current() is not None else None
    if wait is not None and thread is not threading.current_thread() and thread.is_alive() and not wait(timeout):
        return
    if wait is None:
        real.join_thread(thread, timeout)
        return
    with Bypassed():  # It has done all it had to do.
        real.join_thread(thread)


class _Pool:
    """How much of the work that was given to a pool its threads can do at once, and what waits for its turn."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._busy: set[Job] = set()
        self._waiting: deque[Job] = deque()
        self._mutex = real.Mutex()

    def take(self, job: Job) -> None:
        with self._mutex:
            if len(self._busy) >= self._limit:
                self._waiting.append(job)
                return
            self._busy.add(job)
        job.count()

    def release(self, job: Job) -> None:
        """It is done, or was cancelled in the queue. Counted before it is let go: the next in turn."""
        with self._mutex:
            following = None
            if job in self._busy:
                self._busy.discard(job)
                if self._waiting:
                    following = self._waiting.popleft()
                    self._busy.add(following)
            elif job in self._waiting:
                self._waiting.remove(job)
        if following is not None:
            following.count()
        job.finish()


_pools: "weakref.WeakKeyDictionary[Any, _Pool]" = weakref.WeakKeyDictionary()
_given: "weakref.WeakKeyDictionary[Any, weakref.WeakSet[Any]]" = weakref.WeakKeyDictionary()


def _submit(pool: Any, function: Callable[..., Any], /, *args: Any, **named: Any) -> concurrent.futures.Future[Any]:
    host = current()
    if host is None:
        return _real_submit(pool, function, *args, **named)
    host.gives(function, args)
    if host.inline is not None:
        return _done_at_once(lambda: host.inline.work(lambda: function(*args, **named)))
    job = host.job(lambda: function(*args, **named))
    turns = _pools.setdefault(pool, _Pool(pool._max_workers))
    turns.take(job)
    try:
        with Bypassed():
            future = _real_submit(pool, job.run)
    except BaseException:
        turns.release(job)
        raise
    _given.setdefault(pool, weakref.WeakSet()).add(future)
    _when_handed_over(future, lambda: turns.release(job))
    return future


def _done_at_once(work: Callable[[], Any]) -> concurrent.futures.Future[Any]:
    """Where there are no threads."""
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)
    return future


def _when_handed_over(future: concurrent.futures.Future[Any], then: Callable[[], None]) -> None:
    """Calls `then` when everybody who waits for the future has been told: later than any callback of its own."""
    tell = future._invoke_callbacks  # type: ignore[attr-defined]

    def tell_and_then() -> None:
        tell()
        then()

    future._invoke_callbacks = tell_and_then  # type: ignore[attr-defined]
    if future.done():  # It was quicker.
        then()


def _shutdown(pool: Any, wait: bool = True, *, cancel_futures: bool = False) -> None:
    """Waiting for a pool is waiting for its work. Its threads end at once then."""
    if current() is None:
        _real_shutdown(pool, wait, cancel_futures=cancel_futures)
        return
    with Bypassed():
        _real_shutdown(pool, False, cancel_futures=cancel_futures)
    if wait:
        wait_for_the_work(pool)
        with Bypassed():
            _real_shutdown(pool, True)


def wait_for_the_work(pool: Any) -> None:
    """Waits until the pool has done all it was given, in virtual time."""
    concurrent.futures.wait([each for each in list(_given.get(pool, ())) if not each.done()])


PATCHES = [
    Attribute(threading.Thread, "start", _start),
    Attribute(threading.Thread, "join", _join),
    Attribute(concurrent.futures.ThreadPoolExecutor, "submit", _submit),
    Attribute(concurrent.futures.ThreadPoolExecutor, "shutdown", _shutdown),
]
