# approach: `iter` with a sentinel and `yield from`

from collections.abc import Iterator
from functools import partial
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        yield from iter(partial(picture.read, size), b"")
