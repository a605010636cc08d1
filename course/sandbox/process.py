"""One judging process, seen from the parent: asked once, read to its end, and never left behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.sandbox.death import Death
from course.sandbox.records import last_words
from course.sandbox.task import Task

GLANCE = 0.5  # seconds between two looks whether somebody who says nothing is still there
PATIENCE = 90  # glances without a record; counted, so that time in which this process was stopped itself is none


class Process:
    """
    The line to a submission's keeper, or, where there is no fork, to the judging process itself (`child`).

    `records()` yields what it says and stops when it has ended and everything was read; `death` then tells how.
    """

    def __init__(
        self,
        line: socket.socket,
        child: "subprocess.Popen[bytes] | None" = None,
        folder: "tempfile.TemporaryDirectory[str] | None" = None,
    ) -> None:
        self.hung = False
        self.pid: int | None = None
        self._line, self._child, self._folder = line, child, folder
        self._line.settimeout(GLANCE)
        self._pending = b""
        self._over = False
        self._ended = 0
        self._last: dict[str, Any] = {"returncode": None, "stack": "", "output": ""}

    @property
    def death(self) -> Death:
        return Death(**self._last, hung=self.hung)

    @property
    def gone(self) -> bool:
        """Whether a process of its own has ended, or has said its last word."""
        return self._over or (self._child is not None and self._child.poll() is not None)

    def ask(self, task: Task) -> None:
        """Send the one task. A process that is gone already shows in `records()`."""
        try:
            self._line.settimeout(None)
            task.send(self._line)
            self._line.settimeout(GLANCE)
        except OSError:
            pass

    def records(self) -> Iterator[dict[str, Any]]:
        silent = 0
        while not self._over:
            gone = self.gone  # Asked before reading: what it said until then is read first.
            try:
                data = self._line.recv(1 << 16)
            except TimeoutError:
                silent += 1
                if gone:
                    break
                if silent >= PATIENCE:
                    self.hung, silent = True, 0
                    self.end()
                continue
            except OSError:
                break
            if not data:
                break
            silent = 0
            *lines, self._pending = (self._pending + data).split(b"\n")
            yield from self._read(lines)
        self._over = True
        self._bury()

    def end(self) -> None:
        """Have it ended; harmless when it is over. What it still says is read as ever. Any thread may call this."""
        self._ended += 1
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)  # The keeper takes this for our end, and ends everything.
        if self._child is not None:
            _kill(self._child.pid)
        elif self._ended > 1 and self.pid is not None:  # The keeper stands still too. Its child dies with it.
            _kill(self.pid)

    def close(self) -> None:
        """End it, and wait until nothing is left of it."""
        if not self._over:
            self.end()
            for _ in self.records():
                pass
        self._bury()
        self._line.close()

    def _read(self, lines: list[bytes]) -> Iterator[dict[str, Any]]:
        for line in lines:
            try:
                record = json.loads(line)
                type = record.pop("type")
            except (ValueError, LookupError, AttributeError, TypeError):
                continue  # A submission found the line and wrote into it.
            if type == "exit":
                self._last = record
                self._over = True
                return
            if type == "ready":
                self.pid = record["pid"]
            yield {"type": type, **record}

    def _bury(self) -> None:
        """A process of our own is waited for, and its folder cleared up."""
        if self._child is None or self._folder is None:
            return
        if self._child.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(PATIENCE * GLANCE)  # Its line has ended: it is about to end by itself.
        _kill(self._child.pid)
        returncode = self._child.wait()
        self._last = last_words(Path(self._folder.name), returncode)
        self._folder.cleanup()
        self._child = None


def _kill(pid: int) -> None:
    """The process, and its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)  # On Windows this is TerminateProcess.
