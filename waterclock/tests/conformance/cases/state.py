"""What requests share, what outlives them, and what each keeps to itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World

reading: ContextVar[str] = ContextVar("reading", default="none")


def lifespan_and_state(world: "World") -> None:
    """The lifespan runs before the first request, and what it yields is in every request's state."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        app.state.network = "Skylark"
        yield {"station": "A"}

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def endpoint(request: Request) -> list[str]:
        return [request.app.state.network, request.state.station]

    world.serve(app)
    world.get()
    world.wait(0.5)


def task_of_the_lifespan(world: "World") -> None:
    """A task that the lifespan started works for all requests: here it measures, and they read."""
    station = {"n": 0}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async def measure() -> None:
            while True:
                await asyncio.sleep(0)
                station["n"] += await measured.get()

        measured = app.state.measured = asyncio.Queue[int]()
        task = asyncio.create_task(measure())
        yield
        task.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.post("/{value}")
    async def put(value: int, request: Request) -> None:
        request.app.state.measured.put_nowait(value)

    @app.get("/")
    async def get() -> int:
        return station["n"]

    world.serve(app)
    world.post("/3")
    world.post("/4")
    world.wait(0.5)
    world.get()
    world.wait(0.5)


def orphan(world: "World") -> None:
    """A task that nobody keeps outlives its request."""
    app = FastAPI()
    kept: set[object] = set()

    @app.get("/")
    async def endpoint() -> int:
        async def alone() -> None:
            for _ in range(3):
                await asyncio.sleep(world.step)
                world.log("still here")

        kept.add(asyncio.create_task(alone()))
        return 1

    world.serve(app)
    world.get()
    world.wait(2.5)


def context_of_an_async_stream(world: "World") -> None:
    """An async generator sees what the endpoint set, and keeps what it sets itself."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for number in range(3):
                yield f"{reading.get()} "
                reading.set(f"inner {number}")

        reading.set("outer")
        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(0.5)


def context_of_a_sync_stream(world: "World") -> None:
    """A sync generator gets a fresh copy of the context for each step: what it sets is gone at the next one."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        def body() -> Iterator[str]:
            for number in range(3):
                yield f"{reading.get()} "
                reading.set(f"inner {number}")

        reading.set("outer")
        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(0.5)
