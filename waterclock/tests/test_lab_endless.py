"""Code that does not stop: cut off, with its line, and the caller goes on."""

import _thread
import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import EndlessLoop, Lab, LabError, NoTimePasses, Patience

# The cut may arrive in a callback of a weak reference, whose errors Python only tells. The next attempt gets through.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
QUICK = Patience(cpu=0.2)


def spin() -> None:
    while True:
        pass


def app_with(source: Callable[[], Any]) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(source())

    return app


def is_named(error: LabError) -> bool:
    return "test_lab_endless.py:" in (error.where or "")


# Loops.


def test_an_endless_loop_on_the_event_loop_is_cut_off_with_its_line() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(1)
        spin()

    with Lab(app_with(source), patience=QUICK) as lab:
        lab.get("/")
        with pytest.raises(EndlessLoop, match="cut off") as caught:
            lab.advance(2)
        assert is_named(caught.value)


def test_an_endless_loop_in_a_worker_is_cut_off_with_its_line() -> None:
    def source() -> Iterator[bytes]:
        yield b"x"
        spin()

    with Lab(app_with(source), patience=QUICK) as lab, pytest.raises(EndlessLoop) as caught:
        lab.get("/")
    assert is_named(caught.value)


def test_an_endless_plain_function_is_cut_off() -> None:
    with Lab(patience=QUICK) as lab, pytest.raises(EndlessLoop) as caught:
        lab.call(spin)
    assert is_named(caught.value)


def test_an_endless_thread_is_cut_off() -> None:
    async def main() -> None:
        threading.Thread(target=spin, daemon=True).start()

    with Lab(patience=QUICK) as lab, pytest.raises(EndlessLoop) as caught:
        lab.run(main())
    assert is_named(caught.value)


def test_an_endless_startup_is_cut_off() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        spin()
        yield

    with pytest.raises(EndlessLoop) as caught, Lab(FastAPI(lifespan=lifespan), patience=QUICK):
        pass
    assert is_named(caught.value)


def test_an_endless_shutdown_is_cut_off_and_told() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        spin()

    with pytest.raises(EndlessLoop) as caught, Lab(FastAPI(lifespan=lifespan), patience=QUICK):
        pass
    assert is_named(caught.value)


def test_an_endless_shutdown_does_not_hide_the_error_before() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        spin()

    with pytest.raises(LookupError), Lab(FastAPI(lifespan=lifespan), patience=QUICK):
        raise LookupError


def test_an_endless_clean_up_is_cut_off_when_the_client_leaves() -> None:
    async def source() -> AsyncIterator[bytes]:
        try:
            yield b"x"
            await asyncio.sleep(100)
        finally:
            spin()

    with Lab(app_with(source), patience=QUICK) as lab:
        client = lab.get("/")
        with pytest.raises(EndlessLoop) as caught:
            client.leave()
        assert is_named(caught.value)


def test_a_bare_except_does_not_save_an_endless_loop() -> None:
    stop = threading.Event()  # For the test's own sake: such a loop outlives its lab.

    async def source() -> AsyncIterator[bytes]:
        yield b"x"
        while not stop.is_set():
            try:
                time.perf_counter()
            except BaseException:
                pass

    try:
        with Lab(app_with(source), patience=QUICK) as lab:
            with pytest.raises(EndlessLoop) as caught:
                lab.get("/")
            assert is_named(caught.value)
            with pytest.raises(LabError, match="given up"):
                lab.advance(1)
    finally:
        stop.set()


@pytest.mark.parametrize("where", ["loop", "worker"])
def test_a_lock_that_nobody_opens_does_not_hold_up_the_caller(where: str) -> None:
    lock = threading.Lock()
    lock.acquire()

    async def on_the_loop() -> None:
        lock.acquire()

    async def in_a_worker() -> str:
        with anyio.move_on_after(1):
            await anyio.to_thread.run_sync(lock.acquire, abandon_on_cancel=True)
            return "acquired"
        return "given up after 1 s"

    try:
        with Lab(patience=Patience(wall=0.6)) as lab:
            if where == "loop":
                with pytest.raises(LabError) as caught:
                    lab.run(on_the_loop())
                assert is_named(caught.value)
            else:
                assert lab.run(in_a_worker()) == "given up after 1 s"
    finally:
        lock.release()


def test_a_lab_that_was_given_up_says_so() -> None:
    with Lab(patience=QUICK) as lab:
        with pytest.raises(EndlessLoop):
            lab.call(spin)
        with pytest.raises(LabError, match=r"given up: cut off after 0\.2 s of computing with no end in sight"):
            lab.advance(1)


# No time passes.


def test_a_flood_of_chunks_is_a_verdict() -> None:
    async def source() -> AsyncIterator[bytes]:
        while True:
            yield b"x"

    with Lab(app_with(source), max_sends=1000) as lab:
        with pytest.raises(NoTimePasses, match="1,000 chunks were sent in one instant") as caught:
            lab.get("/")
        assert is_named(caught.value)


def test_a_flood_of_items_is_a_verdict() -> None:
    def source() -> Iterator[int]:
        while True:
            yield 0

    with Lab(max_sends=1000) as lab, pytest.raises(NoTimePasses, match="1,000 items came in one instant"):
        lab.drain(source())


def test_a_flood_that_swallows_errors_is_a_verdict_too() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            try:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
            except Exception:
                pass

    with Lab(app, patience=QUICK, max_sends=1000) as lab, pytest.raises(LabError) as caught:
        lab.get("/")
    assert "no end in sight" in str(caught.value) or "in one instant" in str(caught.value)


def test_nine_thousand_chunks_in_one_instant_are_none() -> None:
    async def source() -> AsyncIterator[bytes]:
        for _ in range(9_000):
            yield b"x"

    with Lab(app_with(source)) as lab:
        assert lab.get("/").received == 9_000


def test_turning_without_waiting_is_a_verdict() -> None:
    async def main() -> None:
        while True:
            await asyncio.sleep(0)

    with Lab() as lab:
        lab.session.loop.clock.max_turns = 5_000
        with pytest.raises(NoTimePasses, match="no time passed") as caught:
            lab.run(main())
    assert is_named(caught.value)


def test_a_swallowed_cancellation_is_a_verdict() -> None:
    async def source() -> AsyncIterator[bytes]:
        while True:
            try:
                yield b"x"
                await asyncio.sleep(1)
            except BaseException:
                pass

    with Lab(app_with(source), patience=QUICK) as lab:
        client = lab.get("/")
        lab.session.loop.clock.max_turns = 5_000
        with pytest.raises(NoTimePasses, match="swallows the cancellation") as caught:
            client.leave()
        assert is_named(caught.value)


# What is not endless.


def test_much_work_in_one_go_is_not_an_endless_loop() -> None:
    """Patience is for code that makes no progress, not for a long story."""

    async def source() -> AsyncIterator[int]:
        for number in range(40):
            begin = time.thread_time()
            while time.thread_time() - begin < 0.01:
                pass
            yield number
            await asyncio.sleep(1)

    with Lab(patience=QUICK) as lab:
        reader = lab.drain(source())
        lab.advance(to=100)
        assert reader.received == 40


def test_a_worker_that_works_much_in_small_pieces_is_not_an_endless_loop() -> None:
    def source() -> Iterator[int]:
        for number in range(40):
            begin = time.thread_time()
            while time.thread_time() - begin < 0.01:
                pass
            yield number
            time.sleep(1)

    with Lab(patience=QUICK) as lab:
        reader = lab.drain(source())
        lab.advance(to=100)
        assert reader.received == 40


# Interrupted.


def test_ctrl_c_ends_the_wait_and_the_lab_can_be_closed() -> None:
    async def source() -> AsyncIterator[int]:
        while True:
            yield 0
            await asyncio.sleep(0.001)

    lab = Lab().__enter__()
    lab.drain(source())
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        lab.advance(1e9)
    begin = time.monotonic()
    lab.close()
    assert time.monotonic() - begin < 60, "the wait itself would have taken hours"
    timer.join()
