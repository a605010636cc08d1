"""Resources that nobody closed: Python says so by a warning when it throws them away."""

import re
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from waterclock.frames import is_library
from waterclock.patches import real_time as real

_FILE = re.compile(r"unclosed file <.*?name=(?P<name>.+?)(?: mode=.*)?>$")
_COROUTINE = re.compile(r"coroutine '(?P<name>.+)' was never awaited")


@dataclass(frozen=True)
class Unclosed:
    """A file, by its name, or a coroutine function, by its own, with the line where Python noticed."""

    kind: Literal["file", "coroutine"]
    name: str
    where: str | None


class Warned:
    """
    A context manager that collects ResourceWarning and 'never awaited'. Other warnings pass.

    Python's warnings are of the process, not of a thread: with several labs at once each of them is told.
    """

    _mutex: ClassVar = real.Mutex()
    _active: ClassVar[list["Warned"]] = []
    _catching: ClassVar["warnings.catch_warnings[None] | None"] = None
    _show: ClassVar[Any] = None

    def __init__(self) -> None:
        self.found: list[Unclosed] = []

    def __enter__(self) -> "Warned":
        with Warned._mutex:
            if not Warned._active:
                Warned._catching = warnings.catch_warnings()
                Warned._catching.__enter__()
                warnings.simplefilter("always", ResourceWarning)
                warnings.filterwarnings("always", message="coroutine .* was never awaited", category=RuntimeWarning)
                Warned._show, warnings.showwarning = warnings.showwarning, _tell_all
            Warned._active.append(self)
        return self

    def __exit__(self, *error: Any) -> None:
        with Warned._mutex:
            Warned._active.remove(self)
            if not Warned._active and Warned._catching is not None:
                Warned._catching.__exit__(*error)


def _tell_all(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *rest: Any, **more: Any
) -> None:
    found = _unclosed(str(message), category, filename, lineno)
    if found is not None:
        for each in list(Warned._active):
            each.found.append(found)
    elif not issubclass(category, ResourceWarning):
        Warned._show(message, category, filename, lineno, *rest, **more)


def _unclosed(text: str, category: type[Warning], filename: str, lineno: int) -> Unclosed | None:
    if issubclass(category, ResourceWarning) and (match := _FILE.search(text)):
        if match["name"].isdigit():
            return None  # A pipe, by its number.
        return Unclosed("file", match["name"].strip("'"), None)
    if match := _COROUTINE.search(text):
        return Unclosed("coroutine", match["name"], None if is_library(filename) else f"{filename}:{lineno}")
    return None
