# approach: an error of the disk reaches the reader as one that names the picture

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        while True:
            try:
                chunk = picture.read(size)
            except OSError as error:
                raise RuntimeError(f"{path.name} cannot be read") from error
            if not chunk:
                return
            yield chunk
