# caught by: test_closed_when_the_reader_fails
# learner reads: Your generator ended as if all were well
# seen in the wild: `except ValueError`, against "read of closed file"

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        try:
            while chunk := picture.read(size):
                yield chunk
        except ValueError:
            pass
