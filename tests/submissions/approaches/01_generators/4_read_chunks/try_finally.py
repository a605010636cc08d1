# approach: try and finally instead of with

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    try:
        while True:
            chunk = picture.read(size)
            if not chunk:
                break
            yield chunk
    finally:
        picture.close()
