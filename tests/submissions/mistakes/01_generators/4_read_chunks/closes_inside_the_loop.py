# caught by: test_exact_content_for_any_size
# learner reads: The file was closed while chunks were still to come

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    while chunk := picture.read(size):
        try:
            yield chunk
        finally:
            picture.close()
