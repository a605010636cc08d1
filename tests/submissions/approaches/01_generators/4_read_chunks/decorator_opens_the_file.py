# approach: a decorator opens the file and closes it

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path


def with_picture(read: Callable) -> Callable:
    @wraps(read)
    def opened(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
        with path.open("rb") as picture:
            yield from read(picture, size)

    return opened


@with_picture
def read_chunks(picture, size: int) -> Iterator[bytes]:
    while chunk := picture.read(size):
        yield chunk
