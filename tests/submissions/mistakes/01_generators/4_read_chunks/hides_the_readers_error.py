# caught by: test_closed_when_the_reader_fails
# learner reads: Your generator ended as if all were well
# seen in the wild: `except Exception: pass` around a yield

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    try:
        with path.open("rb") as picture:
            while chunk := picture.read(size):
                yield chunk
    except Exception:
        return
