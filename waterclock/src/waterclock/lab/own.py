"""Which installed code is the user's own: the package of the app under test may lie in site-packages."""

import functools
import importlib.util
import inspect
import os
import sys
import sysconfig
from collections.abc import Iterable
from types import CodeType
from typing import Any

from waterclock import frames

# What apps are made of. An app that has none of its own endpoints yet would otherwise make its framework judged code.
_FRAMEWORKS = {
    "fastapi",
    "starlette",
    "quart",
    "litestar",
    "django",
    "channels",
    "sse_starlette",
    "anyio",
    "waterclock",
}

_INSTALLED = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


def beginnings(app: Any, names: Iterable[str] = ()) -> list[str]:
    """
    Beginnings of file names that are judged although they are installed: of the packages `names`, and of `app`.

    Raises ValueError for a name that is no package or module.
    """
    files = [file for name in names for file in _files_of_package(name)]
    files += [
        beginning
        for file in _files_of_app(app)
        if (root := next((each for each in _INSTALLED if file.startswith(each + os.sep)), None))
        if (beginning := _package(file, root)) is not None
    ]
    return sorted(set(files))


def _files_of_package(name: str) -> list[str]:
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    if spec is None:
        raise ValueError(f"own={name!r}: no installed package or module has that name")
    found = [folder + os.sep for folder in spec.submodule_search_locations or ()]
    return found or ([spec.origin] if spec.origin else [])


def _package(file: str, root: str) -> str | None:
    """The folder of the package that a file belongs to, or the file; None for a framework."""
    first, separator, _ = os.path.relpath(file, root).partition(os.sep)
    if first.removesuffix(".py") in _FRAMEWORKS:
        return None
    return os.path.join(root, first) + separator  # noqa: PTH118 - a beginning of text, not a path


def _files_of_app(app: Any) -> set[str]:
    """The files of an app's function or class, of its endpoints, and of what it iterates over."""
    things = [app, type(app)]
    routes = getattr(app, "routes", ())
    for route in routes if isinstance(routes, list | tuple) else ():
        things += [getattr(route, "endpoint", None), getattr(route, "app", None)]
    return {file for each in things if (file := _file_of(each))}


def _file_of(thing: Any) -> str | None:
    while isinstance(thing, functools.partial):
        thing = thing.func
    thing = inspect.unwrap(thing) if callable(thing) else thing
    for name in ("__code__", "gi_code", "ag_code", "cr_code"):
        if isinstance(code := getattr(thing, name, None), CodeType):
            return code.co_filename
    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    return getattr(module, "__file__", None)


class Judged:
    """What one lab was given, and holds to be its user's own for as long as it is open."""

    def __init__(self) -> None:
        self._beginnings: list[str] = []

    def add(self, thing: Any, names: Iterable[str] = ()) -> None:
        """An app, a source, a function; and names of installed packages. Raises ValueError for a name of none."""
        found = beginnings(thing, names)
        self._beginnings += found
        frames.own += found

    def forget(self) -> None:
        for each in self._beginnings:
            frames.own.remove(each)
        self._beginnings.clear()
