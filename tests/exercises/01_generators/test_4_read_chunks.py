"""01.4: a file in chunks, closed whichever way the reading ends."""

import builtins
import contextlib
import errno
import gc
import inspect
import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from waterclock.lab import Reader

from course.grader import Exercise, criterion, expect, matching

SHIPPED_STUB_FAILS = "test_exact_content_for_any_size"

MIB = 1024 * 1024
DEFAULT = 64 * 1024

LINES = "Iterating over a file gives lines, however long or short they are."
RETURNED = "The file was closed before its first chunk was read. Leaving a `with` closes it, also by `return`."
CLOSED_EARLY = "The file was closed while chunks were still to come: what closes it belongs around the whole loop."
EMPTY = "An empty chunk came at the end: read until nothing comes, and do not yield the empty one."
NUMBERS = "Going through bytes gives numbers, one for each byte: `yield` the chunk itself."
SAME = (
    "The first chunk came again and again. A `read` before the loop is asked once, and a file that is opened anew "
    "begins at its start."
)
EVERY_OTHER = "Every other chunk is missing: each `read` takes one, also the `read` whose result nobody keeps."
WINDOW = (
    "A memoryview is a window on a buffer: fill that again, and each chunk that was handed over shows the new bytes."
)
WHOLE = "The whole file was in memory at once."
AHEAD = "While the reader has one chunk, you hold the next: read a chunk when it is asked for."
COLLECTOR = "Nobody closed the file: it was left to the garbage collector, which may come late or not at all."
NO_CLOSE = "What you gave away has no `close()`, so its reader cannot close it: a generator has one."
UNSTARTED = "A generator that was never started has no `finally` to run: open the file inside it, not before."
HIDDEN = "Your generator ended as if all were well: whoever threw the error in never hears of it again."
WENT_ON = "The error was swallowed, and the next chunk came in its place: whoever threw it in never hears of it again."
CUT_SHORT = "The disk failed, and your stream ended as if it were complete: the reader takes a part for the whole."
ERRORS = {
    "UnicodeDecodeError": "A picture is no text: somewhere its bytes are decoded, and not every byte can be. A file "
    'that was opened with `"rb"` hands them over as they are.',
    "ignored GeneratorExit": "At `close()` your generator gave one more chunk instead of ending. `close()` raises "
    "GeneratorExit at the `yield`: let it pass, and let no other `yield` follow.",
}


def picture(ex: Exercise, size: int) -> tuple[Path, bytes]:
    """A file of that many random bytes; in the middle some that count for nothing in a text, or as a number."""
    content = bytearray(random.Random(size).randbytes(size))
    content[300:900] = (bytes(300) + b" \n" * 150)[: max(0, size - 300)]
    path = ex.folder / f"radar-{len(list(ex.folder.iterdir())) + 1}.bin"
    path.write_bytes(content)
    return path, bytes(content)


def sizes(chunks: list[Any]) -> str:
    """In words: a chunk that is not bytes is shown as what it is."""
    said = [str(len(each)) if is_bytes(each) else f"the {type(each).__name__} {each!r:.40}" for each in chunks[:8]]
    return ("sizes " + ", ".join(said) + (", …" if len(chunks) > 8 else "")) if chunks else "no chunks"


def is_bytes(chunk: Any) -> bool:
    return isinstance(chunk, bytes | bytearray | memoryview)


def difference(chunks: list[Any], wanted: list[bytes]) -> str | None:
    """The first chunk that is not as it should be."""
    for number, (chunk, right) in enumerate(itertools.zip_longest(chunks, wanted), start=1):
        if chunk is None:
            return f"chunk {number} is missing"
        if right is None:
            return f"chunk {number} is one too many"
        if not is_bytes(chunk) or len(chunk) != len(right):
            return f"chunk {number} is the first that differs"
        if chunk != right:
            return f"chunk {number} is the first with other bytes"
    return None


def reason(chunks: list[Any], wanted: list[bytes]) -> str | None:
    if chunks[:1] and isinstance(chunks[0], int):
        return NUMBERS
    if any(isinstance(chunk, memoryview) for chunk in chunks):
        return WINDOW
    if len(chunks) > len(wanted) > 1 and all(chunk == wanted[0] for chunk in chunks):
        return SAME
    if len(wanted) > 1 and [chunk for chunk in chunks if chunk] == wanted[1::2]:
        return EVERY_OTHER
    if chunks == [*wanted, b""]:
        return EMPTY
    return LINES if chunks == list(io.BytesIO(b"".join(wanted))) else None


@criterion
def test_exact_content_for_any_size(ex: Exercise) -> None:
    """The chunks are the file, byte for byte, and all but the last have `size` bytes."""
    pictures = ((1000, 300), (1200, 300), (60, 1), (1000, 5000), (0, 300), (3 * MIB, 2 * MIB), (2 * DEFAULT + 1, None))
    for length, size in pictures:
        path, content = picture(ex, length)
        stream = ex.read_chunks(path) if size is None else ex.read_chunks(path, size)
        chunked = "and left the size to you, 64 KiB" if size is None else f"in chunks of {size:,}"
        client = ex.drain(stream, window=length + 2, did=f"read a file of {length:,} bytes {chunked}")
        why = matching(client.error, ERRORS)
        if "closed file" in (client.error or ""):
            why = CLOSED_EARLY if client.items else RETURNED
        expect(client, why=why).no_error()
        size = size or DEFAULT
        wanted = [content[start : start + size] for start in range(0, length, size)]
        wrong = difference(client.values, wanted)
        expect.that(
            wrong is None,
            expected=sizes(wanted),
            observed=f"{sizes(client.values)}: {wrong}",
            why=reason(client.values, wanted),
        )

    path, content = picture(ex, 100_000)
    ex.did("read a file of 100,000 bytes in chunks of 64; its path is relative to the working directory")
    chunks = ex.lab.call(list, ex.read_chunks(Path(path.name), 64))
    wrong = difference(chunks, [content[start : start + 64] for start in range(0, 100_000, 64)])
    expect.that(wrong is None, expected="1,563 chunks", observed=f"{len(chunks):,} chunks: {wrong}")

    path, _ = picture(ex, 1000)
    did = "read a picture of 1,000 bytes in chunks of 300; meanwhile it was cut off behind the second"
    with failing_disk(ex, path, cut_off=True):
        client = ex.drain(ex.read_chunks(path, 300), window=0, did=did)
        client.read(9)
    expect.that(b"" not in client.values, expected="no empty chunk", observed=sizes(client.values), did=did)


@contextlib.contextmanager
def reading(ex: Exercise, path: Path, did: str, *, size: int = 300, closes: bool = True) -> Iterator[Reader]:
    """
    A reader of that file where nobody tidies up. Afterwards the file must be closed.

    Only what the learner's code closes is closed. What the garbage collector would have done is seen when it is back.
    `closes` False: a reader like a `for` loop, which never calls `close()`.
    """
    with ex.untidied():
        stream = ex.read_chunks(path, size)
        client = ex.drain(stream if closes else map(bytes, stream), window=0, did=did)
        yield client
        left = len(ex.open_files(path))

    def why() -> str | None:
        if client.state == "left" and not client.items:
            return UNSTARTED if inspect.isgenerator(stream) else None
        if client.state == "left" and not hasattr(stream, "close"):
            return NO_CLOSE
        gc.collect()
        return None if ex.open_files(path) else COLLECTOR

    expect(left, f"open handles on {path.name}", why=why, did=did).equals(0)
    expect(ex, did=did).left_nothing_behind()


@criterion(needs=test_exact_content_for_any_size)
def test_closed_at_the_end(ex: Exercise) -> None:
    """The file is closed when it has been read to the end."""
    path, _ = picture(ex, 1000)
    with reading(ex, path, did="read all chunks, in a loop", closes=False) as client:
        client.read(9)
        expect(client).ended()


@criterion(needs=test_closed_at_the_end)
def test_closed_when_abandoned(ex: Exercise) -> None:
    """The file is closed when the reader stops early and closes the stream."""
    path, _ = picture(ex, 1000)
    for count, said in ((2, "two chunks of four"), (1, "one chunk of four"), (4, "four chunks of four")):
        with reading(ex, path, did=f"read {said}, then called `close()`") as client:
            client.read(count)
            client.leave()
            expect(client, why=matching(client.error, ERRORS)).no_error()


@criterion(needs=test_closed_when_abandoned)
def test_closed_before_the_first_chunk(ex: Exercise) -> None:
    """A stream that is closed before its first chunk leaves no file open."""
    path, _ = picture(ex, 1000)
    with reading(ex, path, did="called `read_chunks`, then `close()`, and read nothing") as client:
        client.leave()


class Alarm(BaseException):
    """No Exception, as KeyboardInterrupt is none."""


@criterion(needs=test_closed_when_abandoned)
def test_closed_when_the_reader_fails(ex: Exercise) -> None:
    """The file is closed when the reader fails, and the reader's error is not swallowed."""
    path, _ = picture(ex, 1000)
    for count, kind in ((2, RuntimeError), (2, OSError), (2, ValueError), (1, RuntimeError)):
        did = f"read {count} of four chunks, then threw {kind.__name__} in at the `yield`, with `throw()`"
        with reading(ex, path, did=did) as client:
            client.read(count)
            client.throw(kind("no room on the screen"))
            why = HIDDEN if client.state == "ended" else WENT_ON if len(client.items) > count else None
            heard = client.error or "no error"
            expect(heard, "what the reader gets back", why=why, did=did).contains("no room on the screen")

    ex.did("read 2 of four chunks, then threw in what is no Exception, as KeyboardInterrupt is none")
    with ex.untidied():
        stream = iter(ex.read_chunks(path, 300))
        heard = ex.lab.call(what_comes_of_an_alarm, stream)
        left = len(ex.open_files(path))
    expect(heard, "what the reader gets back").equals("Alarm")
    expect(left, f"open handles on {path.name}").equals(0)


def what_comes_of_an_alarm(stream: Any) -> str:
    next(stream), next(stream)
    try:
        stream.throw(Alarm())
    except Alarm:
        return "Alarm"
    return "no error"


@criterion(needs=test_closed_when_abandoned)
def test_two_readers_do_not_mix(ex: Exercise) -> None:
    """Readers at once, and one who comes later, each get their own picture, and all files are closed."""
    (path, content), (small, small_content) = picture(ex, 1000), picture(ex, 700)
    did = "three read in turn, two of them the same picture, and the first stops early; this is the"
    with (
        reading(ex, path, f"{did} first") as first,
        reading(ex, path, f"{did} second") as second,
        reading(ex, small, f"{did} third, with another picture in other chunks", size=200) as third,
    ):
        for client in (first, second, third) * 2:
            client.read()
        for client in (first, second, third):  # None has to wait until another is through.
            expect(len(client.items), "how many chunks came", did=client.did).equals(2)
        first.leave()
        for client in (second, third):
            client.read(9)
    with reading(ex, path, "read a picture when others had been read") as late:
        late.read(9)
    whole = [content[start : start + 300] for start in range(0, 1000, 300)]
    other = [small_content[start : start + 200] for start in range(0, 700, 200)]
    for client, wanted in ((first, whole[:2]), (second, whole), (third, other), (late, whole)):
        expect(client).no_error()
        wrong = difference(client.values, wanted)
        expect.that(wrong is None, expected=sizes(wanted), observed=f"{sizes(client.values)}: {wrong}", did=client.did)


class FailingFile(io.FileIO):
    """A file on a disk that cannot read beyond the first 600 bytes; one that is cut off has its end there."""

    cut_off = False

    def readinto(self, buffer: Any) -> int:
        if self.tell() >= 600 and not self.cut_off:
            raise OSError(errno.EIO, "the disk failed")
        return super().readinto(memoryview(buffer)[: 600 - self.tell()]) or 0

    def read(self, size: int | None = -1) -> bytes:
        buffer = bytearray(MIB if size is None or size < 0 else size)
        return bytes(buffer[: self.readinto(buffer)])


@contextlib.contextmanager
def failing_disk(ex: Exercise, path: Path, *, cut_off: bool = False) -> Iterator[None]:
    """Whoever opens that file to read bytes has it on such a disk."""
    _ = ex.lab  # Made first: it has an `open` of its own.
    real = io.open

    def opening(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        if str(file) != str(path) or mode != "rb":
            return real(file, mode, buffering, *rest, **more)
        failing = FailingFile(file)
        failing.cut_off = cut_off
        return failing if buffering == 0 else io.BufferedReader(failing)

    with patch.object(builtins, "open", opening), patch.object(io, "open", opening):
        yield


@criterion(needs=test_closed_when_the_reader_fails)
def test_closed_when_the_disk_fails(ex: Exercise) -> None:
    """The file is closed when the disk fails, and that is not taken for the end."""
    path, content = picture(ex, 1000)
    did = "read from a disk that fails behind the second chunk of four"
    with failing_disk(ex, path), reading(ex, path, did, closes=False) as client:
        client.read(9)
        if b"".join(client.values) == content:
            return  # It was not read by way of `open`, and the disk did not fail.
        expect(client, why=CUT_SHORT if client.state == "ended" else None).truncated()

    ex.did("read a picture that is not there")
    no_picture = path.with_name("no-radar.bin")
    expect(lambda: ex.lab.call(next, iter(ex.read_chunks(no_picture)), b""), "`read_chunks`").raises(Exception)


@criterion(needs=test_exact_content_for_any_size)
def test_memory_stays_flat(ex: Exercise) -> None:
    """Memory stays flat, however big the file, and no chunk is read before it is asked for."""
    path, _ = picture(ex, 8 * MIB)
    with ex.memory() as memory:
        for _ in ex.read_chunks(path, 64 * 1024):
            pass
    expect(
        memory.peak,
        "the most memory held at one time, in bytes",
        why=WHOLE if memory.peak > 7 * MIB else None,
        did="read 8 MiB in chunks of 64 KiB",
    ).at_most(MIB)

    path, _ = picture(ex, 4 * MIB)
    client = ex.drain(ex.read_chunks(path, MIB), window=0, did="asked for the first chunk of 1 MiB")
    client.read()
    read = max((opened.position for opened in ex.open_files(path)), default=0)
    client.read(9)  # To the end: whether it can be left is the matter of another criterion.
    expect.that(
        read < 2 * MIB,  # Python's own buffer may be ahead by less than a chunk.
        expected="the file read as far as the end of that chunk, 1 MiB",
        observed=f"{read / MIB:.3g} MiB of it read",
        why=AHEAD if read == 2 * MIB else None,
    )
