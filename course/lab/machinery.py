"""What drives a lab: its thread, its loop, the app's lifespan, and the end of all of it."""

import itertools
import random
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from course.feed import Source, Surroundings, Waiting
from course.lab import leftovers, sqlite
from course.lab.errors import EndlessLoop, LabError, NoTimePasses
from course.lab.exchange import ASGIApp, Exchange
from course.lab.lifespan import Lifespan
from course.lab.loop import LabLoop
from course.lab.reader import Reader
from course.lab.runner import LabThread
from course.lab.threads import Wakeup
from course.lab.virtual_time import worker
from course.lab.warned import Warned
from course.lab.watchdog import Patience

# `random` is the process's: when several labs are open, the last one to close puts back what the first one found.
_random_before: list[Any] = []
_FEW_TURNS = 2_000  # For code that has been judged already, and need only end.
_ASKS_AGAIN = (
    "It asks again and again. A turn for the others is no wait: "
    "sleep until something is due, or await what you wait for."
)
_LONGEST_STARTUP = 60.0  # Virtual seconds before the first request.
_LONGEST_SHUTDOWN = 60.0  # Virtual seconds that the app may take after its last request.


class Machinery:
    """The part of a `Lab` that its requests, readers and feeds talk to."""

    def __init__(
        self,
        app: ASGIApp | None = None,
        *,
        seed: int = 0,
        patience: Patience | None = None,
        max_sends: int = 10_000,
    ) -> None:
        self.app = app
        self.max_sends = max_sends
        self.exchanges: list[Exchange] = []
        self.readers: list[Reader] = []
        self.sources: list[Source] = []
        self.moments: list[tuple[int, str, Any]] = []
        self._seed = seed
        self._patience = patience or Patience()
        self._order = itertools.count()
        self.surroundings = _InLab(self)
        self.lifespan: Lifespan | None = None
        self._closed = False
        self._given_up = ""

    def __enter__(self) -> Self:
        sqlite.install()
        _random_before.append(random.getstate())
        random.seed(self._seed)
        self.warned = Warned()
        self.warned.__enter__()
        self.thread = LabThread(self._patience)
        self.loop: LabLoop = self.thread.loop
        try:
            if self.app is not None:
                self.lifespan = self.thread.run(lambda: Lifespan(self.loop, self.app))  # type: ignore[arg-type]
                self.settle()
                self._let_start(self.lifespan)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except LabError:
            if error is None:
                raise

    def _let_start(self, lifespan: Lifespan) -> None:
        """A startup may take its time. The first request comes after it."""
        end = self.now + _LONGEST_STARTUP
        while not lifespan.answered and (due := self.loop.clock.next_timer) is not None and due <= end:
            self.run_until(due)
        lifespan.check_started()

    @property
    def now(self) -> float:
        """Virtual seconds since the lab began."""
        return self.loop.clock.now

    def give_up(self, verdict: LabError) -> LabError:
        """Called by code in the lab that cannot go on: the running `advance` raises `verdict`."""
        return self.loop.give_up(verdict)

    def count(self, what: str, who: Any) -> None:
        """Keeps the order of what was taken from feeds and what was sent, across threads."""
        self.moments.append((next(self._order), what, who))

    def act(self, action: Callable[[], Any]) -> None:
        """Does something that code in the lab may be waiting for, and lets it react, before time goes on."""
        if not self._from_inside(action):
            self.thread.run(action)
            self.settle()

    def act_at(self, at: float, action: Callable[[], Any]) -> None:
        def later() -> None:
            self.loop.call_at(at, action)

        if not self._from_inside(later):
            self.thread.run(later)

    def _from_inside(self, action: Callable[[], Any]) -> bool:
        """Code in the lab may act as well. It cannot wait until everybody has reacted: that is for the caller."""
        if self.thread.is_current():
            action()
        elif worker.loop is self.loop:
            self.loop.call_soon_threadsafe(action)
        else:
            return False
        return True

    def settle(self) -> None:
        self.run_until(self.loop.clock.limit)

    def run_until(self, limit: float) -> None:
        sqlite.install()
        if self.loop.clock.cut:
            raise LabError("This lab was given up: " + self._given_up)
        try:
            self.thread.run(lambda: self.loop.run_until(limit))
        except EndlessLoop as error:
            verdict = (error.where is None and self._deafness()) or error
            self._given_up = str(verdict)
            raise verdict from None
        if self.loop.verdict is not None:
            given, self.loop.verdict = self.loop.verdict, None
            self._given_up = str(given)
            raise given
        if self.loop.clock.stuck:
            self.loop.clock.stuck = False
            stuck = self._no_time_passes()
            self._given_up = str(stuck)
            raise stuck

    def _no_time_passes(self) -> NoTimePasses:
        said = f"the event loop made {self.loop.clock.max_turns:,} turns and no time passed"
        task = next((each for each in self.thread.run(lambda: leftovers.all_tasks(self.loop)) if not each.done()), None)
        return self._deafness() or NoTimePasses(said, leftovers.place_of_task(task) if task else None, _ASKS_AGAIN)

    def _deafness(self) -> NoTimePasses | None:
        """The verdict on code that goes on although its client has left."""
        clients: list[Exchange | Reader] = [*self.exchanges, *self.readers]
        gone = next((each for each in clients if each.state == "left" and not each.task.done()), None)
        if gone is None:
            return None
        where = leftovers.place_of_task(gone.task) or self.loop.generators.place()
        return NoTimePasses("the client has left, and the code swallows the cancellation: it is never done", where)

    def close(self) -> None:
        """
        Leaves the lifespan, cancels what still runs, and ends the lab's thread. A second call does nothing.

        Raises `EndlessLoop` if something does not stop, unless that was said before.
        """
        if self._closed:
            return
        self._closed = True
        known = self._given_up or self.loop.clock.cut
        if known:
            self.loop.clock.max_turns = _FEW_TURNS
        try:
            if not self.thread.dead:
                self.thread.run(self._shut_down)
        except LabError:
            if not known:
                raise
        finally:
            self.loop.threads.close()
            self.thread.stop()
            self.warned.__exit__(None, None, None)
            before = _random_before[0]
            _random_before.pop()
            if not _random_before:
                random.setstate(before)

    def _shut_down(self) -> None:
        loop = self.loop
        loop.clock.cut = False
        for source in self.sources:
            source.run_dry()  # A stream over an endless feed would never notice that its client has gone.
        for exchange in self.exchanges:
            exchange.hang_up()
        loop.run_until(loop.time())
        if self.lifespan is not None:
            self.lifespan.stop()
            end = loop.time() + _LONGEST_SHUTDOWN
            loop.run_until(loop.time())
            while not self.lifespan.done and (due := loop.clock.next_timer) is not None and due <= end:
                loop.run_until(due)
            self.lifespan.note_failure()
        for task in leftovers.all_tasks(loop):
            task.cancel()
        loop.clock.max_turns = _FEW_TURNS
        loop.run_until(loop.time())
        loop.threads.close()
        loop.close()


class _InLab(Surroundings):
    """Feeds in the lab: its clock, its threads."""

    def __init__(self, lab: Machinery) -> None:
        self._lab = lab

    def now(self) -> float:
        return self._lab.now

    def know(self, source: Source) -> None:
        self._lab.sources.append(source)

    def act(self, action: Callable[[], Any]) -> None:
        self._lab.act(action)

    def act_at(self, at: float, action: Callable[[], Any]) -> None:
        self._lab.act_at(at, action)

    def waiting(self) -> Waiting:
        if self._lab.thread.is_current():
            self._lab.loop.wait_on_the_loop(lambda: False, "waiting for a sync source")
        return Wakeup(self._lab.loop.threads)

    def count(self, what: str, who: Any) -> None:
        self._lab.count(what, who)
