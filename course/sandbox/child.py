"""
The process that runs what a learner wrote: one submission, and nothing else.

It is a fork of the warm process (`course.sandbox.keeper`), or, where there is no fork, a process of its own: then
`python -m course.sandbox.child` imports what it needs and waits for its task.
"""

import faulthandler
import importlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from errno import EBADF
from io import FileIO
from os import _exit, getpid, write  # Kept: a submission may put something else in their places.
from pathlib import Path
from traceback import format_exc
from typing import Any, NoReturn

from course.sandbox.bounds import bounded
from course.sandbox.death import CLOSED, NOTED_EXIT, STUMBLED
from course.sandbox.limits import COMPUTED
from course.sandbox.output import Output, high
from course.sandbox.records import Records
from course.sandbox.task import Task

USUAL: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL, "SIGQUIT": signal.SIG_DFL}


# What nearly every submission imports, or has imported when it first runs a loop or a server. It is most of the time
# that a verdict takes; and what is here already is not imported by two threads at once, one of them a loop's.
IMPORTS = (
    "course.grader", "fastapi.responses", "httpx2", "pydantic.v1", "anyio._backends._asyncio", "encodings.idna",
    "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
)  # fmt: skip


def warm_up() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic.v1 warns of newer Pythons.
        for name in IMPORTS:
            importlib.import_module(name)
        with suppress(ImportError):  # Not on Windows.
            importlib.import_module("uvicorn.loops.uvloop")
    for name, handler in USUAL.items():  # Whoever started the course may ignore them: nohup, or a shell's `&`.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


def judge(line: socket.socket, task: Task, folder: Path) -> NoReturn:
    """
    Judge, tell every verdict over the line, and end the process.

    `folder/output` gets what the submission prints, `folder/stack` the lines it was in when it crashed or hung,
    `folder/temporary` its temporary files.
    """
    try:
        line = _kept(line)
        records = Records(line)
        stack = FileIO(high(os.open(folder / "stack", os.O_WRONLY | os.O_CREAT, 0o600)), "w")
        output = Output(folder / "output")
        output.begin()
        (folder / "temporary").mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "temporary")
        faulthandler.enable(file=stack)
        if COMPUTED is not None:
            signal.signal(COMPUTED, signal.SIG_DFL)
            faulthandler.register(COMPUTED, file=stack, chain=True)  # Where it was, and then its end.
        _note_exits(stack)
        task.limits.apply()
        _judge(task, records, output, stack)
        records.tell("end")
        _exit(0)  # Threads that the submission left behind must not hold the process.
    except OSError as error:
        _exit(CLOSED if error.errno == EBADF else STUMBLED)
    except BaseException as error:
        write(2, f"\n{error.__class__.__name__}: {error}".encode("utf-8", "replace"))
    finally:
        _exit(STUMBLED)


def _judge(task: Task, records: Records, output: Output, stack: FileIO) -> None:
    from waterclock.errors import one_line

    from course.grader import BrokenGrader, Judgement
    from course.loading import given

    try:
        if task.text is not None:
            given(task.path, task.text)
        judgement = Judgement(task.entry, task.path, passed=task.passed)
    except Exception:  # A fault of the course: nothing of the learner's has run yet.
        records.tell("broken", text=format_exc())
        return
    for criterion in judgement.criteria:
        if criterion.name not in task.only:
            continue
        records.tell("criterion", criterion=criterion.name)
        if criterion.live and not task.live:
            left_out = judgement.leave_out(criterion, "it needs a real server, which was left out")
            records.tell("verdict", verdict=left_out.to_json())
            continue
        patience = task.limits.live_seconds if criterion.live else task.limits.seconds
        output.begin()
        task.limits.begin(patience)
        faulthandler.dump_traceback_later(patience * task.limits.idle, exit=True, file=stack)
        try:
            verdict = bounded(judgement.check(criterion))
        except Exception as error:  # The grader, or the judge, over something that the submission did.
            faulthandler.cancel_dump_traceback_later()
            text = str(error) if isinstance(error, BrokenGrader) else one_line(error)
            records.tell("stumbled", criterion=criterion.name, text=text)
            continue
        printed = output.text()
        faulthandler.cancel_dump_traceback_later()
        records.tell("verdict", verdict={**verdict.to_json(), "output": printed})


def _note_exits(stack: FileIO) -> None:
    """`os._exit` ends the process as ever, and leaves a note of the line that called it."""
    us, dump = getpid(), faulthandler.dump_traceback

    def noted(status: int) -> NoReturn:
        if getpid() == us:
            stack.write(NOTED_EXIT)
            dump(file=stack, all_threads=False)
        _exit(status)

    os._exit = noted


def _kept(line: socket.socket) -> socket.socket:
    """The line under a number of its own, out of the way of a submission that counts or closes descriptors."""
    if os.name != "posix":
        return line
    return socket.socket(fileno=high(line.detach()))


def main() -> None:
    """A process without a fork: the line comes by standard input, the folder by name."""
    line = socket.socket(fileno=os.dup(0)) if os.name == "posix" else _shared()
    warm_up()
    Records(line).tell("ready", pid=os.getpid())
    task, folder = Task.receive(line), Path(sys.argv[1])
    if task is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    listening = line.dup()
    threading.Thread(target=_end_with, args=(listening, folder), name="course: end with parent", daemon=True).start()
    judge(line, task, folder)


def _end_with(line: socket.socket, folder: Path) -> None:
    """End, and clear up, when the parent does: it is the one that waits for our end as a rule."""
    try:
        while line.recv(1):
            pass
    except OSError:
        pass
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        _exit(1)


def _shared() -> socket.socket:
    """Windows hands a socket on as bytes."""
    share: bytes = sys.stdin.buffer.read()
    shared: socket.socket = socket.fromshare(share)  # type: ignore[attr-defined,unused-ignore]
    return shared


if __name__ == "__main__":
    main()
