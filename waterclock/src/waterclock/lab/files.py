"""Files that the judged code opens, and the lines where it does."""

import io
import os
import weakref
from collections import deque
from dataclasses import dataclass
from itertools import islice
from types import FrameType
from typing import Any

from waterclock.lab.owners import is_over, owner

_REMEMBERED = 10_000
_AT_ONCE = 50  # Files that threads may be opening at the same moment.


@dataclass
class Opened:
    """A file by the path it was opened with, the line, for whom; and itself, as long as somebody refers to it."""

    path: str
    where: str
    owner: Any
    file: Any = None

    @property
    def is_left_open(self) -> bool:
        """Whether it is open although the request or the reader that opened it is over."""
        file = self.file and self.file()
        return file is not None and not file.closed and self.owner is not None and is_over(self.owner)


class Files:
    """Remembers where files were opened, as Python does not."""

    def __init__(self) -> None:
        self._opened: deque[Opened] = deque(maxlen=_REMEMBERED)

    def note(self, path: str, where: str) -> None:
        self._opened.append(Opened(path, where, owner()))

    def has_opened(self, file: Any) -> None:
        """What came of the last one of this name that was noted. A library's own are not noted."""
        name = str(getattr(file, "name", ""))
        for each in islice(reversed(self._opened), _AT_ONCE):
            if each.path == name and each.file is None:
                each.file = weakref.ref(file)
                return

    def left_open(self) -> list[Opened]:
        """Of those whom somebody still refers to. The others are closed by Python, with a warning."""
        return [each for each in self._opened if each.is_left_open]

    def where(self, name: Any) -> str | None:
        """`file:line` where a file of this name or path was opened last."""
        wanted = os.fspath(name) if isinstance(name, str | bytes | os.PathLike) else str(name)
        base = os.path.basename(str(wanted))  # noqa: PTH119 - it may be any text
        found = (each for each in reversed(self._opened) if each.path == wanted or os.path.basename(each.path) == base)  # noqa: PTH119
        opened: Opened | None = next(found, None)
        return opened.where if opened else None


def held_open(frame: FrameType | None) -> list[str]:
    """The names of files that a suspended frame holds open in its variables."""
    values = list(frame.f_locals.values()) if frame is not None else []
    return [str(getattr(each, "name", "")) for each in values if isinstance(each, io.IOBase) and not each.closed]
