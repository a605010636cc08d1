"""The learner's file, loaded: its names, its calls, and what the grader puts in the place of some of them."""

import ast
import difflib
import inspect
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from waterclock.expectations import Unmet

from course.grader.stand_in import take_the_place_of
from course.loading import load


class LearnersFile:
    """The module of one file, loaded when this is made. Raises `Unloadable`."""

    def __init__(self, path: Path, stub: Path | None = None) -> None:
        self.path = path
        self.module: ModuleType = load(path)
        self._stub = stub

    def find(self, name: str) -> Any:
        """What stands under that name. Raises `Unmet` with the nearest name where there is none."""
        if hasattr(self.module, name):
            return getattr(self.module, name)
        own = [each for each in vars(self.module) if not each.startswith("_")]
        near = difflib.get_close_matches(name, own, n=1)
        raise Unmet(
            did="opened your file",
            expected=f"the name `{name}` in it",
            observed=f"there is no `{name}`" + (f"; there is `{near[0]}`" if near else ""),
            where=f"{self.path}:1",
        )

    def replace(self, name: str, value: Any) -> None:
        """
        Puts `value` in the place of a name. A function of the file's own is replaced for everyone who already holds
        it, and keeps whatever the learner has wrapped around it.
        """
        found = self.find(name)
        function = self._own_function(name, found)
        if function is not None and callable(value):
            take_the_place_of(function, value)
        else:
            setattr(self.module, name, value)

    def is_async(self, name: str) -> bool:
        """Whether the stub gives it as `async def`: what a stand-in has to be, whatever the learner made of it."""
        if self._stub is None or not self._stub.exists():
            return inspect.iscoroutinefunction(self.find(name))
        return name in _coroutines(self._stub)

    def _own_function(self, name: str, found: Any) -> FunctionType | None:
        """The function that the file defines under this name, beneath what was wrapped around it."""
        function = inspect.unwrap(found) if callable(found) else None
        if (
            isinstance(function, FunctionType)
            and function.__globals__ is vars(self.module)
            and function.__name__ == name
            and not function.__closure__
        ):
            return function
        return None


@cache
def _coroutines(stub: Path) -> frozenset[str]:
    """The names of a file's `async def` functions that are no generators."""
    return frozenset(
        node.name
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and not any(isinstance(each, ast.Yield) for each in ast.walk(node))
    )
