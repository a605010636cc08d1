# approach: no buffer between the file and the chunks

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as picture:
        while chunk := picture.read(size):
            yield chunk
