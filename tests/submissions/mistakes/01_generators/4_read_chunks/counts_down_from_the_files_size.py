# caught by: test_exact_content_for_any_size
# learner reads: meanwhile it was cut off

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        for _ in range(0, path.stat().st_size, size):
            yield picture.read(size)
