# approach: opens the file anew for each chunk, and is never holding it at a yield

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    offset = 0
    while True:
        with path.open("rb") as picture:
            picture.seek(offset)
            chunk = picture.read(size)
        if not chunk:
            return
        yield chunk
        offset += len(chunk)
