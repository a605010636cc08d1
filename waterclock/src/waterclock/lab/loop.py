"""The event loop of the lab: asyncio's own selector loop over a clock that moves instead of waiting."""

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from waterclock import frames
from waterclock.errors import LabError, one_line
from waterclock.lab.beyond import Beyond
from waterclock.lab.blocking import Blocked, Kind
from waterclock.lab.busy_waits import BusyWaits
from waterclock.lab.clock import TOLERANCE, Clock
from waterclock.lab.computing import Computing
from waterclock.lab.connections import Connections
from waterclock.lab.files import Files
from waterclock.lab.generators import Generators
from waterclock.lab.holding import Holding
from waterclock.lab.jobs import Job
from waterclock.lab.leftovers import Tasks
from waterclock.lab.signals import Signals
from waterclock.lab.threads import Threads
from waterclock.lab.wakeup import Wakeup
from waterclock.patches.clocks import EPOCH
from waterclock.patches.current import inside

_DESTROYED = "Task was destroyed but it is pending!"  # What asyncio tells the loop, in `Task.__del__`.


class LabLoop(asyncio.SelectorEventLoop):
    """
    Runs on one thread, which a runner gives it. `time()` is in virtual seconds since the lab began.

    It is also the `Host` of everything that `waterclock.patches` replaces.
    """

    def __init__(self, epoch: float = EPOCH) -> None:
        self.clock = Clock()
        self.clock.loop = self
        self.epoch = epoch
        self.threads = self.clock.threads = Threads(self)
        self.clock.sockets.report = self.beyond
        self.clock.sockets.threads_wait = self.threads.wait_outside
        self.holding = Holding(self)
        self.busy_waits = BusyWaits(self)
        self.generators = Generators()
        self.tasks = Tasks()
        self.files = Files()
        self.connections = Connections()
        self.signals = Signals(self)
        self.blocked: list[Blocked] = []
        self.reached_beyond: list[Beyond] = []
        self.problems: list[str] = []
        self.verdict: LabError | None = None
        self.computing = Computing(self._computed)
        self.inline: Any = None  # `Inline`, where there are no threads.
        self.ident = threading.get_ident()
        self._ahead: list[asyncio.Future[None]] = []
        super().__init__(self.clock)
        # Two timers a microsecond apart are two timers. (Windows would merge what is due within 16 ms.)
        self._clock_resolution = 1e-9
        self.set_exception_handler(self._keep_problem)
        self.call_soon(self.generators.watch)

    # Time.

    @property
    def now(self) -> float:
        return self.clock.now

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
        inside.host = self
        try:
            self.run_forever()
        finally:
            inside.host = None
        self.call_soon(self.generators.watch)  # The first thing of the next run: nothing may begin unseen.
        if clock.stuck or clock.cut:
            clock.limit = min(clock.now, clock.limit)  # It will not be reached any more.
        else:
            clock.now = max(clock.now, clock.limit)

    async def catch_up(self) -> None:
        """
        Waits while the clock is ahead of the limit, as `time.sleep` on the loop can make it: an endless stream that
        never waits for anything else would otherwise never give the control back.
        """
        while self.clock.now > self.clock.limit + TOLERANCE:
            reached = self.create_future()
            self._ahead.append(reached)
            await reached

    def give_up(self, verdict: LabError) -> LabError:
        """The code under test cannot go on: time stops, and the running `advance` raises `verdict`."""
        self.verdict = self.verdict or verdict
        self.clock.cut = True
        return verdict

    def create_task(self, coro: Any, **options: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = super().create_task(coro, **options)
        self.tasks.note(task)
        return task

    def all_tasks(self) -> "set[asyncio.Task[Any]]":
        """Every task of this loop that is not done."""
        return asyncio.all_tasks(self)

    # What the replaced parts of Python ask of it. See `waterclock.patches.current.Host`.

    def read_clock(self) -> float:
        return self.busy_waits.read()

    def on_the_loop(self) -> bool:
        return threading.get_ident() == self.ident and not (self.inline and self.inline.working)

    def sleep(self, seconds: float) -> None:
        if self.on_the_loop():
            self.holding.sleep(seconds)
        else:
            self.refuse_to_wait("time.sleep")
            self.threads.sleep(seconds)

    def wakeup(self, what: str) -> Wakeup:
        self.refuse_to_wait(what)
        return Wakeup(self.threads, what)

    def refuse_to_wait(self, what: str) -> None:
        """Where there are no threads, nobody can wait in one. On the loop itself it can be waited, if rudely."""
        if self.inline is not None and not self.on_the_loop():
            self.inline.refuse(what)

    def adopt(self, run: Callable[[], None], name: str) -> tuple[Callable[[], None], Callable[[float | None], bool]]:
        if self.inline is not None:
            self.inline.refuse(f"starting {name}")
        return self.threads.adopt(run, name)

    def job(self, function: Callable[[], Any]) -> Job:
        return Job(self.threads, function)

    def drives(self) -> AbstractContextManager[None]:
        return self.threads.drives()

    def gives(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.generators.stepped_in_a_thread(function, args)

    def hold_up(self, kind: Kind, what: str, where: str | None, seconds: float = 0.0) -> None:
        self.blocked.append(Blocked(kind, what, where, self.time() - seconds, seconds))

    def beyond(self, what: str, where: str | None) -> None:
        if where is None:  # A library's own thread waits. What for, was asked for by somebody.
            origin, where = self.clock.sockets.last_origin
            what = f"{origin}: {what}" if where else what
        found = Beyond(what, where, self.time())
        if found not in self.reached_beyond:
            self.reached_beyond.append(found)

    def connects(self, call: Any, what: str) -> None:
        self.connections.began(call, what)

    def keeps(self, task: Any) -> None:
        self.tasks.keep(task)

    def note_file(self, path: str, where: str) -> None:
        self.files.note(path, where)

    def has_opened(self, file: Any) -> None:
        self.files.has_opened(file)

    def opened(self, descriptor: int | None, what: str, where: str | None) -> None:
        self.clock.sockets.note_origin(descriptor, what, where)

    def touched(self) -> None:
        self.clock.sockets.touched = True

    def runs(self, callback: Any, run: Callable[[], None]) -> None:
        self.computing.began()
        try:
            run()
        finally:
            self.computing.ended(callback)
            self.clock.progress += 1

    def watch(self, selector: Any, wakeup: Any, has_sockets: bool) -> Callable[[], None]:
        return self.clock.sockets.watch(selector, wakeup.wake, has_sockets)

    def _computed(self, seconds: float, where: str) -> None:
        self.hold_up("computing", f"computing for {seconds:.1f} s of processor time", where)

    # What is not on this loop's side of a real server.

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:  # type: ignore[override]
        """As on a server, where the loop has the main thread. The handler is the lab's own."""
        self.signals.set(sig, lambda number, frame: self.call_soon_threadsafe(callback, *args))

    def remove_signal_handler(self, sig: int) -> bool:
        return self.signals.set(sig, signal.SIG_DFL) not in (signal.SIG_DFL, None)

    def _keep_problem(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Text only: an exception holds its traceback, that holds the frames, and they keep generators alive.
        error = context.get("exception")
        text = context.get("message", "")
        if text == _DESTROYED and not self.tasks.lose(context["task"]):
            return
        if isinstance(error, BaseException):
            text += ": " + one_line(error)
            where = frames.place_of_error(error)
            text += f" ({where})" if where else ""
        self.problems.append(text)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
