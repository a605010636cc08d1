# caught by: test_closed_before_the_first_chunk
# learner reads: A generator that was never started has no `finally` to run

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")

    def chunks() -> Iterator[bytes]:
        with picture:
            while chunk := picture.read(size):
                yield chunk

    return chunks()
