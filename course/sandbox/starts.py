"""How judging processes come to be: forked from a warm one, or, where there is no fork, started anew."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, BinaryIO, cast

from course.sandbox.process import Process


class Starts(ABC):
    """`start` gives a process that waits for its task."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._errors = cast("BinaryIO", tempfile.TemporaryFile("a+b"))  # noqa: SIM115 (closed in `close`)

    @abstractmethod
    def warm_up(self) -> None:
        """Have one ready to start at once."""

    @abstractmethod
    def start(self) -> Process: ...

    def trouble(self) -> str:
        """What those that could not start have printed."""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def close(self) -> None:
        """Leave nothing behind. All that were started must have been closed before."""
        self._errors.close()


class Forks(Starts):
    """One warm process, started when it is first needed, and anew if somebody has ended it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._warm: tuple[subprocess.Popen[bytes], socket.socket] | None = None

    def warm_up(self) -> None:
        with self._lock:
            self._control()

    def start(self) -> Process:
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            for _ in range(2):
                try:
                    socket.send_fds(self._control(), [b"."], [theirs.fileno()])
                    break
                except OSError:  # It ended between the look and the asking.
                    self._end()
        return Process(ours)  # Where nobody took the other end, it is over before its first word.

    def close(self) -> None:
        with self._lock:
            self._end()
        super().close()

    def _control(self) -> socket.socket:
        if self._warm is not None and self._warm[0].poll() is None:
            return self._warm[1]
        self._end()
        ours, theirs = socket.socketpair()
        with theirs:
            process = _started("course.sandbox.warm", root=self._root, stdin=theirs, stderr=self._errors)
        self._warm = process, ours
        return ours

    def _end(self) -> None:
        """The end of its socket is what it ends by, once its keepers have."""
        if self._warm is not None:
            process, control = self._warm
            control.close()
            process.wait()
            self._warm = None


class Spawns(Starts):
    """A process of its own for each submission; one more waits, with everything imported."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._spare: Process | None = None

    def warm_up(self) -> None:
        with self._lock:
            if self._spare is not None and self._spare.gone:
                self._spare.close()
                self._spare = None
            self._spare = self._spare or self._new()

    def start(self) -> Process:
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None and not spare.gone:
            return spare
        if spare is not None:
            spare.close()
        return self._new()

    def close(self) -> None:
        with self._lock:
            if self._spare is not None:
                self._spare.close()
                self._spare = None
        super().close()

    def _new(self) -> Process:
        ours, theirs = socket.socketpair()
        folder = tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        with theirs:
            stdin = theirs if os.name == "posix" else subprocess.PIPE
            words = "course.sandbox.child", folder.name
            child = _started(*words, root=self._root, stdin=stdin, stderr=self._errors)
            if child.stdin is not None:  # Windows hands a socket on as bytes that are meant for one process.
                with child.stdin:
                    child.stdin.write(theirs.share(child.pid))  # type: ignore[attr-defined,unused-ignore]
        return Process(ours, child, folder)


def _started(*words: str, root: Path, stdin: Any, stderr: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-u", "-m", *words],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        cwd=root,
        env={**os.environ, "COURSE_ROOT": str(root), "PYTHONPATH": _python_path()},
        # A session of its own: Ctrl+C and Ctrl+Z in the terminal reach the parent alone.
        start_new_session=os.name == "posix",
    )


def _python_path() -> str:
    """The process finds the same `course` package as we do, installed or not."""
    ours = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH")]))
