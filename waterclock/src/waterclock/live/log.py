"""What uvicorn and asyncio log in one thread, kept as text instead of printed."""

import logging
import re
import threading
from pathlib import Path
from typing import Self

_LOGGERS = ("uvicorn.error", "uvicorn.asgi", "asyncio")
_FORMAT = logging.Formatter("%(message)s")
_FRAME = re.compile(r'File "(.+)", line (\d+)')


def last_error(lines: list[str], path: Path) -> tuple[str, int | None] | None:
    """
    The exception that was logged last: `NameError: …`, and the deepest line of the file `path` that it came through.

    `lines` are those of `Log`; None if no traceback is among them.
    """
    record = next((each for each in reversed(lines) if "Traceback (most recent call last)" in each), None)
    if record is None:
        return None
    # Exception groups draw a frame of these characters around what is inside.
    said = next(text for each in reversed(record.splitlines()) if (text := each.strip(" |+-")))
    places = [int(line) for file, line in _FRAME.findall(record) if Path(file) == path]
    return said, places[-1] if places else None


class Log(logging.Filter):
    """
    Appends to `lines` what the loggers say in the thread that entered this block; other threads are not touched.

    It is a filter, not a handler, so that a record goes no further: it would be printed, and a record that is kept
    keeps the traceback alive, and with it the generators of the request.
    """

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def __enter__(self) -> Self:
        self._thread = threading.get_ident()
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self)
        return self

    def __exit__(self, *_: object) -> None:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self._thread:
            return True
        if record.levelno >= logging.WARNING:
            self._lines.append(_FORMAT.format(record).strip())
        return False
