# approach: a Generator of its own, with `send`, `throw` and `close`

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO


class Chunks(Generator):
    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self.picture: BinaryIO | None = None

    def send(self, value: None) -> bytes:
        if self.picture is None:
            self.picture = self.path.open("rb")
        try:
            chunk = b"" if self.picture.closed else self.picture.read(self.size)
        except OSError as error:
            self.throw(error)
        if not chunk:
            self.picture.close()
            raise StopIteration
        return chunk

    def throw(self, kind, value=None, trace=None) -> None:
        if self.picture is not None:
            self.picture.close()
        super().throw(kind, value, trace)


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    return Chunks(path, size)
