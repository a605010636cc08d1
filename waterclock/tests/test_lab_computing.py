"""What holds up the loop by computing, and who is innocent of it."""

import asyncio
import hashlib
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.expectations import Unmet

from waterclock import EndlessLoop, Lab, Patience, StandsStill, expect


def spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


COMPUTING: dict[str, Callable[[int], object]] = {
    "hashing": lambda n: hashlib.pbkdf2_hmac("sha256", b"x", b"y", n * 1_000),
    "compressing": lambda n: zlib.compress(bytes(range(256)) * n * 400, 9),
    "sorting": lambda n: sorted(range(n * 4_000), key=lambda each: -each),
    "Python": lambda n: spin(n / 1_000),
}


def long_enough(work: Callable[[int], object]) -> int:
    """How much of it takes this machine about 0.4 s: more than the lab allows a callback, less than its patience."""
    amount, used = 10, 0.0
    while used < 0.2:
        amount *= 2
        began = time.thread_time()
        work(amount)
        used = time.thread_time() - began
    return max(1, round(amount * 0.4 / used))


@pytest.mark.parametrize("kind", COMPUTING)
def test_long_computing_is_named_with_its_line(kind: str) -> None:
    amount = long_enough(COMPUTING[kind])

    async def main() -> None:
        COMPUTING[kind](amount)

    with Lab() as lab:
        lab.run(main())
        (found,) = lab.blocked
        assert found.kind == "computing"
        assert "test_lab_computing.py:" in str(found.where)
        assert found.what.endswith("s of processor time")
        with pytest.raises(Unmet, match="never held up"):
            expect(lab).did_not_block()
        assert lab.now == 0


def test_computing_that_outlasts_the_patience_is_cut_off_and_not_called_endless() -> None:
    async def main() -> None:
        spin(3)

    with Lab(patience=Patience(cpu=0.1)) as lab, pytest.raises(EndlessLoop) as caught:
        lab.run(main())
    assert caught.value.text == "cut off after 0.1 s of computing with no end in sight"
    assert caught.value.where == f"{__file__}:{spin.__code__.co_firstlineno + 2}"


@pytest.mark.parametrize("patience", [0.05, 0.1, 0.2, 0.3])
def test_computing_that_ends_at_the_end_of_the_patience_has_its_line_either_way(patience: float) -> None:
    amount = long_enough(COMPUTING["sorting"])

    async def main() -> None:
        COMPUTING["sorting"](amount)

    where = None
    with Lab(patience=Patience(cpu=patience)) as lab:
        try:
            lab.run(main())
        except EndlessLoop as error:
            where = error.where
        else:
            where = lab.blocked[0].where
    assert "test_lab_computing.py:" in str(where)


def test_a_crowd_that_shares_a_long_turn_is_innocent() -> None:
    async def busy() -> None:
        spin(0.002)

    async def main() -> None:
        await asyncio.gather(*(busy() for _ in range(200)))

    with Lab() as lab:
        lab.run(main())
        assert lab.blocked == []


def test_a_crowd_whose_turn_outlasts_the_patience_is_not_cut_off() -> None:
    async def busy() -> None:
        spin(0.01)

    async def main() -> None:
        await asyncio.gather(*(busy() for _ in range(40)))

    with Lab(patience=Patience(cpu=0.1)) as lab:
        lab.run(main())


def test_computing_in_a_thread_is_no_fault() -> None:
    async def main() -> None:
        await asyncio.to_thread(spin, 0.4)

    with Lab() as lab:
        lab.run(main())
        assert lab.blocked == []


def test_a_busy_wait_on_the_loop_takes_its_time_and_is_named() -> None:
    async def main() -> float:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            pass
        return time.monotonic()

    with Lab() as lab:
        assert 2 <= lab.run(main()) < 2.002
        assert [each.what for each in lab.blocked] == ["waiting for the time, by asking for it again and again"]


def test_many_looks_at_the_clock_are_no_busy_wait() -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for _ in range(9_000):
                time.monotonic()
            yield f"{time.monotonic()}"

        return StreamingResponse(body())

    with Lab(app) as lab:
        assert lab.get("/").text == "0.0"


def test_a_lock_that_is_held_for_a_moment_accuses_nobody() -> None:
    lock = threading.Lock()
    stop: list[bool] = []

    def holds() -> None:
        while not stop:
            with lock:
                spin(0.001)
            spin(0.01)  # Python's locks are not fair: others get it only while nobody wants it.

    async def main() -> None:
        work = asyncio.ensure_future(asyncio.to_thread(holds))
        await asyncio.sleep(0)
        for _ in range(20):
            with lock:
                pass
        stop.append(True)
        await work

    with Lab() as lab:
        lab.run(main())
        assert lab.blocked == []


def test_a_lock_that_only_the_loop_could_open_is_a_standstill() -> None:
    lock = threading.Lock()

    async def main() -> None:
        lock.acquire()
        lock.acquire()

    with Lab() as lab, pytest.raises(StandsStill, match="waiting for a lock on the event loop") as caught:
        lab.run(main())
    assert "test_lab_computing.py:" in str(caught.value.where)


def test_connecting_without_blocking_accuses_nobody() -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.close()
        server.close()

    with Lab() as lab:
        lab.run(main())
        assert lab.blocked == []
        assert not lab.beyond
