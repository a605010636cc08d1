"""A client leaves. Who is told, when, and what stays open until the garbage collector comes."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from conformance.world import World


def leave_an_async_stream(world: "World") -> None:
    """The generator is cancelled where it sleeps, at once."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_while_it_is_silent(world: "World") -> None:
    """A stream that has never sent anything notices just the same."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            try:
                yield await asyncio.Queue[str]().get()
            finally:
                world.log("stopped waiting")

        return StreamingResponse(body())

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_a_sync_stream(world: "World") -> None:
    """The step under way is finished, and then nobody closes the generator: only the garbage collector does."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return StreamingResponse(world.sync_numbers(9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_a_native_event_stream(world: "World") -> None:
    """FastAPI's event stream is cancelled at once."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        async for number in world.numbers(9):
            yield ServerSentEvent(data=number)

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_native_json_lines(world: "World") -> None:
    """JSON Lines are cancelled at once."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        async for number in world.numbers(9):
            yield int(number)

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_native_json_lines_from_def(world: "World") -> None:
    """From a `def` generator: like every sync generator, it is left to the garbage collector."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> Iterable[int]:
        for number in world.sync_numbers(9):
            yield int(number)

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_a_stream_within_a_stream(world: "World") -> None:
    """A generator that loops over another one hands the cancellation down."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def outer() -> AsyncIterator[str]:
            try:
                async for number in world.numbers(9, "inner"):
                    yield number
            finally:
                world.log("outer: over")

        return StreamingResponse(outer())

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_one_of_two(world: "World") -> None:
    """The other client notices nothing."""
    app = FastAPI()

    @app.get("/{name}")
    async def endpoint(name: str) -> StreamingResponse:
        return StreamingResponse(world.numbers(3, name))

    world.serve(app)
    first, _ = world.get("/first"), world.get("/second")
    world.wait(1.5)
    first.leave()
    world.wait(2)
