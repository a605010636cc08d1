# caught by: test_closed_when_the_disk_fails
# learner reads: read a picture that is not there

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
