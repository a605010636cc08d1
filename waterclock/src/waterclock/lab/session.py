"""What drives a lab: the runner of its loop, the app's lifespan, and the end of all of it."""

import itertools
from collections.abc import Callable
from typing import Any, Literal

from waterclock import frames, patches
from waterclock.errors import EndlessLoop, LabError
from waterclock.feed import Source
from waterclock.lab import stuck
from waterclock.lab.beyond import Findings
from waterclock.lab.lifespan import Lifespan
from waterclock.lab.loop import LabLoop
from waterclock.lab.runner import Here, InThread, Runner
from waterclock.lab.shutdown import Shutdown
from waterclock.lab.surroundings import InLab
from waterclock.lab.watchdog import Patience
from waterclock.patches import randomness
from waterclock.patches.current import inside
from waterclock.patches.resource_warnings import Warned

RunsIn = Literal["thread", "stack", "inline"]
ASGIApp = Callable[..., Any]

_FEW_TURNS = 2_000  # For code that has been judged already, and need only end.
_ON_A_LOOP = "A lab cannot be opened on the event loop of another. In a worker thread it can"
_LONGEST_STARTUP = 60.0  # Virtual seconds before the first request.
_LONGEST_SHUTDOWN = 60.0  # Virtual seconds that the app may take after its last request.


class Session:
    """
    One run of a lab, from its opening to its end. Clients, readers and feeds talk to it: see `Inside`.

    It owns the runner with its loop, the lifespan, and the order in which things were taken and sent.
    """

    def __init__(self, *, seed: int, patience: Patience, max_sends: int, epoch: float, runs_in: RunsIn) -> None:
        self.max_sends = max_sends
        self.clients: list[Any] = []
        """Exchanges, readers and WebSockets, in the order in which they began."""
        self.sources: list[Source] = []
        self.moments: list[tuple[int, str, Any]] = []
        self.lifespan: Lifespan | None = None
        self.shutdown: Shutdown | None = None
        self.surroundings = InLab(self)
        self.warned = Warned()
        self.runner: Runner
        self.loop: LabLoop
        self._seed, self._patience, self._epoch, self._runs_in = seed, patience, epoch, runs_in
        self._order = itertools.count()
        self._opened = self._closed = self.was_open = False
        self._given_up = ""

    # Beginning and end.

    def open(self, app: ASGIApp | None) -> None:
        """Patches, runner, lifespan. Raises `StartupFailed`; `LabError` on the event loop of another lab."""
        if inside.host is not None and inside.host.on_the_loop():
            raise LabError(_ON_A_LOOP, frames.caller())
        self._opened = True
        patches.apply()
        randomness.seed(self._seed)
        self.warned.__enter__()
        try:
            if self._runs_in == "thread":
                self.runner = InThread(self._patience, self._epoch)
            else:
                self.runner = Here(self._epoch, threads=self._runs_in == "stack")
        except BaseException:  # Ctrl+C, or the end of another lab around this one.
            self._closed = True
            self._give_back()
            raise
        self.loop = self.runner.loop
        self.loop.generators.begin()
        self.loop.signals.on_exit = lambda number: self.begin_shutdown()
        self.beyond = Findings(self.loop.reached_beyond)
        self.was_open = True
        try:
            if app is not None:
                self.lifespan = self.runner.run(lambda: Lifespan(self.loop, app))
                self.settle()
                self._let_start(self.lifespan)
        except BaseException:
            self.close()
            raise

    def _let_start(self, lifespan: Lifespan) -> None:
        """A startup may take its time. The first request comes after it."""
        end = self.now + _LONGEST_STARTUP
        while not lifespan.answered and (due := self.loop.clock.next_timer) is not None and due <= end:
            self.run_until(due)
        lifespan.check_started()

    def close(self) -> None:
        """
        Leaves the lifespan, cancels what still runs, ends the runner, undoes the patches. A second call does nothing.

        Raises `EndlessLoop` if something does not stop, unless that was said before.
        """
        if self._closed or not self._opened:
            return
        self._closed = True
        known = self._given_up or self.loop.clock.cut
        if known:
            self.loop.clock.max_turns = _FEW_TURNS
        try:
            if not self.runner.dead:
                self.runner.run(self._shut_down)
        except LabError:
            if not known:
                raise
        finally:
            self.loop.threads.close()
            self.runner.stop()
            self.loop.generators.end()
            self._give_back()

    def _give_back(self) -> None:
        self.warned.__exit__(None, None, None)
        randomness.restore()
        patches.undo()

    def _shut_down(self) -> None:
        loop = self.loop
        loop.clock.cut = False
        for source in self.sources:
            source.run_dry()  # A stream over an endless feed would never notice that its client has gone.
        for client in self.clients:
            client.hang_up()
        loop.run_until(loop.time())
        if self.lifespan is not None:
            self.lifespan.stop()
            end = loop.time() + _LONGEST_SHUTDOWN
            loop.run_until(loop.time())
            while not self.lifespan.done and (due := loop.clock.next_timer) is not None and due <= end:
                loop.run_until(due)
            self.lifespan.note_failure()
        for task in loop.all_tasks():
            task.cancel()
        loop.clock.max_turns = _FEW_TURNS
        loop.run_until(loop.time())
        loop.threads.close()
        loop.close()

    @property
    def state(self) -> dict[str, Any] | None:
        """What the lifespan yielded."""
        return self.lifespan.state if self.lifespan else None

    def begin_shutdown(self, timeout: float | None = None) -> None:
        """On the loop's thread: the server was asked to stop. A second time changes nothing."""
        if self.shutdown is None:
            self.shutdown = Shutdown(self, timeout)

    def must_accept(self) -> None:
        """Raises `LabError` when the server takes no connections any more."""
        if self.shutdown is not None:
            raise LabError(f"connection refused: the server has been shutting down since {self.shutdown.began_at:g} s")

    @property
    def is_open(self) -> bool:
        return self._opened and not self._closed

    # Time.

    @property
    def now(self) -> float:
        """Virtual seconds since the lab began."""
        return self.loop.clock.now

    def settle(self) -> None:
        """Lets everybody react to what has just been done. No time passes."""
        self.run_until(self.loop.clock.limit)

    def until(self, condition: Callable[[], Any], within: float) -> bool:
        """See `Lab.until`."""
        end = self.now + within
        self.settle()
        while not condition():
            due = self.loop.clock.next_timer
            if due is None or due > end:
                self.run_until(end)
                return bool(condition())
            self.run_until(due)
        return True

    def run_until(self, limit: float) -> None:
        """Lets everything happen that is due up to the virtual second `limit`. Raises the verdict if there is one."""
        patches.look_again()
        if self.loop.clock.cut:
            raise LabError("This lab was given up: " + self._given_up)
        try:
            self.runner.run(lambda: self.loop.run_until(limit))
        except EndlessLoop as error:
            verdict = (error.where is None and stuck.deafness(self)) or error
            self._given_up = str(verdict)
            raise verdict from None
        except LabError as error:
            self._given_up = str(error)
            raise
        if self.loop.verdict is not None:
            given, self.loop.verdict = self.loop.verdict, None
            self._given_up = str(given)
            raise given
        if self.loop.clock.stuck:
            self.loop.clock.stuck = False
            verdict = stuck.no_time_passes(self)
            self._given_up = str(verdict)
            raise verdict

    # What clients, readers and feeds ask of it.

    def give_up(self, verdict: LabError) -> LabError:
        """Called by code in the lab that cannot go on: the running `advance` raises `verdict`."""
        return self.loop.give_up(verdict)

    def count(self, what: str, who: Any) -> None:
        """Keeps the order of what was taken from feeds and what was sent, across threads."""
        self.moments.append((next(self._order), what, who))

    def act(self, action: Callable[[], Any]) -> None:
        """Does something that code in the lab may be waiting for, and lets it react, before time goes on."""
        if not self._from_inside(action):
            self.runner.run(action)
            self.settle()

    def act_at(self, at: float, action: Callable[[], Any]) -> None:
        """Does something at the virtual second `at`."""

        def later() -> None:
            self.loop.call_at(at, action)

        if not self._from_inside(later):
            self.runner.run(later)

    def _from_inside(self, action: Callable[[], Any]) -> bool:
        """Code in the lab may act as well. It cannot wait until everybody has reacted: that is for the caller."""
        if self.runner.is_current():
            action()
        elif inside.host is self.loop:
            self.loop.call_soon_threadsafe(action)
        else:
            return False
        return True
