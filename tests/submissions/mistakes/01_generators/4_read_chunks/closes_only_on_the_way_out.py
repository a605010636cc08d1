# caught by: test_closed_at_the_end
# learner reads: it was left to the garbage collector

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    try:
        while chunk := picture.read(size):
            yield chunk
    except BaseException:
        picture.close()
        raise
