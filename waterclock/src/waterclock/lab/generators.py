"""Generators that somebody began and nobody closed: async ones as they begin, sync ones as threads step them."""

import functools
import gc
import itertools
import sys
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator
from types import CodeType, GeneratorType
from typing import Any, TypeAlias

from waterclock import frames
from waterclock.lab.files import Files, held_open
from waterclock.lab.leftovers import Leftover
from waterclock.lab.owners import is_over, owner

_Sync: TypeAlias = "GeneratorType[Any, Any, Any]"
_CLOSED_LATE = "was closed by the garbage collector, not by you"


class Generators:
    """Watches every async generator that starts on the loop, and every generator that one of its threads steps."""

    def __init__(self) -> None:
        # By number, not a WeakSet: which one began last has to be known.
        self._alive: weakref.WeakValueDictionary[int, AsyncGenerator[Any, Any]] = weakref.WeakValueDictionary()
        # A plain dict, not a WeakKeyDictionary: it is listed in one step, whatever other threads do meanwhile.
        self._stepped: dict[weakref.ref[_Sync], Any] = {}
        self._owners: dict[int, Any] = {}
        self._number = itertools.count()
        self._before: list[tuple[weakref.ref[_Sync], str, CodeType, int]] = []
        self._closed_late: list[tuple[str, CodeType, int]] = []
        self.collected: list[Leftover] = []

    def begin(self) -> None:
        """
        Sees from now on which sync generators the garbage collector closes. It may come at any moment, and what it has
        closed leaves no other trace.
        """
        gc.callbacks.append(self._collecting)

    def end(self) -> None:
        if self._collecting in gc.callbacks:
            gc.callbacks.remove(self._collecting)

    def _collecting(self, phase: str, info: object) -> None:
        """
        Called before and after each collection, in whichever thread it happens. No frame may be kept in between: it
        would keep the generator.
        """
        if phase == "start":
            self._before = [
                (reference, each.__qualname__, each.gi_code, frame.f_lineno)
                for reference in list(self._stepped)
                if (each := reference()) is not None and each.gi_suspended and (frame := each.gi_frame) is not None
            ]
        else:
            before, self._before = self._before, []
            self._closed_late += [(name, code, line) for reference, name, code, line in before if reference() is None]

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
            if isinstance(each, GeneratorType):
                self._stepped.setdefault(weakref.ref(each, self._forget), owner())

    def _forget(self, reference: "weakref.ref[_Sync]") -> None:
        self._stepped.pop(reference, None)

    def place(self) -> str | None:
        """Where the async generator stands that began last and is still open."""
        found = [_leftover(each, "generator") for each in list(self._alive.values())]
        places = [each.where for each in found if each is not None]
        return places[-1] if places else None

    def leftovers(self, files: Files) -> list[Leftover]:
        """
        Generators that have begun and neither ended nor been closed, of whatever is over, with the files they hold; and
        those that the garbage collector had to close.
        """
        found: list[Leftover] = []
        for each in self._suspended():
            found += _with_files(each, files)
        for number, generator in list(self._alive.items()):
            if is_over(self._owners.get(number)):
                found += _with_files(generator, files)
        self._owners = {number: who for number, who in self._owners.items() if number in self._alive}
        return found + self.collected + self._collected_in_threads()

    def _collected_in_threads(self) -> list[Leftover]:
        # Starlette lets go of a sync generator when its client leaves. That is fair where it has nothing to clean up.
        return [
            _told(name, code, line, "collected generator")
            for name, code, line in list(self._closed_late)
            if not frames.is_library(code.co_filename) and frames.cleans_up(code, line)
        ]

    def _suspended(self) -> "Iterator[_Sync]":
        for reference, who in list(self._stepped.items()):
            generator = reference()
            # One that never began is not suspended, and holds nothing.
            if generator is not None and generator.gi_suspended and is_over(who):
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
    return _told(generator.__qualname__, frame.f_code, frame.f_lineno, kind)


def _told(name: str, code: CodeType, line: int, kind: Any) -> Leftover:
    name = name.replace("<locals>.", "")
    said = _CLOSED_LATE if kind == "collected generator" else "was never closed"
    return Leftover(kind, f"the generator {name}() {said}", f"{code.co_filename}:{line}")
