"""Something goes wrong: before the stream, in it, at its end."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from conformance.world import World


def error_in_mid_stream(world: "World") -> None:
    """The status is long gone: 200, the chunks so far, and a body that breaks off."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "a"
            await asyncio.sleep(world.step)
            raise ValueError("the mast broke")

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def error_in_a_sync_stream(world: "World") -> None:
    """The same from a thread."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        def body() -> Iterator[str]:
            yield from world.sync_numbers(1)
            raise ValueError("the mast broke")

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def error_before_the_first_chunk(world: "World") -> None:
    """Even then the headers have left: 200 and a body that breaks off."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            raise ValueError("no mast")
            yield ""

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(0.5)


def error_in_the_endpoint(world: "World") -> None:
    """Before the response object exists, an error is still a 500."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        raise ValueError("no mast")

    world.serve(app)
    world.get()
    world.wait(0.5)


def error_in_json_lines(world: "World") -> None:
    """JSON Lines keep all items from before the error, and break off."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        yield 1
        yield 2
        raise ValueError("the mast broke")

    world.serve(app)
    world.get()
    world.wait(0.5)


def error_right_after_an_event(world: "World") -> None:
    """A native event stream loses the event right before the error."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        for number in range(3):
            yield ServerSentEvent(data=number)
        raise ValueError("the mast broke")

    world.serve(app)
    world.get()
    world.wait(0.5)


def error_some_time_after_an_event(world: "World") -> None:
    """With a pause before the error a native event stream ends cleanly: nobody can tell it from a finished one."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        for number in range(2):
            yield ServerSentEvent(data=number)
        await asyncio.sleep(world.step)
        raise ValueError("the mast broke")

    world.serve(app)
    world.get()
    world.wait(1.5)


def http_exception_before_the_first_item(world: "World") -> None:
    """`HTTPException(403)` in a generator endpoint: the client gets a 200 that breaks off."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> AsyncIterable[int]:
        raise HTTPException(403)
        yield 1

    world.serve(app)
    world.get()
    world.wait(0.5)


def http_exception_after_an_item(world: "World") -> None:
    """Neither a status nor a reason reaches the client any more."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "a"
            await asyncio.sleep(world.step)
            raise HTTPException(503, "too late")

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def exception_handlers(world: "World") -> None:
    """A handler turns an error into an answer as long as nothing has been sent, and is not asked after that."""
    app = FastAPI()

    class NoWindError(Exception):
        pass

    @app.exception_handler(NoWindError)
    async def handler(request: Request, error: Exception) -> PlainTextResponse:
        world.log("handler asked")
        return PlainTextResponse("no wind", 418)

    @app.get("/early")
    async def early() -> None:
        raise NoWindError

    @app.get("/late")
    async def late() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "a"
            raise NoWindError

        return StreamingResponse(body())

    world.serve(app)
    world.get("/early")
    world.get("/late")
    world.wait(0.5)


def refused_before_the_stream(world: "World") -> None:
    """404, 405 and 422 are ordinary answers: the stream never begins."""
    app = FastAPI()

    @app.get("/count", response_class=EventSourceResponse)
    async def endpoint(to: int) -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent(data=to)

    world.serve(app)
    world.get("/nowhere")
    world.post("/count")
    world.get("/count?to=many")
    world.get("/count?to=1")
    world.wait(0.5)


def error_in_a_dependency(world: "World") -> None:
    """A check in a dependency answers properly, as it runs before the stream."""
    from fastapi import Depends

    app = FastAPI()

    async def key() -> None:
        raise HTTPException(403, "no key")

    @app.get("/", dependencies=[Depends(key)])
    async def endpoint() -> AsyncIterable[int]:
        yield 1

    world.serve(app)
    world.get()
    world.wait(0.5)


def app_that_returns_too_early(world: "World") -> None:
    """A bare ASGI app that stops without an end of the body: the server breaks off."""

    async def app(scope: dict, receive: object, send: object) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"a", "more_body": True})  # type: ignore[operator]

    world.serve(app)
    world.get()
    world.wait(0.5)
