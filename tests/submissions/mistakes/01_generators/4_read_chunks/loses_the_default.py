# caught by: test_exact_content_for_any_size
# learner reads: missing a required argument: 'size'

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
