"""`course run` and `course trace`: apps served, streams followed, and both ended at once."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from waterclock.live import open_url

APP = """
import asyncio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

async def made(parts, then_wait):
    for part in parts:
        yield part
        await asyncio.sleep(0.02)
    if then_wait:
        await asyncio.Event().wait()

@app.get("/alerts")
async def alerts():
    parts = ["event: gale\\nid: 7\\ndata: Storm\\n\\n", ": ping\\n\\n"]
    return StreamingResponse(made(parts, False), media_type="text/event-stream")

@app.get("/silence")
async def silence():
    return StreamingResponse(made(["first"], True), media_type="text/plain")

@app.get("/broken")
async def broken():
    async def cut():
        yield "half"
        raise RuntimeError("in mid-stream")
    return StreamingResponse(cut(), media_type="text/plain")

@app.get("/flood")
async def flood():
    return StreamingResponse(("x" for _ in range(500)), media_type="text/plain")

@app.get("/sound")
async def sound():
    return StreamingResponse((bytes(range(128, 228)) for _ in range(500)), media_type="audio/wav")
"""


@pytest.fixture
def start(small: Any) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts `course words…` in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def course(*words: str) -> "subprocess.Popen[str]":
        begun.append(
            subprocess.Popen(
                [sys.executable, "-u", "-m", "course", *words],
                env=small.environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=os.name == "posix",
            )
        )
        return begun[-1]

    yield course
    for one in begun:
        if one.poll() is None:
            one.kill()
        one.communicate()


def address(running: "subprocess.Popen[str]") -> str:
    """The URL that `course run` prints once its port is bound."""
    assert running.stdout is not None
    for line in running.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("it named no address")


def answered(url: str) -> Any:
    """The response, as soon as the server accepts connections."""
    return open_url(url, timeout=60).wait_headers(within=60)


def test_run_serves_a_lesson_and_says_how_to_watch_it(start: Any) -> None:
    running = start("run", "1", "--port", "0")
    url = address(running)
    assert running.stdout is not None

    assert running.stdout.readline() == f"Watch: curl -N {url.removeprefix('http://')}/dots\n"
    assert answered(f"{url}/dots").wait(end=True).text == "..."


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to a process on Windows")
def test_ctrl_c_ends_run_at_once_with_a_stream_open(start: Any, small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    running = start("run", "01", "--port", "0")
    stream = answered(f"{address(running)}/silence").wait(bytes=5)
    running.send_signal(signal.SIGINT)

    assert running.wait(60) == 0, "the stream itself has no end"
    assert stream.wait(end=True).state == "truncated"
    assert "Traceback" not in running.stdout.read()


def test_a_port_that_is_taken_is_not_the_end(start: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = start("run", "01", "--port", str(port))
        assert running.stdout is not None
        said = running.stdout.readline()

        assert said.startswith(f"Port {port} is taken; using ")
        assert answered(f"{address(running)}/dots").status == 200


@pytest.mark.parametrize("port", ["-1", "70000", "http"])
def test_a_port_that_cannot_be_is_refused(small: Any, port: str) -> None:
    assert small.course("run", "01", "--port", port).code == 2


def test_an_app_that_does_not_load_is_told_in_a_sentence(small: Any) -> None:
    small.write("lessons/01_dots/app.py", "import nothing_of_the_kind\n")
    said = small.course("run", "01")

    assert said.code == 2
    assert said.err.startswith("Lesson 01 does not load. Importing it fails in line 1: ModuleNotFoundError")
    assert "lessons/01_dots/app.py:1" in said.err


def test_an_exercise_without_an_app_has_nothing_to_run(small: Any) -> None:
    said = small.course("run", "01.1")

    assert said.code == 1
    assert "defines no `app`" in said.err


def test_trace_draws_what_arrives_and_when(small: Any) -> None:
    said = small.course("trace", "1", "/dots?count=3&every=0.05")
    lines = said.out.splitlines()

    assert said.code == 0
    assert re.fullmatch(r"GET http://127\.0\.0\.1:\d+/dots\?count=3&every=0\.05", lines[0])
    assert lines[1] == "    200 text/plain; charset=utf-8"
    assert [re.sub(r" +[\d.]+ s", "T", line, count=1) for line in lines[2:5]] == ['T        1 bytes   "."'] * 3
    assert "the stream ended: 3 arrivals, 3 bytes" in lines[5]
    assert "arrived" in said.out
    assert "end of stream" in said.out


def test_trace_takes_the_first_path_when_none_is_named(small: Any) -> None:
    assert "/dots" in small.course("trace", "1").out


def test_trace_shows_events_and_comments_of_an_event_stream(small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    said = small.course("trace", "1", "/alerts")

    assert 'event gale   id 7   "Storm"' in said.out
    assert "comment   ping" in said.out


def test_trace_leaves_when_it_is_told_to(small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    said = small.course("trace", "1", "silence", "--for", "0.3")

    assert said.code == 0
    assert "we left; the stream was still open: 1 arrival, 5 bytes" in said.out


def test_trace_tells_a_stream_that_broke_off_from_one_that_ended(small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)

    said = small.course("trace", "1", "/broken").out
    assert "the stream broke off" in said
    assert "The server logged RuntimeError: in mid-stream\n    lessons/01_dots/app.py:28\n" in said


def test_trace_of_a_flood_stays_short(small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    said = small.course("trace", "1", "/flood")

    assert "500 arrivals, 500 bytes" in said.out
    assert len(said.out.splitlines()) < 600


def test_trace_tells_the_size_of_bytes_that_are_no_text(small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    said = small.course("trace", "1", "/sound").out

    assert "× 100 bytes\n" in said
    assert "\\x" not in said.partition("the stream ended")[0]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to a process on Windows")
def test_ctrl_c_ends_trace_with_its_timeline(start: Any, small: Any) -> None:
    small.write("lessons/01_dots/app.py", APP)
    tracing = start("trace", "1", "/silence")
    assert tracing.stdout is not None
    for line in tracing.stdout:
        if '"first"' in line:
            break
    tracing.send_signal(signal.SIGINT)
    rest, _ = tracing.communicate(timeout=50)

    assert tracing.returncode == 0
    assert "we left; the stream was still open" in rest
    assert "arrived   |" in rest
    assert "Traceback" not in rest


def test_trace_works_for_any_address(small: Any) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")

    thread = threading.Thread(target=answer)
    thread.start()
    said = small.course("trace", f"http://127.0.0.1:{server.getsockname()[1]}/x")
    thread.join(30)
    server.close()

    assert said.code == 0
    assert '2 bytes   "hi"' in said.out
    assert "200 without a content type" in said.out


def test_an_address_where_nobody_listens_is_said(small: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        said = small.course("trace", f"http://127.0.0.1:{port}/x")

    assert said.code == 2
    assert "Nothing answers at 127.0.0.1" in said.err


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http:///x"])
def test_what_is_no_address_is_said(small: Any, url: str) -> None:
    said = small.course("trace", url)

    assert said.code == 2
    assert "Expected an address such as" in said.err
