"""
Everything that replaces something of Python, in one room, with its undo.

`apply()` when a lab opens, `undo()` when it closes; the last one to close puts everything back. What is replaced looks
at who calls, and does for others what it always did.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from waterclock.patches import anyio_workers, audit, clocks, files, locks, loops, signals, sqlite, threads
from waterclock.patches import real_time as real
from waterclock.patches.kept import Kept

_LASTING: list[Any] = [
    *clocks.PATCHES,
    *locks.PATCHES,
    *threads.PATCHES,
    *anyio_workers.PATCHES,
    *signals.PATCHES,
    *audit.PATCHES,
    *files.PATCHES,
]
_mutex = real.Mutex()
_open = 0
_applied: list[Any] = []


def apply() -> None:
    """One more lab is open."""
    global _open
    with _mutex:
        _open += 1
        if _open == 1:
            _begin()
            audit.install()
            _add([*_LASTING, *loops.patches()])
        # Modules may have come since the last lab opened; what is replaced already is not found again.
        _add([*sqlite.patches(), Kept({**clocks.REPLACED, **anyio_workers.REPLACED}, remember=_open == 1)])


def undo() -> None:
    """One lab less."""
    global _open
    with _mutex:
        _open -= 1
        if _open == 0:
            while _applied:
                _applied.pop().undo()


def look_again() -> None:
    """Modules that were imported since: before time goes on."""
    with _mutex:
        if _open:
            _add(sqlite.patches())


def _add(patches: list[Any]) -> None:
    for each in patches:
        each.apply()
        _applied.append(each)


def _begin() -> None:
    """
    time-machine takes the clocks for the C functions that they are, the first time it needs them, and would crash the
    process if it found others. It is asked to look at them now; once is enough.
    """
    if _time_machine_is_here():
        with import_module("time_machine").travel(0):
            pass


_answers: dict[str, bool] = {}


def _time_machine_is_here() -> bool:
    if "time_machine" not in _answers:
        _answers["time_machine"] = "time_machine" in sys.modules or find_spec("time_machine") is not None
        return _answers["time_machine"]
    return False
