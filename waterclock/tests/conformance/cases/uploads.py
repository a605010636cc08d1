"""Request bodies that take their time, and what happens when one side stops in the middle."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def _pieces(world: "World", count: int = 3, size: int = 2) -> Iterator[bytes]:
    """A piece a step."""
    for number in range(count):
        if number:
            time.sleep(world.step)
        yield f"{number}".encode() * size


def _counting(world: "World") -> FastAPI:
    app = FastAPI()

    @app.post("/")
    async def count(request: Request) -> int:
        total = 0
        async for piece in request.stream():
            if piece:
                total += len(piece)
                world.log(f"{len(piece)} bytes")
        return total

    return app


def upload_over_time(world: "World") -> None:
    """Each piece is read when it comes."""
    world.serve(_counting(world))
    world.post(body=_pieces(world))
    world.wait(3.5)


def upload_at_once(world: "World") -> None:
    """A whole body, with its length."""
    world.serve(_counting(world))
    world.post(body=b"x" * 1000)
    world.wait(1)


def upload_read_late(world: "World") -> None:
    """What came while nobody read is one piece."""
    app = FastAPI()

    @app.post("/")
    async def late(request: Request) -> list[int]:
        import asyncio

        await asyncio.sleep(2.5 * world.step)
        return [len(piece) async for piece in request.stream() if piece]

    world.serve(app)
    world.post(body=_pieces(world))
    world.wait(3.5)


def upload_read_whole(world: "World") -> None:
    """`await request.body()` waits for the last piece."""
    app = FastAPI()

    @app.post("/")
    async def whole(request: Request) -> str:
        return (await request.body()).decode()

    world.serve(app)
    world.post(body=_pieces(world))
    world.wait(3.5)


def leave_in_mid_upload(world: "World") -> None:
    """The client goes before its body is complete: ClientDisconnect at once."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: Request) -> None:
        try:
            async for piece in request.stream():
                if piece:
                    world.log(f"{len(piece)} bytes")
        except BaseException as error:
            world.log(type(error).__name__)
            raise

    world.serve(app)
    client = world.post(body=_pieces(world, count=9))
    world.wait(1.5)
    client.leave()
    world.wait(1)


def refused_in_mid_upload(world: "World") -> None:
    """A 413 while the client is still sending."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: Request) -> int:
        total = 0
        async for piece in request.stream():
            total += len(piece)
            if total > 3:
                world.log("too large")
                raise HTTPException(413)
        return total

    world.serve(app)
    world.post(body=_pieces(world, count=3))
    world.wait(3.5)


def answers_while_it_reads(world: "World") -> None:
    """The body is read first, then answered piece by piece."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(request: Request) -> StreamingResponse:
        pieces = [piece async for piece in request.stream() if piece]

        async def body() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece + b"\n"

        return StreamingResponse(body())

    world.serve(app)
    world.post(body=_pieces(world))
    world.wait(3.5)


def does_not_read_the_body(world: "World") -> None:
    """An endpoint that answers without reading what was sent."""
    app = FastAPI()

    @app.post("/")
    async def endpoint() -> str:
        return "never mind"

    world.serve(app)
    world.post(body=b"x" * 100)
    world.wait(1)


def a_body_that_is_no_json(world: "World") -> None:
    """A body that FastAPI cannot parse is a 422, whatever its length."""
    app = FastAPI()

    @app.post("/")
    async def endpoint(reading: dict[str, float]) -> float:
        return sum(reading.values())

    world.serve(app)
    world.post(body=b"{")
    world.wait(1)


def _any_method(world: "World", method: str) -> None:
    app = FastAPI()

    @app.api_route("/stations/{name}", methods=["PUT", "PATCH", "DELETE"])
    async def endpoint(name: str, request: Request) -> str:
        return f"{request.method} {name} {len(await request.body())}"

    world.serve(app)
    world.request(method, "/stations/high%20tarn?x=%C3%BC", body=b"abc" if method != "DELETE" else b"")
    world.wait(1)


def put(world: "World") -> None:
    """PUT, with a body and a path that is percent-encoded."""
    _any_method(world, "PUT")


def patch(world: "World") -> None:
    """PATCH."""
    _any_method(world, "PATCH")


def delete(world: "World") -> None:
    """DELETE, without a body."""
    _any_method(world, "DELETE")


def options(world: "World") -> None:
    """OPTIONS on a route that does not know it: 405, and what is allowed."""
    _any_method(world, "OPTIONS")
