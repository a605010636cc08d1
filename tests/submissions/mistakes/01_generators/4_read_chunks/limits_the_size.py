# caught by: test_exact_content_for_any_size
# learner reads: chunks of 2,097,152

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    size = min(size, 2**20)
    with path.open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
