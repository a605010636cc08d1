"""
Where a lab runs. The one place that knows.

A runner gives the loop a thread of its own, with the caller as its watchdog (`InThread`). Or it runs the loop on the
caller's stack (`Here`): where threads are stacks that take turns, as they can be in WebAssembly, and where there are
none at all. Then work for threads is done on the spot, and what would have to wait cannot be judged.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from waterclock.errors import CutOff, LabError
from waterclock.lab.inline import Inline
from waterclock.lab.loop import LabLoop
from waterclock.lab.watchdog import Patience, Watchdog
from waterclock.patches import real_time as real
from waterclock.patches.current import Bypassed, inside

_T = TypeVar("_T")
_MOST_ATTEMPTS = 20
_LOOKS_EVERY = 0.05  # Real seconds.
_CLOSED = "This lab is closed: its time is over."
_FROM_INSIDE = "Code inside the lab has asked it to let time pass. Only its caller can."


class Runner(Protocol):
    """What a session asks for: one loop, and a place where its work is done."""

    loop: LabLoop
    dead: bool
    """Code could not be stopped, and nothing can be run any more."""

    def run(self, function: Callable[[], _T]) -> _T:
        """
        Calls `function` where the loop lives and returns what it returns.

        Raises what it raises, `EndlessLoop` or `CannotJudge` if it does not come back, `LabError` after `stop`.
        """

    def is_current(self) -> bool:
        """Whether the caller is code inside the lab, on its loop."""

    def stop(self) -> None:
        """The end. A second call does nothing."""


class InThread:
    """Runs callables on one thread, one after the other. The caller waits, and watches."""

    def __init__(self, patience: Patience, epoch: float) -> None:
        self.patience = patience
        self.dead = False
        self._epoch = epoch
        self._closed = False
        self._jobs = real.Box()
        self._thread = threading.Thread(target=self._work, daemon=True, name="lab")
        self.loop: LabLoop
        self._ready = real.Gate()
        with at_work():
            real.start_thread(self._thread)
            self._ready.wait()

    def run(self, function: Callable[[], _T]) -> _T:
        """See `Runner`."""
        if self._closed:
            raise LabError(_CLOSED)
        if self.dead:
            raise LabError("This lab was given up: code in it could not be stopped.")
        if self.is_current():
            raise LabError(_FROM_INSIDE)
        result: list[_T] = []
        failure: list[BaseException] = []
        done = real.Gate()

        def job() -> None:
            try:
                result.append(function())
            except BaseException as error:
                failure.append(error)

        self._jobs.put((job, done))
        try:
            with at_work():
                cut = self._watch(done)
        except BaseException:  # Ctrl+C: nobody watches any more, so the loop must not run on.
            self.loop.clock.cut = True
            raise
        if cut is not None:
            raise cut
        if failure:
            try:
                raise failure[0]
            finally:
                failure.clear()
        return result[0]

    def is_current(self) -> bool:
        return threading.get_ident() == self._thread.ident

    def stop(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        if not self.dead:
            with at_work():
                real.join_thread(self._thread, 1)

    def _work(self) -> None:
        self.loop = LabLoop(self._epoch)
        self._cpu_clock = real.own_cpu_clock()
        self._ready.open()
        while (job := self._next_job()) is not None:
            function, done = job
            try:
                function()
            except CutOff:  # It arrived after the work was done.
                pass
            done.open()  # Whatever came in between: somebody waits for it.
            del job, function, done
        # Closed already, unless the shutdown was cut off, or began only after the lab had been given up.
        self.loop.threads.close()
        self.loop.close()

    def _next_job(self) -> Any:
        while True:
            try:
                return self._jobs.get()
            except CutOff:
                pass

    def _watch(self, done: real.Gate) -> LabError | None:
        """Waits for `done`. Returns the verdict if code had to be cut off."""
        if done.wait(_LOOKS_EVERY):
            return None
        watchdog = Watchdog(self.loop, self.patience, self._cpu_clock, self._thread.native_id or 0)
        while (cut := watchdog.look()) is None:
            if done.wait(_LOOKS_EVERY):
                return None
        if done.wait(0):  # It has come to its end while the verdict was written.
            return None
        self.loop.clock.cut = True
        for _ in range(_MOST_ATTEMPTS):
            for ident in watchdog.culprits():
                _raise_in(ident)
            if done.wait(0.1):
                self._let_it_arrive()
                return cut
        self.dead = True
        return cut

    def _let_it_arrive(self) -> None:
        """
        An exception that was raised a moment too late is still on its way, and would hit the next piece of work.

        It cannot be taken back: CPython keeps the mark that one is pending, and turns in circles while it is traced.
        """
        for _ in range(_MOST_ATTEMPTS):
            arrived = real.Gate()
            self._jobs.put((_nothing, arrived))  # Where it hits this one, the next attempt gets through.
            if arrived.wait(0.1):
                return


class Here:
    """
    The caller's stack. Nobody watches: code that does not come back is for whoever can end the interpreter.

    `threads` False: there are none, and work for threads is done on the spot.
    """

    def __init__(self, epoch: float, *, threads: bool) -> None:
        self.dead = False
        self.loop = LabLoop(epoch)
        self._closed = self._running = False
        if not threads:
            self.loop.inline = Inline(self.loop)

    def run(self, function: Callable[[], _T]) -> _T:
        """See `Runner`."""
        if self._closed:
            raise LabError(_CLOSED)
        if self._running:
            raise LabError(_FROM_INSIDE)
        self._running = True
        self.loop.ident = threading.get_ident()
        try:
            return function()
        finally:
            self._running = False

    def is_current(self) -> bool:
        return self._running and threading.get_ident() == self.loop.ident

    def stop(self) -> None:
        if not self._closed:
            self._closed = True
            self.loop.threads.close()
            if not self.loop.is_running():
                self.loop.close()


@contextmanager
def at_work() -> Iterator[None]:
    """
    The caller waits for the lab, in real time. Where it is a thread of another lab, it is at work for that one: its
    clock stands still, and does not know these waits.
    """
    if inside.host is None:
        yield
        return
    with inside.host.drives(), Bypassed():
        yield


def _raise_in(ident: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(CutOff))


def _nothing() -> None: ...
