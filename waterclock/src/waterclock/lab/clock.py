"""
The clock of the lab: a selector that never waits.

An event loop asks its selector to sleep until something happens or the next timer is due. This one moves the time
to that timer instead, no further than the limit it was given, and then stops the loop. It wraps a real selector, so
that threads can wake the loop. The waits of threads are timers as well, of its own: they are kept in `Threads`.
"""

import asyncio
import math
import selectors
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waterclock.lab.outside import Sockets
from waterclock.patches import locks

if TYPE_CHECKING:
    from waterclock.lab.threads import Threads

TOLERANCE = 1e-9


class Clock(selectors.BaseSelector):
    """Virtual seconds since the lab began, in `now`."""

    def __init__(self) -> None:
        self.now = 0.0
        self.limit = 0.0
        self.progress = 0  # Turns and callbacks of the loop, chunks sent: what the watchdog goes by.
        self.turns = 0
        self.max_turns = 100_000
        self.cut = False  # The watchdog has asked everybody to stop.
        self.stuck = False
        self.next_timer: float | None = None  # When time would have gone on, had the limit not come first.
        self.threads: Threads
        self.loop: asyncio.AbstractEventLoop
        self._real = selectors.DefaultSelector()
        self.sockets = Sockets(self._real)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Returns what threads and sockets have to say, or lets virtual time pass."""
        self.turns += 1
        self.progress += 1
        if self.cut or self.turns > self.max_turns:
            self.stuck = not self.cut
            self.loop.stop()
            return []
        if timeout is not None and timeout <= 0:
            # Something is ready already. Empty the wake-up pipe now and then.
            return self.sockets.select(0) if self.turns % 16 == 0 else []
        loop_due = math.inf if timeout is None else self.now + timeout
        while True:
            events = self._events()
            if events:
                return events
            if locks.look_again():
                continue
            due = min(loop_due, self.threads.next_due())
            if self.cut or due > self.limit + TOLERANCE:
                self.next_timer = None if math.isinf(due) else due
                self.loop.stop()
                return []
            self.move(due)
            # Threads first: what is due for them at this moment is over before the loop's own timers come.
            if not self.threads.wake_due() and loop_due <= self.now + TOLERANCE:
                return []

    def _events(self) -> list[tuple[selectors.SelectorKey, int]]:
        """What has come in, when no thread computes any more that could still bring something."""
        while not self.cut:
            with self.threads.awaited():
                while self.threads.busy() and not self.cut:
                    if events := self.sockets.select(0.01):
                        return events
            events = self.sockets.settled()
            if events or not self.threads.busy():  # A loop in a thread may have been woken on the way.
                return events
        return []

    def move(self, to: float) -> None:
        """Time passes."""
        if to > self.now:
            self.now = to
            self.turns = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self.sockets.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self.sockets.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self.sockets.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()
