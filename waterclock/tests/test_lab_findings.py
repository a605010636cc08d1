"""What the lab finds out besides chunks: blocking calls, leftovers, lost errors. And what it leaves behind itself."""

import asyncio
import gc
import socket
import subprocess
import sys
import threading
import time
import warnings
import weakref
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab


async def ticks() -> AsyncIterator[bytes]:
    while True:
        yield b"x"
        await asyncio.sleep(1)


def blocked_by(function: Callable[[], Any]) -> list[tuple[str, str]]:
    async def main() -> None:
        function()

    with Lab() as lab:
        lab.run(main())
        for each in lab.blocked:
            assert each.where is not None
            assert "test_lab_findings.py:" in each.where
        return [(each.kind, each.what) for each in lab.blocked]


# Blocking calls.


def test_reading_a_file_on_the_loop_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("x")
    assert [kind for kind, _ in blocked_by(lambda: (tmp_path / "log.txt").read_text())] == ["file"]


def test_a_subprocess_on_the_loop_is_found() -> None:
    found = blocked_by(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    assert "subprocess" in {kind for kind, _ in found}


def test_connecting_and_looking_up_names_on_the_loop_are_found() -> None:
    def connect() -> None:
        with socket.socket() as client:
            client.settimeout(0.2)
            client.connect_ex(("127.0.0.1", 9))

    assert [kind for kind, _ in blocked_by(connect)] == ["network"]
    assert [kind for kind, _ in blocked_by(lambda: socket.getaddrinfo("localhost", 80))] == ["network"]
    assert blocked_by(lambda: socket.getaddrinfo("127.0.0.1", 80)) == []


def test_an_import_on_the_loop_is_no_finding() -> None:
    def imports() -> None:
        sys.modules.pop("this_month", None)
        import colorsys  # noqa: F401

    sys.modules.pop("colorsys", None)
    assert blocked_by(imports) == []


def test_the_same_calls_in_a_worker_are_fine(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("x")

    def work() -> None:
        (tmp_path / "log.txt").read_text()
        time.sleep(1)
        socket.getaddrinfo("127.0.0.1", 80)

    with Lab() as lab:
        lab.call(work)
        assert lab.blocked == []


def test_nothing_is_found_outside_the_lab(tmp_path: Path) -> None:
    with Lab() as lab:
        (tmp_path / "log.txt").write_text("x")
        time.sleep(0)
        assert lab.blocked == []


# Leftovers.


def left_behind(main: Callable[[], Any], wait: float = 0) -> list[str]:
    with Lab() as lab:
        lab.run(main())
        lab.advance(wait)
        return [each.what for each in lab.leftovers()]


def test_nothing_is_left_of_a_tidy_program() -> None:
    async def tidy() -> None:
        generator = ticks()
        await anext(generator)
        await generator.aclose()  # type: ignore[attr-defined]
        await asyncio.create_task(asyncio.sleep(1))

    assert left_behind(tidy) == []


KEPT: list[Any] = []


def test_a_task_that_still_runs_is_named_with_its_line() -> None:
    async def poll() -> None:
        while True:
            await asyncio.sleep(1)

    async def main() -> None:
        KEPT.append(asyncio.create_task(poll()))

    with Lab() as lab:
        lab.run(main())
        (found,) = lab.leftovers()
    assert found.what.endswith("poll() still runs")
    assert "test_lab_findings.py:" in (found.where or "")
    KEPT.clear()


def test_a_generator_that_nobody_closed_is_named() -> None:
    async def main() -> None:
        generator = ticks()
        KEPT.append(generator)
        await anext(generator)

    assert left_behind(main) == ["the generator ticks() was never closed"]
    KEPT.clear()


def test_a_generator_that_the_garbage_collector_closed_is_a_finding_of_its_own() -> None:
    async def main() -> None:
        async for _ in ticks():
            break

    assert left_behind(main) == ["the generator ticks() was closed by the garbage collector, not by you"]


def test_a_generator_in_a_cycle_is_found_too() -> None:
    async def main() -> None:
        generator: Any = ticks()
        await anext(generator)
        cycle: list[Any] = [generator]
        cycle.append(cycle)

    assert left_behind(main) == ["the generator ticks() was closed by the garbage collector, not by you"]


def test_an_unclosed_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("x")

    async def main() -> None:
        open(tmp_path / "log.txt").readline()  # noqa: SIM115, PTH123

    assert left_behind(main) == ["the file log.txt was closed by the garbage collector, not by you"]


def test_a_coroutine_that_was_never_awaited_is_named_with_its_line() -> None:
    async def main() -> None:
        asyncio.sleep(1)  # type: ignore[unused-coroutine]

    with Lab() as lab:
        lab.run(main())
        (found,) = lab.leftovers()
    assert found.what == "sleep() was called and never awaited"
    assert "test_lab_findings.py:" in (found.where or "")


def test_a_worker_that_still_runs_is_found() -> None:
    async def main() -> None:
        threading.Thread(target=time.sleep, args=(100,), name="barometer").start()

    assert left_behind(main) == ["the thread barometer still runs"]


def test_a_request_that_is_still_served_after_the_client_left_is_found() -> None:
    async def stubborn(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await asyncio.sleep(100)

    with Lab(stubborn) as lab:
        lab.get("/").leave()
        assert [each.what for each in lab.leftovers()] == ["GET / is still being served"]


def test_an_abandoned_stream_leaves_nothing() -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(ticks())

    with Lab(app) as lab:
        client = lab.get("/")
        lab.advance(2.5)
        client.leave()
        assert lab.leftovers() == []


# Lost errors, warnings.


def test_an_error_that_nobody_received_is_a_problem() -> None:
    async def fails() -> None:
        raise LookupError("no such station")

    async def main() -> None:
        asyncio.create_task(fails())
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.1)

    with Lab() as lab:
        lab.run(main())
        lab.leftovers()
        assert any("LookupError: no such station" in each for each in lab.problems)
        assert any("ZeroDivisionError" in each and "test_lab_findings.py:" in each for each in lab.problems)


def test_other_warnings_pass_and_filters_come_back() -> None:
    filters, show = list(warnings.filters), warnings.showwarning

    async def main() -> None:
        warnings.warn("look out", UserWarning, stacklevel=1)

    with pytest.warns(UserWarning, match="look out"), Lab() as lab:
        lab.run(main())
    assert (warnings.filters, warnings.showwarning) == (filters, show)


def test_two_labs_that_overlap_give_the_warnings_back() -> None:
    show = warnings.showwarning
    one, two = Lab().__enter__(), Lab().__enter__()
    one.close()
    two.close()
    assert warnings.showwarning is show


# The lab's own manners.


def test_no_exception_is_kept() -> None:
    class Big: ...

    alive: list[weakref.ref[Big]] = []
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> None:
        big = Big()
        alive.append(weakref.ref(big))
        raise LookupError("boom")

    with Lab(app) as lab:
        lab.get("/")
        gc.collect()
        assert alive[0]() is None


def test_a_closed_lab_is_garbage() -> None:
    with Lab() as lab:
        lab.drain(ticks())
    gone = weakref.ref(lab._session.loop)
    del lab
    gc.collect()
    assert gone() is None


def test_two_hundred_labs_leave_no_thread_and_no_descriptor() -> None:
    app = FastAPI()

    @app.get("/")
    def endpoint() -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    def one() -> None:
        with Lab(app) as lab:
            lab.drain(ticks())
            assert lab.get("/").text == "ab"

    one()
    gc.collect()
    threads, descriptors = threading.active_count(), _descriptors()
    for _ in range(200):
        one()
    gc.collect()
    assert threading.active_count() <= threads + 2
    assert _descriptors() <= descriptors + 2


def _descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0
