"""Requests in the lab: what the app is told, what the client gets, and when."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from waterclock.lab import Exchange, Lab, StartupFailed

Send = Callable[[dict[str, Any]], Any]
Receive = Callable[[], Any]


async def numbers(count: int = 3, every: float = 1.0) -> AsyncIterator[str]:
    for number in range(count):
        yield f"{number}\n"
        await asyncio.sleep(every)


def streaming(source: Callable[[], Any], **options: Any) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(source(), **options)

    return app


def start(status: int = 200, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(content: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": more}


# What the app is told.


async def echo(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """A raw ASGI callable: says what it was sent."""
    assert scope["type"] == "http"
    content, pieces = b"", 0
    while True:
        message = await receive()
        content, pieces = content + message["body"], pieces + 1
        if not message["more_body"]:
            break
    told = f"{scope['method']} {scope['path']} {scope['raw_path']!r} {scope['query_string']!r} {pieces} {content!r}"
    await send(start(200, (b"x-a", b"1"), (b"x-a", b"2"), (b"X-Headers", str(scope["headers"]).encode())))
    await send(body(told.encode(), more=False))


def test_percent_encoded_paths_arrive_both_ways() -> None:
    with Lab(echo) as lab:
        told = lab.get("/caf%C3%A9/a%20b?q=%C3%BC").text
    assert told == "GET /café/a b b'/caf%C3%A9/a%20b' b'q=%C3%BC' 1 b''"


def test_a_body_comes_whole_or_in_pieces() -> None:
    with Lab(echo) as lab:
        assert lab.post("/", body=b"abc").text.endswith("1 b'abc'")
        assert lab.post("/", body=[b"a", b"b", b"c"]).text.endswith("4 b'abc'")  # Its end comes by itself.
        assert lab.post("/", json={"a": "ü"}).text.endswith(repr('{"a": "ü"}'.encode()))


def test_repeated_headers_go_in_and_come_out() -> None:
    with Lab(echo) as lab:
        client = lab.get("/", headers=[("X-Key", "a"), ("x-key", "b")])
    assert client.headers["x-a"] == "1, 2"
    assert "(b'x-key', b'a'), (b'x-key', b'b')" in client.headers["x-headers"]


def test_a_length_goes_with_a_whole_body() -> None:
    with Lab(echo) as lab:
        assert "(b'content-length', b'3')" in lab.post("/", body=b"abc").headers["x-headers"]
        assert "(b'content-type', b'application/json')" in lab.post("/", json=1).headers["x-headers"]


# Chunks and times.


def test_each_chunk_leaves_at_its_time() -> None:
    with Lab(streaming(numbers)) as lab:
        client = lab.get("/")
        lab.advance(to=1.5)
        assert (client.status, client.chunks, client.state) == (200, [(0, b"0\n"), (1, b"1\n")], "open")
        lab.advance(to=10)
        assert (client.lines[-1], client.state, client.ended_at) == ((2, "2"), "ended", 3)


def test_nothing_has_arrived_before_the_first_chunk() -> None:
    async def late() -> AsyncIterator[bytes]:
        await asyncio.sleep(1)
        yield b"x"

    with Lab(streaming(late)) as lab:
        client = lab.get("/")
        assert (client.status, client.chunks, client.body, client.state) == (200, [], b"", "open")


def test_several_requests_at_once_do_not_wait_for_each_other() -> None:
    with Lab(streaming(numbers)) as lab:
        clients = []
        for _ in range(50):
            clients.append(lab.get("/"))
            lab.advance(0.01)
        lab.advance(to=10)
        for index, client in enumerate(clients):
            assert [at for at, _ in client.chunks] == pytest.approx([index / 100 + n for n in range(3)])


def test_a_sync_stream_from_a_def_endpoint_is_exact() -> None:
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        time.sleep(0.5)

        def content() -> Iterator[str]:
            for number in range(3):
                yield str(number)
                time.sleep(1)

        return StreamingResponse(content())

    with Lab(app) as lab:
        client = lab.get("/")
        lab.advance(to=5)
        assert (client.answered_at, client.chunks) == (0.5, [(0.5, b"0"), (1.5, b"1"), (2.5, b"2")])


def test_native_sse_pings_after_15_s_of_silence() -> None:
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data={"n": 1}, event="tick", id="7")
        await asyncio.sleep(40)
        yield ServerSentEvent(data={"n": 2})

    with Lab(app) as lab:
        client = lab.get("/")
        lab.advance(to=50)
        assert [at for at, _ in client.events] == [0, 15, 30, 40]
        assert (client.events[0][1].type, client.events[0][1].data) == ("tick", '{"n": 1}')
        assert client.ended_at == 40


def test_native_jsonl_leaves_line_by_line() -> None:
    app = FastAPI()

    @app.get("/")
    async def rows() -> AsyncIterator[dict[str, int]]:
        for number in range(2):
            yield {"n": number}
            await asyncio.sleep(1)

    with Lab(app) as lab:
        client = lab.get("/")
        lab.advance(to=5)
        assert client.lines == [(0, '{"n":0}'), (1, '{"n":1}')]


@pytest.mark.parametrize("wrap", ["base", "gzip"])
def test_middleware_keeps_the_times(wrap: str) -> None:
    app = streaming(numbers, media_type="text/plain")
    if wrap == "base":

        async def dispatch(request: Request, call_next: Any) -> Any:
            return await call_next(request)

        app.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)
    else:
        app.add_middleware(GZipMiddleware, minimum_size=0)
    with Lab(app) as lab:
        client = lab.get("/", headers={"accept-encoding": "gzip" if wrap == "gzip" else "identity"})
        lab.advance(to=5)
        content = gzip.decompress(client.body) if wrap == "gzip" else client.body
        assert content == b"0\n1\n2\n"
        assert {1, 2} <= {at for at, _ in client.chunks}


# Answers of all kinds.


def test_head_has_headers_and_no_body() -> None:
    app = FastAPI()

    @app.head("/")
    async def endpoint() -> Response:
        return Response("abc")

    with Lab(app) as lab:
        client = lab.head("/")
        assert (client.status, client.headers["content-length"], client.body) == (200, "3", b"")
        assert client.state == "ended"


def test_no_content_is_an_answer() -> None:
    app = FastAPI()

    @app.get("/", status_code=204)
    async def endpoint() -> None: ...

    with Lab(app) as lab:
        client = lab.get("/")
        assert (client.status, client.body, client.state) == (204, b"", "ended")


def test_background_tasks_run_after_the_end() -> None:
    app, done = FastAPI(), []

    async def work() -> None:
        await asyncio.sleep(5)
        done.append(asyncio.get_running_loop().time())

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> str:
        tasks.add_task(work)
        return "soon"

    with Lab(app) as lab:
        client = lab.get("/")
        assert (client.state, client.ended_at) == ("ended", 0)
        lab.advance(to=6)
        assert (done, client.returned_at) == ([5], 5)


def test_a_dependency_with_yield_is_left_when_the_stream_is_over() -> None:
    app, story = FastAPI(), []

    async def connection() -> AsyncIterator[str]:
        story.append("opened")
        try:
            yield "db"
        finally:
            story.append(f"closed at {asyncio.get_running_loop().time():g}")

    @app.get("/")
    async def endpoint(db: str = Depends(connection)) -> StreamingResponse:
        return StreamingResponse(numbers())

    with Lab(app) as lab:
        lab.get("/")
        assert story == ["opened"]
        lab.advance(to=5)
        assert story == ["opened", "closed at 3"]


# Errors.


def test_an_error_before_the_headers_is_a_500() -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> None:
        raise LookupError("no such station")

    with Lab(app) as lab:
        client = lab.get("/")
        assert (client.status, client.state, client.text) == (500, "ended", "Internal Server Error")
        assert client.error == "LookupError: no such station"
        assert client.error_at is not None
        assert "test_lab_requests.py:" in client.error_at


def test_an_error_in_mid_stream_truncates_it() -> None:
    async def fails() -> AsyncIterator[bytes]:
        yield b"1"
        await asyncio.sleep(1)
        raise LookupError("cable cut")

    with Lab(streaming(fails)) as lab:
        client = lab.get("/")
        lab.advance(to=2)
        assert (client.status, client.state, client.ended_at, client.body) == (200, "truncated", 1, b"1")
        assert "LookupError: cable cut" in (client.error or "")


@pytest.mark.parametrize(
    ("messages", "state", "error"),
    [
        ([], "ended", "without a response"),
        ([start()], "truncated", "before its response was complete"),
        ([body(b"x")], "ended", "Expected ASGI message 'http.response.start'"),
        ([start(), start()], "truncated", "Expected ASGI message 'http.response.body'"),
        ([start(), body(b"x", more=False), body(b"y")], "ended", "after response already completed"),
        ([start(200, (b"content-length", b"1")), body(b"xy")], "truncated", "longer than Content-Length"),
        ([start(200, (b"content-length", b"9")), body(b"xy", more=False)], "truncated", "shorter than Content-Length"),
    ],
)
def test_broken_protocol_is_what_uvicorn_makes_of_it(messages: list[Any], state: str, error: str) -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # Raising for the lifespan is how an app says that it knows none.
        for message in messages:
            await send(message)

    with Lab(app) as lab:
        client = lab.get("/")
        assert client.state == state
        assert error in (client.error or "")


# Leaving.


def test_leaving_cancels_the_stream_at_once() -> None:
    seen: list[float] = []

    async def careful() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(10)
        finally:
            seen.append(asyncio.get_running_loop().time())

    with Lab(streaming(careful)) as lab:
        client = lab.get("/")
        lab.advance(to=3)
        client.leave()
        assert (seen, client.state, client.ended_at) == ([3], "left", 3)
        client.leave()
        lab.advance(to=30)
        assert client.received == 1


def test_sending_after_the_client_has_gone_is_silent() -> None:
    sent: list[str] = []

    async def deaf(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send(start())
        for _ in range(3):
            await asyncio.sleep(1)
            await send(body(b"x"))
            sent.append("sent")
        assert (await receive())["type"] == "http.disconnect"

    with Lab(deaf) as lab:
        client = lab.get("/")
        lab.advance(to=1.5)
        client.leave()
        lab.advance(to=5)
        assert (client.received, len(sent), client.error) == (1, 3, None)


def test_receive_says_disconnect_after_the_end() -> None:
    said: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send(start())
        await send(body(b"x", more=False))
        said.extend([(await receive())["type"], (await receive())["type"]])

    with Lab(app) as lab:
        lab.get("/")
    assert said == ["http.disconnect", "http.disconnect"]  # As uvicorn: nobody asks for a body any more.


def test_is_disconnected_is_true_after_leaving() -> None:
    app, seen = FastAPI(), []

    @app.get("/")
    async def endpoint(request: Request) -> StreamingResponse:
        async def content() -> AsyncIterator[bytes]:
            with anyio.CancelScope(shield=True):
                while True:
                    await asyncio.sleep(1)
                    seen.append(await request.is_disconnected())
                    if seen[-1]:
                        return
                    yield b"x"

        return StreamingResponse(content())

    with Lab(app) as lab:
        client = lab.get("/")
        lab.advance(to=1.5)
        client.leave()
        lab.advance(to=5)
    assert seen == [False, True]


# The slow reader.


def slow(window: int, client_reads: list[tuple[float, int | None]]) -> tuple[list[tuple[float, bytes]], list[float]]:
    asked: list[float] = []

    async def content() -> AsyncIterator[bytes]:
        for _ in range(4):
            asked.append(asyncio.get_running_loop().time())
            yield b"ab"

    with Lab(streaming(content)) as lab:
        client: Exchange = lab.get("/", window=window)
        assert client.status == 200
        for at, size in client_reads:
            lab.advance(to=at)
            client.read(size)
        return list(client.chunks), list(asked)


def test_a_slow_reader_holds_the_stream_back() -> None:
    chunks, asked = slow(2, [(1, 2), (2, 2)])
    assert [at for at, _ in chunks] == [0, 1, 2]
    assert asked == [0, 0, 1, 2]


def test_a_window_of_nothing_lets_only_the_headers_through() -> None:
    chunks, asked = slow(0, [])
    assert (chunks, asked) == ([], [0])


def test_reading_ahead_is_remembered() -> None:
    chunks, _ = slow(0, [(0, 4), (1, 2)])
    assert [at for at, _ in chunks] == [0, 0, 1]


def test_a_huge_window_holds_nothing_back() -> None:
    chunks, _ = slow(1 << 40, [])
    assert len(chunks) == 4


def test_reading_everything_makes_room() -> None:
    chunks, _ = slow(3, [(1, None)])
    assert [at for at, _ in chunks] == [0, 0, 1, 1]


def test_leaving_frees_a_send_that_waits() -> None:
    with Lab(streaming(lambda: (b"ab" for _ in range(9)))) as lab:
        client = lab.get("/", window=2)
        client.leave()
        assert client.task.done()


# Lifespan.


def with_lifespan(enter: Callable[[], Any], leave: Callable[[], Any]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        state = await enter()
        yield {"state": state}
        await leave()

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request) -> str:
        return str(request.state.state)

    return app


async def nothing() -> None: ...


def test_what_the_lifespan_yields_is_in_the_request() -> None:
    async def enter() -> int:
        return 42

    with Lab(with_lifespan(enter, nothing)) as lab:
        assert lab.get("/").text == '"42"'


def test_a_startup_takes_its_time() -> None:
    with Lab(with_lifespan(lambda: asyncio.sleep(5), nothing)) as lab:
        assert lab.now == 5
        assert lab.get("/").status == 200


def test_a_startup_that_raises_says_why() -> None:
    async def fail() -> None:
        raise LookupError("no database")

    with pytest.raises(StartupFailed, match="LookupError: no database"), Lab(with_lifespan(fail, nothing)):
        pass


def test_a_startup_that_waits_for_ever_says_so() -> None:
    with pytest.raises(StartupFailed, match="waits for something"), Lab(with_lifespan(asyncio.Event().wait, nothing)):
        pass


def test_a_shutdown_may_take_its_time_and_its_error_is_a_problem() -> None:
    left: list[float] = []

    async def leave() -> None:
        await asyncio.sleep(30)
        left.append(asyncio.get_running_loop().time())
        raise LookupError("too late")

    with Lab(with_lifespan(nothing, leave)) as lab:
        lab.advance(1)
    assert left == [31]
    assert any("LookupError: too late" in problem for problem in lab.problems)


def test_an_app_that_also_speaks_websocket_is_asked_for_http_only() -> None:
    app, kinds = FastAPI(), []

    async def note(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        kinds.append(scope["type"])
        await app(scope, receive, send)

    with Lab(note) as lab:
        assert lab.get("/").status == 404
    assert kinds == ["lifespan", "http"]


def test_a_handshake_sent_as_a_request_is_refused_with_the_right_call() -> None:
    with Lab(FastAPI()) as lab, pytest.raises(ValueError, match=r"lab\.websocket\('/wind'\)"):
        lab.get("/wind", headers={"Upgrade": "WebSocket"})
