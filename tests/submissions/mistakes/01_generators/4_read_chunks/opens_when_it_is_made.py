# caught by: test_closed_before_the_first_chunk
# learner reads: and read nothing open handles on radar-1.bin: 0 1

from collections.abc import Iterator
from pathlib import Path


class Chunks:
    def __init__(self, path: Path, size: int) -> None:
        self.picture, self.size = path.open("rb"), size
        self.chunks = self.each()

    def each(self) -> Iterator[bytes]:
        with self.picture:
            while chunk := self.picture.read(self.size):
                yield chunk

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        return next(self.chunks)

    def throw(self, error: BaseException) -> bytes:
        return self.chunks.throw(error)

    def close(self) -> None:
        self.chunks.close()


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    return Chunks(path, size)
