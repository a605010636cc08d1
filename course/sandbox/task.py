"""What a judging process is asked: one submission, as it was when it was handed in."""

import pickle
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from course.catalog import Entry
from course.sandbox.limits import Limits

_HEAD = 8  # bytes that say how long the rest is


@dataclass(frozen=True)
class Task:
    """
    The criteria of one submission that have no verdict yet. `text` is what the file held, None if it could not be read.

    `passed`: criteria that have passed already, on which others may build. `live`: whether those on a real server are
    judged.
    """

    entry: Entry
    path: Path
    text: bytes | None
    only: tuple[str, ...]
    passed: tuple[str, ...] = ()
    live: bool = True
    limits: Limits = field(default_factory=Limits)

    def send(self, line: socket.socket) -> None:
        """Raises OSError when nobody listens any more."""
        data = pickle.dumps(self)
        line.sendall(len(data).to_bytes(_HEAD, "big") + data)

    @classmethod
    def receive(cls, line: socket.socket) -> Self | None:
        """The task that comes over the line; None when it ends instead."""
        size = _exactly(line, _HEAD)
        data = _exactly(line, int.from_bytes(size, "big")) if size is not None else None
        if data is None:
            return None
        task = pickle.loads(data)
        assert isinstance(task, cls)
        return task


def _exactly(line: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        if not (some := line.recv(min(size - len(data), 1 << 16))):
            return None
        data += some
    return bytes(data)
