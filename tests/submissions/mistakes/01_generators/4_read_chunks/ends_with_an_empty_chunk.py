# caught by: test_exact_content_for_any_size
# learner reads: An empty chunk came at the end

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while True:
            chunk = picture.read(size)
            yield chunk
            if len(chunk) < size:
                return
