"""Resources that nobody closed: Python says so by a warning when it throws them away."""

import re
import threading
import warnings
from pathlib import Path
from typing import Any, ClassVar

from course.lab.frames import is_library
from course.lab.leftovers import Leftover

_FILE = re.compile(r"unclosed file <.*?name=(?P<name>.+?)(?: mode=.*)?>$")
_COROUTINE = re.compile(r"coroutine '(?P<name>.+)' was never awaited")


class Warned:
    """
    A context manager that collects ResourceWarning and 'never awaited'. Other warnings pass.

    Python's warnings are of the process, not of a thread: with several labs at once each of them is told.
    """

    _lock: ClassVar = threading.Lock()
    _active: ClassVar[list["Warned"]] = []
    _catching: ClassVar["warnings.catch_warnings[None] | None"] = None
    _show: ClassVar[Any] = None

    def __init__(self) -> None:
        self._found: list[Leftover] = []

    def __enter__(self) -> "Warned":
        with Warned._lock:
            if not Warned._active:
                Warned._catching = warnings.catch_warnings()
                Warned._catching.__enter__()
                warnings.simplefilter("always", ResourceWarning)
                warnings.filterwarnings("always", message="coroutine .* was never awaited", category=RuntimeWarning)
                Warned._show, warnings.showwarning = warnings.showwarning, _tell_all
            Warned._active.append(self)
        return self

    def __exit__(self, *error: Any) -> None:
        with Warned._lock:
            Warned._active.remove(self)
            if not Warned._active and Warned._catching is not None:
                Warned._catching.__exit__(*error)

    def leftovers(self) -> list[Leftover]:
        return list(self._found)

    def keep(self, finding: Leftover) -> None:
        self._found.append(finding)


def _tell_all(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *rest: Any, **more: Any
) -> None:
    finding = _finding(str(message), category, filename, lineno)
    if finding is not None:
        for each in list(Warned._active):
            each.keep(finding)
    elif not issubclass(category, ResourceWarning):
        Warned._show(message, category, filename, lineno, *rest, **more)


def _finding(text: str, category: type[Warning], filename: str, lineno: int) -> Leftover | None:
    if issubclass(category, ResourceWarning) and (match := _FILE.search(text)):
        name = Path(match["name"].strip("'")).name
        return Leftover("file", f"the file {name} was closed by the garbage collector, not by you", None)
    if match := _COROUTINE.search(text):
        where = None if is_library(filename) else f"{filename}:{lineno}"
        return Leftover("coroutine", f"{match['name']}() was called and never awaited", where)
    return None
