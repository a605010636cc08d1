"""The event loop of the lab: asyncio's own selector loop over a clock that moves instead of waiting."""

import asyncio
import concurrent.futures
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from typing import Any

from course.lab import frames, pools, real
from course.lab.blocking import Blocked
from course.lab.clock import TOLERANCE, Clock
from course.lab.errors import LabError, StandsStill
from course.lab.leftovers import Generators
from course.lab.threads import Threads
from course.lab.virtual_time import sleep_length


class LabLoop(asyncio.SelectorEventLoop):
    """Runs on one thread, which `LabThread` owns. `time()` is in virtual seconds since the lab began."""

    is_lab = True

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.loop = self
        self.threads = Threads(self)
        self.clock.all_parked = self.threads.all_parked
        self.generators = Generators()
        self.blocked: list[Blocked] = []
        self.problems: list[str] = []
        self.verdict: LabError | None = None
        self.own_tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.ident = threading.get_ident()
        self._ahead: list[asyncio.Future[None]] = []
        super().__init__(self.clock)
        # Two timers a microsecond apart are two timers. (Windows would merge what is due within 16 ms.)
        self._clock_resolution = 1e-9
        self.set_exception_handler(self._keep_problem)
        self.call_soon(self.generators.watch)

    def time(self) -> float:
        return self.clock.now

    def run_until(self, limit: float) -> None:
        """Lets everything happen that is due up to the virtual second `limit`."""
        clock = self.clock
        clock.limit = max(limit, clock.limit)
        clock.turns = 0
        ahead, self._ahead = self._ahead, []
        for reached in ahead:
            if not reached.done():
                self.call_soon(_resolve, reached)
        self.run_forever()
        self.call_soon(self.generators.watch)  # The first thing of the next run: nothing may begin unseen.
        if clock.stuck or clock.cut:
            clock.limit = min(clock.now, clock.limit)  # It will not be reached any more.
        else:
            clock.now = max(clock.now, clock.limit)

    def sleep_on_the_loop(self, seconds: float) -> None:
        """`time.sleep` in async code: time passes and everybody else stands still, as on a real server."""
        length = sleep_length(seconds)
        where = frames.place(sys._getframe(2))
        self.blocked.append(Blocked("sleep", f"time.sleep({length:g})", where, self.time(), length))
        self.clock.now += length

    async def catch_up(self) -> None:
        """
        Waits while the clock is ahead of the limit, as `time.sleep` on the loop can make it: an endless stream that
        never waits for anything else would otherwise never give the control back.
        """
        while self.clock.now > self.clock.limit + TOLERANCE:
            reached = self.create_future()
            self._ahead.append(reached)
            await reached

    def wait_on_the_loop(
        self, done: Callable[[], bool], what: str = "waiting for a thread's result", why: str | None = None
    ) -> None:
        """
        Async code waits for a thread. Reported; and if that thread needs time to pass, it would wait for ever.
        """
        where = frames.place(sys._getframe(2))
        self.blocked.append(Blocked("wait", what, where, self.time()))
        while not done():
            if self.clock.cut or self.threads.all_asleep():
                said = f"{what} on the event loop: the whole server stands still"
                raise self.give_up(StandsStill(said, where, why))
            real.sleep(0.001)

    def give_up(self, verdict: LabError) -> LabError:
        """The code under test cannot go on: time stops, and the running `advance` raises `verdict`."""
        self.verdict = self.verdict or verdict
        self.clock.cut = True
        return verdict

    def call_soon_or_now(self, function: Callable[[], Any]) -> None:
        """For counting: at once on the loop's own thread, as a callback from any other."""
        if threading.get_ident() == self.ident:
            function()
        else:
            self.call_soon_threadsafe(function)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Any executor is replaced by the lab's own threads, without a limit to their number."""
        future = self.create_future()
        ended: concurrent.futures.Future[None] = concurrent.futures.Future()

        def work() -> Any:
            try:
                return func(*args)
            finally:
                ended.set_result(None)

        if executor is not None:
            pools.note(executor, ended)
        self.threads.start(future, work)
        return future

    def _keep_problem(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Text only: an exception holds its traceback, that holds the frames, and they keep generators alive.
        error = context.get("exception")
        text = context.get("message", "")
        if isinstance(error, BaseException):
            text += ": " + one_line(error)
            where = frames.place_of_error(error)
            text += f" ({where})" if where else ""
        self.problems.append(text)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


_LONGEST_ERROR = 160  # Some name what they could not use, and that can be a page long.


def one_line(error: BaseException) -> str:
    """`ValueError: boom`, for exception groups the text of the errors inside; a long one is cut."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(one_line(inner) for inner in error.exceptions)
    said = traceback.format_exception_only(type(error), error)[-1].strip()
    return said if len(said) <= _LONGEST_ERROR else said[: _LONGEST_ERROR - 1] + "…"
