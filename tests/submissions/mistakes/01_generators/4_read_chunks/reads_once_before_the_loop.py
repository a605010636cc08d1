# caught by: test_exact_content_for_any_size
# learner reads: The first chunk came again and again.

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        chunk = picture.read(size)
        while chunk:
            yield chunk
