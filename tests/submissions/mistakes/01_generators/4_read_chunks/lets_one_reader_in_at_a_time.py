# caught by: test_two_readers_do_not_mix
# learner reads: three read in turn

import threading
from collections.abc import Iterator
from pathlib import Path

one_at_a_time = threading.Lock()


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with one_at_a_time, path.open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
