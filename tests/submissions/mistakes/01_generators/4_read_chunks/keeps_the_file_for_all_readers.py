# caught by: test_two_readers_do_not_mix
# learner reads: three read in turn

from collections.abc import Iterator
from pathlib import Path

picture = None


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    global picture
    with path.open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
