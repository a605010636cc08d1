"""The programs behind `peers.py`: `python peers_programs.py ROW PEER` prints what came of it, in one line."""

import asyncio
import contextlib
import datetime
import queue
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter as wall
from typing import Any

import anyio
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

app = FastAPI()
other = FastAPI()
seen: list[str] = []


async def lines(count: int = 3):
    try:
        for number in range(count):
            yield f"{number}\n"
            await anyio.sleep(2)
    except BaseException:
        seen.append("closed")
        raise


@app.get("/async_stream")
@app.get("/leaving")
async def async_stream() -> StreamingResponse:
    return StreamingResponse(lines())


@app.get("/sync_stream")
def sync_stream() -> StreamingResponse:
    def body() -> Iterator[str]:
        for number in range(3):
            yield f"{number}\n"
            time.sleep(2)

    return StreamingResponse(body())


@app.get("/rude_sleep")
async def rude_sleep() -> StreamingResponse:
    async def body():
        for number in range(2):
            yield f"{number}\n"
            time.sleep(2)

    return StreamingResponse(body())


@app.get("/thread_timeout")
def thread_timeout() -> StreamingResponse:
    def body() -> Iterator[str]:
        for _ in range(2):
            with contextlib.suppress(queue.Empty):
                queue.Queue().get(timeout=2)
            yield ": ping\n"

    return StreamingResponse(body())


@app.get("/pool_of_one")
async def pool_of_one() -> StreamingResponse:
    async def body():
        pool = ThreadPoolExecutor(1)
        loop = asyncio.get_running_loop()
        for done in asyncio.as_completed([loop.run_in_executor(pool, time.sleep, 2) for _ in range(2)]):
            await done
            yield "done\n"

    return StreamingResponse(body())


@app.get("/slow_reader")
async def slow_reader() -> StreamingResponse:
    async def body():
        for number in range(100):
            seen.append(str(number))
            yield "x" * 100

    return StreamingResponse(body())


@app.get("/leftover")
async def leftover() -> StreamingResponse:
    async def body():
        seen.append("kept")
        keep.append(asyncio.create_task(asyncio.sleep(1000)))
        yield "x"

    return StreamingResponse(body())


keep: list[Any] = []
other.get("/")(async_stream)


@app.get("/upstream")
async def upstream() -> StreamingResponse:
    async def body():
        async with app.state.http.stream("GET", "/") as response:
            async for line in response.aiter_lines():
                yield line + "\n"

    return StreamingResponse(body())


@app.get("/own_socket")
async def own_socket() -> StreamingResponse:
    async def serve(reader: Any, writer: Any) -> None:
        for _ in range(2):
            await asyncio.sleep(2)
            writer.write(b"line\n")
        writer.close()

    async def body():
        server = await asyncio.start_server(serve, "127.0.0.1", 8765)
        reader, writer = await asyncio.open_connection("127.0.0.1", 8765)
        async for line in reader:
            yield line
        writer.close()
        server.close()

    return StreamingResponse(body())


@app.get("/deadline")
async def deadline() -> StreamingResponse:
    async def body():
        until = datetime.datetime.now() + datetime.timedelta(seconds=3)
        while datetime.datetime.now() < until:
            yield "ok\n"
            await anyio.sleep(2)

    return StreamingResponse(body())


@app.websocket("/websocket")
async def websocket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    await anyio.sleep(2)
    await socket.send_text("answer")


@app.get("/waits_for_ever")
async def waits_for_ever() -> None:
    await anyio.Event().wait()


@app.get("/endless")
async def endless() -> StreamingResponse:
    async def body():
        yield "x"
        while True:
            pass

    return StreamingResponse(body())


def shown(times: list[float]) -> str:
    """The first ones; and how many, where they do not end."""
    said = ", ".join(f"{round(at, 2):g}" for at in times[:4])
    return f"{said} s" if len(times) <= 4 else f"{said} … {len(times):,} of them"


# waterclock, as its README says.


def by_waterclock(row: str) -> str:
    from waterclock import Lab, LabError

    with Lab(app, beyond="note") as lab:
        if row == "websocket":
            socket = lab.websocket("/websocket")
            socket.send("x")
            lab.advance(20)
            return shown([at for at, _ in socket.messages])
        if row == "upstream":
            app.state.http = lab.client(other, timeout=None)
        try:
            client = lab.get(f"/{row}", window=200 if row == "slow_reader" else None)
            lab.advance(3)
            if row == "leaving":
                client.leave()
                return f"closed at {client.ended_at:g} s" if seen else "not closed"
            lab.advance(20)
        except LabError as error:
            return f"error: {error.text}, with its line"
        if row == "slow_reader":
            return f"{len(seen)} chunks made"
        if row == "leftover":
            return f"found: {lab.leftovers()[0].what}" if lab.leftovers() else "not seen"
        if row == "waits_for_ever":
            return f"{client.state}, and the test goes on"
        told = f"; named: {lab.blocked[0].what}, with its line" if lab.blocked and row == "rude_sleep" else ""
        return shown([at for at, _ in client.chunks]) + told


# The others: one small caller of ASGI, on the event loop that each of them brings.


async def call(row: str, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> str:
    began, chunks = clock(), []
    gone, full = anyio.Event(), anyio.Event()
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    if row == "websocket":
        messages = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "x"}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await gone.wait()
        return {"type": "websocket.disconnect" if row == "websocket" else "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("body") or message.get("text"):
            chunks.append(clock() - began)
        if row == "slow_reader" and len(chunks) == 2:
            await full.wait()

    scope = {
        "type": "websocket" if row == "websocket" else "http", "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1", "method": "GET", "path": f"/{row}", "raw_path": b"", "query_string": b"",
        "root_path": "", "scheme": "http", "headers": [], "client": ("c", 1), "server": ("s", 80), "subprotocols": [],
    }  # fmt: skip
    if row == "upstream":
        import httpx

        app.state.http = httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://x", timeout=None)
    if row in ("leaving", "slow_reader"):
        async with anyio.create_task_group() as group:
            group.start_soon(app, scope, receive, send)
            await sleep(3)
            if row == "slow_reader":
                made = len(seen)
                group.cancel_scope.cancel()
            gone.set()
        return f"{made} chunks made" if row == "slow_reader" else f"closed at {clock() - began:.3g} s"
    await app(scope, receive, send)
    if row == "leftover":
        return "not seen" if seen else "nothing ran"
    return shown(chunks)


def by_asyncio(row: str) -> str:
    async def main() -> str:
        return await call(row, asyncio.get_running_loop().time, asyncio.sleep)

    return asyncio.run(main())


def by_looptime(row: str) -> str:
    import looptime

    loop = looptime.new_event_loop(start=0, end=60)
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(call(row, loop.time, asyncio.sleep))


def by_solipsism(row: str) -> str:
    import async_solipsism

    loop = async_solipsism.EventLoop()
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(call(row, loop.time, asyncio.sleep))


def by_trio(row: str) -> str:
    import trio
    import trio.testing

    async def main() -> str:
        return await call(row, trio.current_time, trio.sleep)

    return trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0.05))


def by_freezegun(row: str) -> str:
    import freezegun

    with freezegun.freeze_time("2026-01-02", real_asyncio=True):
        return by_asyncio(row)


def by_timemachine(row: str) -> str:
    import time_machine

    with time_machine.travel("2026-01-02"):
        return by_asyncio(row)


def main() -> None:
    row, peer = sys.argv[1:]
    began = wall()
    try:
        said = globals()[f"by_{peer}"](row)
    except BaseException as error:
        inner = error
        while isinstance(inner, BaseExceptionGroup):
            inner = inner.exceptions[0]
        said = f"error: {type(inner).__name__}: {str(inner).splitlines()[0][:60] if str(inner) else ''}".rstrip(": ")
    lasted = wall() - began
    print(said + (f" ({lasted:.0f} s real)" if lasted > 1.5 else ""), flush=True)
    import os

    os._exit(0)  # Threads that still wait are not waited for.


main()
