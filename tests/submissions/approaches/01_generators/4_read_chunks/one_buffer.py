# approach: one buffer, filled again and again

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    buffer = bytearray(size)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as picture:
        while count := picture.readinto(buffer):
            yield bytes(view[:count])
