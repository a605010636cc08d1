"""Where a lab runs: on a thread of its own, on the caller's stack, and where there are no threads at all."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import CannotJudge, Lab, LabError

app = FastAPI()


@app.get("/async")
async def async_stream() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        for number in range(3):
            yield f"{number}"
            await asyncio.sleep(1)

    return StreamingResponse(body())


@app.get("/sync")
def sync_stream(pause: float = 0) -> StreamingResponse:
    def body() -> Iterator[str]:
        for number in range(3):
            yield f"{number}"
            if pause:
                time.sleep(pause)

    return StreamingResponse(body())


@app.get("/pool")
async def pool() -> int:
    with ThreadPoolExecutor() as workers:
        return await asyncio.get_running_loop().run_in_executor(workers, pow, 2, 3)


@app.get("/thread")
async def thread() -> None:
    threading.Thread(target=print).start()


Where = Literal["thread", "stack", "inline"]
everywhere = pytest.mark.parametrize("where", ["thread", "stack", "inline"])


@everywhere
def test_an_async_stream_is_the_same_everywhere(where: Where) -> None:
    with Lab(app, runs_in=where) as lab:
        client = lab.get("/async")
        lab.advance(5)
        assert client.chunks == [(0, b"0"), (1, b"1"), (2, b"2")]
        client = lab.get("/async")
        lab.advance(1)
        client.leave()
        assert (client.state, client.ended_at) == ("left", 6)
        assert lab.leftovers() == []


@everywhere
def test_work_for_threads_that_does_not_wait_is_done_everywhere(where: Where) -> None:
    with Lab(app, runs_in=where) as lab:
        assert lab.get("/sync").text == "012"
        assert lab.get("/pool").text == "8"
        assert lab.call(pow, 2, 3) == 8


@pytest.mark.parametrize("where", ["thread", "stack"])
def test_a_sleep_in_a_thread_takes_its_time(where: Where) -> None:
    with Lab(app, runs_in=where) as lab:
        client = lab.get("/sync?pause=1")
        lab.advance(5)
        assert [at for at, _ in client.chunks] == [0, 1, 2]


@pytest.mark.parametrize("path", ["/sync?pause=1", "/thread"])
def test_without_threads_what_would_wait_in_one_cannot_be_judged(path: str) -> None:
    with Lab(app, runs_in="inline") as lab, pytest.raises(CannotJudge, match="needs a thread") as caught:
        lab.get(path)
    assert "test_lab_runners.py:" in str(caught.value.where)


@everywhere
def test_code_inside_cannot_let_time_pass(where: Where) -> None:
    async def inside() -> None:
        lab.advance(1)

    with Lab(runs_in=where) as lab, pytest.raises(LabError, match="Only its caller can"):
        lab.run(inside())
