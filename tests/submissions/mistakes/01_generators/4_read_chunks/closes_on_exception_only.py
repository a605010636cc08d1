# caught by: test_closed_when_abandoned
# learner reads: it was left to the garbage collector
# seen in the wild: `except Exception` that is meant to catch a reader who leaves

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    try:
        while chunk := picture.read(size):
            yield chunk
    except Exception:
        picture.close()
        raise
    picture.close()
