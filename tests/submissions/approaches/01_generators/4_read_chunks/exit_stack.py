# approach: an ExitStack holds the file

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with ExitStack() as stack:
        picture = stack.enter_context(path.open("rb"))
        while chunk := picture.read(size):
            yield chunk
