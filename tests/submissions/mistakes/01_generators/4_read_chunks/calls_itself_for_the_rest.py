# caught by: test_exact_content_for_any_size
# learner reads: RecursionError

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024, start: int = 0) -> Iterator[bytes]:
    with path.open("rb") as picture:
        picture.seek(start)
        chunk = picture.read(size)
    if chunk:
        yield chunk
        yield from read_chunks(path, size, start + len(chunk))
