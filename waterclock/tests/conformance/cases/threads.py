"""Blocking code: in threads, where it belongs, and on the loop, where everybody waits for it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

if TYPE_CHECKING:
    from conformance.world import World


def to_thread(world: "World") -> None:
    """`asyncio.to_thread`: the stream waits for the thread, a neighbour does not."""
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for number in range(2):
                await asyncio.to_thread(time.sleep, world.step)
                yield f"{number}\n"

        return StreamingResponse(body())

    @app.get("/")
    async def quick() -> StreamingResponse:
        return StreamingResponse(world.numbers(3))

    world.serve(app)
    world.get("/slow")
    world.get()
    world.wait(3.5)


def executor(world: "World") -> None:
    """`run_in_executor` with the loop's own executor, and with one of the app's."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, time.sleep, world.step)
            yield "its own\n"
            with ThreadPoolExecutor(1) as pool:
                await loop.run_in_executor(pool, time.sleep, world.step)
                yield "another\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)


def threadpool_helpers(world: "World") -> None:
    """Starlette's helpers and anyio's `to_thread` are the same thing."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            await run_in_threadpool(time.sleep, world.step)
            yield "starlette\n"
            await anyio.to_thread.run_sync(time.sleep, world.step)
            yield "anyio\n"
            async for number in iterate_in_threadpool(world.sync_numbers(2)):
                yield number

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(4.5)


def def_endpoints_at_once(world: "World") -> None:
    """Three `def` endpoints that sleep do so at the same time."""
    app = FastAPI()

    @app.get("/{name}")
    def endpoint(name: str) -> str:
        time.sleep(world.step)
        return name

    world.serve(app)
    for name in "abc":
        world.get(f"/{name}")
    world.wait(1.5)


def back_to_the_loop(world: "World") -> None:
    """`anyio.from_thread` runs async code for a `def` endpoint."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> str:
        async def wait() -> str:
            await asyncio.sleep(world.step)
            return "from the loop"

        time.sleep(world.step)
        text = anyio.from_thread.run(wait)
        return anyio.from_thread.run_sync(str.upper, text)

    world.serve(app)
    world.get()
    world.wait(2.5)


def woken_from_a_thread(world: "World") -> None:
    """A thread of the app's own hands its results to the loop with `call_soon_threadsafe`."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            loop, queue = asyncio.get_running_loop(), asyncio.Queue[str]()

            def work() -> None:
                for number in range(3):
                    loop.call_soon_threadsafe(queue.put_nowait, f"{number}\n")

            thread = threading.Thread(target=work)
            thread.start()
            for _ in range(3):
                yield await queue.get()
            thread.join()

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(0.5)


def end_of_an_iterator_in_a_thread(world: "World") -> None:
    """`next` in a thread cannot end with StopIteration: anyio makes a RuntimeError of it, a bare future never wakes."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> list[str]:
        seen, items = [], iter([1])
        for _ in range(2):
            try:
                seen.append(str(await anyio.to_thread.run_sync(next, items)))
            except RuntimeError:
                seen.append("RuntimeError")
        try:
            await asyncio.wait_for(asyncio.to_thread(next, items), world.step)
        except (TimeoutError, RuntimeError) as error:
            seen.append(type(error).__name__)
        return seen

    world.serve(app)
    world.get()
    world.wait(1.5)


def sleep_on_the_loop(world: "World") -> None:
    """`time.sleep` in async code: every other stream of the server stands still for as long."""
    app = FastAPI()

    @app.get("/")
    async def polite() -> StreamingResponse:
        return StreamingResponse(world.numbers(4))

    @app.get("/rude")
    async def rude() -> str:
        time.sleep(1.5 * world.step)
        return "slept"

    world.serve(app)
    world.get()
    world.wait(0.5)
    world.get("/rude")
    world.wait(4.5)


def lock_between_threads(world: "World") -> None:
    """Two sync streams that share a lock wait for each other, and for nobody else."""
    app = FastAPI()
    lock = threading.Lock()

    @app.get("/{name}")
    def endpoint(name: str) -> StreamingResponse:
        def body() -> Iterator[str]:
            with lock:
                time.sleep(world.step)
                yield f"{name}\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get("/first")
    world.wait(0.5)
    world.get("/second")
    world.wait(2)
