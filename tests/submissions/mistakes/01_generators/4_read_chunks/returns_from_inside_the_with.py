# caught by: test_exact_content_for_any_size
# learner reads: Leaving a `with` closes it, also by `return`.
# seen in the wild: `with open(...) as f: return StreamingResponse(f)`

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    with path.open("rb") as picture:
        return iter(lambda: picture.read(size), b"")
