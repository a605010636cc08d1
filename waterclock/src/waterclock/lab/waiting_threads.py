"""
Which threads wait for something outside the lab: a socket, a child process, a lock inside a library in C?

What Python waits for is known exactly (`waterclock.patches.locks`). What C code waits for shows only in this: the
thread uses no processor time and stands where it stood. Time goes on without such a thread, and that is said.
"""

import linecache
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from waterclock import frames
from waterclock.patches import real_time as real
from waterclock.patches.current import Bypassed, bypassing

GRACE = 0.25
"""Real seconds that something outside may take to answer, before the clock goes on without it."""

_EVERY = 0.01
_LOOKS = 12
"""And so many looks: on a busy machine, who would wake it up may not have had a turn for all of that time."""

_HAS_PROC = os.path.isdir("/proc/self/task")  # noqa: PTH112 - asked once, at import


@dataclass(frozen=True)
class Work:
    """A thread at work: its identities, and the CPU seconds it had used when it began."""

    ident: int
    native: int
    cpu_clock: int | None
    cpu_before: float

    @classmethod
    def of_this_thread(cls) -> "Work":
        if not hasattr(_this, "native"):
            _this.native, _this.cpu_clock = threading.get_native_id(), real.own_cpu_clock()
        return cls(threading.get_ident(), _this.native, _this.cpu_clock, real.cpu(_this.cpu_clock) or 0.0)

    def cpu_used(self) -> float:
        """CPU seconds since it began; 0 where the system does not tell."""
        return (real.cpu(self.cpu_clock) or 0.0) - self.cpu_before


_this = threading.local()
_Place = tuple[object, ...]


class Patrol:
    """Looks at threads that should be computing, now and then, and keeps the list of those that wait outside."""

    def __init__(self, report: Callable[[str, str | None], None]) -> None:
        self.outside: set[int] = set()
        self.driving: set[int] = set()
        """Threads that let a lab of their own run. They wait for it in real time, and are at work meanwhile."""
        self._report = report
        self._since: dict[int, tuple[_Place, float, int]] = {}
        self._looked = 0.0

    def look(self, works: list[Work]) -> int:
        """How many of them wait outside. Looks every 10 ms at most, in whatever rhythm it is called."""
        now = real.monotonic()
        if now - self._looked >= _EVERY:
            self._looked = now
            stacks = frames.stacks()
            with Bypassed():
                for work in works:
                    self._look_at(work, stacks.get(work.ident), now)
        return len(self.outside)

    def forget(self, ident: int) -> None:
        """It has come back, or ended."""
        self.outside.discard(ident)
        self._since.pop(ident, None)

    def _look_at(self, work: Work, frame: FrameType | None, now: float) -> None:
        if work.ident in self.driving or work.ident in bypassing:
            self.forget(work.ident)
            return
        place = (id(frame), frame and frame.f_lasti, *standing(work.native, work.cpu_clock))
        known, since, looks = self._since.get(work.ident, ((), now, 0))
        if place != known:
            self.outside.discard(work.ident)
            self._since[work.ident] = place, now, 0
            return
        self._since[work.ident] = place, since, looks + 1
        if now - since >= GRACE and looks >= _LOOKS and work.ident not in self.outside:
            self.outside.add(work.ident)
            self._report(said(frame), frames.place(frame))


def said(frame: FrameType | None) -> str:
    """What a thread waits for, as far as its stack tells."""
    if frame is not None and frames.is_library(frame.f_code.co_filename):
        what = f"{frame.f_globals.get('__name__', 'a library')}.{frame.f_code.co_qualname}()"
    else:
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip() if frame is not None else ""
        what = f"`{line}`" if line else "a call"
    return f"{what} waits for something outside of the lab, for more than {GRACE:g} s of real time"


def standing(native: int, cpu_clock: int | None) -> _Place:
    """
    What changes when a thread runs. Where the kernel tells, a thread that is ready to run is never equal to another.

    A thread that waits for Python's lock wakes up every 5 ms to ask for it, which counts as a switch.
    """
    if not _HAS_PROC:
        return (real.cpu(cpu_clock),)
    state, switches = b"", b""
    for line in _status(native).splitlines():
        if line.startswith(b"State:"):
            state = line.split()[1]
        elif line.startswith(b"voluntary_ctxt"):
            switches = line
    return (switches,) if state in (b"S", b"") else (object(),)


def _status(native: int) -> bytes:
    """What Linux says about a thread; nothing if it has ended or must not be asked."""
    try:
        descriptor = os.open(f"/proc/self/task/{native}/status", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 8192)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
