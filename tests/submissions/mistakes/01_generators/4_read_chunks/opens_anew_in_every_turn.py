# caught by: test_exact_content_for_any_size
# learner reads: a file that is opened anew begins at its start.

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    while True:
        with path.open("rb") as picture:
            chunk = picture.read(size)
        if not chunk:
            return
        yield chunk
