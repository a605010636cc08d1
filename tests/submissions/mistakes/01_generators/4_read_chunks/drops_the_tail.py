# caught by: test_exact_content_for_any_size
# learner reads: chunk 4 is missing

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while len(chunk := picture.read(size)) == size:
            yield chunk
