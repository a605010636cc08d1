"""
Worker threads whose `time.sleep` passes virtual time.

Threads are real: a sync generator may say `time.sleep(1)`, and that must take one second of the lab's time. The
clock stands still while a worker computes and moves on while it sleeps. All counting happens on the loop's thread.
"""

import concurrent.futures
import contextlib
import queue
import threading
from asyncio import Future
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.lab import real
from course.lab.errors import LabClosed
from course.lab.parked import Patrol, Work
from course.lab.virtual_time import sleep_length, worker

if TYPE_CHECKING:
    from course.lab.loop import LabLoop


class Wakeup:
    """A worker's wait that only the lab ends: for a virtual sleep, or for an item of a feed."""

    def __init__(self, threads: "Threads") -> None:
        self._threads = threads
        self._done = threading.Event()

    def wait(self) -> None:
        """Called in the worker. Raises `LabClosed` when the lab ends first."""
        threads = self._threads
        ident = threading.get_ident()
        threads.waiting.add(self)
        threads.computing.pop(ident, None)
        self._call(threads.less)
        self._done.wait()
        threads.waiting.discard(self)
        threads.computing[ident] = Work.of_this_thread()
        if threads.closed:
            raise LabClosed

    def wake(self) -> None:
        """Called on the loop's thread."""
        self._threads.more()
        self._done.set()

    def wake_from_anywhere(self) -> None:
        self._call(self.wake)

    def release_at_close(self) -> None:
        self._done.set()

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self._threads.loop.call_soon_threadsafe(function)
        except RuntimeError:  # The loop is closed; the worker is being sent home.
            self._done.set()


class Threads:
    """The worker threads of one lab."""

    def __init__(self, loop: "LabLoop") -> None:
        self.loop = loop
        self.closed = False
        self.computing: dict[int, Work] = {}  # Threads at work by ident, without those in `Wakeup.wait`.
        self.at_work: set[int] = set()  # All of them, sleeping or not.
        self.waiting: set[Wakeup] = set()
        self._patrol = Patrol()

    def more(self) -> None:
        self.loop.clock.running += 1

    def less(self) -> None:
        self.loop.clock.running -= 1

    def sleep(self, seconds: float) -> None:
        """What `time.sleep` does in a worker thread."""
        # Due by the clock that this thread sees: code that blocks the loop may move it before the loop hears of us.
        due = self.loop.time() + sleep_length(seconds)
        wakeup = Wakeup(self)
        try:
            self.loop.call_soon_threadsafe(self.loop.call_at, due, wakeup.wake)
        except RuntimeError:
            raise LabClosed from None
        wakeup.wait()

    def work(self, function: Callable[[], Any]) -> Any:
        """Runs in the worker: marks the thread as one of the lab's while `function` runs."""
        ident = threading.get_ident()
        worker.loop = self.loop
        self.computing[ident] = Work.of_this_thread()
        self.at_work.add(ident)
        try:
            return function()
        finally:
            self.computing.pop(ident, None)
            self.at_work.discard(ident)
            worker.loop = None

    def start(self, future: "Future[Any] | concurrent.futures.Future[Any]", function: Callable[[], Any]) -> None:
        """Runs `function` in a pooled thread and puts what comes of it into `future`. On the loop's thread only."""
        self.more()

        def report(result: Any, error: BaseException | None) -> None:
            self.less()
            if isinstance(future, Future):
                _settle(future, result, error)

        def run() -> None:
            result, error = None, None
            if not isinstance(future, Future) and not future.set_running_or_notify_cancel():
                self._tell(self.less)
                return
            try:
                result = self.work(function)
            except LabClosed:
                return
            except BaseException as raised:
                error = raised
            if not isinstance(future, Future):
                _settle(future, result, error)  # Of concurrent.futures: whoever waits for it may hold up the loop.
            self._tell(report, result, error)

        _pool.submit(run)

    def _tell(self, function: Callable[..., None], *arguments: Any) -> None:
        with contextlib.suppress(RuntimeError):  # The lab may be over.
            self.loop.call_soon_threadsafe(function, *arguments)

    def all_parked(self) -> bool:
        """
        True when every thread at work waits on a lock that somebody else has to open.

        A thread that was counted and has not begun yet is not parked, so the counts are compared first.
        """
        works = list(self.computing.values())
        return len(works) >= self.loop.clock.running and self._patrol.all_parked(works)

    def all_asleep(self) -> bool:
        """True when no thread is left that could finish without time going on. Asked while the loop stands still."""
        return not self.computing and len(self.waiting) >= self.loop.clock.running

    def close(self) -> None:
        self.closed = True
        for wakeup in list(self.waiting):
            wakeup.release_at_close()


def _settle(future: "Future[Any] | concurrent.futures.Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


class _PoolThread(threading.Thread):
    """One thread of the process-wide pool: a lab takes it for one piece of work and gives it back."""

    def __init__(self, pool: "_Pool") -> None:
        super().__init__(daemon=True, name="lab worker")
        self.jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._pool = pool

    def run(self) -> None:
        while True:
            job: Callable[[], None] | None = self.jobs.get()
            try:
                assert job is not None
                job()
            except BaseException:  # A late cut-off. The thread itself must live on.
                pass
            finally:
                job = None
                self._pool.idle.append(self)


class _Pool:
    def __init__(self) -> None:
        self.idle: list[_PoolThread] = []

    def submit(self, job: Callable[[], None]) -> None:
        try:
            thread = self.idle.pop()
        except IndexError:
            thread = _PoolThread(self)
            real.start_thread(thread)
        thread.jobs.put(job)


_pool = _Pool()
