# caught by: test_closed_when_the_reader_fails
# learner reads: and the next chunk came in its place

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while chunk := picture.read(size):
            try:
                yield chunk
            except Exception:
                continue
