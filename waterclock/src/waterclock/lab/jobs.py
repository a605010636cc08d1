"""Work that a lab gives to threads which belong to somebody else: to a pool, to anyio, to the lab's own supply."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waterclock import frames
from waterclock.errors import LabClosed
from waterclock.lab.owners import owner
from waterclock.lab.threads import AtWork
from waterclock.patches import real_time as real

if TYPE_CHECKING:
    from waterclock.lab.threads import Threads


class Job:
    """Counted from `count` to `finish`, wherever these are called. See `waterclock.patches.current.Job`."""

    def __init__(self, threads: "Threads", function: Callable[[], Any]) -> None:
        self._threads = threads
        self._function: Callable[[], Any] | None = function
        self._what = AtWork("a worker thread", owner(), frames.caller())
        self._counted = False
        self._finished = False
        self._mutex = real.Mutex()

    def count(self) -> None:
        with self._mutex:
            if self._counted or self._finished:
                return
            self._counted = True
        self._threads.more()

    def run(self) -> Any:
        function, self._function = self._function, None
        if self._threads.closed or function is None:
            raise LabClosed
        return self._threads.work(function, self._what)

    def finish(self) -> None:
        with self._mutex:
            if self._finished:
                return
            self._finished = True
            counted = self._counted
        if counted:
            self._threads.less()
