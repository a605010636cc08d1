"""How much can run at once: pools keep their size, anyio its tokens."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def _jobs(world: "World", pool: ThreadPoolExecutor | None, count: int, *, steps: float) -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body():  # type: ignore[no-untyped-def]
            loop = asyncio.get_running_loop()
            jobs = [loop.run_in_executor(pool, time.sleep, world.step) for _ in range(count)]
            for done in asyncio.as_completed(jobs):
                await done
                yield "done\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(steps)


def a_pool_of_one(world: "World") -> None:
    """A pool of one does one thing at a time: how people serialise a model."""
    _jobs(world, ThreadPoolExecutor(1), 3, steps=3.5)


def a_pool_of_two(world: "World") -> None:
    """A pool of two does two."""
    _jobs(world, ThreadPoolExecutor(2), 3, steps=2.5)


def the_default_pool_is_full(world: "World") -> None:
    """`run_in_executor(None, …)` and `asyncio.to_thread` have room for cores + 4."""
    _jobs(world, None, ThreadPoolExecutor()._max_workers + 1, steps=2.5)


def a_pool_that_is_older_than_the_server(world: "World") -> None:
    """A pool whose threads were started, and used, before."""
    pool = ThreadPoolExecutor(1)
    pool.submit(int).result()
    _jobs(world, pool, 2, steps=2.5)


def a_job_that_is_cancelled_in_the_queue(world: "World") -> None:
    """What was cancelled before its turn takes nobody's place."""
    app, pool = FastAPI(), ThreadPoolExecutor(1)

    @app.get("/")
    async def endpoint() -> str:
        loop = asyncio.get_running_loop()
        jobs = [loop.run_in_executor(pool, time.sleep, world.step) for _ in range(3)]
        jobs[1].cancel()
        await jobs[2]
        return "done"

    world.serve(app)
    world.get()
    world.wait(2.5)


def a_limiter_of_ones_own(world: "World") -> None:
    """anyio's CapacityLimiter lets two in at a time."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        limiter = anyio.CapacityLimiter(2)

        async def body():  # type: ignore[no-untyped-def]
            jobs = [
                asyncio.ensure_future(anyio.to_thread.run_sync(time.sleep, world.step, limiter=limiter))
                for _ in range(3)
            ]
            for done in asyncio.as_completed(jobs):
                await done
                yield "done\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)


def forty_tokens(world: "World") -> None:
    """Forty `def` endpoints sleep at once; the forty-first waits for a thread."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> str:
        time.sleep(world.step)
        return "slept"

    world.serve(app)
    for _ in range(41):
        world.get()
    world.wait(2.5)
