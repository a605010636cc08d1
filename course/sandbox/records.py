"""What a judging process says over its line: NDJSON, whatever the submission did to Python."""

import socket
from errno import EBADF, ENOTSOCK
from json import JSONEncoder
from os import _exit, getpid  # Kept, like the encoder: a submission may put something else in their places.
from pathlib import Path
from typing import Any

from course.sandbox.death import CLOSED

LAST_OUTPUT = 20_000  # characters

_encoded = JSONEncoder().encode


class Records:
    """The speaking end, of the process that made it. A fork of it, which a submission may make, has nothing to say."""

    def __init__(self, line: socket.socket) -> None:
        self._send = line.sendall
        self._us = getpid()

    def tell(self, type: str, **fields: Any) -> None:
        """Send one record. Ends the process when it cannot be sent."""
        if getpid() != self._us:
            _exit(0)
        record = _encoded({"type": type, **fields})
        try:
            self._send(f"\n{record}\n".encode())  # In a line of its own, whatever was written to the line before.
        except OSError as error:
            _exit(CLOSED if error.errno in (EBADF, ENOTSOCK) else 1)


def last_words(folder: Path, returncode: int) -> dict[str, Any]:
    """How a judging process ended, and what it left in its folder: the fields of the record `exit`."""
    return {
        "returncode": returncode,
        "stack": _text(folder / "stack"),
        "output": _text(folder / "output")[-LAST_OUTPUT:],
    }


def _text(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return content.read(1 << 20).decode("utf-8", "replace")
    except OSError:
        return ""
