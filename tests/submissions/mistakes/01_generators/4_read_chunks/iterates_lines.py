# caught by: test_exact_content_for_any_size
# learner reads: Iterating over a file gives lines, however long or short they are.
# seen in the wild: StreamingResponse(open(path, "rb"))

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        yield from picture
