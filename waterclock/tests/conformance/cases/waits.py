"""Waits that end by time: of locks, queues, events, futures and timers in threads, and on the event loop."""

import asyncio
import concurrent.futures
import queue
import sched
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from conformance.world import World


def _streams(world: "World", body: Callable[[], Iterator[str]], *, steps: float) -> None:
    """One sync stream, which runs in a worker thread."""
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(steps)


def _holds_up(world: "World", wait: Callable[[], object], *, steps: float) -> None:
    """Async code that waits without giving way, and a neighbour."""
    app = FastAPI()

    @app.get("/rude")
    async def rude() -> str:
        await asyncio.sleep(world.step / 2)
        return f"{wait()}"

    @app.get("/")
    async def polite() -> StreamingResponse:
        return StreamingResponse(world.numbers(3))

    world.serve(app)
    world.get("/rude")
    world.get()
    world.wait(steps)


def queue_heartbeat(world: "World") -> None:
    """A heartbeat made of `queue.get(timeout=…)`, beside a thread that delivers."""

    def body() -> Iterator[str]:
        box: queue.Queue[str] = queue.Queue()

        def deliver() -> None:
            time.sleep(2.5 * world.step)
            box.put("gale\n")

        threading.Thread(target=deliver).start()
        while True:
            try:
                yield box.get(timeout=world.step)
                return
            except queue.Empty:
                yield ": ping\n"

    _streams(world, body, steps=3.5)


def simple_queue_times_out(world: "World") -> None:
    """`SimpleQueue.get` with a time-out, which is written in C."""

    def body() -> Iterator[str]:
        box: queue.SimpleQueue[str] = queue.SimpleQueue()
        for _ in range(2):
            try:
                box.get(timeout=world.step)
            except queue.Empty:
                yield "empty\n"

    _streams(world, body, steps=2.5)


def event_times_out(world: "World") -> None:
    """`Event.wait` that nobody answers."""

    def body() -> Iterator[str]:
        for _ in range(3):
            yield f"{threading.Event().wait(world.step)}\n"

    _streams(world, body, steps=3.5)


def event_is_set_in_time(world: "World") -> None:
    """`Event.wait` that a thread answers before its time is over."""

    def body() -> Iterator[str]:
        event = threading.Event()
        threading.Timer(world.step, event.set).start()
        yield f"{event.wait(5 * world.step)}\n"

    _streams(world, body, steps=1.5)


def timer_is_cancelled(world: "World") -> None:
    """A Timer that is cancelled does nothing, and one that is not comes."""

    def body() -> Iterator[str]:
        late = threading.Timer(world.step, lambda: world.log("cancelled and yet here"))
        late.start()
        threading.Timer(world.step, lambda: world.log("timer")).start()
        late.cancel()
        yield "waiting\n"
        time.sleep(2 * world.step)
        yield "done\n"

    _streams(world, body, steps=2.5)


def lock_times_out(world: "World") -> None:
    """`Lock.acquire(timeout=…)` while another thread holds it, and again when it has let go."""

    def body() -> Iterator[str]:
        lock = threading.Lock()

        def holds() -> None:
            with lock:
                time.sleep(2 * world.step)

        threading.Thread(target=holds).start()
        time.sleep(world.step / 2)
        yield f"{lock.acquire(timeout=world.step)}\n"
        yield f"{lock.acquire(timeout=world.step)}\n"

    _streams(world, body, steps=2.5)


def rlock_times_out(world: "World") -> None:
    """The same with an RLock, which its owner takes twice."""

    def body() -> Iterator[str]:
        lock = threading.RLock()

        def holds() -> None:
            with lock, lock:
                time.sleep(2 * world.step)

        threading.Thread(target=holds).start()
        time.sleep(world.step / 2)
        yield f"{lock.acquire(timeout=world.step)}\n"
        with lock:
            yield "mine\n"

    _streams(world, body, steps=2.5)


def with_a_lock(world: "World") -> None:
    """Two sync streams that take turns by a lock: a plain `with`, no time-out."""
    app, lock = FastAPI(), threading.Lock()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        def body() -> Iterator[str]:
            with lock:
                time.sleep(world.step)
                yield "mine\n"

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(0.5)
    world.get()
    world.wait(2)


def semaphore_times_out(world: "World") -> None:
    """`Semaphore.acquire(timeout=…)`."""

    def body() -> Iterator[str]:
        free = threading.Semaphore(1)
        yield f"{free.acquire(timeout=world.step)}\n"
        yield f"{free.acquire(timeout=world.step)}\n"

    _streams(world, body, steps=1.5)


def condition_waits_for(world: "World") -> None:
    """`Condition.wait_for` with and without an answer."""

    def body() -> Iterator[str]:
        condition, ready = threading.Condition(), []

        def answer() -> None:
            time.sleep(1.5 * world.step)
            with condition:
                ready.append(1)
                condition.notify_all()

        threading.Thread(target=answer).start()
        with condition:
            yield f"{condition.wait_for(lambda: ready, world.step)}\n"
            yield f"{condition.wait_for(lambda: ready, world.step)}\n"

    _streams(world, body, steps=2.5)


def barrier_breaks(world: "World") -> None:
    """A Barrier whose other party does not come."""

    def body() -> Iterator[str]:
        try:
            threading.Barrier(2).wait(world.step)
        except threading.BrokenBarrierError:
            yield "broken\n"

    _streams(world, body, steps=1.5)


def future_result_times_out(world: "World") -> None:
    """`Future.result(timeout=…)` that comes too late, and then in time."""

    def body() -> Iterator[str]:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            future = pool.submit(time.sleep, 1.5 * world.step)
            try:
                future.result(timeout=world.step)
            except TimeoutError:
                yield "late\n"
            yield f"{future.result(timeout=world.step)}\n"

    _streams(world, body, steps=2)


def futures_wait_with_a_limit(world: "World") -> None:
    """`concurrent.futures.wait(timeout=…)`, and `as_completed` in order of completion."""

    def body() -> Iterator[str]:
        def takes(steps: float) -> float:
            time.sleep(steps * world.step)
            return steps

        with concurrent.futures.ThreadPoolExecutor() as pool:
            futures = [pool.submit(takes, steps) for steps in (2, 1)]
            done, waiting = concurrent.futures.wait(futures, timeout=1.5 * world.step)
            yield f"{len(done)} {len(waiting)}\n"
            for future in concurrent.futures.as_completed(futures):
                yield f"{future.result():g}\n"

    _streams(world, body, steps=2.5)


def join_times_out(world: "World") -> None:
    """`Thread.join(timeout=…)`, too early and then to the end."""

    def body() -> Iterator[str]:
        thread = threading.Thread(target=time.sleep, args=(1.5 * world.step,))
        thread.start()
        thread.join(world.step)
        yield f"{thread.is_alive()}\n"
        thread.join()
        yield f"{thread.is_alive()}\n"

    _streams(world, body, steps=2)


def scheduler_in_a_thread(world: "World") -> None:
    """`sched.scheduler` keeps the clock and the sleep that it was given when it was made."""

    def body() -> Iterator[str]:
        said: list[str] = []
        plan = sched.scheduler()
        plan.enter(2 * world.step, 1, said.append, ("second\n",))
        plan.enter(world.step, 1, said.append, ("first\n",))
        while not plan.empty():
            plan.run()
            yield from said

    _streams(world, body, steps=2.5)


def busy_wait_in_a_thread(world: "World") -> None:
    """A thread that asks for the time until it has come."""

    def body() -> Iterator[str]:
        end = time.monotonic() + world.step
        while time.monotonic() < end:
            pass
        yield "done\n"

    _streams(world, body, steps=1.5)


def asyncio_run_in_a_thread(world: "World") -> None:
    """`asyncio.run` in a `def` endpoint: an event loop of its own."""
    app = FastAPI()

    async def fetch() -> str:
        async with asyncio.timeout(5 * world.step):
            await asyncio.gather(asyncio.sleep(world.step), asyncio.to_thread(time.sleep, 2 * world.step))
        return "fetched"

    @app.get("/")
    def endpoint() -> str:
        return asyncio.run(fetch())

    world.serve(app)
    world.get()
    world.wait(2.5)


def anyio_run_in_a_thread(world: "World") -> None:
    """`anyio.run` there, with a task group and a deadline."""
    app = FastAPI()

    async def fetch() -> str:
        with anyio.move_on_after(world.step):
            await anyio.sleep_forever()
        return "moved on"

    @app.get("/")
    def endpoint() -> str:
        return anyio.run(fetch)

    world.serve(app)
    world.get()
    world.wait(1.5)


def asks_the_loop_from_a_thread(world: "World") -> None:
    """`run_coroutine_threadsafe(…).result(timeout)`: too early, then in time."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> str:
        loop = asyncio.get_running_loop()

        def ask() -> str:
            asked = asyncio.run_coroutine_threadsafe(asyncio.sleep(1.5 * world.step, "answer"), loop)
            try:
                return asked.result(timeout=world.step)
            except TimeoutError:
                return "late, then " + asked.result()

        return await asyncio.to_thread(ask)

    world.serve(app)
    world.get()
    world.wait(2)


def a_thread_feeds_an_asyncio_queue(world: "World") -> None:
    """The bridge that most people write: a thread that delivers by `call_soon_threadsafe`."""
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        box: asyncio.Queue[str | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def deliver() -> None:
            for item in ("a\n", "b\n", None):
                time.sleep(world.step)
                loop.call_soon_threadsafe(box.put_nowait, item)

        threading.Thread(target=deliver).start()

        async def body():  # type: ignore[no-untyped-def]
            while (item := await box.get()) is not None:
                yield item

        return StreamingResponse(body())

    world.serve(app)
    world.get()
    world.wait(3.5)


def event_on_the_loop(world: "World") -> None:
    """`Event.wait(…)` in async code: the neighbour stands still until the time is over."""
    _holds_up(world, lambda: threading.Event().wait(2 * world.step), steps=4.5)


def queue_on_the_loop(world: "World") -> None:
    """`queue.get(timeout=…)` in async code."""

    def wait() -> str:
        try:
            return str(queue.Queue().get(timeout=2 * world.step))
        except queue.Empty:
            return "empty"

    _holds_up(world, wait, steps=4.5)


def join_on_the_loop(world: "World") -> None:
    """`Thread.join()` in async code: as long as the thread lasts."""

    def wait() -> str:
        thread = threading.Thread(target=time.sleep, args=(2 * world.step,))
        thread.start()
        thread.join()
        return "joined"

    _holds_up(world, wait, steps=4.5)


def future_result_on_the_loop(world: "World") -> None:
    """`Future.result()` in async code, and the end of the pool's `with`."""

    def wait() -> str:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            pool.submit(time.sleep, world.step).result()
            pool.submit(time.sleep, world.step)
        return "done"

    _holds_up(world, wait, steps=4.5)


def lock_on_the_loop(world: "World") -> None:
    """`with lock:` in async code, while a thread sleeps with the lock in its hand."""
    lock = threading.Lock()

    def holds() -> None:
        with lock:
            time.sleep(2.5 * world.step)

    def wait() -> str:
        with lock:
            return "mine"

    thread = threading.Thread(target=holds)

    def start_and_wait() -> str:
        thread.start()
        while not lock.locked():
            pass
        return wait()

    _holds_up(world, start_and_wait, steps=5)
