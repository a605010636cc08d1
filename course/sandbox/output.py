"""What a submission prints: real descriptors, a real file, and streams like those that Python itself makes."""

import os
import sys
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from os import dup2, fstat, ftruncate, lseek, read  # Kept: a submission may put something else in their places.
from pathlib import Path

SHOWN = 20_000  # bytes that one verdict carries
HIGH = 200  # descriptors of ours begin here


def high(descriptor: int) -> int:
    """The same file under a high number: a submission finds its own descriptors where they are in any program."""
    try:
        from fcntl import F_DUPFD_CLOEXEC, fcntl

        kept: int = fcntl(descriptor, F_DUPFD_CLOEXEC, HIGH)
    except (ImportError, OSError):  # Windows, or fewer descriptors are allowed.
        return descriptor
    os.close(descriptor)
    return kept


class Output:
    """The standard streams of the process, new for each criterion: nobody inherits what another one closed."""

    def __init__(self, path: Path) -> None:
        self._nothing = high(os.open(os.devnull, os.O_RDONLY))
        self._file = high(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
        self._streams: list[TextIOWrapper] = []

    def begin(self) -> None:
        """Empty input, and nothing printed so far."""
        self._flush()
        ftruncate(self._file, 0)
        for source, target in ((self._nothing, 0), (self._file, 1), (self._file, 2)):
            dup2(source, target)
        sys.stdin = sys.__stdin__ = _reads(0, "<stdin>")  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = _writes(1, "<stdout>", "strict")  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _writes(2, "<stderr>", "backslashreplace")  # type: ignore[misc]
        self._streams = [sys.stdout, sys.stderr]

    def text(self) -> str:
        """What was printed since `begin`, as far as it is shown."""
        self._flush()
        size = fstat(self._file).st_size
        lseek(self._file, 0, os.SEEK_SET)
        text = read(self._file, SHOWN).decode("utf-8", "replace")
        return text if size <= SHOWN else f"{text}\n… and {size - SHOWN} bytes more"

    def _flush(self) -> None:
        for stream in (*self._streams, sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:  # Closed, detached, or something of the submission's own.
                pass


def _reads(descriptor: int, name: str) -> TextIOWrapper:
    return TextIOWrapper(BufferedReader(_raw(descriptor, "r", name)), encoding="utf-8")


def _writes(descriptor: int, name: str, errors: str) -> TextIOWrapper:
    """As on a terminal, a line is written when it is complete: a crash loses less."""
    raw = BufferedWriter(_raw(descriptor, "w", name))
    return TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=True)


def _raw(descriptor: int, mode: str, name: str) -> FileIO:
    raw = FileIO(descriptor, mode, closefd=False)  # As Python does it: closing the stream leaves the descriptor open.
    raw.name = name
    return raw
