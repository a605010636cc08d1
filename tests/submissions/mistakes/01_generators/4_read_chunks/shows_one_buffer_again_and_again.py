# caught by: test_exact_content_for_any_size
# learner reads: A memoryview is a window on a buffer

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    buffer = bytearray(size)
    with path.open("rb") as picture:
        while count := picture.readinto(buffer):
            yield memoryview(buffer)[:count]
