"""A port is found, a server stops when it is asked to, and whoever lacks uvicorn is told so."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from waterclock.live.serving import listen

SERVED = """
import asyncio, uvicorn
from waterclock.live.serving import PromptServer, listen

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        try:
            await asyncio.sleep(60)
        finally:
            print("cancelled", flush=True)
    else:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        print("lifespan ended", flush=True)
        await send({"type": "lifespan.shutdown.complete"})

listener = listen()
print(listener.getsockname()[1], flush=True)
server = PromptServer(uvicorn.Config(app, log_config=None), on_stop=lambda: print("asked to stop", flush=True))
try:
    server.run(sockets=[listener])
except KeyboardInterrupt:
    pass
"""


def test_a_taken_port_leads_to_the_next_free_one() -> None:
    with listen(18800) as first, listen(first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]
        assert second.getsockname()[0] == "127.0.0.1"


def test_without_a_wish_any_port_will_do() -> None:
    with listen() as one, listen() as other:
        assert one.getsockname()[1] != other.getsockname()[1]


def test_the_last_port_of_all_has_none_after_it_and_any_will_do() -> None:
    with listen(65535) as last, listen(65535) as other:
        assert other.getsockname()[1] not in (0, last.getsockname()[1])


def test_a_client_that_is_early_waits_instead_of_being_refused() -> None:
    with listen() as listener, socket.create_connection(listener.getsockname(), timeout=5):
        accepted, _ = listener.accept()
        accepted.close()


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match=rf"There is no port {port}: ports go from 1 to 65535\."):
        listen(port)


def test_a_host_that_is_not_here_is_refused_with_the_reason() -> None:
    with pytest.raises(OSError, match=r"No port of 192\.0\.2\.1 can be listened on"):
        listen(8000, "192.0.2.1")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_first_interrupt_ends_open_streams_and_then_the_lifespan() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            while b"first" not in client.recv(1000):
                pass
            asked = time.perf_counter()
            process.send_signal(signal.SIGINT)
            said = process.stdout.read().splitlines()
        took = time.perf_counter() - asked

    assert said == ["asked to stop", "cancelled", "lifespan ended"]
    assert took < 30  # uvicorn alone would wait for the 60 s of the stream.


def test_without_uvicorn_the_error_says_what_to_install() -> None:
    program = "import sys; sys.modules['uvicorn'] = None; import waterclock; import waterclock.live"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")

    assert done.returncode == 1
    assert 'pip install "waterclock[live]"' in done.stderr
