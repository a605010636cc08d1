# caught by: test_closed_at_the_end
# learner reads: open handles on radar-1.bin: 0 1

import os
from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    with open(descriptor, "rb", closefd=False) as picture:
        while chunk := picture.read(size):
            yield chunk
