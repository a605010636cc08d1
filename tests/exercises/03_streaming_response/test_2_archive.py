"""03.2: a packed file is unpacked on its way, no faster than the client reads, and closed in every case."""

import asyncio
import contextlib
import gc
import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starlette.responses import StreamingResponse

from course.grader import Exercise, criterion, expect
from waterclock.errors import NoTimePasses

SHIPPED_STUB_FAILS = "test_the_table_arrives_in_chunks"

CHUNK = 64 * 1024
MIB = 1024 * 1024

WHOLE = (
    "The table was unpacked whole before the first byte left. A year fits into memory today; twenty clients may not."
)
LINES = "Iterating over a file gives lines. Each became a chunk, and it is the number of chunks that costs time."
SMALL = "Every chunk is a trip to a worker thread and back. CHUNK says how much a trip should carry."
PACKED = "What arrived is the file as it lies on the disk. A browser would save a packed file under the name 2024.csv."
STILL_PACKED = "What left are packed bytes, for the browser to unpack. The task is to unpack them here."
CLOSED_TOO_SOON = (
    "The file was closed before the first byte was read: the endpoint is done, and its `with` or `finally` too, before "
    "the response begins to send."
)
ENDLESS = "The answer does not end: at the end of the file `read` returns b'', again and again. Stop there."
TOO_LATE = (
    "When the generator runs, the status 200 has left already. An error in there cannot become a 404 any more; "
    "it can only cut the answer off."
)
NOT_A_NUMBER = (
    "A year in the path is text like any other. Declared as `int`, everything else is a 422, which blames the "
    "question. The year is not there, and that is a 404."
)
UNHANDLED = "The error of `open` was not caught, so the client is told that the server is broken."
NO_NAME = "Without a Content-Disposition the browser shows the table, or names it after the last part of the address."
RUNS_AHEAD = "The file was read on although the client had not taken what it had: something collects in between."
ON_THE_LOOP = (
    "An async generator runs on the event loop, and reading and unpacking in there is no `await`: nobody else is "
    "served meanwhile. A sync generator is taken to a worker thread; in an async one you take each read there."
)
NOBODY_CLOSES = (
    "When a client leaves, StreamingResponse stops asking your generator for more, and does not close it: its `with` "
    "or `finally` waits for the garbage collector. The file needs an owner who is called in any case."
)
NEVER_CLOSED = "Nothing in your code closes the file. It waits for the garbage collector."
SKIPPED_BY_AN_ERROR = (
    "An error skips what stands after the loop, and StreamingResponse skips its BackgroundTask. Keep a `with` around "
    "the loop too."
)
MIXED_UP = "One client who leaves is cleaned up after, twenty at once are not: one download closes the file of another."


@cache
def table(size: int) -> bytes:
    """`size` bytes of text, 1023 to a line."""
    text = random.Random(2024).randbytes(MIB // 2).hex().encode()
    block = b"".join(text[at : at + 1023] + b"\n" for at in range(0, MIB, 1024))
    return (block * (size // MIB + 1))[:size]


def keep(ex: Exercise, year: str, content: bytes) -> Path:
    """Puts a year into the archive; packed at the lowest level, which is quick."""
    folder = ex.folder / "archive"
    folder.mkdir(exist_ok=True)
    path = folder / f"{year}.csv.gz"
    path.write_bytes(gzip.compress(content, compresslevel=0))
    return path


@contextlib.contextmanager
def nobody_tidies_up() -> Iterator[None]:
    """
    Nothing is closed because Python lost sight of it: the garbage collector is off, and streams and files are kept.

    Whether the last reference to one goes at once depends on where the cancellation happened to be raised.
    """
    kept: list[Any] = []

    def keeping(begin: Callable[..., None]) -> Callable[..., None]:
        def begin_and_keep(self: Any, *arguments: Any, **options: Any) -> None:
            begin(self, *arguments, **options)
            kept.append((self, vars(self).get("body_iterator")))

        return begin_and_keep

    gc.disable()
    try:
        with (
            patch.object(StreamingResponse, "__init__", keeping(StreamingResponse.__init__)),
            patch.object(gzip.GzipFile, "__init__", keeping(gzip.GzipFile.__init__)),
        ):
            yield
    finally:
        gc.enable()


@dataclass(frozen=True)
class Read:
    """One `read` of a packed file. `sent`: how many chunks the client had by then."""

    size: int
    on_the_loop: bool
    sent: int


def on_the_loop() -> bool:
    """Whether the caller runs on an event loop, and not in a worker thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextlib.contextmanager
def reads(ex: Exercise) -> Iterator[list[Read]]:
    """Every `read` of a GzipFile meanwhile, and where it ran: by cause, not by how long it took."""
    found: list[Read] = []

    def watched(real: Callable[..., bytes]) -> Callable[..., bytes]:
        def read(*arguments: Any) -> bytes:
            data = real(*arguments)
            sent = sum(len(each.chunks) for each in ex.lab.clients)
            found.append(Read(len(data), on_the_loop(), sent))
            return data

        return read

    with contextlib.ExitStack() as patches:
        for name in ("read", "read1", "readline"):
            patches.enter_context(patch.object(gzip.GzipFile, name, watched(getattr(gzip.GzipFile, name))))
        yield found


@criterion
def test_the_table_arrives_in_chunks(ex: Exercise) -> None:
    """The table arrives unpacked and complete, in chunks of 64 KiB."""
    content = table(2 * MIB + 1000)
    keep(ex, "2024", content)
    try:
        client = ex.get("/archive/2024")
        ex.until(lambda: client.state != "open", within=30)
    except NoTimePasses:
        endless = ex.lab.clients[0].body == content
        expect.that(not endless, expected="the end", observed="the table, and no end of empty chunks", why=ENDLESS)
        raise
    expect(client, did="GET /archive/2024").status(200)
    closed = "closed" in (client.error or "") and not client.body
    expect(client, why=CLOSED_TOO_SOON if closed else None, did="GET /archive/2024").ended()
    packed = client.body[:2] == b"\x1f\x8b"
    expect.that(
        client.body == content,
        expected=f"the {len(content):,} bytes of the table",
        observed=f"{len(client.body):,} bytes, the first ones {client.body[:24]!r}",
        why=None if not packed else STILL_PACKED if "content-encoding" in client.headers else PACKED,
    )
    sizes = [len(data) for _, data in client.chunks]
    expect.that(
        max(sizes) <= CHUNK
        and len(sizes) <= 66,  # Twice as many as it takes: not every way to unpack fills each chunk.
        expected=f"33 chunks, none larger than {CHUNK:,} bytes",
        observed=f"{len(sizes):,} chunk{'s' * (len(sizes) != 1)}, the largest of {max(sizes):,} bytes",
        why=WHOLE if len(sizes) == 1 else LINES if max(sizes) < 2000 else SMALL if max(sizes) < CHUNK else None,
    )


@criterion(needs=test_the_table_arrives_in_chunks)
def test_it_is_a_table_with_a_name(ex: Exercise) -> None:
    """It is announced as text/csv, to be saved as 2024.csv."""
    keep(ex, "2024", table(1000))
    client = ex.get("/archive/2024")
    ex.advance(1)
    kind = client.headers.get("content-type", "no content-type")
    did = "read the headers of GET /archive/2024"
    expect.that(kind.split(";")[0] == "text/csv", expected="content-type: text/csv", observed=kind, did=did)
    fields = Message()
    fields["content-disposition"] = client.headers.get("content-disposition", "")
    expect.that(
        fields.get_content_disposition() == "attachment" and fields.get_filename() == "2024.csv",
        expected='content-disposition: attachment; filename="2024.csv"',
        observed=client.headers.get("content-disposition", "no content-disposition"),
        why=None if "content-disposition" in client.headers else NO_NAME,
        did=did,
    )


@criterion(needs=test_the_table_arrives_in_chunks)
def test_a_year_that_is_not_there_is_a_404(ex: Exercise) -> None:
    """A year that is not there is a 404, also when it is not a number."""
    keep(ex, "2024", table(1000))
    for year in ("1066", "latest", "2024.csv", "2024.csv.gz", "-1", "%20"):
        client = ex.get(f"/archive/{year}")
        ex.advance(1)
        why = {200: TOO_LATE, 422: NOT_A_NUMBER, 500: UNHANDLED}.get(client.status or 0)
        expect(client, why=why, did=f"GET /archive/{year}").status(404)


@criterion(needs=test_the_table_arrives_in_chunks)
def test_it_never_runs_ahead(ex: Exercise) -> None:
    """The file is read no further than the client has come."""
    keep(ex, "2024", table(8 * MIB))
    with ex.memory() as memory, reads(ex) as seen:
        client = ex.get("/archive/2024", window=CHUNK)
        ex.advance(5)
    taken = sum(len(data) for _, data in client.chunks)
    read = max([taken, *(file.position for file in ex.open_files(ex.folder))])
    first = sum(each.size for each in seen if not each.sent)  # Before the client had anything.
    why = WHOLE if first > MIB else RUNS_AHEAD
    expect.that(
        read <= MIB,
        expected="at most 1 MiB of 8 read while the client has taken 64 KiB and waits",
        observed=f"{read / MIB:.1f} MiB read",
        why=why,
    )
    expect.that(
        memory.peak <= 3 * MIB,
        expected="at most 3 MiB of memory for a table of 8 MiB",
        observed=f"{memory.peak / MIB:.1f} MiB, while the client has taken 64 KiB and waits",
        why=why,
    )


@criterion(needs=test_it_never_runs_ahead)
def test_memory_stays_flat(ex: Exercise) -> None:
    """From the first chunk to the last, memory stays flat."""
    keep(ex, "2024", table(8 * MIB))
    with ex.memory() as memory:
        client = ex.get("/archive/2024")
        ex.until(lambda: client.state != "open", within=30)
    kept = sum(len(data) for _, data in client.chunks)
    expect.that(
        memory.peak - kept <= 4 * MIB,
        expected="at most 4 MiB of memory besides what the client keeps, for a table of 8 MiB",
        observed=f"{(memory.peak - kept) / MIB:.1f} MiB",
        why="What had been sent was kept as well.",
    )


@criterion(needs=test_it_never_runs_ahead)
def test_unpacking_holds_up_nobody(ex: Exercise) -> None:
    """While a chunk is read and unpacked, everybody else is served."""
    keep(ex, "2024", table(2 * CHUNK))
    with reads(ex) as seen:
        client = ex.get("/archive/2024")
        ex.until(lambda: client.state != "open", within=30)
    held_up = sum(each.on_the_loop for each in seen)
    expect.that(
        not held_up,
        expected="an event loop that is free while the file is read",
        observed=f"{held_up} of {len(seen)} reads on the event loop, while everybody else stood still",
        why=ON_THE_LOOP,
        did="GET /archive/2024, and watched where the file was read",
    )


@criterion(needs=test_the_table_arrives_in_chunks)
def test_the_file_is_closed_at_the_end(ex: Exercise) -> None:
    """After a complete download the file is closed, and after one that breaks off in the middle."""
    keep(ex, "2024", table(3 * CHUNK))
    damaged = keep(ex, "2023", table(3 * CHUNK))
    damaged.write_bytes(damaged.read_bytes()[: 2 * CHUNK])
    with nobody_tidies_up():
        for year, how, why in (
            ("2024", "a complete file", NEVER_CLOSED),
            ("2023", "a file whose second half is missing", SKIPPED_BY_AN_ERROR),
        ):
            client = ex.get(f"/archive/{year}")
            ex.until(lambda client=client: client.state != "open", within=30)  # type: ignore[misc]
            ex.advance(1)
            left = len(ex.open_files(ex.folder))
            expect.that(
                not left,
                expected=f"no open file after GET /archive/{year}, {how}",
                observed=f"{left} open",
                did=f"GET /archive/{year}, and read to the end",
                why=why,
            )


@criterion(needs=(test_it_never_runs_ahead, test_unpacking_holds_up_nobody, test_the_file_is_closed_at_the_end))
def test_the_file_is_closed_when_the_client_leaves(ex: Exercise) -> None:
    """When the client leaves in the middle, the file is closed, and not by the garbage collector."""
    keep(ex, "2024", table(4 * CHUNK))
    with nobody_tidies_up():
        client = ex.get("/archive/2024", window=CHUNK)
        ex.advance(1)  # One chunk is there, the next one waits to be sent: the generator stands at its `yield`.
        client.leave()
        ex.advance(1)
        left = len(ex.open_files(ex.folder))
    expect.that(
        left == 0,
        expected="no open file, 1 s after the client has left",
        observed=f"{left} open",
        why=NOBODY_CLOSES,
        did="GET /archive/2024, took 64 KiB and left",
    )


@criterion(needs=test_the_file_is_closed_when_the_client_leaves, live=True)
def test_no_file_stays_open_when_clients_leave(ex: Exercise) -> None:
    """When 20 clients leave in the middle, no file stays open."""
    keep(ex, "2024", table(8 * MIB))
    with nobody_tidies_up():
        clients = [ex.live.get("/archive/2024", receive_buffer=CHUNK) for _ in range(20)]
        for client in clients:
            client.wait(bytes=1)
            client.pause()
        for client in clients:
            client.leave()
        with contextlib.suppress(AssertionError):
            ex.live.until(lambda: not ex.live.running, "the requests to be over")
        left = len(ex.open_files(ex.folder))
    expect.that(
        left == 0,
        expected="20 downloads, 20 clients leave: no open file",
        observed=f"{left} open when the last request was over",
        why=MIXED_UP,
    )
