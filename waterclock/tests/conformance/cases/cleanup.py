"""Cleaning up after a client who has left, and asking whether he has."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def cleanup_that_awaits(world: "World") -> None:
    """The first `await` of a cleanup is cancelled again; a shielded one is not."""
    app = FastAPI()

    @app.get("/{shield}")
    async def endpoint(shield: bool) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            try:
                yield "first"
                await asyncio.sleep(9 * world.step)
            finally:
                with anyio.CancelScope(shield=shield):
                    try:
                        await asyncio.sleep(world.step / 2)
                        world.log(f"cleaned up, shield={shield}")
                    except asyncio.CancelledError:
                        world.log(f"cleanup cancelled, shield={shield}")
                        raise

        return StreamingResponse(body())

    world.serve(app)
    bare, shielded = world.get("/false"), world.get("/true")
    world.wait(1)
    bare.leave()
    world.wait(0.5)
    shielded.leave()


def asking_for_the_disconnect(world: "World") -> None:
    """`is_disconnected()` in a StreamingResponse never says True: the loop is cancelled before it could ask."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(request: Request) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            while not await request.is_disconnected():
                yield "."
                await asyncio.sleep(world.step)
            world.log("saw the disconnect")

        return StreamingResponse(body())

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def leave_an_endpoint_that_works(world: "World") -> None:
    """An endpoint that is not streaming yet is not cancelled. It works on for nobody."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> int:
        await asyncio.sleep(2 * world.step)
        world.log("done")
        return 1

    world.serve(app)
    exchange = world.get()
    world.wait(1)
    exchange.leave()
    world.wait(0.5)


def asking_in_an_endpoint(world: "World") -> None:
    """An endpoint that asks `is_disconnected()` while it works learns that its client has left."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(request: Request) -> int:
        while not await request.is_disconnected():
            await asyncio.sleep(world.step)
        world.log("saw the disconnect")
        return 1

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()
    world.wait(0.5)


def break_leaves_a_generator_open(world: "World") -> None:
    """`break` out of `async for` does not close the inner generator; here that happens when it loses its last name."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def outer() -> AsyncIterator[str]:
            inner = world.numbers(9, "inner")
            async for number in inner:
                yield number
                break
            await asyncio.sleep(world.step)
            world.log("outer: lets go")
            del inner
            await asyncio.sleep(world.step)
            yield "end"

        return StreamingResponse(outer())

    world.serve(app)
    world.get()
    world.wait(2.5)


def leave_and_close_by_hand(world: "World") -> None:
    """A response class that closes its source itself does not need the garbage collector."""

    class Closing(StreamingResponse):
        def __init__(self, source: Iterator[str]) -> None:
            self.source = source
            super().__init__(source)

        async def __call__(self, scope: object, receive: object, send: object) -> None:
            try:
                await super().__call__(scope, receive, send)  # type: ignore[arg-type]
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self.source.close)  # type: ignore[attr-defined]

    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return Closing(world.sync_numbers(9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()
