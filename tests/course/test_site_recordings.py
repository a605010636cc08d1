"""Recordings are what a real server sent, made once, and never a silent failure."""

import json
from base64 import b64decode
from itertools import accumulate
from pathlib import Path

import pytest

from course.site.recordings import Recording, Take, recordings

APP = """
import asyncio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse, PlainTextResponse

app = FastAPI()


async def words(count, every):
    for n in range(count):
        yield f"{n}\\n"
        await asyncio.sleep(every)


@app.get("/words")
async def some(count: int = 3, every: float = 0.02):
    return StreamingResponse(words(count, every), media_type="text/plain")


@app.get("/whole")
async def whole():
    return PlainTextResponse("<script>")


@app.get("/big")
async def big():
    return StreamingResponse((b"x" * 65536 for _ in range(1000)))


@app.get("/cut")
async def cut():
    async def words():
        yield "half"
        await asyncio.sleep(0.02)
        raise RuntimeError("on purpose")
    return StreamingResponse(words())
"""


NOTED = """
import contextlib

@contextlib.asynccontextmanager
async def noted(app):
    with open(BOOK, "a") as book:
        book.write("+")
    yield
    with open(BOOK, "a") as book:
        book.write("-")
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "03_words" / "app.py"
    path.parent.mkdir()
    path.write_text(APP)
    return path


def recorded(take: Take, folder: Path, **options: float) -> Recording:
    found, troubles = recordings([take], folder, **options)
    assert troubles == []
    return found[take]


def test_a_recording_holds_each_chunk_with_its_time(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words?every=0.05",))
    (stream,) = recorded(take, tmp_path / "kept")["streams"]

    assert [b64decode(text) for _, text in stream["chunks"]] == [b"0\n", b"1\n", b"2\n"]
    times = [at for at, _ in stream["chunks"]]
    assert times == sorted(times)
    assert times[-1] > 0.09, "two pauses of 0.05 s come before it"
    assert (stream["status"], stream["state"], stream["error"]) == (200, "ended", None)
    assert stream["ended_at"] >= stream["chunks"][-1][0]
    assert stream["headers"]["content-type"].startswith("text/plain")


def test_the_first_raw_bytes_are_the_head_and_nothing_else(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words", "/whole"))
    for stream in recorded(take, tmp_path / "kept")["streams"]:
        raw = [b64decode(text) for _, text in stream["raw"]]
        assert raw[0].startswith(b"HTTP/1.1 200 OK\r\n")
        assert raw[0].index(b"\r\n\r\n") == len(raw[0]) - 4
    assert raw[1:] == [b"<script>"]


def test_times_are_whole_milliseconds(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words",))
    (stream,) = recorded(take, tmp_path / "kept")["streams"]

    times = [at for at, _ in stream["chunks"] + stream["raw"]] + [stream["ended_at"]]
    assert [round(at, 3) for at in times] == times


def test_takes_are_recorded_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.site.recordings.AT_ONCE", 2)
    book = tmp_path / "book"
    app = tmp_path / "03_words" / "app.py"
    app.parent.mkdir()
    app.write_text(
        APP.replace("app = FastAPI()", f"app = FastAPI(lifespan=lambda app: noted(app))\nBOOK = {str(book)!r}") + NOTED
    )
    takes = [Take(app, (f"/words?count={count}",)) for count in range(1, 6)]

    found, troubles = recordings(takes, tmp_path / "kept")

    running = list(accumulate(1 if sign == "+" else -1 for sign in book.read_text()))
    assert (max(running), running[-1], len(running)) == (2, 0, 10)
    assert [len(found[take]["streams"][0]["chunks"]) for take in takes] == [1, 2, 3, 4, 5]
    assert troubles == []


def test_a_second_build_records_nothing(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words",))
    recordings([take], tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text(json.dumps({"v": 1, "made": "2026-01-01", "streams": []}))

    assert recorded(take, tmp_path / "kept")["made"] == "2026-01-01"


def test_an_app_that_changed_is_recorded_anew(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words",))
    before = take.key
    app.write_text(APP + "\n# changed\n")

    assert take.key != before
    assert Take(app, ("/whole",)).key != take.key


def test_a_file_beside_the_app_counts_and_its_page_does_not(app: Path) -> None:
    take = Take(app, ("/words",))
    before = take.key
    app.with_name("index.md").write_text("# Words\n")
    assert take.key == before

    app.with_name("words.csv").write_text("one\n")
    assert take.key != before


def test_a_recording_that_cannot_be_read_is_made_anew(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words",))
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / f"{take.key}.json").write_text('{"v": 1, "str')

    assert len(recorded(take, tmp_path / "kept")["streams"]) == 1


def test_a_stream_that_does_not_end_is_left(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/words?count=100000",))
    (stream,) = recorded(take, tmp_path / "kept", limit=1.0)["streams"]

    assert stream["state"] == "left"
    assert stream["ended_at"] < 60, "it would have gone on for half an hour"
    assert stream["chunks"]


def test_a_stream_that_is_too_big_is_left(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/big",))
    (stream,) = recorded(take, tmp_path / "kept")["streams"]

    assert stream["state"] == "left"
    assert len(json.dumps(stream)) < 2_000_000


def test_a_body_that_breaks_off_is_recorded_as_it_is(app: Path, tmp_path: Path) -> None:
    take = Take(app, ("/cut",))
    (stream,) = recorded(take, tmp_path / "kept")["streams"]

    assert stream["state"] == "truncated"
    assert stream["error"]


def test_a_path_that_the_app_does_not_have_is_an_error_that_names_it(app: Path, tmp_path: Path) -> None:
    good, bad = Take(app, ("/words",)), Take(app, ("/words", "/wrods"))
    found, troubles = recordings([good, bad], tmp_path / "kept")

    assert list(found) == [good], "one that fails does not take the others with it"
    assert [str(trouble) for trouble in troubles] == [
        "03_words/app.py answered /wrods with 404, and a demo should show a stream."
    ]
    assert len(list((tmp_path / "kept").iterdir())) == 1, "nothing half-made is kept"


LIFESPAN = """
from fastapi import FastAPI

async def lifespan(app):
    raise RuntimeError("no database")
    yield

app = FastAPI(lifespan=lifespan)
"""


@pytest.mark.parametrize("source", ["import nothing_of_that_name", "x = 1", LIFESPAN])
def test_an_app_that_does_not_start_is_an_error_that_names_it(app: Path, tmp_path: Path, source: str) -> None:
    app.write_text(source)
    found, troubles = recordings([Take(app, ("/words",))], tmp_path / "kept")

    assert found == {}
    assert [str(trouble).partition(". ")[0] for trouble in troubles] == [
        "03_words/app.py cannot be recorded: it does not start"
    ]
