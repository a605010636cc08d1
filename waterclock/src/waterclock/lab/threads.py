"""
The threads of one lab: who computes, who waits, and until when.

Threads are real: a sync generator may say `time.sleep(1)`, and that must take one second of the lab's time. The clock
stands still while a thread computes. It moves when all of them wait: for their time, for each other, for the loop.
"""

import heapq
import itertools
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from waterclock import frames
from waterclock.errors import CutOff, LabClosed
from waterclock.lab.clock import TOLERANCE
from waterclock.lab.owners import owner
from waterclock.lab.waiting_threads import Patrol, Work
from waterclock.lab.wakeup import Wakeup
from waterclock.patches import real_time as real
from waterclock.patches.current import inside

if TYPE_CHECKING:
    from waterclock.lab.loop import LabLoop


class AtWork(NamedTuple):
    """What a thread is called in a sentence, and for whom it works."""

    name: str
    owner: Any
    began_at: str | None
    """`file:line` of the judged code that started it, or gave it the work."""


class Threads:
    """Counts under a lock of its own: threads come, go, wait and wake from everywhere."""

    def __init__(self, loop: "LabLoop") -> None:
        self.loop = loop
        self.closed = False
        self.running = 0
        """Threads that compute, or are about to. Those that wait are not counted."""
        self.computing: dict[int, Work] = {}
        """The same by ident, as far as they have begun."""
        self.at_work: dict[int, AtWork] = {}
        """All threads of the judged code by ident, waiting or not."""
        self._parked: set[Wakeup] = set()
        self._due: list[tuple[float, int, Wakeup]] = []
        self._order = itertools.count()
        self._mutex = real.Mutex()
        self._awaited = 0
        self._patrol = Patrol(self._beyond)

    # Counting.

    def more(self) -> None:
        with self._mutex:
            self.running += 1

    def less(self) -> None:
        with self._mutex:
            self.running -= 1
            tell = self.running <= len(self._patrol.outside) and self._awaited > 0
        if tell:
            self._tell_the_loop()

    def busy(self) -> bool:
        """Whether a thread computes that may yet bring something. Asked every few milliseconds while it is so."""
        if self.running <= 0:
            return False
        outside = self._patrol.look(list(self.computing.values()))
        return self.running > outside

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """The loop's thread waits for the others in here, and wants to be told."""
        self._awaited += 1
        try:
            yield
        finally:
            self._awaited -= 1

    @contextmanager
    def drives(self) -> Iterator[None]:
        """See `waterclock.patches.current.Host`."""
        ident = threading.get_ident()
        self._patrol.driving.add(ident)
        try:
            yield
        finally:
            self._patrol.driving.discard(ident)

    def _tell_the_loop(self) -> None:
        try:
            self.loop.call_soon_threadsafe(_nothing)
        except RuntimeError:  # The loop is closed.
            pass

    # Waiting.

    def park(self, wakeup: Wakeup, until: float | None) -> bool:
        """The calling thread waits. False if the time has come already."""
        if self.closed:
            raise LabClosed
        if until is not None and until <= self.loop.clock.now + TOLERANCE:
            return False
        ident = threading.get_ident()
        with self._mutex:
            if wakeup.woken:
                return True
            wakeup.parked = True
            self._parked.add(wakeup)
            self.computing.pop(ident, None)
            self._patrol.forget(ident)
            if until is not None:
                heapq.heappush(self._due, (until, next(self._order), wakeup))
        self.less()
        wakeup.gate.wait()
        self.computing[ident] = Work.of_this_thread()
        if self.closed:
            raise LabClosed
        return True

    def wake(self, wakeup: Wakeup, *, timed_out: bool = False) -> bool:
        """From any thread. False if it had been woken before."""
        with self._mutex:
            if wakeup.woken:
                return False
            wakeup.woken, wakeup.timed_out = True, timed_out
            if wakeup.parked:
                self.running += 1
                self._parked.discard(wakeup)
        wakeup.gate.open()
        return True

    def next_due(self) -> float:
        """The virtual second at which the next thread is due, infinite if none is."""
        with self._mutex:
            while self._due and self._due[0][2].woken:
                heapq.heappop(self._due)
            return self._due[0][0] if self._due else math.inf

    def wake_due(self) -> bool:
        """Wakes whoever's time has come. Whether there was anybody."""
        found = []
        with self._mutex:
            while self._due and self._due[0][0] <= self.loop.clock.now + TOLERANCE:
                found.append(heapq.heappop(self._due)[2])
        woken = [self.wake(each, timed_out=True) for each in found]
        return any(woken)

    def sleep(self, seconds: float) -> None:
        """What `time.sleep` does in a thread."""
        Wakeup(self, "time.sleep").wait(self.loop.clock.now + seconds)

    # Working.

    def work(self, function: Callable[[], Any], what: "AtWork") -> Any:
        """Runs in the thread: marks it as one of the lab's while `function` runs. Counted by whoever started it."""
        ident = threading.get_ident()
        self.computing[ident] = Work.of_this_thread()
        self.at_work[ident] = what
        before, inside.host = inside.host, self.loop
        try:
            return function()
        finally:
            inside.host = before
            self.computing.pop(ident, None)
            self._patrol.forget(ident)
            self.at_work.pop(ident, None)

    def adopt(self, run: Callable[[], None], name: str) -> tuple[Callable[[], None], Callable[[float | None], bool]]:
        """See `waterclock.patches.current.Host`."""
        ended, what = Ended(self), AtWork(f"the thread {name}", owner(), frames.caller())
        self.more()

        def counted() -> None:
            try:
                self.work(run, what)
            except (LabClosed, CutOff):
                pass
            finally:
                ended.set()
                self.less()

        return counted, ended.wait

    def close(self) -> None:
        """Sends home whoever waits."""
        self.closed = True
        with self._mutex:
            parked = list(self._parked)
        for each in parked:
            self.wake(each)

    def all_wait(self) -> bool:
        """True when no thread computes, and none has a time: nobody can bring anything any more."""
        return not self.busy() and math.isinf(self.next_due())

    def wait_outside(self) -> bool:
        """Whether one waits for something that is not of this lab."""
        return bool(self._patrol.outside)

    def _beyond(self, what: str, where: str | None) -> None:
        self.loop.beyond(what, where)


class Ended:
    """The end of a thread, for those who join it."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._waiting: list[Wakeup] = []
        self._is_set = False
        self._mutex = real.Mutex()

    def set(self) -> None:
        with self._mutex:
            self._is_set = True
            waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.wake()

    def wait(self, timeout: float | None) -> bool:
        wakeup = Wakeup(self._threads, "Thread.join()")
        with self._mutex:
            if self._is_set:
                return True
            self._waiting.append(wakeup)
        return wakeup.wait(None if timeout is None else self._threads.loop.clock.now + max(0.0, timeout))


def _nothing() -> None: ...
