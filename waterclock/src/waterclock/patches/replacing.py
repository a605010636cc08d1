"""
How something of Python is replaced, and how it is put back.

Two kinds: an attribute of a module or a class, and a method of a type that is written in C. Those types are closed to
`setattr`; their real dictionary is reached through the garbage collector, which has to know it (`gc.get_referents`).
That way locks and classes that were made, imported or kept long before are reached as well.
"""

import ctypes
import gc
from typing import Any

_MISSING = object()


class Attribute:
    """`owner.name`, for as long as it is replaced."""

    def __init__(self, owner: Any, name: str, replacement: Any) -> None:
        self._owner = owner
        self._name = name
        self._replacement = replacement
        self._before: Any = _MISSING

    def apply(self) -> None:
        self._before = vars(self._owner).get(self._name, _MISSING)
        setattr(self._owner, self._name, self._replacement)

    def undo(self) -> None:
        """Puts back what was there, unless somebody else has replaced it in the meantime."""
        if vars(self._owner).get(self._name) is not self._replacement:
            return
        if self._before is _MISSING:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)
        self._before = _MISSING


class Method:
    """A method of a type that is written in C."""

    def __init__(self, owner: type, name: str, replacement: Any) -> None:
        self._owner = owner
        self._name = name
        self._replacement = replacement
        self._before: Any = None

    def apply(self) -> None:
        methods = dictionary(self._owner)
        self._before = methods[self._name]
        methods[self._name] = self._replacement
        _forget_caches(self._owner)

    def undo(self) -> None:
        methods = dictionary(self._owner)
        if methods[self._name] is self._replacement:
            methods[self._name] = self._before
            _forget_caches(self._owner)


def dictionary(owner: type) -> dict[str, Any]:
    """The dictionary behind the read-only view that `owner.__dict__` is."""
    found = gc.get_referents(owner.__dict__)
    if len(found) != 1 or type(found[0]) is not dict:
        raise TypeError(f"this Python does not show the dictionary of {owner.__name__}")
    methods: dict[str, Any] = found[0]
    return methods


def can_replace_methods() -> bool:
    """Whether this Python lets a method of a type that is written in C be replaced."""
    try:
        dictionary(type(gc.get_referents))
        return hasattr(ctypes.pythonapi, "PyType_Modified")
    except (TypeError, AttributeError):
        return False


def _forget_caches(owner: type) -> None:
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
