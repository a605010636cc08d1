# caught by: test_closed_when_the_disk_fails
# learner reads: it was left to the garbage collector

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    while chunk := picture.read(size):
        try:
            yield chunk
        except BaseException:
            picture.close()
            raise
    picture.close()
