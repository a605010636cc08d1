"""Which lab the calling code runs in, and what the replaced parts of Python may ask of it."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Wakeup(Protocol):
    """One wait of one thread, which somebody else or the time ends."""

    def wait(self, until: float | None) -> bool:
        """Waits until it is woken, or until the virtual second `until`. False if the time came first."""

    def wake(self) -> None:
        """From any thread, any number of times."""


class Host(Protocol):
    """A lab, as the replaced parts of Python see it from inside."""

    @property
    def now(self) -> float:
        """Virtual seconds since the lab began."""

    def read_clock(self) -> float:
        """The same, for code that asks by one of Python's clocks. For who asks without end, time passes."""

    epoch: float
    """What `time.time()` shows at that beginning."""

    def sleep(self, seconds: float) -> None:
        """`time.sleep`, in a worker or on the event loop."""

    def wakeup(self, what: str) -> Wakeup:
        """A wait that begins now, on the calling thread. `what` is said when it holds up the event loop."""

    def on_the_loop(self) -> bool:
        """Whether the calling thread is the one of the lab's event loop."""

    def adopt(self, run: Callable[[], None], name: str) -> tuple[Callable[[], None], Callable[[float | None], bool]]:
        """
        A thread of the judged code begins. Returns what it runs in the place of `run`, and a wait for its end.

        Counted from this moment on; `name` is for leftovers.
        """

    def job(self, function: Callable[[], Any]) -> "Job":
        """Work for a thread that belongs to somebody else, a pool for instance."""

    def drives(self) -> AbstractContextManager[None]:
        """The calling thread lets a lab of its own run, and waits for it in real time. It is at work meanwhile."""

    def gives(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """This is about to be called in a thread. A generator that is stepped there is remembered for leftovers."""

    inline: Any
    """Where there are no threads: `await inline(work, limiter)` or `inline.work(work)` does the work on the spot."""

    def hold_up(self, kind: Any, what: str, where: str | None) -> None:
        """The event loop is held up by a call that is about to begin."""

    def keeps(self, task: Any) -> None:
        """This task is the lab's own, and no leftover of anybody."""

    def connects(self, call: Any, what: str) -> None:
        """Somebody asks an upstream, and has to close its answer: `call.over` says whether that is done."""

    def beyond(self, what: str, where: str | None) -> None:
        """Something that the lab cannot bring under its clock."""

    def note_file(self, path: str, where: str) -> None:
        """The judged code opens a file."""

    def has_opened(self, file: Any) -> None:
        """What came of it."""

    def opened(self, descriptor: int | None, what: str, where: str | None) -> None:
        """The judged code reaches out: to a socket, to a child process."""

    def touched(self) -> None:
        """Something was sent to the outside."""

    def runs(self, callback: Any, run: Callable[[], None]) -> None:
        """The lab's loop is about to run a callback, by calling `run`."""

    def watch(self, selector: Any, wakeup: Wakeup, has_sockets: bool) -> Callable[[], None]:
        """The calling thread waits, and is to be woken when that selector has something. Returns what ends it."""

    @property
    def signals(self) -> Any:
        """`set`, `get` and `deliver_soon`, by number."""


class Job(Protocol):
    """Work for a thread of a pool."""

    def count(self) -> None:
        """The clock waits for it from now on."""

    def run(self) -> Any:
        """Called in the thread."""

    def finish(self) -> None:
        """Nobody has to wait for it any more: what came of it has been handed over."""


class _Inside(threading.local):
    host: Host | None = None
    bypass = 0


inside = _Inside()


def current() -> Host | None:
    """The lab that the calling code runs in, on its loop or in one of its threads, or None."""
    return None if inside.bypass else inside.host


bypassing: set[int] = set()
"""Threads in such a block. What they wait for, a new thread's first sign of life for one, is nothing outside."""


class Bypassed:
    """A block in which the calling thread uses the real things: for the lab's own work."""

    def __enter__(self) -> None:
        inside.bypass += 1
        bypassing.add(threading.get_ident())

    def __exit__(self, *error: object) -> None:
        inside.bypass -= 1
        if not inside.bypass:
            bypassing.discard(threading.get_ident())
