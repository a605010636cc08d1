"""What lives as long as a request, or a little longer: dependencies with `yield`, background tasks."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import TYPE_CHECKING, Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.background import BackgroundTask

if TYPE_CHECKING:
    from conformance.world import World


def _dependency(world: "World", name: str) -> object:
    async def dependency() -> AsyncIterator[str]:
        world.log(f"{name}: open")
        try:
            yield name
        finally:
            world.log(f"{name}: closed")

    return dependency


def request_scope(world: "World") -> None:
    """A dependency with `yield` is closed after the stream and its background task, async or not."""
    app = FastAPI()

    def plain() -> Iterator[str]:
        world.log("plain: open")
        yield "plain"
        world.log("plain: closed")

    @app.get("/")
    async def endpoint(
        tasks: BackgroundTasks,
        session: Annotated[str, Depends(_dependency(world, "session"))],
        other: Annotated[str, Depends(plain)],
    ) -> StreamingResponse:
        tasks.add_task(lambda: world.log("background"))
        return StreamingResponse(world.numbers(2))

    world.serve(app)
    world.get()
    world.wait(2.5)


def function_scope(world: "World") -> None:
    """With `scope="function"` it is closed before the first chunk."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(
        session: Annotated[str, Depends(_dependency(world, "session"), scope="function")],
    ) -> StreamingResponse:
        return StreamingResponse(world.numbers(2))

    world.serve(app)
    world.get()
    world.wait(2.5)


def dependency_of_a_native_stream(world: "World") -> None:
    """The same for an endpoint with `yield`."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(
        longer: Annotated[str, Depends(_dependency(world, "request scope"))],
        shorter: Annotated[str, Depends(_dependency(world, "function scope"), scope="function")],
    ) -> AsyncIterable[int]:
        async for number in world.numbers(2):
            yield int(number)

    world.serve(app)
    world.get()
    world.wait(2.5)


def dependency_when_the_client_leaves(world: "World") -> None:
    """It is closed right after the generator, in the same moment; so it is the safe owner of what a stream uses."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(session: Annotated[str, Depends(_dependency(world, "session"))]) -> StreamingResponse:
        return StreamingResponse(world.numbers(9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def dependency_when_the_stream_fails(world: "World") -> None:
    """It is closed there too."""
    app = FastAPI()

    @app.get("/")
    async def endpoint(session: Annotated[str, Depends(_dependency(world, "session"))]) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "a"
            await asyncio.sleep(world.step)
            raise ValueError("the mast broke")

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def background_after_a_stream(world: "World") -> None:
    """A background task runs when the last chunk has left; the client does not wait for it."""
    app = FastAPI()

    async def later() -> None:
        await asyncio.sleep(world.step / 2)
        world.log("background done")

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(2), background=BackgroundTask(later))

    world.serve(app)
    world.get()
    world.wait(2)


def background_when_the_client_leaves(world: "World") -> None:
    """It runs as well when the client leaves in the middle."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(world.numbers(9), background=BackgroundTask(lambda: world.log("background")))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


def background_of_a_plain_answer(world: "World") -> None:
    """The answer is complete before the background task begins."""
    app = FastAPI()

    async def later() -> None:
        await asyncio.sleep(world.step)
        world.log("background done")

    @app.get("/")
    async def endpoint() -> JSONResponse:
        return JSONResponse({"n": 1}, background=BackgroundTask(later))

    world.serve(app)
    world.get()
    world.wait(1)
