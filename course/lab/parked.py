"""
Does a thread wait, so that only somebody else can wake it? Asked of worker threads: time goes on without those.

A single look at its stack is not enough. A thread whose lock was opened a moment ago has the same stack until the
processor is free for it, and time must not go on meanwhile: under load that takes a while.
"""

import os
import platform
import sys
import threading
from dataclasses import dataclass
from types import FrameType

from course.lab import real

_WAITING_CODE = frozenset(
    {threading.__file__, *(sys.modules[name].__file__ or "" for name in ("queue", "selectors") if name in sys.modules)}
)
_HAS_PROC = os.path.isdir("/proc/self/task")  # noqa: PTH112 - asked once, at import
_LOOKS = 2 if _HAS_PROC else 6
# The number of the system call by which a thread waits for a lock.
_FUTEX = {"x86_64": b"202", "aarch64": b"98"}.get(platform.machine()) if _HAS_PROC else None


def seems_parked(frame: FrameType | None) -> bool:
    """True if the innermost frame is one of the standard library that waits for a lock or a socket."""
    return frame is None or frame.f_code.co_filename in _WAITING_CODE


@dataclass(frozen=True)
class Work:
    """A worker thread at work: its identities, and the CPU seconds it had used when it began."""

    ident: int
    native: int
    cpu_clock: int | None
    cpu_before: float

    @classmethod
    def of_this_thread(cls) -> "Work":
        clock = real.own_cpu_clock()
        return cls(threading.get_ident(), threading.get_native_id(), clock, real.cpu(clock) or 0.0)

    def cpu_used(self) -> float:
        """CPU seconds since it began; 0 where the system does not tell."""
        return (real.cpu(self.cpu_clock) or 0.0) - self.cpu_before


class Patrol:
    """Looks at threads again and again, at least 10 ms apart, and says when all of them are parked for good."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[object, ...]] = {}
        self._unchanged = 0

    def all_parked(self, works: list[Work]) -> bool:
        """True when in the last looks every one of them stood in the same wait and had not run in between."""
        frames = sys._current_frames()
        seen = {}
        for work in works:
            frame = frames.get(work.ident)
            if not (seems_parked(frame) or _is_in_futex(work)):
                self._seen, self._unchanged = {}, 0
                return False
            seen[work.ident] = (id(frame), frame and frame.f_lasti, *_scheduling(work))
        self._unchanged = self._unchanged + 1 if seen == self._seen else 1
        self._seen = seen
        return self._unchanged >= _LOOKS


def _is_in_futex(work: Work) -> bool:
    """True if the thread waits for a lock in the judged code itself (`with lock:`): no frame shows that. Linux only."""
    return _FUTEX is not None and _proc(work, "syscall").split(b" ", 1)[0] == _FUTEX


def _scheduling(work: Work) -> tuple[object, ...]:
    """
    What changes when a thread runs. Where the kernel tells, a thread that is ready to run is never equal to another.

    A thread that waits for Python's lock wakes up every 5 ms to ask for it, which counts as a switch.
    """
    if not _HAS_PROC:
        return (real.cpu(work.cpu_clock),)
    state, switches = b"", b""
    for line in _proc(work, "status").splitlines():
        if line.startswith(b"State:"):
            state = line.split()[1]
        elif line.startswith(b"voluntary_ctxt"):
            switches = line
    return (switches,) if state in (b"S", b"") else (object(),)


def _proc(work: Work, name: str) -> bytes:
    """What Linux says about a thread; nothing if it has ended or must not be asked."""
    try:
        descriptor = os.open(f"/proc/self/task/{work.native}/{name}", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 8192)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
