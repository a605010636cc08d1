"""What an app leaves behind: tasks, generators that were never closed, open files, threads."""

import asyncio
import weakref
from dataclasses import dataclass
from typing import Any, Literal

from waterclock import frames
from waterclock.lab.owners import is_over, owner

Kind = Literal["task", "generator", "collected generator", "file", "coroutine", "thread", "connection"]


@dataclass(frozen=True)
class Leftover:
    """`what` names it, `where` is the file and line it stands at."""

    kind: Kind
    what: str
    where: str | None

    def __str__(self) -> str:
        return f"{self.what} at {self.where}" if self.where else self.what


class Tasks:
    """The tasks of one loop: who began them, for whom, and which are the lab's own."""

    def __init__(self) -> None:
        self.own: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._begun: weakref.WeakKeyDictionary[asyncio.Task[Any], tuple[Any, str | None]] = weakref.WeakKeyDictionary()

    def note(self, task: "asyncio.Task[Any]") -> None:
        """Called by whoever creates a task, in the context of who asked for it."""
        self._begun[task] = owner(), frames.caller()

    def leftovers(self, loop: asyncio.AbstractEventLoop) -> list[Leftover]:
        """
        Tasks that still run although what they were begun for is over.

        One in which no line of judged code stands, and that none began, is a library's own.
        """
        found = []
        for task in asyncio.all_tasks(loop):
            who, began = self._begun.get(task, (None, None))
            where = place_of_task(task) or began
            if task in self.own or task.done() or where is None or not is_over(who):
                continue
            coroutine = getattr(task.get_coro(), "__qualname__", "a task").replace("<locals>.", "")
            found.append(Leftover("task", f"the task {coroutine}() still runs", where))
        return sorted(found, key=str)


def place_of_task(task: "asyncio.Task[Any]") -> str | None:
    """The innermost line of judged code that a task waits in."""
    place = None
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame = next(
            (
                getattr(awaited, name)
                for name in ("cr_frame", "gi_frame", "ag_frame")
                if getattr(awaited, name, None) is not None
            ),
            None,
        )
        if frame is not None and not frames.is_library(frame.f_code.co_filename):
            place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        awaited = next(
            (getattr(awaited, name) for name in ("cr_await", "gi_yieldfrom", "ag_await") if hasattr(awaited, name)),
            None,
        )
    return place
