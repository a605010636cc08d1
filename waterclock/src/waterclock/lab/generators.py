"""Generators that somebody began and nobody closed: async ones as they begin, sync ones as threads step them."""

import functools
import itertools
import sys
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator
from types import GeneratorType
from typing import Any

from waterclock import frames
from waterclock.lab.files import Files, held_open
from waterclock.lab.leftovers import Leftover
from waterclock.lab.owners import is_over, owner

_CLOSED_LATE = "was closed by the garbage collector, not by you"


class Generators:
    """Watches every async generator that starts on the loop, and every generator that one of its threads steps."""

    def __init__(self) -> None:
        # By number, not a WeakSet: which one began last has to be known.
        self._alive: weakref.WeakValueDictionary[int, AsyncGenerator[Any, Any]] = weakref.WeakValueDictionary()
        self._stepped: weakref.WeakKeyDictionary[GeneratorType[Any, Any, Any], Any] = weakref.WeakKeyDictionary()
        self._owners: dict[int, Any] = {}
        self._number = itertools.count()
        self.collected: list[Leftover] = []

    def watch(self) -> None:
        """Wraps the hooks of the thread's running loop. They are set anew by each `run_forever`."""
        first, last = sys.get_asyncgen_hooks()

        def begun(generator: AsyncGenerator[Any, Any]) -> None:
            number = next(self._number)
            self._alive[number] = generator
            self._owners[number] = owner()
            if first is not None:
                first(generator)

        def forgotten(generator: AsyncGenerator[Any, Any]) -> None:
            found = _leftover(generator, "collected generator")
            if found is not None:
                self.collected.append(found)
            if last is not None:
                last(generator)

        sys.set_asyncgen_hooks(begun, forgotten)

    def stepped_in_a_thread(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """A thread is about to call this. Starlette gives it `next` and a generator, contextlib a method of its own."""
        called: Any = function
        while isinstance(called, functools.partial):
            called, args = called.func, (*called.args, *args)
        holder = getattr(called, "__self__", None)
        for each in (*args, holder, getattr(holder, "gen", None)):
            if isinstance(each, GeneratorType) and each not in self._stepped:
                self._stepped[each] = owner()

    def place(self) -> str | None:
        """Where the async generator stands that began last and is still open."""
        found = [_leftover(each, "generator") for each in list(self._alive.values())]
        places = [each.where for each in found if each is not None]
        return places[-1] if places else None

    def leftovers(self, files: Files, collect: Callable[[], None]) -> list[Leftover]:
        """
        Generators that have begun and neither ended nor been closed, of whatever is over; and files that they hold.

        `collect` runs the garbage collector: a sync generator that only it closes is a finding as well.
        """
        # Starlette lets go of a sync generator when its client leaves. That is fair where it has nothing to clean up.
        waiting = {
            id(each): _leftover(each, "collected generator")
            for each in self._suspended()
            if frames.cleans_up(each.gi_frame)
        }
        collect()
        found: list[Leftover] = []
        for each in self._suspended():
            waiting.pop(id(each), None)
            found += _with_files(each, files)
        for number, generator in list(self._alive.items()):
            if is_over(self._owners.get(number)):
                found += _with_files(generator, files)
        self._owners = {number: who for number, who in self._owners.items() if number in self._alive}
        return found + self.collected + [each for each in waiting.values() if each is not None]

    def _suspended(self) -> "Iterator[GeneratorType[Any, Any, Any]]":
        for generator, who in list(self._stepped.items()):
            frame = generator.gi_frame
            # One that never began holds nothing.
            if frame is not None and frame.f_lasti >= 0 and not generator.gi_running and is_over(who):
                yield generator


def _with_files(generator: Any, files: Files) -> list[Leftover]:
    found = _leftover(generator, "generator")
    if found is None:
        return []
    held = held_open(_frame(generator))
    return [found, *(Leftover("file", f"the file {name} is still open", files.where(name)) for name in held)]


def _frame(generator: Any) -> Any:
    return generator.gi_frame if isinstance(generator, GeneratorType) else generator.ag_frame


def _leftover(generator: Any, kind: Any) -> Leftover | None:
    frame = _frame(generator)
    if frame is None or frames.is_library(frame.f_code.co_filename):
        return None
    name = generator.__qualname__.replace("<locals>.", "")
    said = _CLOSED_LATE if kind == "collected generator" else "was never closed"
    return Leftover(kind, f"the generator {name}() {said}", f"{frame.f_code.co_filename}:{frame.f_lineno}")
