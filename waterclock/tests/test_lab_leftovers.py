"""An app that is right leaves nothing behind; what is left is found, with its line."""

import asyncio
import gc
import io
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from waterclock import Lab

kept: list[object] = []
clients: list[httpx2.AsyncClient] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(asyncio.sleep(1e9))
    thread = threading.Thread(target=lambda: time.sleep(1e6), daemon=True)
    thread.start()
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep_forever)
        yield
        group.cancel_scope.cancel()
    task.cancel()


def make_app(log: Path | None = None) -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.get("/async")
    async def async_stream() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            async with anyio.create_task_group() as group:
                group.start_soon(anyio.sleep, 30)
                yield "x"
                await asyncio.create_task(asyncio.sleep(60))

        return StreamingResponse(body())

    @app.get("/sync")
    def sync_stream() -> StreamingResponse:
        def body() -> Iterator[str]:
            with (log or Path(__file__)).open() as lines:
                while True:
                    yield lines.readline()
                    time.sleep(1)

        kept.append(body())
        return StreamingResponse(kept[-1])  # type: ignore[arg-type]

    @app.get("/task")
    async def task() -> str:
        kept.append(asyncio.create_task(asyncio.sleep(1000)))
        return "started"

    @app.get("/thread")
    async def thread() -> str:
        threading.Thread(target=time.sleep, args=(1000,), name="barometer").start()
        return "started"

    return app


def test_an_app_with_a_lifespan_leaves_nothing_before_anybody_asks() -> None:
    with Lab(make_app()) as lab:
        assert lab.leftovers() == []


def test_what_an_open_request_has_begun_is_its_own() -> None:
    with Lab(make_app()) as lab:
        clients = [lab.get("/async"), lab.get("/sync")]
        lab.advance(5)
        assert [each.state for each in clients] == ["open", "open"]
        assert lab.leftovers() == []


def test_an_async_stream_that_is_left_is_cleaned_up() -> None:
    with Lab(make_app()) as lab:
        client = lab.get("/async")
        lab.advance(5)
        client.leave()
        assert lab.leftovers() == []


def test_a_sync_generator_that_its_client_leaves_is_found_with_the_file_it_holds() -> None:
    with Lab(make_app()) as lab:
        client = lab.get("/sync")
        lab.advance(5)
        client.leave()
        lab.advance(60)
        found = lab.leftovers()
    assert [each.what for each in found] == [
        "the generator make_app.sync_stream.body() was never closed",
        f"the file {__file__} is still open",
    ]
    assert all("test_lab_leftovers.py:" in str(each.where) for each in found)


def test_a_task_that_outlives_its_request_is_found_where_it_was_begun() -> None:
    with Lab(make_app()) as lab:
        lab.get("/task")
        (found,) = lab.leftovers()
    assert found.what == "the task sleep() still runs"
    assert "test_lab_leftovers.py:" in str(found.where)


def test_a_thread_that_outlives_its_request_is_found() -> None:
    with Lab(make_app()) as lab:
        lab.get("/thread")
        (found,) = lab.leftovers()
    assert found.what == "the thread barometer still runs"
    assert "test_lab_leftovers.py:" in str(found.where)


def test_what_is_to_be_ignored_is_left_out() -> None:
    with Lab(make_app(), ignore=["barometer"]) as lab:
        lab.get("/thread")
        lab.get("/task")
        assert [each.kind for each in lab.leftovers()] == ["task"]
        assert lab.leftovers(ignore="sleep()") == []


def test_an_unclosed_file_is_named_with_the_line_that_opened_it() -> None:
    async def forget() -> None:
        Path(__file__).open()  # noqa: SIM115 - forgotten on purpose

    with Lab() as lab:
        lab.run(forget())
        (found,) = lab.leftovers()
    assert "test_lab_leftovers.py was closed by the garbage collector" in found.what
    assert "test_lab_leftovers.py:" in str(found.where)


# Requests that are over, and what somebody still refers to.


def leaving(source: Callable[[], Any], *, twice: bool = False, collected: bool = False) -> list[str]:
    """
    What is left, in words, after a client has left a stream made of `source`; `twice`: and another has stayed;
    `collected`: Python has happened to collect its garbage in between.
    """
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(source())

    with Lab(app) as lab:
        clients[:] = [lab.client(endless)]
        client = lab.get("/")
        if twice:
            lab.get("/")
        lab.advance(2)
        client.leave()
        lab.advance(5)
        if collected:
            gc.collect()
        return [each.what for each in lab.leftovers()]


async def keeps_its_file() -> AsyncIterator[str]:
    kept.append(Path(__file__).open())  # noqa: SIM115 - nobody closes it
    while True:
        yield "x"
        await asyncio.sleep(1)


async def closes_too_late() -> AsyncIterator[str]:
    lines = Path(__file__).open()  # noqa: SIM115
    kept.append(lines)
    try:
        while True:
            yield "x"
            await asyncio.sleep(1)
    finally:
        await asyncio.sleep(1)  # Cancelled: what follows is never reached.
        lines.close()


async def closes_its_file() -> AsyncIterator[str]:
    with Path(__file__).open() as lines:
        kept.append(lines)
        while True:
            yield "x"
            await asyncio.sleep(1)


def has_nothing_to_close() -> Iterator[str]:
    while True:
        yield "x"
        time.sleep(1)


def has_something_to_close() -> Iterator[str]:
    try:
        while True:
            yield "x"
            time.sleep(1)
    finally:
        kept.append("closed")


@pytest.mark.parametrize("source", [keeps_its_file, closes_too_late])
def test_a_file_that_is_still_open_is_found_though_somebody_refers_to_it(source: Callable[[], Any]) -> None:
    assert leaving(source) == [f"the file {__file__} is still open"]
    for each in kept:
        if isinstance(each, io.IOBase):
            each.close()


def test_the_file_of_another_request_accuses_nobody() -> None:
    assert leaving(closes_its_file, twice=True) == []


async def forgets_a_task() -> AsyncIterator[str]:
    async def waits_for_nobody() -> None:
        await asyncio.get_running_loop().create_future()

    asyncio.create_task(waits_for_nobody())
    while True:
        yield "x"
        await asyncio.sleep(1)


async def forgets_a_file_in_a_circle() -> AsyncIterator[str]:
    circle: list[object] = [Path(__file__).open()]  # noqa: SIM115
    circle.append(circle)
    while True:
        yield "x"
        await asyncio.sleep(1)


async def forgets_a_generator() -> AsyncIterator[str]:
    async def inner() -> AsyncIterator[str]:
        try:
            yield "x"
        finally:
            kept.append("closed")

    circle: list[object] = [inner()]
    circle.append(circle)
    yield await anext(circle[0])  # type: ignore[call-overload]
    await asyncio.sleep(100)


async def forgets_an_answer() -> AsyncIterator[str]:
    http = clients.pop()
    answer = await http.send(http.build_request("GET", "/"), stream=True)
    circle: list[object] = [http, answer]
    circle.append(circle)
    yield "x"
    await asyncio.sleep(100)


async def forgets_a_relay() -> AsyncIterator[str]:
    http = clients.pop()

    async def relay() -> AsyncIterator[str]:
        async with http.stream("GET", "/") as answer:
            async for text in answer.aiter_text():
                yield text

    circle: list[object] = [relay()]
    circle.append(circle)
    yield await anext(circle[0])  # type: ignore[call-overload]
    await asyncio.sleep(100)


async def endless(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await asyncio.sleep(1)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (forgets_an_answer, "the answer to GET / of the upstream was neither read to its end nor closed"),
        (
            has_something_to_close,
            "the generator has_something_to_close() was closed by the garbage collector, not by you",
        ),
        (
            forgets_a_task,
            "the task forgets_a_task.waits_for_nobody() was thrown away before it had ended: nobody kept a reference to it",  # noqa: E501
        ),
        (forgets_a_relay, "the generator forgets_a_relay.relay() was closed by the garbage collector, not by you"),
        (forgets_a_file_in_a_circle, "the file test_lab_leftovers.py was closed by the garbage collector, not by you"),
        (
            forgets_a_generator,
            "the generator forgets_a_generator.inner() was closed by the garbage collector, not by you",
        ),
    ],
)
def test_it_does_not_matter_when_garbage_is_collected(source: Callable[[], Any], left: str) -> None:
    assert leaving(source) == [left]
    assert leaving(source, collected=True) == [left]


def test_a_sync_generator_is_accused_only_where_it_has_something_to_close() -> None:
    assert leaving(has_nothing_to_close) == []
    assert leaving(has_nothing_to_close, collected=True) == []
    assert leaving(has_something_to_close) == [
        "the generator has_something_to_close() was closed by the garbage collector, not by you"
    ]


def test_a_log_that_a_request_is_the_first_to_write_to_is_nobody_s(tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "log", delay=True)
    logger = logging.getLogger("a log of its own")
    logger.addHandler(handler)

    def source() -> Iterator[str]:
        logger.warning("somebody asked")
        yield "x"

    try:
        assert leaving(source) == []
    finally:
        logger.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(("closes", "left"), [(False, 1), (True, 0)])
def test_an_answer_of_an_upstream_has_to_be_closed(closes: bool, left: int) -> None:
    app, upstream = FastAPI(), FastAPI()

    @upstream.get("/forecast")
    async def forecast() -> StreamingResponse:
        return StreamingResponse(iter(["busy", "later"]), status_code=503)

    @app.get("/")
    async def relay() -> None:
        client: httpx2.AsyncClient = app.state.client
        response = await client.send(client.build_request("GET", "/forecast"), stream=True)
        if closes:
            await response.aclose()
        raise HTTPException(502)

    with Lab(app) as lab:
        app.state.client = lab.client(upstream)
        assert lab.get("/").status == 502
        found = [each for each in lab.leftovers() if each.kind == "connection"]
    assert [each.what for each in found] == [
        "the answer to GET /forecast of the upstream was neither read to its end nor closed"
    ][:left]
    assert all("test_lab_leftovers.py:" in str(each.where) for each in found)
