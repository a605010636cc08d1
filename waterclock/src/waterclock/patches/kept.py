"""
Clocks and sleeps that modules kept before a lab opened: `from time import sleep`, and what they made of it.

A module that was imported earlier has the real function under a name of its own, as the default of a parameter
(`timer=time.monotonic`), or as an attribute of a class or of an object that it holds. All modules are looked through,
and what is found is replaced for as long as a lab is open.
"""

import sys
import time
import weakref
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from waterclock import frames

# These keep the real functions on purpose, to put them back or to measure themselves.
_KEEP = ("freezegun", "time_machine", "coverage", "faulthandler", "pydevd", "_pydevd_bundle", "debugpy")


class _Holdings(NamedTuple):
    """What one module keeps: names of its own, functions with defaults, and owners with attributes."""

    size: int
    names: list[str]
    functions: list[FunctionType]
    owners: list[tuple[Any, str]]


# Libraries are looked through when they are new, or have got more names. Judged code is, whenever a lab opens.
_known: "weakref.WeakKeyDictionary[ModuleType, _Holdings]" = weakref.WeakKeyDictionary()
_libraries: "weakref.WeakSet[ModuleType]" = weakref.WeakSet()


class Kept:
    """What was found and replaced, and how it is undone."""

    def __init__(self, replaced: dict[Any, Any], *, remember: bool) -> None:
        """
        `replaced`: the originals, and what stands in for each. `remember` what libraries keep: not if a lab is open
        already, when they seem to keep nothing.
        """
        self._remember = remember
        self._wanted = {id(original): replacement for original, replacement in replaced.items()}
        self._names: list[tuple[dict[str, Any], str, Any]] = []
        self._attributes: list[tuple[Any, str, Any]] = []

    def apply(self) -> None:
        for name, module in list(sys.modules.items()):
            if isinstance(module, ModuleType) and not _keeps_on_purpose(name, module):
                held = self._held_by(module)
                names = vars(module)
                for found in held.names:
                    if (replacement := self._wanted.get(id(names.get(found)))) is not None:
                        self._names.append((names, found, names[found]))
                        names[found] = replacement
                for function in held.functions:
                    self._replace_defaults(function)
                for owner, attribute in held.owners:
                    self._replace_attribute(owner, attribute)

    def undo(self) -> None:
        """Puts the originals back where the replacement still stands."""
        for names, name, original in self._names:
            if names.get(name) is self._wanted[id(original)]:
                names[name] = original
        for owner, name, original in self._attributes:
            setattr(owner, name, original)
        self._names.clear()
        self._attributes.clear()

    def _held_by(self, module: ModuleType) -> _Holdings:
        names, judged = vars(module), _is_judged(module)
        known = _known.get(module)
        if known is not None and not judged and known.size == len(names):
            return known
        values = list(names.items())
        found = [name for name, value in values if id(value) in self._wanted]
        functions: list[FunctionType] = []
        owners: list[tuple[Any, str]] = []
        if judged or found or any(value is time for _, value in values):  # Who keeps a clock has it from somewhere.
            for _, value in values:
                self._look_at(value, module.__name__, functions, owners)
        held = _Holdings(len(names), found, functions, owners)
        if self._remember:
            _known[module] = held
        return held

    def _look_at(self, value: Any, module: str, functions: list[FunctionType], owners: list[tuple[Any, str]]) -> None:
        if isinstance(value, FunctionType):
            if self._has_defaults(value):
                functions.append(value)
        elif module in (getattr(value, "__module__", None), getattr(type(value), "__module__", None)):
            for name, member in list(getattr(value, "__dict__", {}).items()):
                plain = member.__func__ if isinstance(member, staticmethod) else member
                if isinstance(plain, FunctionType) and self._has_defaults(plain):
                    functions.append(plain)
                elif id(plain) in self._wanted:
                    owners.append((value, name))

    def _has_defaults(self, function: FunctionType) -> bool:
        given = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        return any(id(each) in self._wanted for each in given)

    def _replace_attribute(self, owner: Any, name: str) -> None:
        value = vars(owner).get(name)
        plain = value.__func__ if isinstance(value, staticmethod) else value
        replacement = self._wanted.get(id(plain))
        if replacement is None:
            return
        try:
            # A function in a class would become a method; the C function that stood there does not.
            setattr(owner, name, staticmethod(replacement) if isinstance(owner, type) else replacement)
        except (AttributeError, TypeError):
            return
        self._attributes.append((owner, name, value))

    def _replace_defaults(self, function: FunctionType) -> None:
        if given := function.__defaults__:
            self._attributes.append((function, "__defaults__", given))
            function.__defaults__ = tuple(self._wanted.get(id(each), each) for each in given)
        if named := function.__kwdefaults__:
            self._attributes.append((function, "__kwdefaults__", named))
            function.__kwdefaults__ = {name: self._wanted.get(id(each), each) for name, each in named.items()}


def _keeps_on_purpose(name: str, module: ModuleType) -> bool:
    return module is time or name.partition(".")[0] in _KEEP or frames.is_ours(getattr(module, "__file__", None) or "")


def _is_judged(module: ModuleType) -> bool:
    if module in _libraries and not frames.own:
        return False
    judged = not frames.is_library(getattr(module, "__file__", None) or "<none>")
    if not judged and not frames.own:
        _libraries.add(module)
    return judged
