"""01.4: a file in chunks, closed whichever way the reading ends."""

import io
import itertools
import random
from pathlib import Path

from course.grader import Exercise, criterion, expect

SHIPPED_STUB_FAILS = "test_exact_content_for_any_size"

MIB = 1024 * 1024
COLLECTOR = "Nobody closed the file: it was left to the garbage collector, which may come late or not at all."


LINES = "Iterating over a file gives lines, however long or short they are."
TEXT = "A picture is no text: opened as text, its bytes are decoded on the way, and not every byte can be."
RETURNED = "A `return` leaves the `with`, and that closes the file: the first chunk comes too late."
CLOSED_EARLY = "The file was closed after the first chunk: what closes it belongs after the loop, not in it."
EMPTY = "An empty chunk came at the end: read until nothing comes, and do not yield the empty one."
NUMBERS = "Going through bytes gives numbers, one for each byte: `yield` the chunk itself."
SAME = "The first chunk came again and again: a `read` before the loop is asked once. Read in every turn."
EVERY_OTHER = "Every other chunk is missing: each `read` takes one, also the `read` whose result nobody keeps."
AHEAD = "While the reader has one chunk, you hold the next: read a chunk when it is asked for."
HIDDEN = "Your generator ended as if all were well: whoever threw the error in never hears of it again."
UNSTARTED = "A generator that was never started has no `finally` to run: open the file inside it, not before."


def picture(ex: Exercise, size: int) -> tuple[Path, bytes]:
    """A file of that many random bytes, with line ends and bytes that are no text."""
    content = random.Random(size).randbytes(size)
    path = ex.folder / f"radar-{size}.bin"
    path.write_bytes(content)
    return path, content


def sizes(chunks: list[object]) -> str:
    """In words: a chunk that is not bytes is shown as what it is."""
    said = [
        str(len(chunk))
        if isinstance(chunk, bytes | bytearray | memoryview)
        else f"the {type(chunk).__name__} {chunk!r}"
        for chunk in chunks[:8]
    ]
    return ("sizes " + ", ".join(said) + (", …" if len(chunks) > 8 else "")) if chunks else "no chunks"


def difference(chunks: list[object], wanted: list[bytes]) -> str | None:
    """The first chunk that is not as it should be."""
    for number, (chunk, right) in enumerate(itertools.zip_longest(chunks, wanted), start=1):
        if chunk is None:
            return f"chunk {number} is missing"
        if right is None:
            return f"chunk {number} is one too many"
        if not isinstance(chunk, bytes | bytearray | memoryview) or len(chunk) != len(right):
            return f"chunk {number} is the first that differs"
    return None


def reason(chunks: list[object], wanted: list[bytes]) -> str | None:
    if chunks[:1] and isinstance(chunks[0], int):
        return NUMBERS
    if len(chunks) > len(wanted) > 1 and all(chunk == wanted[0] for chunk in chunks):
        return SAME
    if len(wanted) > 1 and [chunk for chunk in chunks if chunk] == wanted[1::2]:
        return EVERY_OTHER
    if chunks[-1:] == [b""]:
        return EMPTY
    return LINES if chunks == list(io.BytesIO(b"".join(wanted))) else None


@criterion
def test_exact_content_for_any_size(ex: Exercise) -> None:
    """The chunks are the file, byte for byte, and all but the last have `size` bytes."""
    for length, size in ((1000, 300), (900, 300), (60, 1), (1000, 5000), (100_000, 4096), (0, 300)):
        path, content = picture(ex, length)
        client = ex.drain(ex.read_chunks(path, size), window=length + 2)
        chunks = client.values
        did = f"read a file of {length:,} bytes in chunks of {size:,}"
        error = client.error or ""
        why = TEXT if "UnicodeDecodeError" in error else None
        if "closed file" in error:
            why = CLOSED_EARLY if chunks else RETURNED
        expect(client, why=why, did=did).no_error()
        wanted = [content[start : start + size] for start in range(0, length, size)]
        wrong = difference(chunks, wanted)
        expect.that(
            wrong is None,
            expected=sizes(wanted),
            observed=f"{sizes(chunks)}: {wrong}",
            why=reason(chunks, wanted),
            did=did,
        )
        expect(b"".join(chunks) == content, "the chunks put together are the file", did=did).equals(True)


@criterion(needs=test_exact_content_for_any_size)
def test_memory_stays_flat(ex: Exercise) -> None:
    """No more than one chunk is held at a time, however big the file."""
    path, _ = picture(ex, 8 * MIB)
    with ex.memory() as memory:
        for _ in ex.read_chunks(path, 64 * 1024):
            pass
    expect(
        memory.peak,
        "the most memory held at one time, in bytes",
        why="The whole file was in memory at once." if memory.peak > 7 * MIB else None,
        did="read 8 MiB in chunks of 64 KiB",
    ).at_most(MIB)

    client = ex.drain(ex.read_chunks(path, MIB), window=0)
    client.read(1)
    read = max((opened.position for opened in ex.open_files(path)), default=0)
    client.leave()
    expect.that(
        read < 2 * MIB,  # Python's own buffer may be ahead by less than a chunk.
        expected="the file read as far as the end of that chunk, 1 MiB",
        observed=f"{read / MIB:.3g} MiB of it read",
        why=AHEAD if read == 2 * MIB else None,
        did="asked for the first chunk of 1 MiB",
    )


@criterion(needs=test_exact_content_for_any_size)
def test_closed_at_the_end(ex: Exercise) -> None:
    """The file is closed when it has been read to the end."""
    path, _ = picture(ex, 1000)
    client = ex.drain(ex.read_chunks(path, 300))
    expect(client).ended()
    closed(ex, path, did="read all chunks")


@criterion(needs=test_closed_at_the_end)
def test_closed_when_abandoned(ex: Exercise) -> None:
    """The file is closed when the reader stops early and closes the stream."""
    path, _ = picture(ex, 1000)
    client = ex.drain(ex.read_chunks(path, 300), window=0)
    client.read(2)
    client.leave()
    closed(ex, path, did="read two chunks of four, then called `close()`")


@criterion(needs=test_closed_when_abandoned)
def test_closed_before_the_first_chunk(ex: Exercise) -> None:
    """A stream that is closed before its first chunk leaves no file open."""
    path, _ = picture(ex, 1000)
    ex.drain(ex.read_chunks(path, 300), window=0).leave()
    closed(ex, path, UNSTARTED, did="called `read_chunks`, then `close()`, and read nothing")


@criterion(needs=test_closed_when_abandoned)
def test_closed_when_the_reader_fails(ex: Exercise) -> None:
    """The file is closed when the reader fails, and the reader's error is not swallowed."""
    for error in (RuntimeError("no room on the screen"), OSError("no room on the disk")):
        path, _ = picture(ex, 1000)
        client = ex.drain(ex.read_chunks(path, 300), window=0)
        client.read(2)
        client.throw(error)
        did = f"read two chunks of four, then threw {type(error).__name__} in at the `yield`, with `throw()`"
        why = None if client.error else HIDDEN
        expect(client.error or "no error", "what the reader gets back", why=why, did=did).contains(str(error))
        closed(ex, path, did=did)


def closed(ex: Exercise, path: Path, why: str = COLLECTOR, *, did: str) -> None:
    expect(len(ex.open_files(path)), f"open handles on {path.name}", why=why, did=did).equals(0)
    expect(ex, why=why, did=did).left_nothing_behind()
