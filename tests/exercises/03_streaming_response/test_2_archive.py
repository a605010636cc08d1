"""03.2: a packed file is unpacked on its way, no faster than the client reads, and closed in every case."""

import contextlib
import gzip
import random
from email.message import Message
from functools import cache
from pathlib import Path

from waterclock.errors import NoTimePasses
from waterclock.expectations.unmet import Why
from waterclock.lab import Exchange

from course.grader import Exercise, criterion, expect, file_reads

SHIPPED_STUB_FAILS = "test_the_table_arrives_in_chunks"

CHUNK = 64 * 1024
MIB = 1024 * 1024
MEMBER = 1_000_000  # bytes of the table in one gzip member

WHOLE = "One chunk holds the whole table. A year fits into memory today; twenty clients may not."
LINES = "Iterating over a file gives lines. Each became a chunk, and it is the number of chunks that costs time."
SMALL = "What a chunk costs does not depend on its size. CHUNK says how much each of them should carry."
PACKED = "What arrived is the file as it lies on the disk, still packed."
STILL_PACKED = "What left are packed bytes, for the browser to unpack. The task is to unpack them here."
CLOSED_TOO_SOON = (
    "The file was closed before the first byte was read. The endpoint is done before the response begins to send; who "
    "closes the file has to be called after that."
)
ENDLESS = "At the end of the file `read` returns b'', again and again. Stop there."
TOO_LATE = (
    "When the generator runs, the status 200 has left already. An error in there cannot become a 404 any more; "
    "it can only cut the answer off."
)
NOT_A_NUMBER = (
    "A year in the path is text like any other. Declared as `int`, everything else is a 422, which blames the "
    "question. The year is not there, and that is a 404."
)
UNHANDLED = "The file is not there, and nobody caught the error, so the client is told that the server is broken."
NO_NAME = "Without a Content-Disposition the browser shows the table, or names it after the last part of the address."
READ_WHOLE = (
    "The work was done for the whole table while the client had taken 64 KiB of it. What it costs, in memory, on the "
    "disk or in time, grows with the table. A year is little; twenty clients want twenty."
)
ON_THE_LOOP = (
    "Reading and unpacking is no `await`: on the event loop it holds up everybody else. A sync generator is taken to a "
    "worker thread; in an async one you take each read there."
)
SKIPPED_BY_AN_ERROR = (
    "It is closed after a good end, and not after an error. An error skips the lines behind a loop or a `yield`, and "
    "StreamingResponse then skips its BackgroundTask. A `with` or `finally` is not skipped."
)
NOBODY_CLOSES = (
    "When a client leaves, StreamingResponse stops asking your generator for more, and does not close it: its `with` "
    "or `finally` waits for the garbage collector. The file needs an owner who is called in any case."
)


@cache
def table(year: str, size: int) -> bytes:
    """`size` bytes of text in UTF-8 that can be packed to half of it, 1000 bytes to a line.

    The 13th chunk of 64 KiB ends in the middle of a "°".
    """
    digits = random.Random(2024).randbytes(MEMBER // 2).hex().encode()
    rows = (digits[at : at + 966] + " °C".encode() for at in range(0, MEMBER, 1000))
    lines = b"".join(row.ljust(998) + b"\r\n" for row in rows)
    return (year.encode() + (lines * (size // MEMBER + 1))[4:])[:size]


@cache
def packed(member: bytes) -> bytes:
    return gzip.compress(member, compresslevel=1, mtime=0)


def keep(ex: Exercise, year: str, size: int) -> Path:
    """Puts a year's table into the archive."""
    path = ex.folder / "archive" / f"{year}.csv.gz"
    path.parent.mkdir(exist_ok=True)
    content = table(year, size)
    path.write_bytes(b"".join(packed(content[at : at + MEMBER]) for at in range(0, max(size, 1), MEMBER)))
    return path


@criterion
def test_the_table_arrives_in_chunks(ex: Exercise) -> None:
    """The table arrives unpacked and complete, in chunks of 64 KiB."""
    for year, size in (("2024", 2 * MIB + 1000), ("2023", CHUNK), ("2022", 0)):
        path, content = keep(ex, year, size), table(year, size)
        try:
            client = ex.finish(ex.get(f"/archive/{year}", did=f"GET /archive/{year}, a table of {size:,} bytes"))
        except NoTimePasses:
            endless = ex.lab.clients[-1].body == content
            expect.that(not endless, expected="the end", observed="the table, and no end of empty chunks", why=ENDLESS)
            raise
        expect(client).status(200)
        closed = "I/O operation on closed file" in (client.error or "") and not client.body
        expect(client, why=CLOSED_TOO_SOON if closed else None).ended()
        still = PACKED if client.body == path.read_bytes() else None
        expect.that(
            client.body == content,
            expected=f"the {size:,} bytes of the table",
            observed=f"{len(client.body):,} bytes, the first ones {client.body[:24]!r}",
            why=STILL_PACKED if still and "content-encoding" in client.headers else still,
            did=client.did,
        )
        expect_chunks(client, size)


def expect_chunks(client: Exchange, size: int) -> None:
    """None larger than CHUNK, and not many smaller: not every way to unpack fills each chunk."""
    chunks = [data for _, data in client.chunks]
    needed, largest = -(-size // CHUNK), max(map(len, chunks), default=0)

    def why() -> str | None:
        if len(chunks) == 1:
            return WHOLE
        if all(data.count(b"\n") == 1 and data.endswith(b"\n") for data in chunks[:-1]):
            return LINES
        return SMALL if largest < CHUNK else None

    expect.that(
        largest <= CHUNK and len(chunks) <= 2 * needed,
        expected=f"{needed} chunk{'s' * (needed != 1)}, none larger than {CHUNK:,} bytes",
        observed=f"{len(chunks):,} chunk{'s' * (len(chunks) != 1)}, the largest of {largest:,} bytes",
        why=why,
        did=client.did,
    )


@criterion(needs=test_the_table_arrives_in_chunks)
def test_each_client_gets_the_table_it_asked_for(ex: Exercise) -> None:
    """Each client gets the table it asked for: three at once, one more afterwards. None waits for another."""
    size = 5 * CHUNK
    for year in ("2023", "2024"):
        keep(ex, year, size)
    did = "three clients at once, who read in turns: 2024, 2024 and 2023"
    at_once = [(year, ex.get(f"/archive/{year}", window=CHUNK, did=did)) for year in ("2024", "2024", "2023")]
    ex.advance(1)
    began = sum(bool(client.chunks) for _, client in at_once)
    expect.that(
        began == 3,
        expected="a first chunk for each of the three",
        observed=f"a first chunk for {began}; nobody has read on",
        did=did,
    )
    for _ in range(20):
        for _, client in at_once:
            client.read()
            ex.advance(0.1)
    after = ex.finish(ex.get("/archive/2024", did="GET /archive/2024, after three others"), within=30)
    for year, client in (*at_once, ("2024", after)):
        expect(client).status(200).ended()
        expect.that(
            client.body == table(year, size),
            expected=f"the {size:,} bytes of {year}",
            observed=f"{len(client.body):,} bytes" + (", other ones" if len(client.body) == size else ""),
            did=client.did,
        )


@criterion(needs=test_each_client_gets_the_table_it_asked_for)
def test_it_is_a_table_with_a_name(ex: Exercise) -> None:
    """It is announced as text/csv, to be saved as 2024.csv."""
    for year in ("2024", "2023"):
        keep(ex, year, 1000)
        client = ex.get(f"/archive/{year}")
        ex.advance(1)
        kind = client.headers.get("content-type", "no content-type")
        did = f"read the headers of GET /archive/{year}"
        expect.that(kind.split(";")[0] == "text/csv", expected="content-type: text/csv", observed=kind, did=did)
        fields = Message()
        fields["content-disposition"] = client.headers.get("content-disposition", "")
        expect.that(
            fields.get_content_disposition() == "attachment" and fields.get_filename() == f"{year}.csv",
            expected=f'content-disposition: attachment; filename="{year}.csv"',
            observed=client.headers.get("content-disposition", "no content-disposition"),
            why=None if "content-disposition" in client.headers else NO_NAME,
            did=did,
        )


@criterion(needs=test_each_client_gets_the_table_it_asked_for)
def test_a_year_that_is_not_there_is_a_404(ex: Exercise) -> None:
    """A year that is not there is a 404, also when it is no year."""
    client = ex.get("/archive/2024", did="GET /archive/2024, where no folder is")
    ex.advance(1)
    expect(client, why=lambda: not_404(client)).status(404)
    for name in ("2024", "latest", "last"):
        keep(ex, name, 1000)
    strange = ("-1", "%20", "2024%00", "9" * 300, "02024", "2_024", "+2024", "2024%20", "%2A", "202%3F", "%EF%BC%92024")
    for year in ("1066", "latest", "last", "2024.csv", "2024.csv.gz", *strange):
        said = year if len(year) < 20 else "999…, 300 digits"
        did = f"GET /archive/{said}, where 2024.csv.gz, latest.csv.gz and last.csv.gz lie in the folder"
        client = ex.get(f"/archive/{year}", did=did)
        ex.advance(1)
        expect(client, why=lambda client=client: not_404(client)).status(404)  # type: ignore[misc]
    keep(ex, "1066", 1000)
    expect(ex.get("/archive/1066", did="GET /archive/1066, which has come into the folder meanwhile")).status(200)


def not_404(client: Exchange) -> str | None:
    """What the error, or the answer, says about how it came."""
    if client.status == 200:
        return TOO_LATE if client.error else None
    if client.status == 422:
        return NOT_A_NUMBER if b'"int_parsing"' in client.body else None
    return UNHANDLED if (client.error or "").startswith("FileNotFoundError") else None


@criterion(needs=test_each_client_gets_the_table_it_asked_for)
def test_it_never_runs_ahead(ex: Exercise) -> None:
    """The file is read no further than the client has come."""
    size = keep(ex, "2024", 8 * MIB).stat().st_size
    with file_reads(ex.lab, ex.folder) as file:
        client = ex.get("/archive/2024", window=CHUNK, did="GET /archive/2024, took 64 KiB and waited")
        ex.advance(5)
    expect.that(
        file.furthest <= MIB / 2,
        expected=f"at most 0.5 MiB of {size / MIB:.1f} read from the disk",
        observed=f"{file.furthest / MIB:.1f} MiB read",
        why=READ_WHOLE if file.furthest == size else None,
        did=client.did,
    )


@criterion(needs=test_it_never_runs_ahead)
def test_memory_stays_flat(ex: Exercise) -> None:
    """From the first chunk to the last, memory stays flat."""
    keep(ex, "2024", 8 * MIB)
    with ex.memory() as memory:
        client = ex.get("/archive/2024", window=CHUNK, did="GET /archive/2024, and read to the end, chunk by chunk")
        for _ in range(1000):
            if client.state != "open":
                break
            client.chunks.clear()  # Here nobody keeps them.
            client.read()
            ex.advance()
    expect(client).ended()
    expect.that(
        memory.peak <= 4 * MIB,
        expected="at most 4 MiB of memory for a table of 8 MiB",
        observed=f"{memory.peak / MIB:.1f} MiB",
        did=client.did,
    )


@criterion(needs=test_it_never_runs_ahead)
def test_unpacking_holds_up_nobody(ex: Exercise) -> None:
    """While a chunk is read and unpacked, everybody else is served."""
    keep(ex, "2024", 8 * CHUNK)
    with file_reads(ex.lab, ex.folder) as file:
        client = ex.finish(ex.get("/archive/2024", did="GET /archive/2024, and watched where the file was read"))
    free = "an event loop that is free while the file is read and unpacked"
    expect.that(
        not file.on_the_loop,
        expected=free,
        observed=f"{file.on_the_loop} of {file.count} reads on the event loop, while everybody else stood still",
        why=ON_THE_LOOP,
        did=client.did,
    )
    expect.that(
        not file.unpacked_on_the_loop,
        expected=free,
        observed=f"read in a thread, and {file.unpacked_on_the_loop} times unpacked on the event loop",
        did=client.did,
    )


@criterion(needs=test_it_never_runs_ahead)
def test_a_damaged_file_breaks_the_download_off(ex: Exercise) -> None:
    """A damaged file breaks the download off: it does not look complete."""
    content = keep(ex, "2024", 3 * CHUNK).read_bytes()
    for damaged, how in (
        (content[: len(content) // 2], "whose second half is missing"),
        (content[:-8], "whose last 8 bytes are missing, its checksum"),
        (content[:-8] + bytes(4) + content[-4:], "whose checksum does not fit"),
        (content + b"??" + content[2:], "whose second member does not begin like one"),
    ):
        (ex.folder / "archive" / "2023.csv.gz").write_bytes(damaged)
        client = ex.finish(ex.get("/archive/2023", did=f"GET /archive/2023, a file {how}"))
        expect(client).truncated()


@criterion(needs=test_each_client_gets_the_table_it_asked_for)
def test_the_file_is_closed_at_the_end(ex: Exercise) -> None:
    """After a complete download the file is closed, and after one that breaks off in the middle."""
    keep(ex, "2024", 3 * CHUNK)
    damaged = keep(ex, "2023", 3 * CHUNK)
    damaged.write_bytes(damaged.read_bytes()[:CHUNK])
    with ex.untidied():
        for year, how, why in (
            ("2024", "a complete file", None),
            ("2023", "a file that breaks off in the middle", SKIPPED_BY_AN_ERROR),
        ):
            did = f"GET /archive/{year}, {how}, with the garbage collector off"
            client = ex.finish(ex.get(f"/archive/{year}", did=did))
            ex.advance(1)
            expect_closed(ex, did=did, why=why)
            if year == "2024":
                expect(client).no_error()


def expect_closed(ex: Exercise, did: str, why: Why = None) -> None:
    left = len(ex.open_files(ex.folder))
    expect.that(not left, expected="no open file", observed=f"{left} open", why=why, did=did)


@criterion(needs=(test_it_never_runs_ahead, test_unpacking_holds_up_nobody, test_the_file_is_closed_at_the_end))
def test_the_file_is_closed_when_the_client_leaves(ex: Exercise) -> None:
    """When the client leaves, the file is closed, and not by the garbage collector."""
    keep(ex, "2024", 8 * MIB)

    def suspended() -> str | None:
        return NOBODY_CLOSES if any("generator" in each.kind for each in ex.leftovers()) else None

    def leave(client: Exchange, when: str) -> None:
        client.leave()
        ex.advance(10)
        expect_closed(ex, f"GET /archive/2024, and left {when}, with the garbage collector off", suspended)

    with ex.untidied():
        client = ex.get("/archive/2024", window=CHUNK)
        ex.advance(1)  # One chunk is there, the next one waits to be sent: a generator stands at its `yield`.
        leave(client, "when 64 KiB had come and no more was wanted")
        with file_reads(ex.lab, ex.folder, takes=1):
            client = ex.get("/archive/2024")
            ex.advance(0.5)
            leave(client, "while the file was being opened")
            client = ex.get("/archive/2024")
            ex.until(lambda: client.chunks, within=60)
            ex.advance(0.5)
            leave(client, "while a chunk was being read")


@criterion(needs=test_the_file_is_closed_when_the_client_leaves, live=True)
def test_no_file_stays_open_when_clients_leave(ex: Exercise) -> None:
    """When 20 clients leave in the middle, no file stays open, and whoever stays gets the table to its end."""
    keep(ex, "2024", 8 * MIB)
    did = "21 downloads on a real server: 20 clients left, the last one stayed, with the garbage collector off"
    ex.did(did)
    with ex.untidied():
        *leaving, staying = [ex.live.get("/archive/2024", receive_buffer=CHUNK) for _ in range(21)]
        for client in (*leaving, staying):
            client.wait(bytes=1)
            client.pause()
        for client in leaving:
            client.leave()
        staying.resume()
        with contextlib.suppress(AssertionError):
            staying.wait(end=True, within=30)
            ex.live.until(lambda: not ex.live.running, "the requests to be over")
        expect(staying, did=did).ended()
        expect_closed(ex, did)
