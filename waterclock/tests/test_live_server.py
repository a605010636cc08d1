"""The real server: started and stopped in this process, without a trace."""

import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from live_apps import app_of, numbers, silent
from waterclock.live import CannotStart, Server


def test_several_clients_are_served_at_once() -> None:
    with Server(app_of(silent)) as server:
        exchanges = [server.get("/") for _ in range(20)]
        for exchange in exchanges:
            exchange.wait(chunks=1)
        assert server.running == 20
        for exchange in exchanges[:10]:
            exchange.leave()
        server.until(lambda: server.running == 10, "ten handlers to end")


def test_stopping_closes_what_is_open_and_runs_the_lifespan_to_its_end() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, int]]:
        log.append("startup")
        yield {"answer": 42}
        log.append("shutdown")

    async def endpoint(request: Request) -> StreamingResponse:
        assert request.state.answer == 42
        return await silent(log)

    with Server(app_of(endpoint, lifespan=lifespan)) as server:
        exchange = server.get("/").wait(chunks=1)

    assert server.errors == [], "a stop that has to interrupt says so"
    assert log == ["startup", "closed", "shutdown"]
    assert exchange.state == "left"


def test_one_server_after_the_other_leaves_nothing_behind() -> None:
    def once() -> None:
        with Server(app_of(silent)) as server:
            server.get("/").wait(chunks=1)
            server.get("/").wait(chunks=1).leave()

    once()
    gc.collect()
    before = threading.active_count(), len(logging.getLogger("uvicorn.error").filters)
    for _ in range(5):
        once()
    assert (threading.active_count(), len(logging.getLogger("uvicorn.error").filters)) == before


def test_no_file_stays_open_after_a_server(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")

    def open_files() -> int:
        gc.collect()
        return psutil.Process().num_fds() if hasattr(psutil.Process(), "num_fds") else 0

    def once() -> None:
        with Server(app_of(numbers(1))) as server:
            server.get("/").wait(end=True)

    once()
    before = open_files()
    for _ in range(3):
        once()
    assert open_files() == before


def test_an_app_that_fails_at_startup_says_why() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise RuntimeError("no such database")
        yield

    with pytest.raises(CannotStart, match="no such database"), Server(FastAPI(lifespan=lifespan)):
        pass


def test_something_that_is_no_app_cannot_start() -> None:
    with pytest.raises(CannotStart), Server("no_such_module:app"):  # type: ignore[arg-type]
        pass


def test_a_bare_asgi_app_without_lifespan_is_served() -> None:
    async def app(scope: dict, receive: Callable, send: Callable) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"bare"})

    with Server(app) as server:
        assert server.get("/").wait(end=True).body == b"bare"


def test_an_app_that_never_lets_go_of_the_loop_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waterclock.live.server._PATIENCE", 0.3)

    async def tight() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            while True:
                yield ""

        return StreamingResponse(body())

    with Server(app_of(tight)) as server:
        server.get("/")
        server.until(lambda: server.running == 1, "the request to arrive")
        thread = server._thread

    assert "did not stop within 0.3 s: its loop is busy at test_live_server.py:" in server.errors[0]
    assert not thread.is_alive()


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    async def fails() -> None:
        raise ValueError("quiet")

    with Server(app_of(fails)) as server:
        assert server.get("/").wait(end=True).status == 500

    assert capfd.readouterr() == ("", "")
    assert "ValueError: quiet" in server.errors[0]


def test_logging_of_other_threads_is_not_touched(caplog: pytest.LogCaptureFixture) -> None:
    with Server(app_of(numbers(1))) as server:
        logging.getLogger("uvicorn.error").error("from the main thread")

    assert [record.message for record in caplog.records] == ["from the main thread"]
    assert server.errors == []


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_both_of_uvicorns_parsers_can_be_asked_for(http: str) -> None:
    with Server(app_of(numbers(2)), http=http) as server:  # type: ignore[arg-type]
        assert server.get("/").wait(end=True).http_chunks == [b"0\n", b"1\n"]
