"""Dates, sleeps under other names, and connections that the app opens itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic as kept_clock
from time import sleep as kept_sleep
from timeit import default_timer
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def datetime_deadline(world: "World") -> None:
    """A deadline by `datetime.now()`."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            until = datetime.now() + timedelta(seconds=1.75 * world.step)
            while datetime.now() < until:
                yield "ok\n"
                await asyncio.sleep(world.step / 2)

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(3)


def datetime_in_utc(world: "World") -> None:
    """The same with a time zone, in a worker thread."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        def body() -> Iterator[str]:
            began = datetime.now(UTC)
            for _ in range(3):
                yield f"{round((datetime.now(UTC) - began).total_seconds() / world.step)}\n"
                kept_sleep(world.step)

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(3.5)


def kept_sleep_and_clock(world: "World") -> None:
    """`from time import sleep`, in a module that was imported before anything else."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        def body() -> Iterator[str]:
            began, other = kept_clock(), default_timer()
            for _ in range(2):
                kept_sleep(world.step)
                yield f"{round((kept_clock() - began) / world.step)} {round((default_timer() - other) / world.step)}\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)


def a_server_of_its_own(world: "World") -> None:
    """An app that listens on a socket itself, and connects to it."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for number in range(2):
                await asyncio.sleep(world.step)
                writer.write(f"{number}\n".encode())
            writer.close()

        async def body() -> AsyncIterator[bytes]:
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            async for line in reader:
                yield line
            writer.close()
            server.close()

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)
