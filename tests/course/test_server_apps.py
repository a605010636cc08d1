"""The lessons' apps in a process of their own: as if they were here, and whatever they do, the site stays up."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waterclock.live import Exchange, Server
from waterclock.sse import Event

from course.server import make_app, upstream
from course.server.apps import AT_ONCE
from course.server.room import Room

PATIENCE = 60.0  # seconds; what is waited for takes about one, on a machine with nothing else to do

APP = """
import os
import time
from pathlib import Path

import anyio
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

app = FastAPI()
HERE = Path(__file__).parents[2]

def gone(name):
    return not (HERE / name).exists()

@app.get("/gated")
async def gated():
    async def chunks():
        try:
            for number in range(3):
                while gone(f"gate{number}"):
                    await anyio.sleep(0.005)
                yield f"{number}" * (number + 1)
        finally:
            (HERE / "closed").touch()
    return StreamingResponse(chunks(), media_type="text/plain")

@app.get("/broken")
async def broken():
    async def chunks():
        yield "one"
        raise RuntimeError("on purpose")
    return StreamingResponse(chunks(), media_type="text/plain")

@app.get("/large")
async def large():
    async def chunks():
        for number in range(1000):
            yield bytes(65536)
        (HERE / "sent").touch()
    return StreamingResponse(chunks())

async def echo(scope, receive, send):
    length = dict(scope["headers"]).get(b"content-length", b"none")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-length", length)]})
    more = True
    while more:
        message = await receive()
        more = message["more_body"]
        await send({"type": "http.response.body", "body": message["body"], "more_body": more})

app.mount("/echo", echo)

@app.get("/rude")
async def rude():
    while gone("gate"):
        time.sleep(0.005)
    return "polite again"

@app.get("/thread")
def thread():
    while gone("gate"):
        time.sleep(0.005)
    return "done"

@app.get("/die")
async def die():
    os._exit(7)

@app.api_route("/head", methods=["GET", "HEAD"])
async def head(request: Request):
    answer = Response("x" * 10, headers={"x-host": request.headers["host"], "connection": "close"})
    answer.headers.append("set-cookie", "a=1")
    answer.headers.append("set-cookie", "b=2")
    return answer

@app.get("/where/{path:path}")
async def where(request: Request, path: str):
    return [request.scope["raw_path"], request.scope["query_string"], request.scope["root_path"], path]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "site/index.html": "<h1>home</h1>",
        "lessons/01_a/app.py": APP,
        "lessons/02_b/app.py": APP,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    with Server(make_app(root, watch=False)) as server:
        ask(server, "/apps/01/head")
        yield server
        (root / "gate").touch()


def ask(server: Server, path: str, **options: Any) -> Exchange:
    """A request, answered to its end."""
    return server.get(path, timeout=PATIENCE, **options).wait(end=True)


def until(server: Server, condition: Callable[[], bool], what: str) -> None:
    server.until(condition, what, PATIENCE)


# --- as if they were here -----------------------------------------------------------------------


def test_each_chunk_of_an_app_is_a_chunk_at_the_reader_when_it_was_sent(server: Server, root: Path) -> None:
    stream = server.get("/apps/01/gated", timeout=PATIENCE).wait_headers()
    for number in range(3):
        (root / f"gate{number}").touch()
        stream.wait(chunks=number + 1)  # the next has not been sent: its gate is closed
    stream.wait(end=True)

    assert stream.http_chunks == [b"0", b"11", b"222"]
    assert stream.state == "ended"


def test_a_reader_who_leaves_is_gone_at_the_app_at_once(server: Server, root: Path) -> None:
    (root / "gate0").touch()
    stream = server.get("/apps/01/gated", timeout=PATIENCE).wait(chunks=1)
    assert not (root / "closed").exists()
    stream.leave()

    until(server, (root / "closed").exists, "the generator to be closed")


def test_an_answer_that_breaks_off_at_the_app_breaks_off_at_the_reader(server: Server) -> None:
    broken = ask(server, "/apps/01/broken")

    assert (broken.text, broken.state) == ("one", "truncated")


def test_a_slow_reader_slows_the_app_down(server: Server, root: Path) -> None:
    slow = server.get("/apps/01/large", timeout=PATIENCE, receive_buffer=4096).wait(chunks=1)
    slow.pause()
    for _ in range(50):
        ask(server, "/apps/01/head")  # its loop turns, and could have sent all of it meanwhile
    assert not (root / "sent").exists()
    slow.resume()
    slow.wait(end=True)

    assert len(slow.body) == 1000 * 65536


def test_what_a_reader_sends_reaches_the_app_part_by_part(server: Server) -> None:
    parts: list[Exchange] = []

    def body() -> Iterator[bytes]:
        yield b"one"
        until(server, lambda: bool(parts), "the request to be on its way")
        parts[0].wait(bytes=3)  # it has been there and back before the next is sent
        yield b"two"

    parts.append(server.post("/apps/01/echo/", body=body(), timeout=PATIENCE))
    assert parts[0].wait(end=True).http_chunks == [b"one", b"two"]
    assert parts[0].headers["x-length"] == "none"
    whole = server.post("/apps/01/echo/", body=b"whole", timeout=PATIENCE).wait(end=True)
    assert (whole.text, whole.headers["x-length"]) == ("whole", "5")


def test_headers_methods_and_addresses_are_the_app_s_own(server: Server) -> None:
    got = ask(server, "/apps/01/head")
    head = server.head("/apps/01/head", timeout=PATIENCE).wait(end=True)
    where = json.loads(ask(server, "/apps/01/where/a%20b%2Fc?x=1&y=%C3%A9").body)

    assert got.headers["set-cookie"] == "a=1, b=2"
    assert got.headers["x-host"] == f"127.0.0.1:{server.port}"
    assert got.headers["connection"] == "close"
    assert "transfer-encoding" not in got.headers
    assert (head.status, head.headers["content-length"], head.body) == (200, "10", b"")
    assert where == ["/apps/01/where/a%20b%2Fc", "x=1&y=%C3%A9", "/apps/01", "a b/c"]
    assert ask(server, "/apps/01/nowhere").status == 404
    assert server.post("/apps/01/head", timeout=PATIENCE).wait(end=True).status == 405


def test_nobody_reaches_an_app_but_by_way_of_the_server(server: Server, root: Path) -> None:
    app = make_app(root, watch=False)
    process = app.state.upstream
    process.start()
    try:
        address = process._there.result(PATIENCE)
        direct = Exchange(("127.0.0.1", address.port), "GET", "/apps/01/head", timeout=PATIENCE).wait(end=True)
        wrong = Exchange(("127.0.0.1", address.port), "GET", "/apps/01/head", {"x-course-key": "guessed"})
        assert (direct.status, wrong.wait(end=True, within=PATIENCE).status) == (404, 404)
        assert ask(server, "/apps/01/head", headers={"x-course-key": "mine"}).status == 200
    finally:
        process.stop()


# --- and the site stays up ----------------------------------------------------------------------


def test_five_rude_readers_stop_the_apps_and_nothing_else(server: Server, root: Path) -> None:
    rude = [server.get("/apps/02/rude", timeout=PATIENCE) for _ in range(5)]
    for path in ("/", "/course/exercises"):
        assert ask(server, path).status == 200
    page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
    assert [one.status for one in rude] == [None] * 5, "they are blocked, all that time"
    page.leave()
    (root / "gate").touch()

    assert [one.wait(end=True).text for one in rude] == ['"polite again"'] * 5


def test_a_lesson_that_is_busy_says_so_and_leaves_threads_to_the_others(server: Server, root: Path) -> None:
    busy = [server.get("/apps/01/thread", timeout=PATIENCE) for _ in range(AT_ONCE)]
    # Whichever of them comes last, one too many is refused while none has ended.
    busy.append(server.get("/apps/01/thread", timeout=PATIENCE))
    until(server, lambda: any(one.state == "ended" for one in busy), "one of them to be refused")
    refused = [one for one in busy if one.state == "ended"]
    assert [(one.status, one.headers["retry-after"]) for one in refused] == [(503, "5")]
    assert f"Lesson 01 works on {AT_ONCE} requests already." in refused[0].text
    other = server.get("/apps/02/thread", timeout=PATIENCE)
    assert ask(server, "/apps/02/where/now").status == 200
    (root / "gate").touch()

    assert {one.wait(end=True).status for one in [*busy, other] if one not in refused} == {200}


def test_more_requests_than_there_is_room_for_are_refused(root: Path) -> None:
    with Server(make_app(root, watch=False, room=Room(connections=100, listeners=10, apps=2))) as server:
        ask(server, "/apps/01/head")
        two = [server.get("/apps/01/gated", timeout=PATIENCE).wait_headers() for _ in range(2)]
        assert ask(server, "/apps/01/head").status == 503
        for one in two:
            one.leave()
        until(server, lambda: ask(server, "/apps/01/head").status == 200, "their places to be free")


def happened(page: Exchange, kind: str) -> list[dict[str, Any]]:
    return [json.loads(each.data) for _, each in page.events if isinstance(each, Event) and each.type == kind]


def test_an_app_that_ends_python_is_started_again_and_readers_are_told(server: Server, root: Path) -> None:
    page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
    (root / "gate0").touch()
    reader = server.get("/apps/02/gated", timeout=PATIENCE).wait(chunks=1)
    died = ask(server, "/apps/01/die")

    assert (died.status, died.headers["retry-after"]) == (503, "5")
    assert "The app was restarted before it answered." in died.text
    assert reader.wait(end=True).state == "truncated"
    until(server, lambda: ask(server, "/apps/02/head").headers.get("x-course-run") == "2", "the next process")
    until(server, lambda: len(happened(page, "trouble")) == 2, "the end of the trouble")
    assert happened(page, "apps") == [{"run": int(reader.headers["x-course-run"]), "why": "it ended with exit code 7"}]
    assert [trouble["text"] for trouble in happened(page, "trouble")] == [
        "the lessons' apps stopped: it ended with exit code 7, starting again",
        None,
    ]
    assert json.loads(ask(server, "/course/exercises").body)["troubles"] == {}


def test_apps_whose_loop_does_not_turn_are_started_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "PATIENCE", 3)
    with Server(make_app(root, watch=False)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        blocked = ask(server, "/apps/01/rude")
        until(server, lambda: bool(happened(page, "apps")), "the pages to be told")

        assert "The app was restarted before it answered." in blocked.text
        assert happened(page, "apps")[0]["why"] == "it has been blocked for 3 s"
        until(server, lambda: ask(server, "/apps/02/head").status == 200, "the next one")


def test_apps_that_cannot_start_say_why(root: Path) -> None:
    (root / "lessons/01_a/app.py").write_text("import os\nos._exit(5)\n")
    with Server(make_app(root, watch=False)) as server:
        refused = ask(server, "/apps/02/head")
        assert refused.status == 503
        assert "The lessons' apps do not run. They did not start: it ended with exit code 5." in refused.text
        assert ask(server, "/").status == 200
        (root / "lessons/01_a/app.py").write_text(APP)
        until(server, lambda: ask(server, "/apps/02/head").status == 200, "the next attempt")
