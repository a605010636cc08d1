"""No connection takes more than its share of the course server: not of time, not of memory, not of descriptors."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from waterclock.live import Server
from waterclock.live.serving import listen

from course.server import make_app, protocol
from course.server.protocol import bounded
from course.server.room import REFUSED, RESERVE, Room, descriptors
from course.site.build import STAMP, fingerprint

PATIENCE = 60.0  # seconds; what is waited for takes about one, on a machine with nothing else to do

ROOM = Room(connections=12, listeners=3, apps=4)
GET = b"GET /course/exercises HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def server(small) -> Iterator[Server]:  # type: ignore[no-untyped-def]
    with Server(make_app(small.root, watch=False, room=ROOM), http=bounded(ROOM)) as server:  # type: ignore[arg-type]
        yield server


def connected(server: Server, data: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    client.sendall(data)
    return client


def rest(client: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with client, client.makefile("rb") as file:
        return file.read()


# --- time and memory ----------------------------------------------------------------------------


@pytest.mark.parametrize("half", [b"", b"GET / HT", GET[:-2], GET + GET[:-2]])
def test_half_a_request_is_not_waited_for_for_ever(
    server: Server, half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "PATIENCE", 0.2)
    answers = rest(connected(server, half))

    assert answers.count(b"HTTP/1.1 200") == half.count(b"\r\n\r\n")


def test_a_request_that_comes_byte_by_byte_gets_no_more_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "PATIENCE", 0.2)
    deadline = monotonic() + PATIENCE
    with connected(server, GET[:-2] + b"X-Long: ") as client:
        while not select.select([client], [], [], 0.01)[0] and monotonic() < deadline:
            client.sendall(b"x")
        assert monotonic() < deadline
        with contextlib.suppress(ConnectionResetError):  # it was closed while there was something to read
            assert client.makefile("rb").read() == b""


def test_a_connection_is_used_again_and_an_answer_may_take_its_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(server, GET) as client, client.makefile("rb") as file:
        for _ in range(3):
            assert file.readline().startswith(b"HTTP/1.1 200")
            head = b"".join(iter(file.readline, b"\r\n"))
            file.read(int(re.search(rb"content-length: (\d+)", head)[1]))  # type: ignore[index]
            client.sendall(GET)
    monkeypatch.setattr(protocol, "PATIENCE", 0.2)
    slow = server.get("/apps/01/dots?count=3&every=0.5", timeout=PATIENCE).wait(end=True)
    assert slow.text == "..."


def test_requests_that_do_not_wait_for_their_answers_are_not_kept(server: Server) -> None:
    with connected(server, b"GET /course/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as client:
        assert client.recv(9) == b"HTTP/1.1 "
        for _ in range(200):
            client.sendall(GET * 1000)  # ten megabytes
        (connection,) = server._uvicorn.server_state.connections
        assert list(connection.pipeline) == []
        assert server.get("/course/exercises").wait(end=True).status == 200
    at_once = rest(connected(server, GET * 1000))
    assert at_once.count(b"HTTP/1.1 ") == at_once.count(b"HTTP/1.1 200") == 1
    assert b"connection: close" in at_once


def test_two_hosts_are_none(server: Server) -> None:
    twice = rest(connected(server, GET.replace(b"\r\n\r\n", b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")))

    assert twice.startswith(b"HTTP/1.1 400")


# --- room ---------------------------------------------------------------------------------------


def test_room_is_made_for_whatever_a_process_may_open() -> None:
    for number in (256, 1024, 10_240):
        room = Room.within(number)
        assert room.connections + room.apps + RESERVE <= number
        assert room.listeners < room.connections, "who listens for hours leaves room for who asks and goes"
        assert RESERVE >= 2 * REFUSED
    assert Room.within(256).listeners >= 80


def test_a_page_too_many_is_told_when_to_come_again(server: Server) -> None:
    pages = [server.get("/course/events", timeout=PATIENCE).wait(chunks=1) for _ in range(ROOM.listeners)]
    refused = server.get("/course/events").wait(end=True)

    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert server.get("/course/exercises").wait(end=True).status == 200
    pages[0].leave()
    server.until(lambda: server.get("/course/events").wait_headers().status == 200, "its place", PATIENCE)


def test_a_connection_too_many_is_told_too_and_many_more_are_closed(server: Server) -> None:
    idle = [connected(server) for _ in range(ROOM.connections)]
    server.until(lambda: len(server._uvicorn.server_state.connections) == ROOM.connections, "all of them", PATIENCE)
    refused = rest(connected(server, GET))
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 5" in refused
    flood = [connected(server) for _ in range(4 * REFUSED)]
    server.until(
        lambda: len(server._uvicorn.server_state.connections) <= ROOM.connections + REFUSED, "a bound", PATIENCE
    )
    for client in [*idle, *flood]:
        client.close()
    server.until(lambda: server.get("/course/exercises").wait_headers().status == 200, "room", PATIENCE)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_process_asks_for_as_many_descriptors_as_it_can_get() -> None:
    code = (
        "import resource\nfrom course.server.room import descriptors\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (128, 512))\nprint(descriptors())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "512\n"
    assert descriptors() >= 256


RIGHT = "def dots(count):\n    yield from '.' * count\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_with_256_descriptors_and_300_pages_everybody_is_answered_and_exercises_are_judged(small) -> None:  # type: ignore[no-untyped-def]
    import resource

    def scarce() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    small.write("site/index.html", "<h1>home</h1>")
    small.write("site/" + STAMP, fingerprint(small.root))
    with listen() as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course.server", "--port", str(port), "--no-browser"]
    log = Path(small.root, "log")
    with log.open("w") as output:
        process = subprocess.Popen(command, env=small.environment(), stdout=output, stderr=output, preexec_fn=scarce)
    clients: list[socket.socket] = []
    try:
        wait(lambda: "Ctrl+C" in log.read_text(), "the server")
        port = int(log.read_text().split("http://127.0.0.1:")[1].split("/")[0])
        for _ in range(300):
            clients.append(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            clients[-1].sendall(b"GET /course/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        heads = [client.recv(12) for client in clients]
        taken = heads.count(b"HTTP/1.1 200")
        assert Room.within(256).listeners <= taken < Room.within(256).connections
        assert heads.count(b"HTTP/1.1 503") == 300 - taken

        home = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        home.sendall(GET.replace(b"/course/exercises", b"/"))
        assert home.recv(12) == b"HTTP/1.1 200"
        home.close()
        small.answer(RIGHT)
        heard = b""
        while b'"state":"passed","passed":3' not in heard.replace(b" ", b""):
            heard += clients[0].recv(65536)
    finally:
        for client in clients:
            client.close()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    assert "Traceback" not in log.read_text()


def wait(condition, what: str) -> None:  # type: ignore[no-untyped-def]
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, what
        select.select([], [], [], 0.01)
