# caught by: test_closed_when_abandoned
# learner reads: read one chunk of four, then called `close()`

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    if first := picture.read(size):
        yield first
    try:
        while chunk := picture.read(size):
            yield chunk
    finally:
        picture.close()
