"""What a client of a real server can do: send a body, wait, read slowly, open any address."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.responses import FileResponse, StreamingResponse
from live_apps import app_of, numbers, silent
from waterclock.live import CannotConnect, NotSeen, Server, open_url


async def echo(scope: dict, receive: Callable, send: Callable) -> None:
    """Bare ASGI: a StreamingResponse would eat the request's parts while it listens for the disconnect."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while (message := await receive()).get("more_body"):
        await send({"type": "http.response.body", "body": message["body"], "more_body": True})
    await send({"type": "http.response.body", "body": message["body"]})


def test_a_body_of_bytes_is_sent_with_its_length() -> None:
    async def sizes(request: Request) -> str:
        return f"{len(await request.body())} {request.headers.get('content-length')}"

    with Server(app_of(sizes)) as server:
        assert server.post("/", body=b"x" * 10).wait(end=True).text == '"10 10"'
        assert server.post("/").wait(end=True).text == '"0 0"'
        assert server.post("/", body=b"x" * 1_000_000).wait(end=True).text == '"1000000 1000000"'


def test_an_iterable_body_is_sent_part_by_part_while_the_answer_comes_in() -> None:
    second = threading.Event()

    def parts() -> Iterator[bytes]:
        yield b"one\n"
        assert second.wait(5)
        yield b"two\n"

    with Server(echo) as server:
        exchange = server.post("/", body=parts()).wait(lines=1)
        second.set()
        exchange.wait(end=True)

    assert exchange.text == "one\ntwo\n"


def test_header_fields_of_the_caller_replace_the_usual_ones() -> None:
    async def seen(request: Request) -> dict[str, str]:
        return dict(request.headers)

    with Server(app_of(seen)) as server:
        text = server.get("/", {"host": "skylark.example", "Last-Event-ID": "7"}).wait(end=True).text

    assert '"host":"skylark.example"' in text
    assert '"last-event-id":"7"' in text
    assert text.count("host") == 1


def test_a_wait_that_fails_says_what_was_waited_for_and_what_had_come() -> None:
    with Server(app_of(silent)) as server:
        exchange = server.get("/").wait(chunks=1)
        with pytest.raises(NotSeen) as error:
            exchange.wait(chunks=3, within=0.01)

    text = str(error.value)
    assert text.startswith('Waited 0.01 s for 3 chunks of GET /. 1 chunk came, the last, "first\\n", at 0.')
    assert text.endswith("; the response is still open.")


def test_a_wait_fails_at_once_when_no_more_can_come() -> None:
    with Server(app_of(numbers(1))) as server:
        started = time.perf_counter()
        with pytest.raises(NotSeen, match=r"Waited for 5 lines of GET /\. .*; it ended at 0\.\d+ s\.$"):
            server.get("/").wait(lines=5, within=30)

    assert time.perf_counter() - started < 30, "the time that it was given"


def test_a_wait_without_any_answer_says_so() -> None:
    async def never() -> None:
        await asyncio.sleep(60)

    with Server(app_of(never)) as server, pytest.raises(NotSeen, match="No answer came; the response is still open"):
        server.get("/", timeout=0.01).wait_headers()


def test_until_says_what_did_not_happen() -> None:
    with Server(app_of(numbers(1))) as server, pytest.raises(NotSeen, match=r"Waited 0\.01 s for the fog to lift\."):
        server.until(lambda: False, "the fog to lift", within=0.01)


def test_the_app_waits_for_a_reader_who_pauses_and_goes_on_when_he_resumes() -> None:
    sent = 0

    async def flood() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(200):
                yield b"x" * 64 * 1024
                sent += 1

        return StreamingResponse(body())

    with Server(app_of(flood), send_buffer=64 * 1024) as server:
        reader = server.get("/", receive_buffer=64 * 1024)
        reader.pause()
        before = -1
        for _ in range(100):  # Full when nothing more has been sent for a while.
            before, _ = sent, threading.Event().wait(0.05)
            if before == sent > 0:
                break
        assert 0 < sent < 200
        reader.resume()
        reader.wait(end=True)

    assert len(reader.body) == 200 * 64 * 1024


def test_an_address_is_opened_with_its_path_and_query() -> None:
    async def where(request: Request) -> str:
        return f"{request.url}"

    with Server(app_of(where)) as server:
        assert open_url(f"{server.url}/?every=1").wait(end=True).text == f'"{server.url}/?every=1"'
        assert open_url(f"127.0.0.1:{server.port}").wait(end=True).text == f'"{server.url}/"'


def test_a_refused_connection_says_where() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CannotConnect, match=rf"Nothing answers at 127\.0\.0\.1:{port} .*Is the server running\?"):
        open_url(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["ftp://example.org", "http://", "http:///ticks", ""])
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Expected an address such as"):
        open_url(url)


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_bytes(b"station,wind\n" * 20_000)

    async def download() -> FileResponse:
        return FileResponse(path)

    with Server(app_of(download)) as server:
        exchange = server.get("/").wait(bytes=260_000).wait(end=True)

    assert exchange.body == path.read_bytes()
