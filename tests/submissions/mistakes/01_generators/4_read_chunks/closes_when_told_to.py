# caught by: test_closed_when_the_reader_fails
# learner reads: it was left to the garbage collector

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    try:
        while chunk := picture.read(size):
            yield chunk
    except GeneratorExit:
        picture.close()
        raise
    picture.close()
