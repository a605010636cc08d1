"""WebSockets, servers that stop, and clients that block."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

from waterclock import Lab, LabError

log: list[str] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The recipe of the course: the app's own handler first, then the server's."""
    app.state.stop, app.state.late = asyncio.Event(), asyncio.Event()
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def handler(number: int, frame: object) -> None:
        loop.call_soon_threadsafe(app.state.stop.set)
        before(number, frame)  # type: ignore[operator, misc, arg-type]

    signal.signal(signal.SIGTERM, handler)
    yield
    log.append("lifespan left")
    app.state.late.set()
    signal.signal(signal.SIGTERM, before)


app = FastAPI(lifespan=lifespan)


@app.get("/late")
async def late() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        try:
            yield "hello"
            await app.state.late.wait()
            yield "bye"
        finally:
            log.append("stream closed")

    return StreamingResponse(body())


@app.get("/polite")
async def polite() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        yield "hello"
        await app.state.stop.wait()
        yield "bye"

    return StreamingResponse(body())


@app.get("/stops-itself")
async def stops_itself() -> None:
    signal.raise_signal(signal.SIGTERM)


@app.websocket("/echo")
async def echo(socket: WebSocket) -> None:
    await socket.accept(subprotocol="wind" if "wind" in socket.scope["subprotocols"] else None)
    try:
        async for text in socket.iter_text():
            await asyncio.sleep(1)
            await socket.send_text(text)
            await socket.send_bytes(b"\x01")
    finally:
        log.append("socket over")


@app.websocket("/closes")
async def closes(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close(4001, "enough")


@app.websocket("/refuses")
async def refuses(socket: WebSocket) -> None:
    await socket.close()


@app.websocket("/crashes")
async def crashes(socket: WebSocket) -> None:
    await socket.accept()
    raise LookupError("boom")


@pytest.fixture(autouse=True)
def empty_log() -> None:
    log.clear()


# WebSockets.


def test_messages_come_and_go_at_their_times() -> None:
    with Lab(app) as lab:
        socket = lab.websocket("/echo", subprotocols=["rain", "wind"])
        assert (socket.state, socket.status, socket.subprotocol) == ("open", 101, "wind")
        socket.send("a")
        lab.advance(3)
        socket.send_json({"b": 1})
        lab.advance(3)
        assert socket.messages == [(1, "a"), (1, b"\x01"), (4, '{"b": 1}'), (4, b"\x01")]
        socket.close()
        assert (socket.state, socket.close_code, log) == ("closed", 1000, ["socket over"])
        assert lab.leftovers() == []


def test_a_client_that_goes_without_a_word() -> None:
    with Lab(app) as lab:
        socket = lab.websocket("/echo")
        lab.advance(1)
        socket.leave()
        assert (socket.state, socket.close_code, socket.ended_at) == ("left", 1005, 1)
        assert log == ["socket over"]
        with pytest.raises(LabError, match="is left"):
            socket.send("x")


@pytest.mark.parametrize(
    ("path", "state", "status", "code"),
    [
        ("/closes", "closed", 101, 4001),
        ("/refuses", "refused", 403, 1006),
        ("/crashes", "closed", 101, 1006),
        ("/nowhere", "refused", 403, 1006),
    ],
)
def test_how_an_app_ends_a_socket(path: str, state: str, status: int, code: int) -> None:
    with Lab(app) as lab:
        socket = lab.websocket(path)
        assert (socket.state, socket.status, socket.close_code) == (state, status, code)
        if path == "/crashes":
            assert "LookupError: boom" in repr(socket)


def test_a_slow_reader_of_messages_holds_the_sender_back() -> None:
    pours = FastAPI()

    @pours.websocket("/")
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        for number in range(100):
            await socket.send_text(str(number))

    with Lab(pours) as lab:
        socket = lab.websocket("/", window=3)
        assert socket.texts == ["0", "1", "2"]
        socket.read(2)
        assert socket.received == 5


# A server that stops.


def test_open_streams_are_waited_for_and_the_lifespan_comes_last() -> None:
    with Lab(app) as lab:
        client = lab.get("/late")
        socket = lab.websocket("/echo")
        stopping = lab.shutdown()
        lab.advance(3600)
        assert (stopping.state, client.state, client.text) == ("waiting", "open", "hello")
        assert (socket.state, socket.close_code) == ("closed", 1012)
        with pytest.raises(LabError, match="connection refused"):
            lab.get("/late")
        client.leave()
        assert (stopping.state, stopping.done_at) == ("done", 3600)
        assert log == ["socket over", "stream closed", "lifespan left"]


def test_with_a_time_out_the_lifespan_is_left_before_the_stream_is_closed() -> None:
    with Lab(app) as lab:
        client = lab.get("/late")
        stopping = lab.shutdown(timeout=2)
        lab.advance(10)
        assert (stopping.done_at, stopping.cancelled, client.state) == (2, 1, "truncated")
        assert "timeout graceful shutdown exceeded" in str(client.error)
        assert log[0] == "lifespan left"


def test_a_signal_that_the_app_sends_itself_reaches_its_own_handler_and_then_the_server() -> None:
    with Lab(app) as lab:
        client = lab.get("/polite")
        lab.advance(1)
        lab.get("/stops-itself")
        assert (client.text, client.state, client.ended_at) == ("hellobye", "ended", 1)
        assert log == ["lifespan left"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_signal_that_nobody_handles_is_a_problem() -> None:
    async def main() -> None:
        signal.raise_signal(signal.SIGUSR1)

    with Lab() as lab:
        lab.run(main())
        assert lab.problems == ["SIGUSR1 came and nobody handles it: the process would have ended"]


# Clients that block.


model = FastAPI()


@model.get("/")
async def tokens() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        for word in ("fog ", "at ", "dawn"):
            yield word
            await asyncio.sleep(1)

    return StreamingResponse(body())


relay = FastAPI()


@relay.get("/thread")
def in_a_thread() -> StreamingResponse:
    def body():  # type: ignore[no-untyped-def]
        with relay.state.http.stream("GET", "/") as response:
            yield from response.iter_text()

    return StreamingResponse(body())


@relay.get("/loop")
async def on_the_loop() -> str:
    await asyncio.sleep(0.5)
    text: str = relay.state.http.get("/").text
    return text


@relay.get("/other")
async def other() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        for number in range(3):
            yield f"{number}"
            await asyncio.sleep(1)

    return StreamingResponse(body())


def test_a_sync_client_in_a_thread_reads_while_the_other_app_sends() -> None:
    with Lab(relay) as lab:
        relay.state.http = lab.client(model, sync=True)
        client = lab.get("/thread")
        lab.advance(5)
        assert client.chunks == [(0, b"fog "), (1, b"at "), (2, b"dawn")]
        assert lab.leftovers() == []


def test_a_sync_client_on_the_loop_holds_up_everybody_for_as_long_as_the_other_app_takes() -> None:
    with Lab(relay) as lab:
        relay.state.http = lab.client(model, sync=True)
        client, neighbour = lab.get("/loop"), lab.get("/other")
        lab.advance(10)
        assert (client.text, client.ended_at) == ('"fog at dawn"', 3.5)
        assert [at for at, _ in neighbour.chunks] == [0, 3.5, 4.5]
        assert {each.kind for each in lab.blocked} == {"wait"}


def test_a_sync_client_honours_its_time_out() -> None:
    silent = FastAPI()

    @silent.get("/")
    async def endpoint() -> None:
        await asyncio.sleep(60)

    def ask() -> str:
        try:
            return http.get("/").text
        except httpx2.ReadTimeout:
            return f"gave up at {time.monotonic():g} s"

    with Lab() as lab:
        http = lab.client(silent, sync=True, timeout=3)
        assert lab.call(ask) == "gave up at 3 s"


def test_a_sync_client_works_outside_a_lab_as_well() -> None:
    from waterclock.lab.sync_upstream import SyncUpstream

    quick = FastAPI()

    @quick.get("/")
    async def endpoint() -> str:
        return "quick"

    with httpx2.Client(transport=SyncUpstream(quick), base_url="http://x") as http:
        assert http.get("/").json() == "quick"
