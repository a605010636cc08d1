# caught by: test_exact_content_for_any_size
# learner reads: its path is relative to the working directory

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with (Path(__file__).parent / path).open("rb") as picture:
        while chunk := picture.read(size):
            yield chunk
