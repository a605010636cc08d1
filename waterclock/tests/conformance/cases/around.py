"""What stands around an app: middleware, compression, mounted apps, and apps without a framework."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from conformance.world import World

request_id: ContextVar[str] = ContextVar("request_id", default="none")
Next = Callable[[Request], Awaitable[Response]]


def _with_http_middleware(world: "World") -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def middleware(request: Request, call_next: Next) -> Response:
        request_id.set("7")
        response = await call_next(request)
        world.log("middleware has the headers")
        response.headers["x-seen"] = "yes"
        return response

    return app


def http_middleware(world: "World") -> None:
    """BaseHTTPMiddleware does not hold back chunks; it is done when the headers are there."""
    app = _with_http_middleware(world)

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield f"request {request_id.get()}\n"
            async for number in world.numbers(2):
                yield number

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)


def leave_behind_http_middleware(world: "World") -> None:
    """Leaving reaches the stream through it."""
    app = _with_http_middleware(world)

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def error_behind_http_middleware(world: "World") -> None:
    """So does an error in the other direction."""
    app = _with_http_middleware(world)

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async for number in world.numbers(1):
                yield number
            raise ValueError("the mast broke")

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def sse_behind_http_middleware(world: "World") -> None:
    """A native event stream, its pings included."""
    app = _with_http_middleware(world)

    @app.get("/", response_class=EventSourceResponse)
    async def endpoint() -> AsyncIterable[ServerSentEvent]:
        async for number in world.numbers(9):
            yield ServerSentEvent(data=number)

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def wrapped_body(world: "World") -> None:
    """A middleware may wrap the body iterator and see every chunk pass."""
    app = FastAPI()

    @app.middleware("http")
    async def shout(request: Request, call_next: Next) -> Response:
        response: Any = await call_next(request)

        async def louder() -> AsyncIterator[bytes]:
            async for chunk in response.body_iterator:
                yield chunk.upper()

        return StreamingResponse(louder(), response.status_code, dict(response.headers))

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async for number in world.numbers(2, "inner"):
                yield f"wind {number}"

        return StreamingResponse(body(), media_type="text/plain")

    world.serve(app)
    world.get()
    world.wait(2.5)


def asgi_middleware(world: "World") -> None:
    """Plain ASGI middleware adds a header and counts the bytes as they go."""

    class Count:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                return await self.app(scope, receive, send)
            sent = 0

            async def counted(message: Any) -> None:
                nonlocal sent
                sent += len(message.get("body", b""))
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message["headers"], (b"x-request-id", b"7")]}
                await send(message)

            await self.app(scope, receive, counted)
            world.log(f"{sent} bytes")

    app = FastAPI()
    app.add_middleware(Count)

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(2))

    world.serve(app)
    world.get()
    world.wait(2.5)


def compressed(world: "World") -> None:
    """GZip compresses a stream chunk by chunk, flushing each, and leaves event streams alone."""
    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=10)

    @app.get("/")
    async def lines() -> AsyncIterable[int]:
        async for number in world.numbers(2):
            yield int(number)

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent(data="gale")

    world.serve(app)
    world.get(headers={"Accept-Encoding": "gzip"})
    world.get("/events", headers={"Accept-Encoding": "gzip"})
    world.wait(2.5)


def leave_a_compressed_stream(world: "World") -> None:
    """Leaving reaches the generator behind it."""
    app = FastAPI()
    app.add_middleware(GZipMiddleware)

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(9))

    world.serve(app)
    exchange = world.get(headers={"Accept-Encoding": "gzip"})
    world.wait(1.5)
    exchange.leave()


def other_origins(world: "World") -> None:
    """CORS adds its headers to a stream, and answers a preflight itself."""
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://skylark.example"])

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(1))

    world.serve(app)
    world.get(headers={"Origin": "https://skylark.example"})
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    world.request("OPTIONS", "/", asked)
    world.wait(1.5)


def mounted(world: "World") -> None:
    """An app under a path streams as it does alone."""
    app, inner = FastAPI(), FastAPI()

    @inner.get("/ticks")
    async def endpoint(request: Request) -> StreamingResponse:
        world.log(request.scope["root_path"])
        return StreamingResponse(world.numbers(2))

    app.mount("/apps/02", inner)
    world.serve(app)
    world.get("/apps/02/ticks")
    world.wait(2.5)


def without_a_framework(world: "World") -> None:
    """A bare ASGI app that streams until it receives the disconnect."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-path", scope["path"].encode())]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        message = await receive()
        world.log(message["type"])
        await send({"type": "http.response.body", "body": b"for nobody", "more_body": True})
        world.log("sent for nobody")

    world.serve(app)
    exchange = world.get("/bare%20path")
    world.wait(1.5)
    exchange.leave()
