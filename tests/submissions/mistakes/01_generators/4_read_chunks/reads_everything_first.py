# caught by: test_memory_stays_flat
# learner reads: The whole file was in memory at once.
# seen in the wild: f.read() and then slices

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    content = path.read_bytes()
    for start in range(0, len(content), size):
        yield content[start : start + size]
