# caught by: test_closed_at_the_end
# learner reads: read all chunks, in a loop

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
        if chunk := self.picture.read(self.size):
            return chunk
        raise StopIteration

    def throw(self, error: BaseException) -> bytes:
        self.close()
        raise error

    def close(self) -> None:
        if self.picture is not None:
            self.picture.close()


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    return Chunks(path, size)
