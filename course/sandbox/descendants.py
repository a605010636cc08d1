"""
The processes that a submission started, found and ended whatever they did to hide.

On Linux a process can have itself made the parent of all its orphans (`prctl(2)`, PR_SET_CHILD_SUBREAPER), so that
`setsid` and forking twice hide nobody. Elsewhere the process group is all there is.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def adopt() -> None:
    """From now on orphans among the descendants of this process become its children."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with(parent: int) -> None:
    """Have this process killed when its parent ends. `parent`: its number, as the parent saw it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # It was quicker.
            os._exit(1)


def end(group: int | None = None) -> None:
    """Kill a process group, and then every child of this process, until there is none left; waits for their end."""
    if group is not None:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    while _any():
        killed = [pid for pid in _children() if _kill(pid)]
        if not killed:
            return  # Some belong to somebody else, and will not end for us.
        for pid in killed:
            os.waitpid(pid, 0)


def reaped() -> set[int]:
    """The children that have ended since the last call."""
    found: set[int] = set()
    try:
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            found.add(pid)
    except ChildProcessError:
        pass
    return found


def _any() -> bool:
    """Whether there are children that have not ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _children() -> list[int]:
    """The children of this process, where /proc tells; it is of one thread only."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True
