"""What the lab cannot judge it names, and never passes over."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from waterclock.patches import real_time

from waterclock import CannotJudge, Lab, expect


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """A server outside that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[:2]


@pytest.fixture
def quick() -> Iterator[tuple[str, int]]:
    """A server outside that answers at once."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"answer\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[:2]
    thread.join(2)
    listener.close()


def app_that_asks(address: tuple[str, int]) -> FastAPI:
    app = FastAPI()

    @app.get("/thread")
    def in_a_thread() -> str:
        with socket.create_connection(address) as connection:
            connection.settimeout(1)
            try:
                return connection.recv(20).decode()
            except TimeoutError:
                return "silence"

    @app.get("/loop")
    async def on_the_loop() -> str:
        reader, writer = await asyncio.open_connection(*address)
        try:
            async with asyncio.timeout(5):
                return (await reader.readline()).decode()
        except TimeoutError:
            return "silence"
        finally:
            writer.close()

    @app.get("/other")
    async def other() -> str:
        return "served"

    return app


def test_a_thread_that_waits_outside_holds_up_nobody_and_is_named(silent: tuple[str, int]) -> None:
    with Lab(app_that_asks(silent)) as lab:
        client = lab.get("/thread")
        assert lab.get("/other").text == '"served"'
        assert client.state == "open"
        (found,) = lab.beyond
        assert "connection.recv(20)" in found.what
        assert "test_lab_beyond.py:" in str(found.where)
        assert str(found) in lab.problems


def test_a_connection_that_does_not_answer_is_named(silent: tuple[str, int]) -> None:
    with Lab(app_that_asks(silent)) as lab:
        client = lab.get("/loop")
        lab.advance(10)
        assert (client.text, client.ended_at) == ('"silence"', 5)
        (found,) = lab.beyond
    assert f"the connection to {silent[0]}:{silent[1]} did not answer" in found.what
    assert "test_lab_beyond.py:" in str(found.where)


def test_an_answer_that_comes_at_once_is_judged(quick: tuple[str, int]) -> None:
    with Lab(app_that_asks(quick)) as lab:
        client = lab.get("/loop")
        assert (client.text, client.ended_at) == ('"answer\\n"', 0)
        assert not lab.beyond
        assert lab.blocked == []


def test_leaving_the_lab_raises_if_nobody_has_looked(silent: tuple[str, int]) -> None:
    with pytest.raises(CannotJudge, match="cannot be judged here"), Lab(app_that_asks(silent)) as lab:
        lab.get("/thread")


def test_it_does_not_if_only_a_note_is_wanted(silent: tuple[str, int]) -> None:
    with Lab(app_that_asks(silent), beyond="note") as lab:
        lab.get("/thread")


def test_an_expectation_says_so_instead_of_a_verdict(silent: tuple[str, int]) -> None:
    with Lab(app_that_asks(silent), beyond="note") as lab:
        client = lab.get("/thread")
        for subject in (client, lab):
            with pytest.raises(CannotJudge, match="cannot be judged here"):
                expect(subject)
        assert len(lab.beyond) == 1
        expect(client).still_open()  # Who has looked is answerable.


def test_a_blocking_call_on_the_loop_that_waits_outside_is_both(silent: tuple[str, int]) -> None:
    async def rude() -> bytes:
        with socket.create_connection(silent) as connection:
            connection.settimeout(0.6)
            try:
                return connection.recv(10)
            except TimeoutError:
                return b""

    with Lab() as lab:
        lab.run(rude())
        assert {each.kind for each in lab.blocked} == {"network", "wait"}
        assert "connection.recv(10)" in lab.beyond[0].what


def test_a_quick_child_process_is_judged_and_a_slow_one_named() -> None:
    async def child(*command: str) -> bytes:
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        out, _ = await process.communicate()
        return out

    with Lab() as lab:
        assert lab.run(child(sys.executable, "-Sc", "print('hi')")).split() == [b"hi"]
        assert lab.now == 0
        assert [each.kind for each in lab.blocked] == []
        assert not lab.beyond

    async def slow() -> None:
        process = await asyncio.create_subprocess_exec("sleep", "0.7")
        try:
            async with asyncio.timeout(3):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    with Lab() as lab:
        lab.run(slow())
        assert "sleep" in lab.beyond[0].what
        assert "test_lab_beyond.py:" in str(lab.beyond[0].where)


def test_a_subprocess_that_the_loop_waits_for_is_a_fault_of_its_own() -> None:
    async def rude() -> None:
        subprocess.run([sys.executable, "-Sc", ""], check=True)

    with Lab() as lab:
        lab.run(rude())
        assert [each.kind for each in lab.blocked] == ["subprocess"]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python says so from 3.13 on")
def test_a_real_sleep_that_nobody_could_find_is_named() -> None:
    hidden = [(real_time.sleep,)]
    with Lab(beyond="note") as lab:
        lab.call(lambda: hidden[0][0](0.01))
        assert "takes real time" in lab.beyond[0].what


def test_who_waits_for_something_outside_is_not_said_to_wait_for_ever(silent: tuple[str, int]) -> None:
    def asks() -> bytes:
        with socket.create_connection(silent) as connection:
            return connection.recv(20)

    async def asks_on_the_loop() -> bytes:
        with socket.create_connection(silent) as connection:
            connection.setblocking(False)
            return await asyncio.get_running_loop().sock_recv(connection, 20)

    for ask in (lambda lab: lab.call(asks), lambda lab: lab.run(asks_on_the_loop())):
        with pytest.raises(CannotJudge, match="cannot be judged here"), Lab() as lab:
            ask(lab)


def test_a_thread_that_takes_long_to_come_alive_is_nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a new thread may get no turn for a while. Whoever started it waits for that in real time."""
    begin = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]

    def begin_late(thread: threading.Thread) -> None:
        real_time.sleep(0.4)
        begin(thread)

    def lines() -> Iterator[int]:
        helper = threading.Thread(target=lambda: None)
        helper.start()
        helper.join()
        yield 1

    monkeypatch.setattr(threading.Thread, "_bootstrap_inner", begin_late)
    with Lab() as lab:
        client = lab.drain(lines())
        lab.advance(1)
        assert not list(lab.beyond)
        assert client.items == [(0, 1)]
