"""When is it enough? The watchdog looks at the lab's thread every now and then, and names who does not stop."""

import opcode
from dataclasses import dataclass
from types import FrameType
from typing import Any

from waterclock import frames
from waterclock.errors import CannotJudge, EndlessLoop, LabError
from waterclock.lab import clock as clock_module
from waterclock.lab import holding as holding_module
from waterclock.lab.loop import LabLoop
from waterclock.lab.waiting_threads import GRACE, said, standing
from waterclock.patches import real_time as real
from waterclock.patches.current import bypassing

_AT_ONE_INSTANT = 10  # How much more patience there is for a loop that turns while no time passes.
_IN_ONE_CALL = 5  # And for one call into C that has not come back: it is long, and nothing says that it is endless.
_GOES_ON = 0.001  # Seconds that are used after the patience has come to its end.
_FOR_AN_IMPORT = 6  # How much more patience there is, in wall time, for the import of a large library.
_OWN_WAITS = (clock_module.__file__, holding_module.__file__)


@dataclass
class Patience:
    """
    Real seconds that may pass without any progress: no callback of the event loop, no chunk sent, no worker done.

    `cpu`: of computing, so that a busy machine makes no difference. `wall`: of anything, for code that waits for
    something outside that does not come.
    """

    cpu: float = 1.0
    wall: float = 10.0


class Watchdog:
    """Watches one piece of work on the lab's thread, whose CPU clock and number in the system it is given."""

    def __init__(self, loop: LabLoop, patience: Patience, cpu_clock: int | None, native: int) -> None:
        self._loop = loop
        self._patience = patience
        self._cpu_clock = cpu_clock
        self._native = native
        self._progress = -1
        self._instant = -1.0
        self._began = self._cpu = self._cpu_at_instant = self._last_cpu = 0.0
        self._position: Any = None
        self._standing: Any = None
        self._stands_since = 0.0
        self._told: Any = None
        self._overdue: tuple[float, list[FrameType]] | None = None

    def look(self) -> LabError | None:
        """The verdict, once the patience has come to its end, and is found so twice."""
        clock, cpu, now = self._loop.clock, real.cpu(self._cpu_clock) or 0.0, real.monotonic()
        frame = frames.of_thread(self._loop.ident)
        stack = list(frames.walk(frame))  # Kept: once a function has returned, its frame no longer knows its caller.
        if clock.progress != self._progress:
            self._progress, self._began, self._cpu = clock.progress, now, cpu
        if clock.now != self._instant:
            self._instant, self._cpu_at_instant = clock.now, cpu
        waits = _waits(frame)
        if not waits:
            self._loop.computing.sample(frame)
            self._look_for_a_wait_outside(frame, now)
            self._forgive_one_call(frame, cpu)
        self._last_cpu = cpu
        if _imports(frame):
            self._cpu = self._cpu_at_instant = cpu
        after = self._exhausted(cpu, now, frame, waits)
        if after is None:
            self._overdue = None
            return None
        said, used = after
        # A call into C can hold up the watchdog as well: by now it may be over, and its thread have lost the processor
        # before it could note its end. Only who goes on is cut off. The line of what has ended is from the look before.
        if self._overdue is None:
            self._overdue = used, stack
        since, before = self._overdue
        return self._verdict([*stack, *before], waits, said) if used - since >= _GOES_ON else None

    def _exhausted(self, cpu: float, now: float, frame: FrameType | None, waits: bool) -> tuple[str, float] | None:
        """Which patience is at its end, and the seconds that have been used of it. None as long as none is."""
        most, longest = self._patience.cpu, self._patience.wall
        most_in_an_instant = most * _AT_ONE_INSTANT
        if _imports(frame):
            longest *= _FOR_AN_IMPORT
        if (used := max(cpu - self._cpu, self._of_workers(waits))) >= most:
            return f"{most:g} s of computing with no end in sight", used
        if (used := cpu - self._cpu_at_instant) >= most_in_an_instant:
            return f"{most_in_an_instant:g} s of computing in one instant", used
        if (used := now - self._began) >= longest:
            return f"{longest:g} real seconds in which nothing happened", used
        return None

    def culprits(self) -> list[int]:
        """The loop's thread if it computes; the workers it waits for if it does not."""
        own = self._loop.ident
        if _waits(frames.of_thread(own)):
            return list(self._loop.threads.computing) or [own]
        return [own]

    def _verdict(self, stack: list[FrameType], waits: bool, after: str) -> LabError:
        """Says what was seen. Whether it would ever have ended, nobody can know."""
        if self._told is not None and self._told == self._standing:
            frame = stack[0] if stack else None
            return CannotJudge(f"cannot be judged here: {said(frame)}, and does not come back", frames.place(frame))
        stacks = [frames.walk(frames.of_thread(each)) for each in self.culprits()] if waits else [stack]
        places = [place for each in stacks if (place := frames.place_of_loop(each))]
        return EndlessLoop(f"cut off after {after}", places[0] if places else None)

    def _forgive_one_call(self, frame: FrameType | None, cpu: float) -> None:
        """One call into C that has not come back uses up the patience more slowly than a loop does."""
        position = _call_at(frame)
        if position is not None and position == self._position:
            forgiven = (cpu - self._last_cpu) * (1 - 1 / _IN_ONE_CALL)
            self._cpu += forgiven
            self._cpu_at_instant += forgiven
        self._position = position

    def _look_for_a_wait_outside(self, frame: FrameType | None, now: float) -> None:
        """The loop's thread stands in a call that waits for something real: it holds up everybody, in real time."""
        place = (id(frame), frame and frame.f_lasti, *standing(self._native, self._cpu_clock))
        if place != self._standing or self._loop.ident in bypassing:
            self._standing, self._stands_since = place, now
        elif now - self._stands_since >= GRACE and self._told != place:
            self._told = place
            where = frames.place(frame)
            self._loop.hold_up("wait", said(frame), where)
            self._loop.beyond(said(frame), where)

    def _of_workers(self, loop_waits: bool) -> float:
        if not loop_waits:
            return 0.0
        works = [work for work in list(self._loop.threads.computing.values()) if not _imports_in(work.ident)]
        return max((work.cpu_used() for work in works), default=0.0)


def _waits(frame: FrameType | None) -> bool:
    """Whether the loop stands in its selector, or in a wait that the lab knows."""
    return any(each.f_code.co_filename in _OWN_WAITS for each in frames.walk(frame))


def _call_at(frame: FrameType | None) -> tuple[int, int] | None:
    """The call that a frame is in, None if it is not in one."""
    if frame is None or frame.f_lasti < 0:
        return None
    name = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    return (id(frame), frame.f_lasti) if name.startswith("CALL") else None


def _imports_in(ident: int) -> bool:
    return _imports(frames.of_thread(ident))


def _imports(frame: FrameType | None) -> bool:
    """Whether a thread imports something: the first use of a large library is slow, and not endless."""
    return any(each.f_code.co_filename.startswith("<frozen importlib") for each in frames.walk(frame))
