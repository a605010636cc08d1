# caught by: test_exact_content_for_any_size
# learner reads: A picture is no text: somewhere its bytes are decoded

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open(encoding="utf-8") as picture:
        while chunk := picture.read(size):
            yield chunk.encode()
