"""One at a time, across threads and processes, by a lock that the system takes back from whoever dies."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 5.0
"""Seconds to wait for a lock that is held for milliseconds: a process that was stopped may hold it for ever."""

_GLANCE = 0.01  # seconds between two tries

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def locked(file: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """
    Hold `file` while the block runs. The file and its folder are made for this; it stays, and is never read.

    The block runs in any case. It is told False where there is no lock to be had: in a tree that cannot be written, on
    a file system without locks, or when somebody has held it for `patience` seconds.
    """
    try:
        file.parent.mkdir(exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        yield False
        return
    try:
        yield _taken(descriptor, time.monotonic() + patience)
    finally:
        os.close(descriptor)  # and with it goes the lock


def _taken(descriptor: int, deadline: float) -> bool:
    while True:
        try:
            _try(descriptor)
        except (BlockingIOError, PermissionError):  # somebody has it; Windows says the latter
            if time.monotonic() >= deadline:
                return False
            time.sleep(_GLANCE)
        except OSError:
            return False
        else:
            return True
