"""
01.4 · Read chunks (core, 15 min)

Skylark's radar pictures are big files. Hand one over in chunks of `size` bytes; only the last may be
shorter, and none is empty. Read each chunk only when it is asked for. Your reader may call `close()`
or `throw()` in the middle, and the disk may fail: the file is closed at once in every case, by you,
and an error goes on to the reader.

Read: lesson 01, "Who closes the file".      Check: course check 01.4
"""

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    # TODO: one chunk at a time, and close the file however the reading ends.
    picture = path.open("rb")
    yield picture.read()
