"""Who reads the files below a folder: where, and how far. By cause, not by how long it took."""

import builtins
import gzip
import io
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from waterclock.lab import Lab

from course.grader.stand_in import on_the_loop


class FileReads:
    """What was done with files that were opened with `open(…, "rb")`, `Path.open("rb")`, or by a GzipFile."""

    def __init__(self) -> None:
        self.count = 0
        """How many reads reached the disk."""
        self.on_the_loop = 0
        """How many of them held up the event loop."""
        self.furthest = 0
        """How many bytes into a file anybody came, also when that file has been closed since."""
        self.unpacked_on_the_loop = 0
        """How often a `zlib.decompressobj` worked on the event loop."""


@contextmanager
def file_reads(lab: Lab, folder: Path, takes: float = 0.0) -> Iterator[FileReads]:
    """
    Watches the files below `folder` that are opened from here on. `takes`: seconds for opening one, and for each read
    of a GzipFile.
    """
    found, opened, unpacker, unpacked = FileReads(), builtins.open, zlib.decompressobj, gzip.GzipFile.read
    _ = lab.session  # It has its own eye on files, and has to be open before.

    class Watched(io.FileIO):
        def readinto(self, buffer: Any) -> Any:
            return self._seen(super().readinto(buffer))

        def readall(self) -> Any:
            return self._seen(super().readall())

        def _seen(self, result: Any) -> Any:
            found.count += 1
            found.on_the_loop += on_the_loop()
            found.furthest = max(found.furthest, self.tell())
            return result

    def watched_open(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **options: Any) -> Any:
        if mode != "rb" or isinstance(file, int) or folder not in Path(os.fsdecode(file)).resolve().parents:
            return opened(file, mode, buffering, *rest, **options)
        raw = Watched(os.fspath(file))
        time.sleep(takes)
        return io.BufferedReader(raw) if buffering else raw

    def read(file: Any, *arguments: Any) -> bytes:
        time.sleep(takes)  # Before it takes the file's own lock, which a `close` would wait for.
        return unpacked(file, *arguments)

    class Unpacker:
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._real = unpacker(*arguments, **options)

        def decompress(self, *arguments: Any) -> bytes:
            found.unpacked_on_the_loop += on_the_loop()
            return self._real.decompress(*arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    with ExitStack() as patches:
        for place, name, stand_in in (
            (builtins, "open", watched_open),
            (io, "open", watched_open),
            (zlib, "decompressobj", Unpacker),
            (gzip.GzipFile, "read", read),
        ):
            patches.enter_context(patch.object(place, name, stand_in))
        yield found
