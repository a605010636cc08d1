"""
Async code that waits without giving the control back: `time.sleep`, a lock, `Event.wait`, `Future.result`, a join.

The loop stands still, and everybody on it. Time passes for the threads alone, until one of them brings what is waited
for, or until the time-out. If nobody can bring it any more, a real server would stand there for ever.
"""

import sys
from typing import TYPE_CHECKING

from waterclock import frames
from waterclock.errors import CutOff, StandsStill
from waterclock.lab.blocking import Blocked, waiting_call
from waterclock.lab.clock import TOLERANCE
from waterclock.patches import locks
from waterclock.patches import real_time as real

if TYPE_CHECKING:
    from waterclock.lab.loop import LabLoop
    from waterclock.lab.wakeup import Wakeup

POOL_ENDS = (
    "The end of the `with` waits for the thread, and the loop waits with it. `shutdown` does the same. "
    "Make a pool once, for the life of the server."
)
_A_GLANCE = 0.002  # Real seconds between two looks at threads that compute.


class Holding:
    """The waits on the thread of one lab's loop."""

    def __init__(self, loop: "LabLoop") -> None:
        self._loop = loop

    def sleep(self, seconds: float) -> None:
        """`time.sleep` in async code: time passes and everybody else stands still, as on a real server."""
        where = frames.caller()
        self._loop.blocked.append(Blocked("sleep", f"time.sleep({seconds:g})", where, self._loop.clock.now, seconds))
        self._wait(real.Gate(), self._loop.clock.now + seconds, "time.sleep", where)

    def pass_time(self, seconds: float) -> None:
        """Time passes, and nothing is said about it here. It is no progress: an endless loop may do just this."""
        before = self._loop.clock.progress
        self._wait(real.Gate(), self._loop.clock.now + seconds, "the time", None)
        self._loop.clock.progress = before

    def wait(self, wakeup: "Wakeup", until: float | None) -> bool:
        """False if the virtual second `until` came first. Raises `StandsStill`."""
        frame = sys._getframe(1)
        where, call, began = frames.place(frame), waiting_call(frame), self._loop.clock.now
        in_time = self._wait(wakeup.gate, until, f"waiting for {call or wakeup.what}", where)
        wakeup.woken = True  # Nobody is woken any more, and nobody counted.
        lasted = self._loop.clock.now - began
        # A lock that was held for a moment by a thread that computes is no fault of whoever takes it.
        if where is not None and (call is not None or lasted > TOLERANCE):
            self._loop.hold_up("wait", f"waiting for {call or wakeup.what}", where, lasted)
        return in_time

    def _wait(self, gate: real.Gate, until: float | None, what: str, where: str | None) -> bool:
        clock, threads = self._loop.clock, self._loop.threads
        while not gate.is_open:
            if clock.cut:
                raise CutOff
            if locks.look_again() or clock.sockets.wake_inner() or threads.busy():
                gate.wait(_A_GLANCE)
                continue
            if _is_open(gate):  # By the last one that computed.
                break
            due = min(threads.next_due(), float("inf") if until is None else until)
            if due == float("inf"):
                raise self._stands_still(what, where)
            clock.move(due)
            clock.progress += 1
            if not threads.wake_due() and until is not None and clock.now >= until - TOLERANCE:
                return False
        return True

    def _stands_still(self, what: str, where: str | None) -> StandsStill:
        why = POOL_ENDS if "shutdown" in what or "__exit__" in what else None
        said = f"{what} on the event loop: the whole server stands still"
        verdict = StandsStill(said, where, why)
        self._loop.give_up(verdict)
        return verdict


def _is_open(gate: real.Gate) -> bool:
    """Asked anew: another thread may have opened it since."""
    return gate.is_open
