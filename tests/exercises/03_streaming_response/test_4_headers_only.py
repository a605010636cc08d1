"""03.4: status and headers sit on the response that is returned, and HEAD writes nothing."""

import asyncio
from collections.abc import AsyncIterator
from http.client import HTTPConnection, HTTPException
from typing import Any

from course.grader import Exercise, chunk, criterion, expect

SHIPPED_STUB_FAILS = "test_status_and_headers_arrive"

INJECTED = (
    "The status and the headers were set on another response than the one you return. What FastAPI passes in, "
    "and what the decorator says, is for endpoints that return data; a Response that you return goes out as it "
    "is."
)
INSIDE = "The headers were set while the stream was running. They had left before its first line."
COLLECTED = "The bulletin was collected before anything left. Nobody reads it while it is written."
NOT_ALLOWED = "`@app.get` answers GET and nothing else; FastAPI does not add HEAD."
LENGTH_ZERO = (
    "A Response with no content announces `content-length: 0`. HEAD has no body, but its headers are those of "
    "GET, and GET does not send zero bytes."
)
ANOTHER_STATUS = "HEAD asks what GET would say, and GET says 202. The decorator's status is not used for a Response."
WITHOUT_THE_TYPE = "HEAD says less than GET: the media type is a header too, body or not."
NOTHING_TO_ITERATE = (
    "The headers have left, and then the stream broke: None cannot be iterated over. A stream with nothing in it is "
    "an empty one, `()`."
)
WRITES = (
    "HEAD ran through the stream as well. The server drops what it yields, so it looks right from outside, and a "
    "forecaster writes for nobody."
)
KEEPS_RUNNING = (
    "The headers have left, but the answer is not over: your stream still runs, and the next request has to wait "
    "for it."
)


def listen(ex: Exercise, method: str = "GET") -> tuple[Any, Any]:
    lines = ex.feed()
    ex.replace(write_bulletin=lambda: lines)
    return lines, ex.request(method, "/bulletin")


@criterion
def test_status_and_headers_arrive(ex: Exercise) -> None:
    """GET is answered with 202, X-Station, Cache-Control and as plain text, before the first line is written."""
    _, client = listen(ex)
    ex.advance(1)
    why = INSIDE if client.status == 202 else INJECTED
    expect(client, why=why, did="GET /bulletin").status(202)
    expect(client, why=why, did="GET /bulletin").header("x-station", "gull-rock")
    expect(client, why=why, did="GET /bulletin").header("cache-control", "no-store")
    expect(client, did="GET /bulletin").header("content-type", "text/plain; charset=utf-8")


@criterion
def test_each_line_leaves_when_it_is_written(ex: Exercise) -> None:
    """Each line leaves when it is written."""
    lines, client = listen(ex)
    lines.release("Fog until ten.\n", at=1)
    lines.release("A gale by night.\n", at=5)
    lines.end(at=5)
    ex.advance(to=10)
    late = not client.chunks or client.chunks[0][0] > 1
    expect(client, why=COLLECTED if late else None, did="GET /bulletin; a line is written at 1 s and at 5 s").received(
        chunk("Fog until ten.\n", at=1), chunk("A gale by night.\n", at=5)
    )
    expect(client).ended(at=5)


@criterion(needs=test_status_and_headers_arrive)
def test_head_is_answered_like_get(ex: Exercise) -> None:
    """HEAD is answered with the status and the headers of GET."""
    _, get = listen(ex)
    _, head = listen(ex, "HEAD")
    ex.advance(1)
    why = {405: NOT_ALLOWED, 200: ANOTHER_STATUS}.get(head.status or 0)
    expect(head, why=why, did="HEAD /bulletin").status(202)
    why = NOTHING_TO_ITERATE if "NoneType" in (head.error or "") else None
    expect.that(
        head.state != "truncated",
        expected="the headers, and nothing after them",
        observed=f"connection closed, {head.error}",
        why=why,
        did="HEAD /bulletin",
    )
    for name in ("x-station", "cache-control", "content-type"):
        missing = name == "content-type" and name not in head.headers
        expect(head, why=WITHOUT_THE_TYPE if missing else None, did="HEAD /bulletin").header(name, get.headers[name])
    expect(head, why=LENGTH_ZERO, did="HEAD /bulletin").no_header("content-length")


@criterion(needs=test_head_is_answered_like_get)
def test_head_writes_nothing(ex: Exercise) -> None:
    """Not a line is written for HEAD."""
    lines = ex.feed(called="line")
    lines.release("Fog until ten.\n", "A gale by night.\n")
    ex.replace(write_bulletin=lambda: lines)
    ex.head("/bulletin")
    ex.advance(10)
    expect(lines, why=WRITES, did="HEAD /bulletin, with two lines ready to be taken").pulled(0)


@criterion(needs=test_head_writes_nothing, live=True)
def test_a_monitor_asks_again_and_again(ex: Exercise) -> None:
    """A monitor that keeps its connection gets an answer every time it asks."""

    async def for_ever() -> AsyncIterator[str]:
        while True:
            await asyncio.sleep(0.01)
            yield "Fog.\n"

    ex.replace(write_bulletin=for_ever)
    monitor = HTTPConnection("127.0.0.1", ex.live.port, timeout=2)
    answers, then = 0, ""
    try:
        for _ in range(3):
            monitor.request("HEAD", "/bulletin")
            monitor.getresponse().read()
            answers += 1
    except TimeoutError:
        then = "none for 2 s"
    except (HTTPException, OSError) as error:
        then = f"connection closed, {type(error).__name__}"
    finally:
        monitor.close()
    expect.that(
        answers == 3,
        expected="3 answers to 3 HEAD requests, one after the other over one connection",
        observed=f"{answers}, and then {then}",
        why=KEEPS_RUNNING if "2 s" in then else None,
    )
