"""Instruments: which files this process holds open, how much memory a piece of work needs, who sleeps how long."""

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waterclock.lab import Lab

_MOST_DESCRIPTORS = 4096


@dataclass(frozen=True)
class OpenFile:
    """One open descriptor. `position`: how far it has been read, in bytes."""

    name: str
    position: int


def open_files(path: Path) -> list[OpenFile]:
    """
    Descriptors that this process holds open on a file, or on any file below a folder.

    Asks the operating system, so it does not matter how the file was opened, or whether Python still knows about it.
    """
    wanted = {_identity(each.stat()): each.name for each in ([path] if path.is_file() else path.rglob("*"))}
    found = []
    for descriptor in range(_MOST_DESCRIPTORS):
        try:
            name = wanted.get(_identity(os.fstat(descriptor)))
            if name is not None:
                found.append(OpenFile(name, os.lseek(descriptor, 0, os.SEEK_CUR)))
        except OSError:
            continue
    return found


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


class Memory:
    """`peak`: the most that Python held at one time within the block, beyond what it held before, in bytes."""

    peak = 0


@contextmanager
def memory() -> Iterator[Memory]:
    """Measures with tracemalloc: exact, and about three times slower than without."""
    result = Memory()
    running = tracemalloc.is_tracing()
    if not running:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        yield result
    finally:
        result.peak = tracemalloc.get_traced_memory()[1] - before
        if not running:
            tracemalloc.stop()


def naps(lab: Lab) -> list[float]:
    """The lengths of all sleeps and other timers on the lab's loop from here on, in seconds, as they are begun."""
    loop, found = lab.session.loop, []
    real = loop.call_at

    def call_at(when: float, *arguments: Any, **named: Any) -> Any:
        found.append(round(when - loop.time(), 6))
        return real(when, *arguments, **named)

    vars(loop)["call_at"] = call_at  # Of this loop alone.
    return found


class Instruments:
    """Those that need nothing but a block of code."""

    def open_files(self, path: Path) -> list[OpenFile]:
        """What this process holds open on that file, or below that folder."""
        return open_files(path)

    def memory(self) -> AbstractContextManager[Memory]:
        """Measures the memory that a block needs: `with ex.memory() as used: …; used.peak` in bytes."""
        return memory()
