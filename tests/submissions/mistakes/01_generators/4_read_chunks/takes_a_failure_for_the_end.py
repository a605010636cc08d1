# caught by: test_closed_when_the_disk_fails
# learner reads: your stream ended as if it were complete

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while True:
            try:
                chunk = picture.read(size)
            except OSError:
                return
            if not chunk:
                return
            yield chunk
