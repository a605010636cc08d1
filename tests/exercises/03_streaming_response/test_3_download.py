"""Grader for 03.3 download: a plain file with all that belongs to it, and nothing from outside its folder."""

import contextlib
import gc
import inspect
import random
import re
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from course.grader import Exercise, criterion, expect, matching

SHIPPED_STUB_FAILS = "test_the_file_arrives_with_its_length_and_its_type"

DOTS = "storm..mp4"
SIZES = {
    "gale.mp4": 200_000,
    "2026-11/fog.mp4": 65_536,  # Exactly what FileResponse reads at a time.
    "2026-12/fog.mp4": 65_537,
    "calm.mp4": 0,
    "Gull Rock.mp4": 1000,
    "Sturm über Łódź.mp4": 1000,
    ".mist.mp4": 1000,
    "Mo\u0308we.mp4": 1000,  # An umlaut in two characters, as macOS writes it.
    "2026/11/haze.mov": 1000,
    DOTS: 1000,
    "ebb+flow 50%25.mp4": 1000,
    "ebb+flow 50%.mp4": 1000,  # What the name above becomes when it is decoded again.
    "ebb flow 50%.mp4": 1000,
}
VIDEOS = {name: random.Random(name).randbytes(size) for name, size in SIZES.items()}
SECRET = b"the key of the cabin is under the third stone\n"

LINES = (
    "Iterating over an open file gives lines. A video has no lines: what leaves are pieces cut wherever a byte "
    "is 10, and nobody knows their length in advance."
)
NO_TYPE = "Nothing says what kind of file this is. A Response does not look at names. FileResponse does."
RELATIVE = (
    "With an absolute RECORDINGS it is found. As shipped it is relative: it counts from where the server was started, "
    "and what `resolve` returns lies inside of nothing relative."
)
LAST_PART = "Only the last part of the path was looked at: which folder stands before it makes no difference."
NO_NAME = (
    "Nothing says what the file is to be called, so the browser takes the last part of the address. FileResponse "
    "writes a Content-Disposition when it is given a `filename`."
)
INLINE = "`inline` asks the browser to show the video in its window. It is to be saved."
WITH_FOLDER = "The folder went into the name as well. A file is saved as `fog.mp4`, wherever it lay on the server."
NOT_ASCII = "A header is no place for other letters than ASCII. RFC 6266 has `filename*=utf-8''...` for them."
TWO_DOTS = "Two dots lead one folder up where they are a whole part of a path. In a longer name they are letters."
TWICE = "The path in a URL was decoded before your function is called. Who decodes it again reads another name."
CLIMBS = (
    "A path in a URL may hold `..`, written as it is or as `..%2F`, and `folder / name` follows it to wherever "
    "it leads."
)
FORBIDDEN = "403 tells a stranger that there is something behind the door. Say 404, as for every other path."
MISSING = (
    "FileResponse looks for the file when it sends it, and then it is too late for a 404. Look before you return it."
)
ABSOLUTE = "`folder / name` forgets the folder when `name` begins with a slash."
SIBLING = "`recordings-private` begins with the letters of `recordings`. Paths are compared part by part, not as text."
LINK = "The name is innocent, the file lies elsewhere. Only a path that was resolved says where a file really is."
A_FOLDER = "Not everything that exists is a file."
NO_NAME_OF_A_FILE = "Not every text can be a file's name: asking the file system can raise as well."
NO_RANGE = (
    "The Range was not looked at: everything comes from the start, and a player cannot seek. Neither Response nor "
    "StreamingResponse knows Range."
)
NO_HEAD = "`@app.get` answers GET and nothing else; FastAPI does not add HEAD."
NOBODY_CLOSES = (
    "When a client leaves, nobody closes your sync generator, and the file in it stays open until the garbage "
    "collector comes by. FileResponse closes its file itself."
)

ERRORS = {
    "does not exist": MISSING,
    "is not a file": A_FOLDER,
    "null": NO_NAME_OF_A_FILE,
    "too long": NO_NAME_OF_A_FILE,
    "Symlink loop": NO_NAME_OF_A_FILE,  # Until Python 3.12, from `Path.resolve`.
    "symbolic links": NO_NAME_OF_A_FILE,
}


def record(ex: Exercise) -> None:
    """A folder of recordings beside a secret."""
    for name, video in VIDEOS.items():
        path = ex.folder / "recordings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(video)
    for folder in (ex.folder, ex.folder / "recordings-private", ex.folder / "cellar"):
        folder.mkdir(exist_ok=True)
        (folder / "secret.txt").write_bytes(SECRET)


def link(ex: Exercise, name: str, to: str) -> None:
    """A link in the folder of recordings."""
    with contextlib.suppress(OSError):  # Windows asks for a privilege.
        (ex.folder / "recordings" / name).symlink_to(to, target_is_directory=to.endswith("/"))


def ask(ex: Exercise, name: str, said: str = "", *, method: str = "GET", **headers: str) -> Any:
    """The answer, complete or broken. `name` as it stands in the address; `said`: more of what was done."""
    did = f"{method} /download/{name if len(name) < 60 else name[:20] + '…'}" + (f"  ({said})" if said else "")
    return ex.finish(ex.request(method, f"/download/{name}", headers, did=did), within=30)


def expect_video(client: Any, name: str, video: bytes | None = None, *, why: Any = None) -> None:
    """`why` is for an answer that is no 200. `video`: what the file holds now."""
    expect(client, why=why).status(200)
    video = VIDEOS[name] if video is None else video
    other = next((each for each in VIDEOS if VIDEOS[each] and VIDEOS[each] == client.body), "")
    observed = f"those of {other}" if other else f"{len(client.body):,} bytes" + (", others" if client.body else "")
    expect.that(
        client.body == video and client.state == "ended",
        did=client.did,
        expected=f"the {len(video):,} bytes of {name}",
        observed=f"{observed} · {client.error}" if client.error else observed,
        why=TWICE if "%" in other else LAST_PART if Path(other).name == Path(name).name else None,
    )


def expect_not_found(client: Any, why: str | None = None) -> None:
    """`why` is for the bytes of the secret: it was reached, so that is what led there."""
    reached = why if client.body == SECRET else None
    expect(client, why=FORBIDDEN if client.status == 403 else matching(client.error, ERRORS) or reached).status(404)


def saved_as(header: str) -> str | None:
    """The name that a browser would save under (RFC 6266: `filename*` goes before `filename`)."""
    if extended := re.search(r"filename\*=(?:utf-8|UTF-8)''([^;\s]+)", header):
        return unquote(extended[1])
    fields = Message()
    fields["content-disposition"] = header
    return fields.get_filename()


def wrongly_named(header: str, own: str) -> str | None:
    """The misconception behind a Content-Disposition."""
    if not header.isascii():
        return NOT_ASCII
    name = saved_as(header)
    if name is None:
        return None if "filename" in header else NO_NAME
    if name == own:
        return INLINE if header.lower().startswith("inline") else None
    return WITH_FOLDER if name.endswith("/" + own) else None


@criterion
def test_the_file_arrives_with_its_length_and_its_type(ex: Exercise) -> None:
    """The file arrives complete, with its length and its type, also from a folder per month."""
    record(ex)

    def why() -> str | None:
        if client.status != 404:
            return None
        if "/" in name and ask(ex, "2026-11/gale.mp4").status == 200:  # It lies elsewhere.
            return LAST_PART
        if "/" not in name:
            ex.replace(RECORDINGS=ex.folder / "recordings")
            return RELATIVE if ask(ex, name).status == 200 else None
        return None

    for name in ("gale.mp4", "2026-11/fog.mp4", "2026-12/fog.mp4", "calm.mp4"):
        client = ask(ex, name)
        expect_video(client, name, why=why)
        lines = re.findall(rb"[^\n]*\n|[^\n]+", client.body)
        in_lines = len(lines) > 1 and [chunk for _, chunk in client.chunks] == lines
        expect(client, why=LINES if in_lines else None).header("content-length", str(len(VIDEOS[name])))
        expect(client, why=None if "content-type" in client.headers else NO_TYPE).header("content-type", "video/mp4")


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_it_is_saved_under_its_own_name(ex: Exercise) -> None:
    """It is saved under its own name, whatever letters are in it."""
    record(ex)
    for name in (
        "gale.mp4",
        "Gull Rock.mp4",
        "Sturm über Łódź.mp4",
        "2026-11/fog.mp4",
        "ebb+flow 50%25.mp4",
        ".mist.mp4",
        "Mo\u0308we.mp4",
        "2026/11/haze.mov",
        DOTS,
    ):
        client = ask(ex, quote(name))
        why = matching(client.error, {"UnicodeEncodeError": NOT_ASCII})
        why = TWO_DOTS if name == DOTS and client.status == 404 else why  # All the others were found.
        expect_video(client, name, why=why)
        header, own = client.headers.get("content-disposition", ""), Path(name).name
        expect.that(
            header.isascii() and saved_as(header) == own and header.lower().startswith("attachment"),
            did=f"read the headers of {client.did}",
            expected=f"content-disposition: attachment, and the name {own}",
            observed=header or "no content-disposition",
            why=wrongly_named(header, own),
        )


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_no_path_climbs_out(ex: Exercise) -> None:
    """No path climbs out of RECORDINGS, however it is written."""
    record(ex)
    secret = (ex.folder / "secret.txt").as_posix()
    for name, said, why in (
        ("../secret.txt", "one folder up", CLIMBS),
        ("..%2Fsecret.txt", "the same, written differently", CLIMBS),
        ("2026-11/..%2F..%2Fsecret.txt", "down and up again", CLIMBS),
        ("%2e%2e/secret.txt", "the dots written differently", CLIMBS),
        (secret, "an absolute path", ABSOLUTE),
        (quote(secret, safe=""), "an absolute path, written differently", ABSOLUTE),
        ("..%5Csecret.txt", "one folder up, on Windows", CLIMBS),
        ("..%2Fcellar%2Fsecret.txt", "a neighbour", CLIMBS),
        ("..%2Frecordings-private%2Fsecret.txt", "a neighbour whose name begins the same", SIBLING),
    ):
        expect_not_found(ask(ex, name, said), why)
    head = ask(ex, "..%2Fsecret.txt", "one folder up", method="HEAD")
    if head.status != 405:  # That is judged below.
        expect_not_found(head)


@criterion(needs=test_no_path_climbs_out)
def test_no_link_leads_out(ex: Exercise) -> None:
    """No link leads out of RECORDINGS, neither to a file nor to a folder; one that stays inside is fine."""
    record(ex)
    link(ex, "tip.txt", "../secret.txt")
    link(ex, "elsewhere", "../cellar/")
    link(ex, "latest.mp4", "2026-11/fog.mp4")
    expect_not_found(ask(ex, "tip.txt", "a link to a file outside"), LINK)
    expect_not_found(ask(ex, "elsewhere/secret.txt", "a file in a folder that is a link"), LINK)
    if (ex.folder / "recordings" / "latest.mp4").is_symlink():
        client = ask(ex, "latest.mp4", "a link to a file inside")
        expect_video(client, "2026-11/fog.mp4")
        (ex.folder / "disk").symlink_to("recordings", target_is_directory=True)
        ex.replace(RECORDINGS=ex.folder / "disk")
        expect_video(ask(ex, "gale.mp4", "where RECORDINGS is a link itself"), "gale.mp4")


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_what_is_not_a_file_is_a_404(ex: Exercise) -> None:
    """What is not a file is a 404 and never an error of the server."""
    record(ex)
    link(ex, "round.mp4", "round.mp4")
    for name, said in (
        ("storm.mp4", "a file that is not there"),
        ("2026-11", "a folder"),
        ("", "nothing at all"),
        ("gale.mp4/more", "a file taken for a folder"),
        ("2026-10/gale.mp4", "a file from a folder that is not there"),
        ("%20gale.mp4", "a name with a space before it"),
        ("..%252Fsecret.txt", "dots that were written differently twice"),
        ("gale.mp4%00.txt", "a NUL in the name"),
        ("x" * 5000, "a name that is too long"),
        ("round.mp4", "a link that leads to itself"),
    ):
        expect_not_found(ask(ex, name, said), TWICE)
    if not (ex.folder / "recordings" / "GALE.MP4").exists():  # It does on a disk that makes no difference.
        expect_not_found(ask(ex, "GALE.MP4", "other letters than gale.mp4"))


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_every_viewer_gets_the_video_they_asked_for(ex: Exercise) -> None:
    """Every viewer gets what they asked for, one after the other and several at once, though one of them is slow."""
    record(ex)
    ask(ex, "gale.mp4", range="bytes=1000-1999")
    expect_video(ask(ex, "gale.mp4", "after somebody who asked for a part of it"), "gale.mp4")
    slow = ex.get("/download/gale.mp4", window=1, did="GET /download/gale.mp4, by somebody who reads slowly")
    for name in ("2026-11/fog.mp4", "gale.mp4"):
        expect_video(ask(ex, name, "while somebody else reads slowly"), name)
    for _ in range(1000):
        if slow.state == "open":
            slow.read()
            ex.advance(0.1)
    expect_video(slow, "gale.mp4")


@criterion(needs=test_what_is_not_a_file_is_a_404)
def test_what_lies_there_now_counts(ex: Exercise) -> None:
    """What lies there now counts: a recording that is new, has grown, or is gone."""
    record(ex)
    path, video = ex.folder / "recordings" / "hail.mp4", VIDEOS["gale.mp4"]
    expect_not_found(ask(ex, "hail.mp4", "which is not there yet"))
    path.write_bytes(video[:1000])
    expect_video(ask(ex, "hail.mp4", "which has come since"), "hail.mp4", video[:1000])
    path.write_bytes(video)
    expect_video(ask(ex, "hail.mp4", "which has grown since"), "hail.mp4", video)
    path.unlink()
    expect_not_found(ask(ex, "hail.mp4", "which was deleted since"))


@criterion(needs=test_the_file_arrives_with_its_length_and_its_type)
def test_a_player_can_seek(ex: Exercise) -> None:
    """A player can seek: Range is answered with that part, or with a 416."""
    record(ex)
    video = VIDEOS["gale.mp4"]
    size = len(video)
    for wanted, first, last in (
        ("1000-1999", 1000, 1999),
        ("0-0", 0, 0),
        ("150000-", 150_000, size - 1),
        ("-500", size - 500, size - 1),
        (f"199999-{size}", size - 1, size - 1),
    ):
        client = ask(ex, "gale.mp4", f"Range: bytes={wanted}", range=f"bytes={wanted}")
        expect(client, why=NO_RANGE if client.status == 200 and client.body == video else None).status(206)
        expect(client).header("content-range", f"bytes {first}-{last}/{size}")
        right = client.body == video[first : last + 1]
        observed = f"{len(client.body):,} other bytes" + (f" · {client.error}" if client.error else "")
        expect.that(right, did=client.did, expected=f"the bytes {first} to {last}", observed=observed)
    expect(ask(ex, "gale.mp4", f"Range: bytes={size}-, beyond the end", range=f"bytes={size}-")).status(416)


@criterion(needs=test_what_is_not_a_file_is_a_404)
def test_head_answers_the_headers(ex: Exercise) -> None:
    """HEAD answers with the status and the headers that GET would have, the length among them."""
    record(ex)
    get, head = (ask(ex, "2026-11/fog.mp4", method=method) for method in ("GET", "HEAD"))
    expect(head, why=NO_HEAD if head.status == 405 and head.headers.get("allow") == "GET" else None).status(200)
    for name in ("content-length", "content-type", "content-disposition"):
        if name in get.headers:
            expect(head).header(name, get.headers[name])
    expect_not_found(ask(ex, "storm.mp4", "a file that is not there", method="HEAD"))


@criterion(needs=(test_every_viewer_gets_the_video_they_asked_for, test_a_player_can_seek), live=True)
def test_no_file_stays_open_when_viewers_leave(ex: Exercise) -> None:
    """When a dozen viewers close the tab in the middle, no file stays open, and none after HEAD."""
    record(ex)
    with (ex.folder / "recordings" / "long.mp4").open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    ex.did("asked by HEAD, began 12 downloads, and left in the middle of each")
    with ex.untidied():
        ex.live.head("/download/gale.mp4").wait(end=True, within=30)
        viewers = [ex.live.get("/download/long.mp4") for _ in range(12)]
        for viewer in viewers:
            viewer.wait(bytes=1, within=30)
            viewer.pause()
        for viewer in viewers:
            viewer.leave()
        ex.live.until(lambda: ex.live.running == 0, "the app to be done with all of them", within=30)
        left = len(ex.open_files(ex.folder))
        asleep = any(
            inspect.isgenerator(each) and each.gi_code.co_filename == str(ex.path) for each in gc.get_objects()
        )
    expect.that(
        left == 0,
        expected="no open file when the app is done with all of them",
        observed=f"{left} open",
        why=NOBODY_CLOSES if asleep else None,
    )
