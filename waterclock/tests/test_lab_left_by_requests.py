"""What a request leaves behind after its client has gone, whenever Python collects its garbage."""

import asyncio
import gc
import io
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from waterclock import Lab

kept: list[object] = []
clients: list[httpx2.AsyncClient] = []


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
        (
            forgets_a_file_in_a_circle,
            "the file test_lab_left_by_requests.py was closed by the garbage collector, not by you",
        ),
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
    assert all("test_lab_left_by_requests.py:" in str(each.where) for each in found)
