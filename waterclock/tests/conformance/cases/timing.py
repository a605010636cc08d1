"""Time-outs, queues and task groups: how async code waits."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

if TYPE_CHECKING:
    from conformance.world import World


def time_outs(world: "World") -> None:
    """`wait_for`, `timeout`, `fail_after`, `move_on_after`: one step each."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            never = asyncio.Event()
            try:
                await asyncio.wait_for(never.wait(), world.step)
            except TimeoutError:
                yield "wait_for\n"
            try:
                async with asyncio.timeout(world.step):
                    await never.wait()
            except TimeoutError:
                yield "timeout\n"
            try:
                with anyio.fail_after(world.step):
                    await never.wait()
            except TimeoutError:
                yield "fail_after\n"
            with anyio.move_on_after(world.step):
                await never.wait()
            yield "move_on_after\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(4.5)


def time_out_around_a_generator(world: "World") -> None:
    """`wait_for` around `anext` ends the generator it gave up on: the next `anext` finds it finished."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            source = world.numbers(2)
            while True:
                try:
                    yield await asyncio.wait_for(anext(source), world.step / 2)
                except TimeoutError:
                    yield "ping\n"
                except StopAsyncIteration:
                    yield "over\n"
                    return

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def heartbeat(world: "World") -> None:
    """`asyncio.wait` with a time-out leaves the task alone: pings, and no event is lost."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def alerts() -> AsyncIterator[str]:
            await asyncio.sleep(2.5 * world.step)
            yield "gale\n"

        async def body() -> AsyncIterator[str]:
            source = alerts()
            pending = asyncio.ensure_future(anext(source, None))
            while True:
                done, _ = await asyncio.wait({pending}, timeout=world.step)
                if not done:
                    yield "ping\n"
                elif (alert := pending.result()) is None:
                    return
                else:
                    yield alert
                    pending = asyncio.ensure_future(anext(source, None))

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(3)


def producer_in_a_task_group(world: "World") -> None:
    """A producer task fills a queue of one, the stream empties it."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(_produced(world, 3))

    world.serve(app)
    world.get()
    world.wait(3.5)


def leave_a_task_group(world: "World") -> None:
    """Leaving cancels the producer together with the stream."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(_produced(world, 9))

    world.serve(app)
    exchange = world.get()
    world.wait(1.5)
    exchange.leave()


async def _produced(world: "World", count: int) -> AsyncIterator[str]:
    queue = asyncio.Queue[int](1)

    async def produce() -> None:
        try:
            for number in range(count):
                await queue.put(number)
                await asyncio.sleep(world.step)
        finally:
            world.log("producer: over")

    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        for _ in range(count):
            yield f"{await queue.get()}\n"


def error_in_a_task_group(world: "World") -> None:
    """A producer that fails takes the stream down with it."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async def fail() -> None:
                await asyncio.sleep(world.step)
                raise ValueError("the mast broke")

            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                yield "a"
                await asyncio.sleep(9 * world.step)

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(1.5)


def two_sources_merged(world: "World") -> None:
    """An anyio memory stream merges two stations; the item goes out at the moment it comes."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            sender, receiver = anyio.create_memory_object_stream[str](0)

            async def station(name: str, every: float) -> None:
                async with sender.clone() as own:
                    for number in range(2):
                        await asyncio.sleep(every * world.step)
                        await own.send(f"{name}{number}\n")

            async with anyio.create_task_group() as group, receiver:
                group.start_soon(station, "a", 1)
                group.start_soon(station, "b", 1.5)
                sender.close()
                async for item in receiver:
                    yield item

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(3.5)


def fan_out(world: "World") -> None:
    """What one request posts, two streams receive at that moment; then one of them leaves."""
    app = FastAPI()
    readers: list[asyncio.Queue[str]] = []

    @app.get("/", response_class=EventSourceResponse)
    async def stream() -> AsyncIterable[ServerSentEvent]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        readers.append(queue)
        try:
            while True:
                yield ServerSentEvent(data=await queue.get())
        finally:
            readers.remove(queue)
            world.log(f"{len(readers)} left")

    @app.post("/{alert}")
    async def post(alert: str) -> int:
        for queue in readers:
            queue.put_nowait(alert)
        return len(readers)

    world.serve(app)
    first, _ = world.get(), world.get()
    world.wait(0.5)
    world.post("/gale")
    world.wait(0.5)
    first.leave()
    world.wait(0.5)
    world.post("/calm")
    world.wait(0.25)


def timers(world: "World") -> None:
    """`call_later` and `call_at` are the loop's own timers."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            loop, queue = asyncio.get_running_loop(), asyncio.Queue[str]()
            loop.call_later(2 * world.step, queue.put_nowait, "later\n")
            loop.call_at(loop.time() + world.step, queue.put_nowait, "at\n")
            loop.call_soon(queue.put_nowait, "soon\n")
            for _ in range(3):
                yield await queue.get()

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(2.5)
