"""
Calls that hold up everybody else on the event loop, each with its file and line.

Python's audit hooks see files, subprocesses and sockets, however the caller imported them. They do not see
`time.sleep` before 3.13, so the lab replaces that one.
"""

import sys
from dataclasses import dataclass
from typing import Any, Literal

from course.lab import frames
from course.lab.virtual_time import current_lab, worker

Kind = Literal["sleep", "subprocess", "network", "wait", "file"]

_AUDITED: dict[str, tuple[Kind, str]] = {
    "open": ("file", "open({0!r})"),
    "subprocess.Popen": ("subprocess", "subprocess {0!r}"),
    "os.system": ("subprocess", "os.system({0!r})"),
    "os.posix_spawn": ("subprocess", "subprocess {0!r}"),
    "socket.connect": ("network", "socket.connect({1!r})"),
    "socket.getaddrinfo": ("network", "socket.getaddrinfo({0!r}, {1!r})"),
}
_installed = False


@dataclass(frozen=True)
class Blocked:
    """
    One call on the event loop that let nobody else run.

    `kind` "file" is a note: reading a local file on the loop is a choice, and often the fast one.
    """

    kind: Kind
    what: str
    where: str | None
    at: float
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.what} at {self.where or 'an unknown line'}"


def install() -> None:
    """Adds the audit hook, once per process: a hook cannot be taken away again."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)


def _hook(name: str, arguments: tuple[Any, ...]) -> None:
    if name not in _AUDITED or worker.loop is not None:
        return
    lab = current_lab()
    if lab is None or (name == "open" and frames.is_library(str(arguments[0]))):
        return  # Libraries read their own sources, for a traceback or a warning.
    stack = list(frames.walk(sys._getframe(1)))
    if any(frame.f_code.co_filename.startswith("<frozen importlib") for frame in stack):
        return  # An import reads files.
    where = frames.place(stack[0]) if stack else None
    if where is None:
        return
    kind, text = _AUDITED[name]
    lab.blocked.append(Blocked(kind, text.format(*arguments), where, lab.time()))
