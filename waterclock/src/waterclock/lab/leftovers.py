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


@dataclass
class _Begun:
    """A task: for whom and where it was begun, and whether it is the lab's own."""

    task: "weakref.ref[asyncio.Task[Any]]"
    owner: Any
    where: str | None
    own: bool = False


class Tasks:
    """The tasks of one loop: who began them, for whom, and which are the lab's own."""

    def __init__(self) -> None:
        # By id: of a task that is being thrown away, no weak reference leads here any more.
        self._begun: dict[int, _Begun] = {}
        self.lost: list[Leftover] = []

    def note(self, task: "asyncio.Task[Any]") -> None:
        """Called by whoever creates a task, in the context of who asked for it."""
        self._begun[id(task)] = _Begun(weakref.ref(task), owner(), frames.caller())

    def keep(self, task: "asyncio.Task[Any]") -> None:
        """It is the lab's own: never left over. Also one that was made without `note`, on another loop."""
        known = self._begun[id(task)] = self._known(task)
        known.own = True

    def lose(self, task: "asyncio.Task[Any]") -> bool:
        """Python throws a task away that has not ended. Whether that is anybody's loss: not of the lab's own."""
        known = self._known(task)
        where = place_of_task(task) or known.where
        if known.own:
            return False
        if where is not None:
            said = "was thrown away before it had ended: nobody kept a reference to it"
            self.lost.append(Leftover("task", f"the task {_name(task)}() {said}", where))
        return True

    def leftovers(self, loop: asyncio.AbstractEventLoop) -> list[Leftover]:
        """
        Tasks that still run although what they were begun for is over, and those that were lost.

        One in which no line of judged code stands, and that none began, is a library's own.
        """
        found = []
        for task in asyncio.all_tasks(loop):
            known = self._known(task)
            where = place_of_task(task) or known.where
            if known.own or task.done() or where is None or not is_over(known.owner):
                continue
            found.append(Leftover("task", f"the task {_name(task)}() still runs", where))
        return sorted([*found, *self.lost], key=str)

    def _known(self, task: "asyncio.Task[Any]") -> _Begun:
        known = self._begun.get(id(task))
        if known is None or known.task() not in (task, None):  # Made without the loop, where another one has been.
            return _Begun(weakref.ref(task), None, None)
        return known


def _name(task: "asyncio.Task[Any]") -> str:
    return getattr(task.get_coro(), "__qualname__", "a task").replace("<locals>.", "")


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
