"""The app of lesson 03 does what its page says, on a real server."""

import gc
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType

import pytest
from waterclock.lab import Lab
from waterclock.live import Server

from course.grader.probes import open_files
from course.loading import load

APP = Path(__file__).parents[2] / "lessons" / "03_streaming_response" / "app.py"
WORDS = [b"Fog ", b"until ", b"ten. ", b"A ", b"gale ", b"by ", b"night. "]


@pytest.fixture
def lesson() -> ModuleType:
    return load(APP)


@pytest.fixture
def server(lesson: ModuleType) -> Iterator[Server]:
    with Server(lesson.app) as server:
        yield server
        assert server.errors == []


@pytest.mark.parametrize("path", ["/report", "/report/sync", "/report/yield"])
def test_a_report_leaves_word_by_word(server: Server, path: str) -> None:
    report = server.get(f"{path}?every=0.01").wait(end=True)

    assert report.http_chunks == WORDS
    assert report.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/report", "/report/sync", "/report/yield"])
def test_a_word_takes_half_a_second(lesson: ModuleType, path: str) -> None:
    with Lab(lesson.app) as lab:
        report = lab.get(path)
        lab.advance(10)

        assert [at for at, _ in report.chunks] == [0.5, 1, 1.5, 2, 2.5, 3, 3.5]
        assert report.ended_at == 3.5


def test_the_buffered_report_leaves_in_one_piece(server: Server) -> None:
    report = server.get("/report/buffered?every=0.01").wait(end=True)

    assert report.body == b"".join(WORDS)
    assert report.headers["content-length"] == "32"
    assert report.http_chunks == []


def test_headers_leave_before_the_first_word(server: Server) -> None:
    with server.get("/report?every=5").wait_headers() as report:
        assert report.status == 200
        assert report.chunks == []


def test_headers_wait_for_the_whole_buffered_report(server: Server) -> None:
    with server.get("/report/buffered?every=5") as buffered:
        server.get("/report?every=0.01").wait(end=True)
        assert buffered.status is None


def test_the_late_report_is_silent_while_its_streamed_twin_speaks(server: Server) -> None:
    late = server.get("/report/late?seconds=0.6")
    streamed = server.get("/report/late/streamed?seconds=0.6").wait(lines=3)

    assert late.status is None
    assert streamed.wait(end=True).body == late.wait(end=True).body
    assert len(streamed.http_chunks) == 6


@pytest.mark.parametrize(("path", "chunks"), [("/wind/sync", 59), ("/wind/sync?size=65536", 8), ("/wind/async", 8)])
def test_the_wind_is_the_same_however_it_is_cut(server: Server, path: str, chunks: int) -> None:
    whole = server.get("/wind.wav").wait(end=True)
    streamed = server.get(path).wait(end=True)

    assert whole.body[:4] == b"RIFF"
    assert len(whole.body) == 480_044
    assert streamed.body == whole.body
    assert len(streamed.http_chunks) == chunks
    assert "content-length" not in streamed.headers


def test_the_file_answers_range_and_head_and_the_stream_does_not(server: Server) -> None:
    part = server.get("/wind.wav", {"Range": "bytes=1000-1999"}).wait(end=True)
    assert (part.status, part.headers["content-range"], len(part.body)) == (206, "bytes 1000-1999/480044", 1000)
    head = server.head("/wind.wav").wait(end=True)
    assert (head.status, head.headers["content-length"], head.body) == (200, "480044", b"")

    assert server.get("/wind/sync", {"Range": "bytes=1000-1999"}).wait(end=True).status == 200
    assert server.head("/wind/sync").wait(end=True).status == 405


@pytest.mark.parametrize("path", ["/wind/sync", "/wind/async", "/wind.wav"])
def test_no_file_stays_open_when_clients_leave(lesson: ModuleType, path: str) -> None:
    small = 16 * 1024  # bytes in each buffer on the way: the app is in the middle of the file when the clients go
    gc.disable()
    try:
        with Server(lesson.app, send_buffer=small) as server:
            clients = [server.get(path, receive_buffer=small) for _ in range(10)]
            for client in clients:
                client.wait(bytes=1).pause()
            assert len(open_files(lesson.app.state.wind)) > 0
            for client in clients:
                client.leave()
            server.until(lambda: not open_files(lesson.app.state.wind), "the files to be closed")
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "path",
    ["/report?every=11", "/report?every=-1", "/report/late?seconds=121", "/wind/sync?size=1", "/wind/async?size=x"],
)
def test_what_is_out_of_bounds_is_a_422(server: Server, path: str) -> None:
    assert server.get(path).wait(end=True).status == 422


def test_a_connection_takes_one_stream_after_the_other(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    for _ in range(2):
        connection.request("GET", "/report?every=0")
        assert connection.getresponse().read() == b"".join(WORDS)
    connection.close()


def test_the_document_can_be_made_and_tells_the_media_type(lesson: ModuleType) -> None:
    paths = lesson.app.openapi()["paths"]

    assert list(paths["/report/yield"]["get"]["responses"]["200"]["content"]) == ["text/plain"]
    assert list(paths["/wind.wav"]) == ["get"]
