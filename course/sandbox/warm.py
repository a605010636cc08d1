"""
The warm process: `python -m course.sandbox.warm`. It imports what judging needs, once, and forks.

Its standard input is a socket. Each byte that comes over it brings another socket along: the line to one submission's
keeper (`course.sandbox.keeper`), which is forked at once. It ends when the socket does, and leaves nothing behind. It
has one thread and runs nothing of a learner's, so that every fork begins in the same state.
"""

import gc
import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from course.sandbox import descendants
from course.sandbox.child import warm_up
from course.sandbox.keeper import keep


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    descendants.adopt()
    warm_up()
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        _serve(control, Path(folder))
    descendants.end()


def _serve(control: socket.socket, folder: Path) -> None:
    gc.collect()
    gc.freeze()  # What is here now stays: collecting in a fork need not look at it, and so does not copy its pages.
    keepers: set[int] = set()
    while (line := _next(control)) is not None:
        if (pid := os.fork()) == 0:
            control.close()
            keep(line, folder)
        line.close()
        keepers.add(pid)
        keepers -= descendants.reaped()
    for pid in keepers:
        os.waitpid(pid, 0)  # Their own lines have ended too.


def _next(control: socket.socket) -> socket.socket | None:
    """The next submission's line; None at the end."""
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if not descriptors:
        return None
    os.set_inheritable(descriptors[0], False)
    return socket.socket(fileno=descriptors[0])


if __name__ == "__main__":
    main()
