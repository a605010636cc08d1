"""Requests with a body, without one, at the same time, and by a reader who takes his time."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

if TYPE_CHECKING:
    from conformance.world import World


class Question(BaseModel):
    place: str
    hours: int = 2


def post_and_stream(world: "World") -> None:
    """A POST with JSON is answered by a stream; a body that does not fit the model is a 422."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(question: Question) -> AsyncIterable[str]:
        for hour in range(question.hours):
            yield f"{question.place} {hour}"
            await asyncio.sleep(world.step)

    world.serve(app)
    headers = {"Content-Type": "application/json"}
    world.request("POST", "/", headers, b'{"place": "coast"}')
    world.request("POST", "/", headers, b'{"hours": 2}')
    world.wait(2.5)


def upload_in_parts(world: "World") -> None:
    """`request.stream()` gives the body as it comes in; how it is cut is the network's business."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: Request) -> dict[str, int]:
        size = 0
        async for part in request.stream():
            size += len(part)
        return {"size": size}

    world.serve(app)
    world.post(body=[b"a" * 1000, b"b" * 2000, b"c"])
    world.post(body=b"d" * 100_000)
    world.post()
    world.wait(0.5)


def answer_before_the_body_is_read(world: "World") -> None:
    """Once a StreamingResponse has begun, it takes the request's messages for itself: read the body before."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: Request) -> StreamingResponse:
        body = await request.body()

        async def echo() -> AsyncIterator[bytes]:
            for byte in body:
                yield bytes([byte])
                await asyncio.sleep(world.step)

        return StreamingResponse(echo())

    world.serve(app)
    world.post(body=b"ab")
    world.wait(2.5)


def head(world: "World") -> None:
    """FastAPI routes do not answer HEAD by themselves: 405."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(2))

    world.serve(app)
    world.request("HEAD", "/")
    world.wait(0.5)


def head_of_a_stream(world: "World") -> None:
    """A route that accepts HEAD starts its stream for nobody: the client has its headers and hangs up."""
    app = FastAPI()

    @app.api_route("/", methods=["GET", "HEAD"])
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(2))

    world.serve(app)
    world.request("HEAD", "/")
    world.wait(2.5)


def head_of_a_plain_answer(world: "World") -> None:
    """HEAD gets the length that GET would have, and no body."""
    app = FastAPI()

    @app.api_route("/", methods=["GET", "HEAD"])
    async def endpoint() -> dict[str, int]:
        return {"n": 1}

    world.serve(app)
    world.request("HEAD", "/")
    world.get()
    world.wait(0.5)


def several_at_once(world: "World") -> None:
    """Streams of one server run side by side; one that begins later ends later."""
    app = FastAPI()

    @app.get("/{name}")
    async def endpoint(name: str) -> StreamingResponse:
        return StreamingResponse(world.numbers(2, name))

    world.serve(app)
    world.get("/a")
    world.wait(0.5)
    world.get("/b")
    world.wait(2.5)


def query_and_headers(world: "World") -> None:
    """What a client sends arrives as it was sent."""
    app = FastAPI()

    @app.get("/{name:path}")
    async def endpoint(name: str, request: Request) -> list[Any]:
        shown = [request.headers.get("x-station"), request.cookies, dict(request.query_params), request.method]
        return [name, *shown, request.scope["raw_path"].decode()]

    world.serve(app)
    world.get("/caf%C3%A9/a%2Fb?q=a%20b&q=c+d&empty=", {"X-Station": "A", "Cookie": "a=1; b=2"})
    world.wait(0.5)


def slow_reader(world: "World") -> None:
    """The generator waits when its reader does not read, and finishes when he does."""
    app = FastAPI()
    chunk, count = b"x" * 64 * 1024, 160

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            for _ in range(count):
                yield chunk
            world.log("all sent")

        return StreamingResponse(body())

    world.serve(app)
    reader = world.get(window=256 * 1024)
    world.wait(1)
    world.log("the reader reads")
    world.read_on(reader)
    world.wait(1)


def slow_reader_leaves(world: "World") -> None:
    """A reader who never read and leaves: the generator ends where it waits to send."""
    app = FastAPI()
    chunk = b"x" * 64 * 1024

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield chunk
                    await asyncio.sleep(0)
            finally:
                world.log("over")

        return StreamingResponse(body())

    world.serve(app)
    reader = world.get(window=256 * 1024)
    world.wait(1)
    reader.leave()
