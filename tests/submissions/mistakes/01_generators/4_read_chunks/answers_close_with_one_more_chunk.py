# caught by: test_closed_when_abandoned
# learner reads: At `close()` your generator gave one more chunk instead of ending.

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        try:
            while chunk := picture.read(size):
                yield chunk
        except GeneratorExit:
            yield picture.read(size)  # The reader may want it after all.
            raise
