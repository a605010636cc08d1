"""
Computing on the event loop: more than 0.2 s of processor time in one callback, with its line.

Processor time, never time on the wall: a busy machine accuses nobody. Each callback of the loop is measured by itself
(`waterclock.patches.loops`), so a crowd of short ones that share a long turn is innocent. Its line comes from the
samples that the watchdog takes of the loop's thread.
"""

import asyncio
from collections.abc import Callable
from types import FrameType
from typing import Any

from waterclock import frames
from waterclock.lab.leftovers import place_of_task
from waterclock.patches import real_time as real

LIMIT = 0.2
"""Seconds of processor time that one callback may use."""


class Computing:
    """Of the thread of one lab's loop. `began` and `ended` are called there, `sample` by the watchdog."""

    def __init__(self, report: Callable[[float, str], None]) -> None:
        self._report = report
        self._began = 0.0
        self._places: list[str] = []
        self._imports = False

    def began(self) -> None:
        """A callback begins."""
        if self._places or self._imports:
            self._places, self._imports = [], False
        self._began = real.thread_time()

    def ended(self, callback: Any) -> None:
        """The same one is over. Reported if it was long, and judged code had part in it."""
        used = real.thread_time() - self._began
        # The first use of a large library is slow, once.
        if used > LIMIT and not self._imports and (place := self._place(callback)):
            self._report(used, place)

    def sample(self, frame: FrameType | None) -> None:
        """The watchdog has seen the loop's thread at work."""
        if any(each.f_code.co_filename.startswith("<frozen importlib") for each in frames.walk(frame)):
            self._imports = True
        elif place := frames.place(frame):
            self._places.append(place)

    def _place(self, callback: Any) -> str | None:
        if self._places:
            return self._places[0]
        task = getattr(callback, "__self__", None)
        return place_of_task(task) if isinstance(task, asyncio.Task) and not task.done() else None
