"""
The thread that a lab runs on, and the watchdog over it.

The caller hands over one piece of work at a time and waits. While it waits it is the watchdog: code that does not give
the control back is located by its stack, and ended by an exception that is raised inside it.
"""

import ctypes
import queue
import threading
from collections.abc import Callable
from typing import Any

from course.lab import real
from course.lab.errors import CutOff, EndlessLoop, LabError
from course.lab.loop import LabLoop
from course.lab.watchdog import Patience, Watchdog

_MOST_ATTEMPTS = 20
_Job = tuple[Callable[[], None], threading.Event]


class LabThread:
    """Runs callables on one thread, one after the other."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.dead = False
        self.closed = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True, name="lab")
        self.loop: LabLoop
        self._ready = threading.Event()
        real.start_thread(self._thread)
        self._ready.wait()

    def run(self, function: Callable[[], Any]) -> Any:
        """Calls `function` on the lab's thread and returns what it returns. Raises what it raises, or `EndlessLoop`."""
        if self.closed:
            raise LabError("This lab is closed: its time is over.")
        if self.dead:
            raise LabError("This lab was given up: code in it could not be stopped.")
        if self.is_current():
            raise LabError("Code inside the lab has asked it to let time pass. Only its caller can.")
        result: list[Any] = []
        failure: list[BaseException] = []
        done = threading.Event()

        def job() -> None:
            try:
                result.append(function())
            except BaseException as error:
                failure.append(error)

        self._jobs.put((job, done))
        try:
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
        return result[0] if result else None

    def is_current(self) -> bool:
        """True if the caller runs on the lab's thread."""
        return threading.get_ident() == self._thread.ident

    def stop(self) -> None:
        self.closed = True
        self._jobs.put(None)
        if not self.dead:
            self._thread.join(1)

    def _work(self) -> None:
        self.loop = LabLoop()
        self._cpu_clock = real.own_cpu_clock()
        self._ready.set()
        while (job := self._next_job()) is not None:
            function, done = job
            try:
                function()
            except CutOff:  # It arrived after the work was done.
                pass
            done.set()  # Whatever came in between: somebody waits for it.
        # Closed already, unless the shutdown was cut off, or began only after the lab had been given up.
        self.loop.threads.close()
        self.loop.close()

    def _next_job(self) -> "_Job | None":
        while True:
            try:
                return self._jobs.get()
            except CutOff:
                pass

    def _watch(self, done: threading.Event) -> EndlessLoop | None:
        """Waits for `done`. Returns the verdict if code had to be cut off."""
        if done.wait(0.05):
            return None
        watchdog = Watchdog(self.loop, self.patience, self._cpu_clock)
        while (cut := watchdog.look()) is None:
            if done.wait(0.05):
                return None
        self.loop.clock.cut = True
        for _ in range(_MOST_ATTEMPTS):
            for ident in watchdog.culprits():
                _raise_in(ident)
            if done.wait(0.1):
                _clear(self._thread.ident)
                return cut
        self.dead = True
        return cut


def _raise_in(ident: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(CutOff))


def _clear(ident: int | None) -> None:
    if ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), None)
