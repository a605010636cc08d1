"""03.3: a plain file with all that belongs to it, and nothing from outside its folder."""

import contextlib
import gc
import random
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from course.grader import Exercise, criterion, expect

SHIPPED_STUB_FAILS = "test_the_file_arrives_with_its_length_and_its_type"

VIDEO = random.Random(3).randbytes(200_000)
SECRET = "the key of the cabin is under the third stone\n"

LINES = (
    "Iterating over an open file gives lines. A video has no lines: what leaves are pieces cut wherever a byte "
    "is 10, and nobody knows their length in advance."
)
NO_TYPE = "A Response does not know which kind of file it was made from. FileResponse goes by the name."
CLIMBS = (
    "A path in a URL may hold `..`, written as it is or as `..%2F`, and `folder / name` follows it to wherever "
    "it leads."
)
FORBIDDEN = "403 tells a stranger that there is something behind the door. Say 404, as for every other path."
MISSING = (
    "FileResponse looks for the file when it sends it, and then it is too late for a 404. Look before you return it."
)
NO_NAME = (
    "Nothing says what the file is to be called, so the browser takes the last part of the address. FileResponse "
    "writes a Content-Disposition when it is given a `filename`."
)
WITH_FOLDER = "The folder went into the name as well. A file is saved as `fog.mp4`, wherever it lay on the server."
ABSOLUTE = "`folder / name` forgets the folder when `name` begins with a slash."
SIBLING = "`recordings-private` begins with the letters of `recordings`. Paths are compared part by part, not as text."
LINK = "The name is innocent, the file lies elsewhere. Only a path that was resolved says where a file really is."
NOT_A_FILE = (
    "Not everything that exists is a file, and not every text can be a file's name: asking the file system can "
    "raise as well."
)
PATH_CUT = "Only the last part of the path was looked at, so the folders per month cannot be reached."
NOT_ASCII = "A header is no place for other letters than ASCII. RFC 6266 has `filename*=utf-8''...` for them."
NO_RANGE = (
    "A StreamingResponse does not know Range. It answers 200 and sends everything from the start, so a player "
    "cannot seek."
)
NO_HEAD = "`@app.get` answers GET and nothing else; FastAPI does not add HEAD."
NOBODY_CLOSES = (
    "When a client leaves, nobody closes your sync generator, and the file in it stays open until the garbage "
    "collector comes by. FileResponse closes its file itself."
)


def record(ex: Exercise) -> None:
    """A folder of recordings beside a secret."""
    folder = ex.folder / "recordings"
    for path in (folder / "2026-11", ex.folder / "recordings-private", ex.folder / "cellar"):
        path.mkdir(parents=True)
    for name in ("gale.mp4", "Gull Rock.mp4", "Sturm über Łódź.mp4", "2026-11/fog.mp4"):
        (folder / name).write_bytes(VIDEO)
    for path in (ex.folder, ex.folder / "recordings-private", ex.folder / "cellar"):
        (path / "secret.txt").write_text(SECRET, encoding="utf-8")


def ask(ex: Exercise, name: str, method: str = "GET", **headers: str) -> Any:
    client = ex.request(method, f"/download/{name}", headers)
    ex.until(lambda: client.state != "open", within=30)
    return client


def saved_as(header: str) -> str | None:
    """The name that a browser would save under (RFC 6266: `filename*` goes before `filename`)."""
    if extended := re.search(r"filename\*=(?:utf-8|UTF-8)''([^;\s]+)", header):
        return unquote(extended[1])
    fields = Message()
    fields["content-disposition"] = header
    return fields.get_filename()


def wrongly_named(header: str, own: str) -> str | None:
    """The misconception behind a Content-Disposition."""
    if not header:
        return NO_NAME
    if not header.isascii():
        return NOT_ASCII
    return WITH_FOLDER if (saved_as(header) or "").endswith("/" + own) else None


def expect_not_found(ex: Exercise, name: str, what: str, why: str | None) -> None:
    client = ask(ex, name)
    did = f"GET /download/{name if len(name) < 60 else name[:20] + '…'}  ({what})"
    if client.status == 403:
        why = FORBIDDEN
    elif "does not exist" in (client.error or ""):
        why = MISSING
    expect(client, why=why, did=did).status(404)


@criterion
def test_the_file_arrives_with_its_length_and_its_type(ex: Exercise) -> None:
    """The file arrives complete, with its length and its type, also from a folder per month."""
    record(ex)
    for name in ("gale.mp4", "2026-11/fog.mp4"):
        client = ask(ex, name)
        why = None if client.status != 404 else PATH_CUT if "/" in name else None
        expect(client, why=why, did=f"GET /download/{name}").status(200)
        expect.that(
            client.body == VIDEO,
            expected=f"the {len(VIDEO):,} bytes of the recording",
            observed=f"{len(client.body):,} bytes",
            did=f"GET /download/{name}",
        )
        did = f"read the headers of GET /download/{name}"
        expect(client, why=LINES, did=did).header("content-length", str(len(VIDEO)))
        expect(client, why=NO_TYPE, did=did).header("content-type", "video/mp4")


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_it_is_saved_under_its_own_name(ex: Exercise) -> None:
    """It is saved under its own name, spaces and umlauts included."""
    record(ex)
    for name in ("gale.mp4", "Gull Rock.mp4", "Sturm über Łódź.mp4", "2026-11/fog.mp4"):
        client = ask(ex, quote(name))
        expect(client, why=NOT_ASCII if client.status == 500 else None, did=f"GET /download/{quote(name)}").status(200)
        header = client.headers.get("content-disposition", "")
        own = name.rpartition("/")[2]
        expect.that(
            header.isascii() and saved_as(header) == own,
            expected=f"a content-disposition that names {own}",
            observed=header or "no content-disposition",
            why=wrongly_named(header, own),
            did=f"read the headers of GET /download/{quote(name)}",
        )


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_no_path_climbs_out(ex: Exercise) -> None:
    """No path climbs out of RECORDINGS, however it is written."""
    record(ex)
    secret = (ex.folder / "secret.txt").as_posix()
    for name, what, why in (
        ("../secret.txt", "one folder up", CLIMBS),
        ("..%2Fsecret.txt", "the same, written differently", CLIMBS),
        ("2026-11/..%2F..%2Fsecret.txt", "down and up again", CLIMBS),
        ("%2e%2e/secret.txt", "the dots written differently", CLIMBS),
        (secret, "an absolute path", ABSOLUTE),
        (quote(secret, safe=""), "an absolute path, written differently", ABSOLUTE),
        ("..%5Csecret.txt", "one folder up, on Windows", CLIMBS),
        ("..%2Frecordings-private%2Fsecret.txt", "a neighbour whose name begins the same", SIBLING),
    ):
        expect_not_found(ex, name, what, why)


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_no_link_leads_out(ex: Exercise) -> None:
    """No link leads out of RECORDINGS, neither to a file nor to a folder."""
    record(ex)
    folder = ex.folder / "recordings"
    with contextlib.suppress(OSError):  # Windows asks for a privilege.
        (folder / "tip.txt").symlink_to(ex.folder / "secret.txt")
        (folder / "elsewhere").symlink_to(ex.folder / "cellar", target_is_directory=True)
    expect_not_found(ex, "tip.txt", "a link to a file outside", LINK)
    expect_not_found(ex, "elsewhere/secret.txt", "a file in a folder that is a link", LINK)


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_what_is_not_a_file_is_a_404(ex: Exercise) -> None:
    """What is not a file is a 404 and never an error of the server."""
    record(ex)
    for name, what in (
        ("storm.mp4", "a file that is not there"),
        ("2026-11", "a folder"),
        ("", "nothing at all"),
        ("gale.mp4/more", "a file taken for a folder"),
        ("gale.mp4%00.txt", "a NUL in the name"),
        ("x" * 5000, "a name that is too long"),
    ):
        expect_not_found(ex, name, what, None if name == "storm.mp4" else NOT_A_FILE)


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_a_player_can_seek(ex: Exercise) -> None:
    """A player can seek: Range is answered with that part, or with a 416."""
    record(ex)
    size = len(VIDEO)
    for wanted, first, last in (("bytes=1000-1999", 1000, 1999), ("bytes=-500", size - 500, size - 1)):
        client = ask(ex, "gale.mp4", range=wanted)
        did = f"GET /download/gale.mp4 with Range: {wanted}"
        expect(client, why=NO_RANGE if client.status == 200 else None, did=did).status(206)
        expect(client, did=did).header("content-range", f"bytes {first}-{last}/{size}")
        expect.that(
            client.body == VIDEO[first : last + 1],
            expected=f"the bytes {first} to {last}",
            observed=f"{len(client.body):,} other bytes",
            did=did,
        )
    beyond = ask(ex, "gale.mp4", range=f"bytes={size}-")
    expect(beyond, did=f"GET /download/gale.mp4 with Range: bytes={size}-, which is beyond the end").status(416)


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_head_answers_the_headers(ex: Exercise) -> None:
    """HEAD answers the headers, the length among them, and no body."""
    record(ex)
    client = ask(ex, "gale.mp4", "HEAD")
    expect(client, why=NO_HEAD if client.status == 405 else None, did="HEAD /download/gale.mp4").status(200)
    expect(client, did="HEAD /download/gale.mp4").header("content-length", str(len(VIDEO)))
    expect(client, did="HEAD /download/gale.mp4").header("content-type", "video/mp4")


@criterion(needs=(test_the_file_arrives_with_its_length_and_its_type, test_a_player_can_seek), live=True)
def test_no_file_stays_open_when_viewers_leave(ex: Exercise) -> None:
    """When 20 viewers close the tab in the middle, no file stays open."""
    record(ex)
    long = ex.folder / "recordings" / "long.mp4"
    with long.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    with nobody_tidies_up():
        clients = [ex.live.get("/download/long.mp4") for _ in range(20)]
        for client in clients:
            client.wait(bytes=1)
            client.pause()
        for client in clients:
            client.leave()
        with contextlib.suppress(AssertionError):
            ex.live.until(lambda: not ex.open_files(ex.folder), "all files to be closed", within=1)
        left = len(ex.open_files(ex.folder))
    expect.that(
        left == 0,
        expected="20 downloads, 20 viewers leave: no open file",
        observed=f"{left} open, 1 s after the last had left",
        why=NOBODY_CLOSES,
    )


@contextlib.contextmanager
def nobody_tidies_up() -> Iterator[None]:
    """Without the cyclic garbage collector, which may or may not close what was forgotten."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
