# caught by: test_memory_stays_flat
# learner reads: While the reader has one chunk, you hold the next
# seen in the wild: read-ahead loops that look for the end

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        following = picture.read(size)
        while following:
            chunk, following = following, picture.read(size)
            yield chunk
