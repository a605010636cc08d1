"""Files that the judged code opens, and the lines where it does."""

import io
import os
from collections import deque
from types import FrameType
from typing import Any

_REMEMBERED = 10_000


class Files:
    """Remembers where files were opened, as Python does not."""

    def __init__(self) -> None:
        self._opened: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED)

    def note(self, path: str, where: str) -> None:
        self._opened.append((path, where))

    def where(self, name: Any) -> str | None:
        """`file:line` where a file of this name or path was opened last."""
        wanted = os.fspath(name) if isinstance(name, str | bytes | os.PathLike) else str(name)
        for path, where in reversed(self._opened):
            if wanted == path or os.path.basename(str(wanted)) == os.path.basename(path):  # noqa: PTH119 - either may be any text
                return where
        return None


def held_open(frame: FrameType | None) -> list[str]:
    """The names of files that a suspended frame holds open in its variables."""
    values = list(frame.f_locals.values()) if frame is not None else []
    return [str(getattr(each, "name", "")) for each in values if isinstance(each, io.IOBase) and not each.closed]
