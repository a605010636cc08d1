"""The app of lesson 02 does what its page says."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab
from waterclock.live import Server

from course.loading import load

APP = Path(__file__).parents[2] / "lessons" / "02_async_generators" / "app.py"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(load(APP).app) as running:
        yield running


def test_three_stations_take_turns_in_one_stream(server: Server) -> None:
    ticks = server.get("/ticks?every=0.03&count=2").wait(end=True)

    assert ticks.headers["content-type"] == "text/plain; charset=utf-8"
    assert ticks.headers["transfer-encoding"] == "chunked"
    assert [b"High Tarn 0\n", b"Gull Bay 0\n", b"North Fell 0\n"] == ticks.http_chunks[:3]
    assert len(ticks.http_chunks) == 6


def test_in_the_lab_they_are_a_third_of_a_second_apart() -> None:
    with Lab(load(APP).app) as lab:
        ticks = lab.get("/ticks?count=2")
        lab.advance(5)

    assert [at for at, _ in ticks.chunks] == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])
    assert not lab.blocked


def test_a_rude_station_holds_up_the_other_two() -> None:
    with Lab(load(APP).app) as lab:
        ticks = lab.get("/ticks?count=2&rude=1")
        lab.advance(10)

    assert [at for at, _ in ticks.chunks[:3]] == pytest.approx([2, 2, 2])
    assert ticks.answered_at == 0  # The headers were out before.
    assert "time.sleep(2)" in str(lab.blocked[0])


def test_a_rude_station_holds_up_everybody_else_on_the_server() -> None:
    module = load(APP)
    asleep, go_on = threading.Event(), threading.Event()

    class Clock:
        """In the place of `time`: a sleep that lasts until the test says so."""

        @staticmethod
        def sleep(seconds: float) -> None:
            asleep.set()
            go_on.wait(30)

    module.time = Clock  # type: ignore[attr-defined]
    with Server(module.app) as server:
        server.get("/ticks?count=1&rude=1&every=0.03")
        assert asleep.wait(30)
        neighbour = server.get("/answer/async")
        assert neighbour.status is None
        go_on.set()
        neighbour.wait(end=True)

    assert neighbour.text == '"here"'


def test_nothing_goes_on_ticking_when_the_reader_has_left() -> None:
    with Lab(load(APP).app) as lab:
        ticks = lab.get("/ticks?count=100")
        lab.advance(2)
        ticks.leave()
        lab.advance(2)

        assert lab.leftovers() == []


@pytest.mark.parametrize("how", ["def", "async"])
def test_both_ways_of_waiting_send_the_same_lines_at_the_same_times(how: str) -> None:
    with Lab(load(APP).app) as lab:
        lines = lab.get(f"/waiting?how={how}&count=3")
        lab.advance(1)

    assert [text for _, text in lines.lines] == ["0", "1", "2"]
    assert [at for at, _ in lines.lines] == pytest.approx([0.2, 0.4, 0.6])
    assert not lab.blocked


@pytest.mark.parametrize("path", ["/answer/def", "/answer/async"])
def test_both_endpoints_answer(server: Server, path: str) -> None:
    assert server.get(path).wait(end=True).text == '"here"'


@pytest.mark.parametrize("query", ["every=0", "every=9", "count=0", "count=501", "every=soon"])
def test_durations_and_counts_are_bounded(server: Server, query: str) -> None:
    assert server.get(f"/ticks?{query}").wait(end=True).status == 422


def test_a_server_cancels_the_last_await_unless_it_is_shielded() -> None:
    """What the page says about Starlette, and what exercise 02.3 is about."""
    seen: list[str] = []
    app = FastAPI()

    async def stream(shielded: bool) -> AsyncIterator[str]:
        async def hang_up() -> None:
            await asyncio.sleep(0.01)
            seen.append("hung up")

        try:
            yield "9.8 C"
            await asyncio.sleep(60)
        finally:
            await (asyncio.shield(hang_up()) if shielded else hang_up())

    @app.get("/{shielded}")
    async def read(shielded: bool) -> StreamingResponse:
        return StreamingResponse(stream(shielded))

    with Server(app) as server:
        for shielded in ("0", "1"):
            server.get(f"/{shielded}").wait(chunks=1).leave()
            server.until(lambda: server.running == 0, "the stream to end")
            if shielded == "0":
                assert seen == []
        server.until(lambda: seen == ["hung up"], "the shielded one to hang up")


def test_the_end_of_a_with_around_a_pool_waits_for_its_thread_on_the_loop() -> None:
    order: list[str] = []
    working, enough = threading.Event(), threading.Event()

    def measure() -> None:
        working.set()
        enough.wait(30)
        order.append("measured")

    async def readings() -> AsyncIterator[None]:
        with ThreadPoolExecutor(1) as pool:
            yield await asyncio.get_running_loop().run_in_executor(pool, measure)

    async def leave_in_the_middle() -> None:
        task = asyncio.create_task(anext(readings()))  # type: ignore[arg-type]
        await asyncio.to_thread(working.wait, 10)
        threading.Timer(0.1, enough.set).start()
        task.cancel()
        asyncio.get_running_loop().call_soon(order.append, "a neighbour has its turn")
        await asyncio.wait([task])

    asyncio.run(leave_in_the_middle())

    assert order == ["measured", "a neighbour has its turn"]
