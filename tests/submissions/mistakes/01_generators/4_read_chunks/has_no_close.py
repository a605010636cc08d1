# caught by: test_closed_when_abandoned
# learner reads: What you gave away has no `close()`

from collections.abc import Iterator
from pathlib import Path


class Chunks:
    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self.picture = None

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        if self.picture is None:
            self.picture = self.path.open("rb")
        chunk = b"" if self.picture.closed else self.picture.read(self.size)
        if not chunk:
            self.picture.close()
            raise StopIteration
        return chunk


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    return Chunks(path, size)
