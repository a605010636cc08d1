"""FastAPI's own streaming: an endpoint with `yield`."""

import asyncio
from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from conformance.world import World


def native_sse(world: "World") -> None:
    """FastAPI's own event stream, with the headers that it sets."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        async for number in world.numbers(2):
            yield ServerSentEvent(data=number, event="tick", id=number.strip(), retry=1000, comment="wind")

    world.serve(app)
    world.get()
    world.wait(2.5)


def native_sse_pings(world: "World") -> None:
    """A silent event stream pings, counted from the last event."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        await asyncio.sleep(2 * world.step)
        yield ServerSentEvent(data="gale")
        await asyncio.sleep(3.5 * world.step)
        yield ServerSentEvent(raw_data="[DONE]")

    world.serve(app)
    world.get()
    world.wait(6)


def native_sse_from_def(world: "World") -> None:
    """The same from a plain `def` generator, stepped in threads."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    def endpoint() -> Iterable[dict[str, Any]]:
        for number in world.sync_numbers(2):
            yield {"n": number}

    world.serve(app)
    world.get()
    world.wait(2.5)


def native_json_lines(world: "World") -> None:
    """An endpoint with `yield` and no response class: one line of JSON per item."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[dict[str, Any]]:
        async for number in world.numbers():
            yield {"n": int(number), "wind": None}

    world.serve(app)
    world.get()
    world.wait(3.5)


def native_json_lines_from_def(world: "World") -> None:
    """The same from a plain `def` generator."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> Iterable[dict[str, Any]]:
        for number in world.sync_numbers():
            yield {"n": int(number)}

    world.serve(app)
    world.get()
    world.wait(3.5)


def native_raw(world: "World") -> None:
    """`yield` with StreamingResponse as response class: raw chunks, and no content type at all."""
    app = FastAPI()

    @app.get("/", response_class=StreamingResponse)
    async def endpoint() -> AsyncIterable[str]:
        async for number in world.numbers(2):
            yield number

    world.serve(app)
    world.get()
    world.wait(2.5)


def resume_header(world: "World") -> None:
    """A request header decides where the stream begins."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint(last_event_id: Annotated[int, Header()] = 0) -> AsyncIterable[ServerSentEvent]:
        for number in range(last_event_id + 1, 4):
            yield ServerSentEvent(data=number, id=str(number))

    world.serve(app)
    world.get(headers={"Last-Event-ID": "2"})
    world.wait(0.5)
