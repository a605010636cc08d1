"""One wait of one thread, and what ends it."""

from typing import TYPE_CHECKING

from waterclock.patches import real_time as real

if TYPE_CHECKING:
    from waterclock.lab.threads import Threads


class Wakeup:
    """One wait of one thread. Whoever wakes it counts it as computing at once, before it has the processor."""

    def __init__(self, threads: "Threads", what: str) -> None:
        self.what = what
        self.woken = False
        self.parked = False
        self.timed_out = False
        self.gate = real.Gate()
        self._threads = threads

    def wait(self, until: float | None = None) -> bool:
        """False if the virtual second `until` came first. Raises `LabClosed` when the lab ends first."""
        threads = self._threads
        if threads.loop.on_the_loop():
            return threads.loop.holding.wait(self, until)
        if not threads.park(self, until):
            return False
        return not self.timed_out

    def wake(self) -> None:
        self._threads.wake(self)
