# approach: the last chunk is known by its size, and leaves when the file is closed already

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while len(chunk := picture.read(size)) == size:
            yield chunk
    if chunk:
        yield chunk
