"""What arrives, and when."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import aiosqlite
from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def async_stream(world: "World") -> None:
    """An async generator in a StreamingResponse: every chunk leaves when it is yielded."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(), media_type="text/plain")

    world.serve(app)
    world.get()
    world.wait(3.5)


def sync_stream(world: "World") -> None:
    """A sync generator that sleeps does so in a thread: same times, and the loop stays free."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return StreamingResponse(world.sync_numbers(), media_type="text/plain")

    world.serve(app)
    world.get()
    world.wait(3.5)


def iterator_of_a_list(world: "World") -> None:
    """A plain iterator streams too: one chunk per item, all at once."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(iter(["a", b"b", "ü"]))

    world.serve(app)
    world.get()
    world.wait(0.5)


def empty_chunks(world: "World") -> None:
    """An empty chunk sends nothing: it would be the end of the body."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(iter(["", b"x", ""]))

    world.serve(app)
    world.get()
    world.wait(0.5)


def late_headers(world: "World") -> None:
    """Status and headers leave with the response object, not with its first chunk."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            await asyncio.sleep(2 * world.step)
            yield "late"

        return StreamingResponse(body(), headers={"x-note": "early"})

    world.serve(app)
    exchange = world.get()
    world.wait(1)
    world.log(f"client has status {exchange.status}, chunks {len(exchange.chunks)}")
    world.wait(1.5)


def plain_response(world: "World") -> None:
    """No stream: one chunk with a length, after all the work."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> PlainTextResponse:
        await asyncio.sleep(world.step)
        return PlainTextResponse("calm", headers={"X-Note": "a", "x-other": "b"})

    world.serve(app)
    world.get()
    world.wait(1.5)


def length_too_short(world: "World") -> None:
    """More bytes than Content-Length promised: the server breaks off."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(iter(["ab", "cdef"]), headers={"content-length": "3"})

    world.serve(app)
    world.get()
    world.wait(0.5)


def length_too_long(world: "World") -> None:
    """Fewer bytes than Content-Length promised: the body is truncated."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(iter(["a"]), headers={"content-length": "3"})

    world.serve(app)
    world.get()
    world.wait(0.5)


def file_and_range(world: "World") -> None:
    """A file response has a length, and serves a part of the file."""
    app = FastAPI()
    path = world.folder / "readings.csv"
    path.write_text("station,wind\nA,3\nB,4\n")

    @app.get("/")
    async def endpoint() -> FileResponse:
        return FileResponse(path)

    world.serve(app)
    world.get()
    world.get(headers={"Range": "bytes=13-16"})
    world.get(headers={"Range": "bytes=99-"})
    world.wait(0.5)


def database_rows(world: "World") -> None:
    """Rows are sent while the cursor is open, and leaving the stream closes it."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def rows() -> AsyncIterator[str]:
            async with aiosqlite.connect(":memory:") as connection:
                await connection.executescript("create table r (n); insert into r values (1), (2), (3);")
                async with connection.execute("select n from r order by n") as cursor:
                    async for (number,) in cursor:
                        yield f"{number}\n"
                        await asyncio.sleep(world.step)
            world.log("connection closed")

        return StreamingResponse(rows())

    world.serve(app)
    world.get()
    world.wait(3.5)


def tail_by_polling(world: "World") -> None:
    """A log is followed by looking at it every half step."""
    app = FastAPI()
    path = world.folder / "station.log"
    path.write_text("first\n")

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def follow() -> AsyncIterator[str]:
            with path.open() as file:
                while True:
                    if line := file.readline():
                        yield line
                    else:
                        await asyncio.sleep(world.step / 2)

        return StreamingResponse(follow())

    world.serve(app)
    exchange = world.get()
    world.wait(1.25)
    with path.open("a") as file:
        file.write("second\n")
    world.wait(1)
    exchange.leave()


def drift_free_ticker(world: "World") -> None:
    """A ticker that sleeps until a moment, not for a while, stays on time although each tick takes work."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def ticks() -> AsyncIterator[str]:
            start = time.monotonic()
            for number in range(3):
                await asyncio.sleep(start + number * world.step - time.monotonic())
                yield f"{number}\n"
                await asyncio.sleep(world.step / 2)

        return StreamingResponse(ticks())

    world.serve(app)
    world.get()
    world.wait(3)
