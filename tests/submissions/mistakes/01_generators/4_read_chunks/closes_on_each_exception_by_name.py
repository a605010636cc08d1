# caught by: test_closed_when_the_reader_fails
# learner reads: threw in what is no Exception

from collections.abc import Iterator
from pathlib import Path


def read_chunks(path: Path, size: int = 64 * 1024) -> Iterator[bytes]:
    picture = path.open("rb")
    try:
        while chunk := picture.read(size):
            yield chunk
    except (Exception, GeneratorExit):
        picture.close()
        raise
    picture.close()
