"""Grader for 03.4 headers only: status and headers sit on the response that is returned, and HEAD writes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from http.client import HTTPConnection, HTTPException
from typing import Any
from unittest.mock import patch

from starlette.datastructures import MutableHeaders

from course.grader import Exercise, chunk, criterion, expect

SHIPPED_STUB_FAILS = "test_status_and_headers_arrive"

WAITS = "The answer began when the first line was written. Its status and its headers are known before."
IN_THE_DECORATOR = (
    "What the decorator says stands in the document, and is for endpoints that return data. A Response that you return "
    "goes out with its own status."
)
ON_ANOTHER = (
    "It was set on another response than the one that is sent. What FastAPI passes in is for endpoints that return "
    "data; a Response that you return goes out as it is."
)
TOO_LATE = "It was set while the stream was running. The headers had left before its first line."
COLLECTED = "Nothing left before the whole bulletin was there. Nobody reads it while it is written."
ONE_BEHIND = "A line leaves when the next one comes, and not when it is written."
SHARED = "There were more readers than bulletins: not every request asked `write_bulletin()` for one of its own."
LOOKS_WHOLE = "The error was caught, and the stream ended as it does behind the last line: half a bulletin looks whole."
NOT_ALLOWED = "`@app.get` answers GET and nothing else; FastAPI does not add HEAD."
ANOTHER_STATUS = "HEAD asks what GET would say, and GET says 202."
WITHOUT_THE_TYPE = "HEAD says less than GET: the media type is a header too, body or not."
NOTHING_TO_ITERATE = (
    "The headers have left, and then the stream broke: None cannot be iterated over. A stream with nothing in it is "
    "an empty one, `()`."
)
LENGTH_ZERO = (
    "A Response with no content announces `content-length: 0`. HEAD has no body, but its headers are those of "
    "GET, and GET does not send zero bytes."
)
WRITES = "A forecaster wrote for nobody. What is yielded for HEAD the server drops, so it looks right from outside."
KEEPS_RUNNING = (
    "The headers have left, but the answer is not over: your stream still runs, and the next request over this "
    "connection has to wait for it."
)


@contextlib.contextmanager
def headers_set(ex: Exercise) -> Iterator[dict[str, str]]:
    """Header (lower case) -> why it is lost, for those that are set while the client waits or reads."""
    lost: dict[str, str] = {}
    real = MutableHeaders.__setitem__

    def setting(headers: MutableHeaders, name: str, value: str) -> None:
        asked = ex.lab.session.clients[-1:]
        lost[name.lower()] = TOO_LATE if asked and asked[0].status is not None else ON_ANOTHER
        real(headers, name, value)

    with patch.object(MutableHeaders, "__setitem__", setting):
        yield lost


def listen(ex: Exercise, method: str = "GET", did: str | None = None) -> tuple[Any, Any]:
    """A bulletin of which nothing is written yet, and who asks for it."""
    lines = ex.feed(called="line")
    ex.replace(write_bulletin=lambda: lines)
    return lines, ex.request(method, "/bulletin", did=did or f"{method} /bulletin")


def waited_for(ex: Exercise, lines: Any, client: Any) -> str | None:
    """What an answer has been waiting for: it is let happen, and the answer begins."""
    if client.status is None:
        lines.release("Fog until ten.\n")
        ex.advance(1)
        if client.status is not None:
            return WAITS
        lines.end()
        ex.advance(1)
        return COLLECTED if client.status is not None else None
    return None


@criterion
def test_status_and_headers_arrive(ex: Exercise) -> None:
    """GET is answered with 202, X-Station, Cache-Control and as plain text, before the first line is written."""
    with headers_set(ex) as lost:
        lines, client = listen(ex)
        ex.advance(1)

    def why() -> str | None:
        documented = any(getattr(route, "status_code", None) == 202 for route in getattr(ex.app, "routes", ()))
        return IN_THE_DECORATOR if documented and client.status == 200 else waited_for(ex, lines, client)

    expect(client, why=why).status(202)
    for name, value in (("x-station", "gull-rock"), ("cache-control", "no-store")):
        expect(client, why=None if name in client.headers else lost.get(name)).header(name, value)
    expect(client.headers["x-station"], "x-station", did=client.did).equals("gull-rock")  # Its letters count, too.
    expect(client).header("content-type", "text/plain; charset=utf-8")


@criterion
def test_each_line_leaves_when_it_is_written(ex: Exercise) -> None:
    """Each line leaves when it is written, an empty one too."""
    lines, client = listen(
        ex,
        did="GET /bulletin; a line was written at 1 s, 2 s, 3 s and 5 s, an empty text at 4 s, and no more came at 8 s",
    )
    for text, at in (("Fog until ten.\n", 1), ("\n", 2), ("\n", 3), ("", 4), ("Gischt über Łódź.\n", 5)):
        lines.release(text, at=at)
    lines.end(at=8)
    ex.advance(to=10)
    times = [at for at, _ in client.chunks]
    why = COLLECTED if set(times) == {8} else ONE_BEHIND if times == [2, 3, 4, 8] else None
    expect(client, why=why).received(
        chunk("Fog until ten.\n", at=1),
        chunk("\n", at=2),
        chunk("\n", at=3),
        chunk("Gischt über Łódź.\n", at=5),
        end=8,
    )


@criterion(needs=test_each_line_leaves_when_it_is_written)
def test_half_a_bulletin_does_not_look_whole(ex: Exercise) -> None:
    """When the writing breaks off, the answer breaks off as well, so that half a bulletin does not look whole."""
    lines, client = listen(ex, did="GET /bulletin; a line was written at 1 s, and at 2 s the writing broke off")
    lines.release("Fog until ten.\n", at=1)
    lines.fail(OSError("the line to Gull Rock is down"), at=2)
    ex.advance(to=10)
    if client.error is None:  # With one the server knows, whatever a middleware has made of the end.
        expect(client, why=LOOKS_WHOLE if client.state == "ended" else None).truncated(at=2)


@criterion(needs=test_each_line_leaves_when_it_is_written)
def test_each_reader_has_a_bulletin_of_their_own(ex: Exercise) -> None:
    """Each reader gets a bulletin of their own: two at once, and one who comes when another has left."""

    async def bulletin(number: int) -> AsyncIterator[str]:
        await asyncio.sleep(2)
        yield f"Bulletin {number}.\n"
        await asyncio.sleep(1)

    writer = ex.stand_in("write_bulletin", lambda: bulletin(writer.calls))

    def read(since: float, did: str) -> Any:
        ex.advance(to=since)
        return ex.get("/bulletin", did=did)

    first = read(0, "GET /bulletin, by the first of two readers at once")
    second = read(1, "GET /bulletin, by the second of two readers at once")
    gone = read(5, "GET /bulletin, by somebody who leaves")
    ex.advance(to=5.5)
    gone.leave()
    last = read(6, "GET /bulletin, when somebody else has left")
    ex.advance(to=12)
    served = [each for each in (first, second, last) if each.state == "ended" and each.error is None]
    why = SHARED if writer.calls < len(served) else None
    for client, number, since in ((first, 1, 0), (second, 2, 1), (last, 4, 6)):
        expect(client, why=why).received(chunk(f"Bulletin {number}.\n", at=since + 2), end=since + 3)


@criterion(needs=test_status_and_headers_arrive)
def test_head_is_answered_like_get(ex: Exercise) -> None:
    """HEAD is answered with the status and the headers of GET, before a line is written."""
    _, get = listen(ex)
    lines, head = listen(ex, "HEAD")
    ex.advance(1)

    def why() -> str | None:
        if head.status is None:
            return waited_for(ex, lines, head)
        return NOT_ALLOWED if head.headers.get("allow") == "GET" else ANOTHER_STATUS if head.status < 400 else None

    expect(head, why=why).status(202)
    expect.that(
        head.state != "truncated",
        did=head.did,
        expected="the headers, and nothing after them",
        observed=f"connection closed, {head.error}",
        why=NOTHING_TO_ITERATE if "NoneType" in (head.error or "") else None,
    )
    for name in ("x-station", "cache-control", "content-type"):
        missing = name == "content-type" and name not in head.headers
        expect(head, why=WITHOUT_THE_TYPE if missing else None).header(name, get.headers[name])
    expect(head, why=LENGTH_ZERO if head.headers.get("content-length") == "0" else None).no_header("content-length")


@criterion(needs=test_head_is_answered_like_get)
def test_head_writes_nothing(ex: Exercise) -> None:
    """Not a line is written for HEAD, and its answer is over with the headers."""
    did = "HEAD /bulletin, with two lines ready to be taken"
    lines, head = listen(ex, "HEAD", did)
    lines.release("Fog until ten.\n", "A gale by night.\n")
    ex.advance(10)
    expect(lines, why=WRITES, did=did).pulled(0)
    expect(head, why=KEEPS_RUNNING).ended()


@criterion(needs=test_head_writes_nothing, live=True)
def test_a_monitor_asks_again_and_again(ex: Exercise) -> None:
    """A monitor that keeps its connection gets an answer every time it asks, also beside another one."""
    ex.did("two monitors asked HEAD /bulletin three times in turn, each over a connection that it kept")
    monitors = [HTTPConnection("127.0.0.1", ex.live.port, timeout=20) for _ in range(2)]
    answers, then = 0, ""
    try:
        for monitor in monitors * 3:
            monitor.request("HEAD", "/bulletin")
            answer = monitor.getresponse()
            answer.read()
            answers += answer.status == 202
    except (HTTPException, OSError) as error:
        then = f", and then: connection closed, {type(error).__name__}"
    finally:
        for monitor in monitors:
            monitor.close()
    expect.that(answers == 6, expected="6 answers, each a 202", observed=f"{answers}{then}")
