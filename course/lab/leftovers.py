"""What an app leaves behind: tasks, generators that were never closed, open files, threads."""

import asyncio
import itertools
import sys
import weakref
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal

from course.lab import frames

Kind = Literal["task", "generator", "collected generator", "file", "coroutine", "thread"]


@dataclass(frozen=True)
class Leftover:
    """`what` names it, `where` is the file and line it stands at."""

    kind: Kind
    what: str
    where: str | None

    def __str__(self) -> str:
        return f"{self.what} at {self.where}" if self.where else self.what


class Generators:
    """Watches every async generator that starts on the loop, until it is closed."""

    def __init__(self) -> None:
        # By number, not a WeakSet: which one began last has to be known.
        self._alive: weakref.WeakValueDictionary[int, AsyncGenerator[Any, Any]] = weakref.WeakValueDictionary()
        self._number = itertools.count()
        self.collected: list[Leftover] = []

    def watch(self) -> None:
        """Wraps the hooks of the thread's running loop. They are set anew by each `run_forever`."""
        first, last = sys.get_asyncgen_hooks()

        def begun(generator: AsyncGenerator[Any, Any]) -> None:
            self._alive[next(self._number)] = generator
            if first is not None:
                first(generator)

        def forgotten(generator: AsyncGenerator[Any, Any]) -> None:
            found = _generator(generator, "collected generator")
            if found is not None:
                self.collected.append(found)
            if last is not None:
                last(generator)

        sys.set_asyncgen_hooks(begun, forgotten)

    def place(self) -> str | None:
        """Where the generator stands that began last and is still open."""
        found = self.open()
        return found[-1].where if found else None

    def open(self) -> list[Leftover]:
        """Generators that have begun and neither ended nor been closed, in the judged code only."""
        found = (_generator(each, "generator") for each in list(self._alive.values()))
        return [each for each in found if each is not None]


def _generator(generator: Any, kind: Literal["generator", "collected generator"]) -> Leftover | None:
    frame = generator.ag_frame
    if frame is None or frames.is_library(generator.ag_code.co_filename):
        return None
    name = generator.__qualname__.replace("<locals>.", "")
    said = "was closed by the garbage collector, not by you" if kind == "collected generator" else "was never closed"
    return Leftover(kind, f"the generator {name}() {said}", f"{frame.f_code.co_filename}:{frame.f_lineno}")


def tasks(loop: asyncio.AbstractEventLoop, own: "weakref.WeakSet[asyncio.Task[Any]]") -> list[Leftover]:
    """Tasks that still run and that the lab did not start itself."""
    found = []
    for task in asyncio.all_tasks(loop):
        if task in own or task.done():
            continue
        where = place_of_task(task)
        coroutine = getattr(task.get_coro(), "__qualname__", "a task").replace("<locals>.", "")
        found.append(Leftover("task", f"the task {coroutine}() still runs", where))
    return sorted(found, key=str)


def all_tasks(loop: asyncio.AbstractEventLoop) -> "set[asyncio.Task[Any]]":
    """Every task of the loop that is not done."""
    return asyncio.all_tasks(loop)


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
