"""The process that the lessons' apps run in, seen from the server: started, watched, ended, and started again."""

import asyncio
import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import course
from course.server.hub import Hub
from course.supervision import Stopped, Supervised

STARTING = 60
"""Seconds after which a process that has not started is ended."""
PATIENCE = 30
"""The same for one whose loop has not turned. Five rude clients of lesson 02, two seconds each, take ten."""
WAIT = 20.0
"""Seconds that a request waits for a process that is about to start."""


KEY = b"x-course-key"
"""The header that opens the door."""
BUFFER = 65536
"""Bytes that the kernel keeps on each side of the way to the apps, so that an app still feels a slow reader."""
LAST = 3.0
"""Seconds that the process has for its end, lifespans included."""


@dataclass(frozen=True)
class Address:
    """Where the apps are reached, what opens the door, and how many processes there have been so far."""

    port: int
    key: str
    run: int


class Upstream:
    """
    One process for all lessons' apps. It may block, hang and die; the pages are told, and the next one is started.

    `tell` as for `Judging`. The event `apps` tells pages which run has ended and why, for those that were reading.
    """

    def __init__(self, root: Path, hub: Hub, tell: Callable[[str, str | None], None]) -> None:
        self._root, self._hub = root, hub
        self._run = 0
        self._there: Future[Address | str] = Future()
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stop = threading.Event()
        name = "the lessons' apps"
        self._thread = Supervised(name, self._keep, partial(tell, name), self._stop)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._lines.put(b"")
        self._thread.join(2 * LAST)

    async def address(self) -> Address:
        """Where the apps are, once they are there. Raises Stopped when they cannot be had."""
        done, _ = await asyncio.wait({asyncio.wrap_future(self._there)}, timeout=WAIT)
        address = done.pop().result() if done else "They take long to start."
        if isinstance(address, str):
            raise Stopped(address)
        return address

    def _keep(self, well: Callable[[], None]) -> None:
        self._run, self._lines = self._run + 1, queue.SimpleQueue()
        if self._there.done():
            self._there = Future()
        try:
            with self._process() as process:
                key = secrets.token_hex(16)
                _give(process, key)
                if port := self._line(process, STARTING):
                    self._there.set_result(Address(int(port), key, self._run))
                while self._line(process, PATIENCE):
                    well()
        except BaseException as error:
            self._ended(str(error))
            raise

    def _ended(self, why: str) -> None:
        if self._there.done():
            self._there = Future()  # Requests wait for the next process.
            self._hub.publish("apps", {"run": self._run, "why": why})
        else:
            self._there.set_result(f"They did not start: {why}.")

    @contextlib.contextmanager
    def _process(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "course.server.apps_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "COURSE_ROOT": str(self._root), "PYTHONPATH": _python_path()},
            # A group of its own: Ctrl+C in the terminal reaches the server alone, which then ends the others in order.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        threading.Thread(target=_read, args=(process, self._lines), daemon=True, name="reading the apps").start()
        try:
            yield process
        finally:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()  # Which asks it to end.
            try:
                process.wait(LAST + 1)
            except subprocess.TimeoutExpired:
                _kill(process)

    def _line(self, process: "subprocess.Popen[bytes]", patience: int) -> bytes:
        """What it says next: it says something every second. Empty when the server stops."""
        for _ in range(patience):  # Counted, not measured: a computer that slept has not waited.
            if self._stop.is_set():
                return b""
            try:
                line = self._lines.get(timeout=1)
            except queue.Empty:
                if process.poll() is None:
                    continue
                line = b""
            if line or self._stop.is_set():
                return line
            code = process.wait()
            raise Stopped(f"{signal.Signals(-code).name} ended it" if code < 0 else f"it ended with exit code {code}")
        _kill(process)
        raise Stopped(f"it has been blocked for {patience} s")


def _give(process: "subprocess.Popen[bytes]", key: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # It has ended already, which is noticed next.
        process.stdin.write(f"{key}\n".encode())
        process.stdin.flush()


def _read(process: "subprocess.Popen[bytes]", lines: "queue.SimpleQueue[bytes]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(b"")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """It, and what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _python_path() -> str:
    """Where this very `course` lies comes first."""
    return os.pathsep.join(filter(None, [str(Path(course.__path__[0]).parent), os.environ.get("PYTHONPATH")]))
