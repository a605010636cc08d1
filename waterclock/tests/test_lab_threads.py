"""Worker threads in the lab: real threads, virtual sleeps, exact times, also on a busy machine."""

import asyncio
import concurrent.futures
import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab, StandsStill

app = FastAPI()


@app.get("/sync")
def sync() -> StreamingResponse:
    def body() -> Iterator[str]:
        for number in range(3):
            time.sleep(1)
            sum(range(20_000))
            yield f"{number}\n"

    return StreamingResponse(body())


@app.get("/from-thread")
def from_thread() -> StreamingResponse:
    def body() -> Iterator[str]:
        for number in range(3):
            anyio.from_thread.run(asyncio.sleep, 1)
            yield f"{number}\n"

    return StreamingResponse(body())


@app.get("/there-and-back")
def there_and_back() -> StreamingResponse:
    async def nothing() -> None: ...

    def body() -> Iterator[str]:
        for number in range(10):
            anyio.from_thread.run(nothing)
            sum(range(50_000))
            yield f"{number}\n"

    return StreamingResponse(body())


@app.get("/producer")
async def producer() -> StreamingResponse:
    items: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def produce() -> None:
        for number in range(3):
            time.sleep(1)
            loop.call_soon_threadsafe(items.put_nowait, number)

    threading.Thread(target=produce, daemon=True).start()

    async def body() -> AsyncIterator[str]:
        for _ in range(3):
            yield f"{await items.get()}\n"

    return StreamingResponse(body())


@app.get("/pool")
async def pool() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor() as workers:
            for number in range(3):
                await loop.run_in_executor(workers, time.sleep, 1)
                yield f"{number}\n"

    return StreamingResponse(body())


EXACT = {
    "/sync": [1, 2, 3],
    "/from-thread": [1, 2, 3],
    "/there-and-back": [0] * 10,
    "/producer": [1, 2, 3],
    "/pool": [1, 2, 3],
}


async def quarters() -> AsyncIterator[int]:
    while True:
        yield 0
        await asyncio.sleep(0.25)


def times_of(path: str) -> list[float]:
    with Lab(app) as lab:
        lab.drain(quarters())  # Something that time could run on with.
        client = lab.get(path)
        lab.advance(to=5)
        return [at for at, _ in client.chunks]


@pytest.mark.parametrize("path", EXACT)
def test_a_worker_takes_exactly_the_time_that_it_sleeps(path: str) -> None:
    assert times_of(path) == EXACT[path]


def test_a_busy_machine_makes_no_difference() -> None:
    """Both cores computing: a thread that was woken has to wait for one, and time must not run on meanwhile."""
    spin = [sys.executable, "-c", "import time; end = time.time() + 20\nwhile time.time() < end: pass"]
    spinners = [subprocess.Popen(spin) for _ in range(2)]
    try:
        for _ in range(3):
            for path, expected in EXACT.items():
                assert times_of(path) == expected
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def test_workers_sleep_side_by_side_as_far_as_the_default_pool_goes() -> None:
    async def sleepers(number: int) -> float:
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 1) for _ in range(number)))
        return asyncio.get_running_loop().time()

    size = concurrent.futures.ThreadPoolExecutor()._max_workers
    for number, expected in ((size, 1), (size + 1, 2), (3 * size, 3)):
        with Lab() as lab:
            assert lab.run(sleepers(number)) == expected


def test_anyio_s_limiter_holds_the_rest_back() -> None:
    async def two_at_a_time() -> float:
        limiter = anyio.CapacityLimiter(2)
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(lambda: anyio.to_thread.run_sync(time.sleep, 1, limiter=limiter))
        return asyncio.get_running_loop().time()

    with Lab() as lab:
        assert lab.run(two_at_a_time()) == 3


def test_abandoned_work_goes_on_and_nobody_waits_for_it() -> None:
    done: list[float] = []

    def work() -> None:
        time.sleep(5)
        done.append(time.monotonic())

    async def main() -> float:
        with anyio.move_on_after(1):
            await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        return asyncio.get_running_loop().time()

    with Lab() as lab:
        assert lab.run(main()) == 1
        lab.advance(to=6)
        assert done == [5]


def test_work_that_is_cancelled_before_it_began_does_not_stop_the_clock() -> None:
    async def main() -> None:
        for _ in range(30):
            task = asyncio.ensure_future(anyio.to_thread.run_sync(time.sleep, 0.01, abandon_on_cancel=True))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(1)

    with Lab() as lab:
        lab.run(main(), within=2)
        assert lab.now == 1


def test_a_shared_lock_is_waited_for_in_virtual_time() -> None:
    lock = threading.Lock()

    def hold() -> float:
        with lock:
            time.sleep(1)
            return time.monotonic()

    async def both() -> list[float]:
        return await asyncio.gather(asyncio.to_thread(hold), asyncio.to_thread(hold))

    with Lab() as lab:
        assert sorted(lab.run(both())) == [1, 2]


def test_a_queue_between_threads_passes_no_time() -> None:
    def main() -> list[tuple[int, float]]:
        items: queue.Queue[int] = queue.Queue(1)

        def produce() -> None:
            for number in range(3):
                time.sleep(1)
                items.put(number)

        threading.Thread(target=produce, daemon=True).start()
        return [(items.get(), time.monotonic()) for _ in range(3)]

    with Lab() as lab:
        assert lab.call(main) == [(0, 1), (1, 2), (2, 3)]


def test_joining_a_thread_in_a_worker() -> None:
    def main() -> float:
        thread = threading.Thread(target=time.sleep, args=(2,))
        thread.start()
        thread.join()
        return time.monotonic()

    with Lab() as lab:
        assert lab.call(main) == 2


def test_a_pool_maps_in_virtual_time() -> None:
    def slow(number: int) -> int:
        time.sleep(number)
        return number * number

    def main() -> tuple[list[int], float]:
        with concurrent.futures.ThreadPoolExecutor() as workers:
            return list(workers.map(slow, [3, 1, 2])), time.monotonic()

    with Lab() as lab:
        assert lab.call(main) == ([9, 1, 4], 3)


def test_waiting_on_the_loop_for_a_thread_that_computes_is_reported() -> None:
    async def main() -> int:
        with concurrent.futures.ThreadPoolExecutor() as workers:
            return workers.submit(sum, range(100_000)).result()

    with Lab() as lab:
        assert lab.run(main()) == 4_999_950_000
        assert [each.kind for each in lab.blocked] in ([], ["wait"])


def test_waiting_on_the_loop_for_a_thread_that_sleeps_takes_its_time_and_is_reported() -> None:
    async def main() -> float:
        with concurrent.futures.ThreadPoolExecutor() as workers:
            workers.submit(time.sleep, 1).result()
        return time.monotonic()

    with Lab() as lab:
        assert lab.run(main()) == 1
        (held_up,) = lab.blocked
    assert (held_up.kind, held_up.what, held_up.at, held_up.seconds) == ("wait", "waiting for Future.result()", 0, 1)
    assert "test_lab_threads.py:" in (held_up.where or "")


def test_waiting_on_the_loop_for_what_only_the_loop_could_bring_is_a_standstill() -> None:
    async def main() -> None:
        def asks_the_loop() -> None:
            anyio.from_thread.run(asyncio.sleep, 1)

        future = asyncio.get_running_loop().create_future()
        await asyncio.gather(anyio.to_thread.run_sync(asks_the_loop), rude(), future)

    async def rude() -> None:
        threading.Event().wait()

    with Lab() as lab, pytest.raises(StandsStill, match="whole server stands still") as caught:
        lab.run(main())
    assert "test_lab_threads.py:" in (caught.value.where or "")


def test_an_error_in_a_worker_comes_back() -> None:
    def fails() -> None:
        time.sleep(1)
        raise LookupError("no such station")

    with Lab() as lab:
        with pytest.raises(LookupError, match="no such station"):
            lab.call(fails)
        assert lab.now == 1


def test_stop_iteration_does_not_hang_a_worker() -> None:
    async def step() -> Any:
        return await anyio.to_thread.run_sync(next, iter(()))

    with Lab() as lab, pytest.raises(RuntimeError, match="StopIteration"):
        lab.run(step())


def test_closing_sends_sleeping_workers_home() -> None:
    ended = threading.Event()

    def sleeper() -> None:
        try:
            time.sleep(1000)
        finally:
            ended.set()

    async def start() -> None:
        threading.Thread(target=sleeper).start()

    with Lab() as lab:
        lab.run(start())
    assert ended.wait(30)


def test_the_lab_is_not_in_threads_of_others() -> None:
    seen: list[float] = []
    outside = threading.Thread(target=lambda: seen.append(time.monotonic()))
    with Lab():
        outside.start()
        outside.join()
    assert seen[0] > 1


# Pools that end.


def measure() -> float:
    time.sleep(2)
    return time.monotonic()


async def by_executor(pool: concurrent.futures.Executor) -> float:
    return await asyncio.get_running_loop().run_in_executor(pool, measure)


async def by_submit(pool: concurrent.futures.Executor) -> float:
    return await asyncio.wrap_future(pool.submit(measure))


Ask = Callable[[concurrent.futures.Executor], Awaitable[float]]
both_ways = pytest.mark.parametrize("ask", [by_executor, by_submit])


@both_ways
def test_the_end_of_a_pool_stops_the_server_until_its_threads_are_done(ask: Ask) -> None:
    async def source() -> AsyncIterator[float]:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            while True:
                yield await ask(pool)

    with Lab() as lab:
        client = lab.drain(source())
        lab.advance(to=3)
        client.leave()
        assert client.items == [(2, 2)]
        (held_up,) = lab.blocked
    assert (held_up.kind, held_up.at, held_up.seconds) == ("wait", 3, 1)
    assert held_up.what == "waiting for the threads of a pool (the end of its `with`)"
    assert "test_lab_threads.py:" in (held_up.where or "")


@both_ways
def test_shutdown_of_a_pool_waits_like_the_end_of_its_with(ask: Ask) -> None:
    async def main() -> float:
        pool = concurrent.futures.ThreadPoolExecutor()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await ask(pool)
        pool.shutdown()
        return time.monotonic()

    with Lab() as lab:
        assert lab.run(main()) == 2
        assert [(each.what, each.seconds) for each in lab.blocked] == [
            ("waiting for the threads of a pool (its `shutdown`)", 1.5)
        ]


@both_ways
def test_a_pool_that_is_done_ends_at_once(ask: Ask) -> None:
    async def main() -> float:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            return await ask(pool)

    with Lab() as lab:
        assert lab.run(main()) == 2
        assert lab.blocked == []


@both_ways
def test_a_pool_that_nobody_waits_for_lets_others_run(ask: Ask) -> None:
    async def main() -> None:
        pool = concurrent.futures.ThreadPoolExecutor()
        task = asyncio.ensure_future(ask(pool))
        await asyncio.sleep(1)
        task.cancel()
        pool.shutdown(wait=False)

    with Lab() as lab:
        lab.run(main())
        lab.advance(to=3)
        assert lab.blocked == []
