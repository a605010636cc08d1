"""
The keeper of one submission, forked from the warm process: it has the submission judged in a fork of its own, waits
for the end of that one, ends what was left running, clears up its folder, and says how it ended.

It ends everything at once when its line does: the parent has gone, or does not want the verdict any more.
"""

import os
import select
import shutil
import signal
import socket
from pathlib import Path
from tempfile import mkdtemp
from traceback import format_exc
from typing import NoReturn

from course.sandbox import child, descendants
from course.sandbox.death import STUMBLED
from course.sandbox.records import Records, last_words
from course.sandbox.task import Task


def keep(line: socket.socket, folder: Path) -> NoReturn:
    """Never returns. `folder`: where the submission gets one of its own."""
    try:
        os.setsid()  # Whoever kills their process group, or their parent's, kills nobody else.
        descendants.adopt()
        Records(line).tell("ready", pid=os.getpid())
        if (task := Task.receive(line)) is not None:
            _keep(line, task, Path(mkdtemp(dir=folder)))
    except BaseException:
        Records(line).tell("broken", text=format_exc())
    finally:
        os._exit(0)


def _keep(line: socket.socket, task: Task, folder: Path) -> None:
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        us = os.getpid()
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(woken)
            os.close(wake)
            _judge(line, task, folder, us)
        returncode = _wait(line, woken, pid)
        descendants.end(pid)
        words = last_words(folder, returncode)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Records(line).tell("exit", **words)


def _judge(line: socket.socket, task: Task, folder: Path, keeper: int) -> NoReturn:
    """The fork that runs the submission. Never returns."""
    try:
        os.setsid()
        descendants.die_with(keeper)
        child.judge(line, task, folder)
    finally:
        os._exit(STUMBLED)


def _wait(line: socket.socket, woken: int, pid: int) -> int:
    """The return code of the child when it has ended; it is made to when the line ends."""
    watched: list[int] = [line.fileno(), woken]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if woken in ready:
            os.read(woken, 4096)
        if line.fileno() in ready and not _open(line):
            watched.remove(line.fileno())
            os.kill(pid, signal.SIGKILL)
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)


def _open(line: socket.socket) -> bool:
    try:
        return bool(line.recv(1))
    except OSError:
        return False
