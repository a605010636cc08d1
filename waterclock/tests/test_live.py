"""A response from a real server as it arrives, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from fastapi.responses import PlainTextResponse, StreamingResponse
from live_apps import app_of, numbers, silent
from waterclock.live import Server, open_url
from waterclock.sse import Comment, Event


def test_every_http_chunk_is_one_chunk_with_its_time() -> None:
    with Server(app_of(numbers(3, every=0.05))) as server:
        ticks = server.get("/").wait(end=True)

    assert [content for _, content in ticks.chunks] == [b"0\n", b"1\n", b"2\n"] == ticks.http_chunks
    first, second, third = [at for at, _ in ticks.chunks]
    assert 0 < first < second < third < ticks.ended_at
    assert second - first >= 0.04
    assert (ticks.status, ticks.state, ticks.text) == (200, "ended", "0\n1\n2\n")


def test_raw_holds_the_status_line_and_the_framing() -> None:
    with Server(app_of(numbers(2))) as server:
        raw = server.get("/").wait(end=True).raw

    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert raw.endswith(b"\r\n\r\n2\r\n0\n\r\n2\r\n1\n\r\n0\r\n\r\n")


def test_an_http_chunk_larger_than_a_read_stays_one_chunk() -> None:
    async def big() -> StreamingResponse:
        return StreamingResponse(iter([b"x" * 300_000, b"y"]))

    with Server(app_of(big)) as server:
        exchange = server.get("/").wait(end=True)

    assert [len(content) for content in exchange.http_chunks] == [300_000, 1]


def test_a_body_with_a_length_has_no_http_chunks() -> None:
    async def plain() -> PlainTextResponse:
        return PlainTextResponse("hello")

    with Server(app_of(plain)) as server:
        exchange = server.get("/").wait(end=True)

    assert (exchange.http_chunks, exchange.body, exchange.headers["content-length"]) == ([], b"hello", "5")


def test_the_answer_to_head_has_no_body() -> None:
    async def plain() -> PlainTextResponse:
        return PlainTextResponse("hello")

    with Server(app_of(plain)) as server:
        exchange = server.head("/").wait(end=True)

    assert (exchange.status, exchange.state, exchange.body) == (200, "ended", b"")


def test_lines_carry_the_time_of_their_line_break() -> None:
    async def halves() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"one\ntw"
            await asyncio.sleep(0.03)
            yield "o\r\nthré".encode()[:-1]
            yield "é".encode()[1:]

        return StreamingResponse(body())

    with Server(app_of(halves)) as server:
        exchange = server.get("/").wait(lines=1)
        assert [line for _, line in exchange.lines] == ["one"]
        exchange.wait(end=True)

    assert [line for _, line in exchange.lines] == ["one", "two", "thré"]
    assert exchange.lines[1][0] == exchange.chunks[1][0]


def test_events_and_comments_keep_their_order() -> None:
    async def alerts() -> StreamingResponse:
        parts = [b'data: "calm"\n\n: ping\n\nevent: gale\r\nid: 7\r\n', b'data: {"n": 1}\r\n\r\n', b": bye\n\n"]
        return StreamingResponse(iter(parts), media_type="text/event-stream")

    with Server(app_of(alerts)) as server:
        exchange = server.get("/").wait(events=4)

    items = [item for _, item in exchange.events]
    assert items == [Event(data='"calm"'), Comment("ping"), Event("gale", '{"n": 1}', "7"), Comment("bye")]
    assert [mark.label for mark in exchange.timeline().marks] == ["event", "ping", "event gale", "comment bye"]


def test_a_timeline_names_the_chunks_and_the_end() -> None:
    with Server(app_of(numbers(2))) as server:
        timeline = server.get("/").wait(end=True).timeline()

    assert [(mark.label, mark.size) for mark in timeline.marks] == [('"0\\n"', 2), ('"1\\n"', 2)]
    assert timeline.state == "ended"
    assert timeline.until >= timeline.marks[-1].at


def test_a_timeline_of_an_open_stream_goes_on() -> None:
    with Server(app_of(silent)) as server:
        exchange = server.get("/").wait(chunks=1)
        early, late = exchange.timeline(), exchange.timeline()

    assert early.state == "open"
    assert early.until < late.until


def test_headers_that_come_twice_are_joined() -> None:
    async def twice() -> PlainTextResponse:
        response = PlainTextResponse("")
        response.raw_headers += [(b"x-note", b"a"), (b"X-Note", b"b")]
        return response

    with Server(app_of(twice)) as server:
        assert server.get("/").wait_headers().headers["x-note"] == "a, b"


def test_an_error_in_mid_stream_truncates_the_body_and_is_logged() -> None:
    async def fails() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "a"
            raise ValueError("the mast broke")

        return StreamingResponse(body())

    with Server(app_of(fails)) as server:
        exchange = server.get("/").wait(end=True)
        server.until(lambda: server.running == 0, "the app to end")

    assert (exchange.status, exchange.body, exchange.state) == (200, b"a", "truncated")
    assert "incomplete chunked read" in exchange.error
    assert len(server.errors) == 1
    assert server.errors[0].startswith("Exception in ASGI application")
    assert "ValueError: the mast broke" in server.errors[0]


@pytest.mark.parametrize("abrupt", [False, True])
def test_leaving_reaches_the_app_at_once(abrupt: bool) -> None:
    log: list[str] = []

    async def endpoint() -> StreamingResponse:
        return await silent(log)

    with Server(app_of(endpoint)) as server:
        exchange = server.get("/").wait(chunks=1)
        assert (exchange.state, log) == ("open", [])
        exchange.leave(abrupt=abrupt)
        server.until(lambda: log == ["closed"], "the generator to be closed")

    assert (exchange.state, exchange.body) == ("left", b"first\n")
    assert exchange.ended_at >= exchange.chunks[0][0]
    assert server.errors == []


def test_leaving_after_the_end_changes_nothing() -> None:
    with Server(app_of(numbers(1))) as server:
        exchange = server.get("/").wait(end=True)
        ended_at = exchange.ended_at
        exchange.leave()

    assert (exchange.state, exchange.ended_at) == ("ended", ended_at)


def test_a_server_that_hangs_up_before_it_answers_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        exchange = open_url(f"127.0.0.1:{listener.getsockname()[1]}")
        listener.accept()[0].close()
        exchange.wait(end=True)

    assert (exchange.status, exchange.state) == (None, "truncated")
    assert "closed" in exchange.error or "connection broke" in exchange.error


def test_something_that_is_not_http_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        exchange = open_url(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"220 mail.example ESMTP\r\n\r\n")
            exchange.wait(end=True)

    assert exchange.state == "truncated"
    assert exchange.raw.startswith(b"220 ")
