"""An app that is right leaves nothing behind; what is left is found, with its line."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

kept: list[object] = []


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
