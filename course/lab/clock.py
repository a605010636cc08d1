"""
The clock of the lab: a selector that never waits.

An event loop asks its selector to sleep until something happens or the next timer is due. This one moves the time
to that timer instead, no further than the limit it was given, and then stops the loop. It wraps a real selector, so
that worker threads can wake the loop.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from typing import Any

# The loop's own wake-up pipe is always registered.
_OWN_SOCKETS = 1
TOLERANCE = 1e-9


class Clock(selectors.BaseSelector):
    """Virtual seconds since the lab began, in `now`."""

    def __init__(self) -> None:
        self.now = 0.0
        self.limit = 0.0
        self.progress = 0  # Turns of the loop and chunks sent: what the watchdog goes by.
        self.turns = 0
        self.max_turns = 100_000
        self.running = 0  # Worker threads that compute; those that sleep in virtual time are not counted.
        self.foreign = False  # Threads live that nobody counts.
        self.cut = False  # The watchdog has asked everybody to stop.
        self.stuck = False
        self.next_timer: float | None = None  # When time would have gone on, had the limit not come first.
        self.all_parked: Callable[[], bool] = lambda: True
        self.loop: asyncio.AbstractEventLoop
        self._real = selectors.DefaultSelector()

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
            return self._real.select(0) if self.turns % 16 == 0 else []
        while self.running > 0 and not self.cut:
            events = self._real.select(0.01)
            if events:
                return events
            if self.all_parked():
                break
        grace = 0.1 if self.foreign or len(self._real.get_map()) > _OWN_SOCKETS else 0
        events = self._real.select(grace)
        if events:
            return events
        self.next_timer = None if timeout is None else self.now + timeout
        if self.cut or self.next_timer is None or self.next_timer > self.limit + TOLERANCE:
            self.loop.stop()
        else:
            self.now = self.next_timer
            self.turns = 0
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()
