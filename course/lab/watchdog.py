"""When is it enough? The watchdog looks at the lab's thread every now and then, and names who does not stop."""

from dataclasses import dataclass

from course.lab import clock as clock_module
from course.lab import frames, real
from course.lab.errors import EndlessLoop
from course.lab.loop import LabLoop
from course.lab.parked import seems_parked

_AT_ONE_INSTANT = 10  # How much more patience there is for a loop that turns while no time passes.

_FOR_AN_IMPORT = 6  # How much more patience there is, in wall time, for the import of a large library.


@dataclass
class Patience:
    """
    Real seconds that may pass without any progress: no turn of the event loop, no chunk sent, no worker done.

    `cpu`: of computing, so that a busy machine makes no difference. `wall`: of anything, for code that waits on a lock
    that nobody opens.
    """

    cpu: float = 1.0
    wall: float = 10.0


class Watchdog:
    """Watches one piece of work on the lab's thread. `cpu_clock` is that thread's."""

    def __init__(self, loop: LabLoop, patience: Patience, cpu_clock: int | None) -> None:
        self._loop = loop
        self._patience = patience
        self._cpu_clock = cpu_clock
        self._progress = -1
        self._instant = -1.0
        self._began = self._cpu = self._cpu_at_instant = 0.0

    def look(self) -> EndlessLoop | None:
        """The verdict, once the patience has come to its end."""
        clock, cpu = self._loop.clock, real.cpu(self._cpu_clock) or 0.0
        if clock.progress != self._progress:
            self._progress, self._began, self._cpu = clock.progress, real.monotonic(), cpu
        if clock.now != self._instant:
            self._instant, self._cpu_at_instant = clock.now, cpu
        longest = self._patience.wall
        if _imports(self._loop.ident):
            self._cpu = self._cpu_at_instant = cpu
            longest *= _FOR_AN_IMPORT
        waited = real.monotonic() - self._began
        if (
            max(cpu - self._cpu, self._of_workers()) < self._patience.cpu
            and waited < longest
            and cpu - self._cpu_at_instant < self._patience.cpu * _AT_ONE_INSTANT
        ):
            return None
        places = [place for ident in self.culprits() if (place := frames.place_of_loop(ident))]
        return EndlessLoop("an endless loop was cut off", places[0] if places else None)

    def culprits(self) -> list[int]:
        """The loop's thread if it computes; the workers it waits for if it does not."""
        own = self._loop.ident
        if self._is_waiting(own):
            busy = [ident for ident in list(self._loop.threads.computing) if not seems_parked(frames.of_thread(ident))]
            return busy or [own]
        return [own]

    def _of_workers(self) -> float:
        if not self._is_waiting(self._loop.ident):
            return 0.0
        works = [work for work in list(self._loop.threads.computing.values()) if not _imports(work.ident)]
        return max((work.cpu_used() for work in works), default=0.0)

    def _is_waiting(self, ident: int) -> bool:
        """Whether the loop stands in its selector."""
        return any(each.f_code.co_filename == clock_module.__file__ for each in frames.walk(frames.of_thread(ident)))


def _imports(ident: int) -> bool:
    """Whether a thread imports something: the first use of a large library is slow, and not endless."""
    stack = frames.walk(frames.of_thread(ident))
    return any(each.f_code.co_filename.startswith("<frozen importlib") for each in stack)
