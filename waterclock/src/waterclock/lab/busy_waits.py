"""
Code that waits by asking for the time again and again.

Virtual time stands still while code computes, so such a loop would never end here, as it does on a real server. Whoever
has asked so often in one instant, with nothing sent and no turn of the loop in between, is waiting: time passes for it,
a microsecond at first, then more and more.
"""

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from waterclock import frames

if TYPE_CHECKING:
    from waterclock.lab.loop import LabLoop

_OFTEN = 10_000
_FIRST_STEP, _LONGEST_STEP = 1e-6, 1e-3  # Virtual seconds.


class _Asking:
    """One thread that asks."""

    def __init__(self) -> None:
        self.instant: tuple[float, int] = (-1.0, -1)
        self.times = 0
        self.step = _FIRST_STEP
        self.spun_to = -1.0


class BusyWaits:
    """Counts how often each thread of one lab reads the clock."""

    def __init__(self, loop: "LabLoop") -> None:
        self._loop = loop
        self._asking: defaultdict[int, _Asking] = defaultdict(_Asking)

    def read(self) -> float:
        """The time, for code that asks."""
        clock, asking = self._loop.clock, self._asking[threading.get_ident()]
        instant = clock.now, clock.progress
        if asking.instant != instant:
            asking.instant, asking.times = instant, 0
        asking.times += 1
        if asking.times > _OFTEN:
            self._let_time_pass(asking)
        return clock.now

    def _let_time_pass(self, asking: _Asking) -> None:
        clock = self._loop.clock
        again = asking.spun_to == clock.now
        asking.step = min(asking.step * 2, _LONGEST_STEP) if again else _FIRST_STEP
        if self._loop.on_the_loop():
            if not again and (where := frames.caller()):
                self._loop.hold_up("wait", "waiting for the time, by asking for it again and again", where)
            self._loop.holding.pass_time(asking.step)
        else:
            self._loop.refuse_to_wait("waiting for the time")
            self._loop.threads.sleep(asking.step)
        # A few more questions are enough now: it is known what it does.
        asking.instant, asking.times = (clock.now, clock.progress), _OFTEN - 10
        asking.spun_to = clock.now
