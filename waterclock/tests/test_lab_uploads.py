"""Request bodies over time, and every way to say what a request is."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request

from waterclock import Lab

app = FastAPI()
pieces: list[tuple[float, bytes]] = []


@app.post("/count")
async def count(request: Request) -> int:
    import time

    pieces.clear()
    async for piece in request.stream():
        if piece:
            pieces.append((time.monotonic(), piece))
    return len(pieces)


@app.api_route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def echo(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "query": str(request.url.query),
        "body": (await request.body()).decode(),
        "headers": dict(request.headers),
    }


@app.get("/käse")
async def cheese() -> str:
    return "cheese"


def echoed(method: str, path: str = "/echo", **asked: Any) -> dict[str, Any]:
    with Lab(app) as lab:
        said: dict[str, Any] = json.loads(lab.request(method, path, **asked).text)
        return said


def test_a_feed_is_read_as_it_is_released() -> None:
    with Lab(app) as lab:
        body = lab.feed()
        client = lab.post("/count", body=body)
        body.release(b"a", at=1)
        body.release("b", at=5)
        body.end(at=6)
        lab.advance(10)
        assert pieces == [(1, b"a"), (5, b"b")]
        assert (client.text, client.ended_at) == ("2", 6)


def test_a_sync_feed_is_as_good() -> None:
    with Lab(app) as lab:
        body = lab.sync_feed()
        client = lab.post("/count", body=body)
        body.release(b"a", at=1)
        body.end(at=2)
        lab.advance(3)
        assert (pieces, client.ended_at) == ([(1, b"a")], 2)


def test_an_async_generator_is_closed_when_its_client_leaves() -> None:
    closed: list[bool] = []

    async def body() -> AsyncIterator[bytes]:
        import asyncio

        try:
            while True:
                yield b"x"
                await asyncio.sleep(1)
        finally:
            closed.append(True)

    with Lab(app) as lab:
        client = lab.post("/count", body=body())
        lab.advance(2.5)
        client.leave()
        lab.advance(1)
        assert len(pieces) == 3
        assert client.error == "starlette.requests.ClientDisconnect"
        assert closed == [True]


def test_an_upload_that_breaks_is_a_client_that_has_gone() -> None:
    with Lab(app) as lab:
        body = lab.feed()
        client = lab.post("/count", body=body)
        body.fail(OSError("the cable"), at=2)
        lab.advance(3)
        assert (client.state, client.ended_at) == ("left", 2)


def test_an_app_that_does_not_read_holds_the_sender_back() -> None:
    never = FastAPI()

    @never.post("/")
    async def endpoint(request: Request) -> None:
        import asyncio

        await asyncio.sleep(10)

    with Lab(never) as lab:
        body = lab.feed(bytes(40_000) for _ in range(100))
        lab.post("/", body=body)
        lab.advance(5)
        assert body.pulled == 2


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
def test_every_method_has_a_name(method: str) -> None:
    with Lab(app) as lab:
        assert json.loads(getattr(lab, method.lower())("/echo").text)["method"] == method


def test_params_are_added_to_the_query() -> None:
    said = echoed("GET", "/echo?a=1", params={"b": ["x y", "ü"], "c": True, "d": None})
    assert said["query"] == "a=1&b=x+y&b=%C3%BC&c=true"


def test_a_path_may_be_written_as_in_a_browser() -> None:
    with Lab(app) as lab:
        assert lab.get("/käse").text == '"cheese"'
        assert lab.get("http://example.org/käse?x=1").status == 200


def test_a_whole_address_names_the_host() -> None:
    assert echoed("GET", "http://example.org/echo")["headers"]["host"] == "example.org"


def test_cookies_are_one_header() -> None:
    assert echoed("GET", cookies={"a": "1", "b": "2"})["headers"]["cookie"] == "a=1; b=2"


@pytest.mark.parametrize(
    ("asked", "kind", "body"),
    [
        ({"body": "wärm"}, None, "wärm"),
        ({"json": {"a": "ü"}}, "application/json", '{"a": "ü"}'),
        ({"data": {"a": "x y", "b": [1, 2]}}, "application/x-www-form-urlencoded", "a=x+y&b=1&b=2"),
    ],
)
def test_a_body_has_its_kind_and_its_length(asked: dict[str, Any], kind: str | None, body: str) -> None:
    said = echoed("POST", **asked)
    assert said["body"] == body
    assert said["headers"].get("content-type") == kind
    assert said["headers"]["content-length"] == str(len(body.encode()))


def test_files_are_a_form_in_parts() -> None:
    said = echoed("POST", files={"log": ("a.txt", b"line", "text/plain")}, data={"station": "High Tarn"})
    kind, boundary = said["headers"]["content-type"].split("; boundary=")
    assert kind == "multipart/form-data"
    assert said["body"].split("\r\n") == [
        f"--{boundary}", 'Content-Disposition: form-data; name="station"', "", "High Tarn",
        f"--{boundary}", 'Content-Disposition: form-data; name="log"; filename="a.txt"',
        "Content-Type: text/plain", "", "line", f"--{boundary}--", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("echo", {}, "a path begins with a slash"),
        (7, {}, "a path is text"),
        ("/echo", {"body": b"x", "json": 1}, "a request has one body"),
        ("/echo", {"body": 7}, "a body is bytes, text"),
    ],
)
def test_what_is_no_request_is_refused_before_it_begins(path: Any, asked: dict[str, Any], said: str) -> None:
    with Lab(app) as lab:
        with pytest.raises((TypeError, ValueError), match=said):
            lab.post(path, **asked)
        assert lab.clients == []


def test_an_app_may_be_named() -> None:
    with Lab("fastapi:FastAPI") as lab:
        assert lab.app is FastAPI
    with pytest.raises(ValueError, match="has no 'nothing'"):
        Lab("fastapi:nothing")
    with pytest.raises(ValueError, match="module:name"):
        Lab("fastapi")
    with pytest.raises(TypeError, match="cannot be called"):
        Lab(7)  # type: ignore[arg-type]


def test_a_lab_without_its_with_says_so() -> None:
    from waterclock import LabError

    lab = Lab(app)
    assert repr(lab) == "<Lab, not open>"
    with pytest.raises(LabError, match="`with Lab"):
        lab.get("/echo")


def test_an_error_has_its_traceback_as_text() -> None:
    broken = FastAPI()

    @broken.get("/")
    async def endpoint() -> None:
        {}["deep"]

    with Lab(broken) as lab:
        client = lab.get("/")
    assert client.traceback is not None
    assert client.traceback.splitlines()[0] == "Traceback (most recent call last):"
    assert client.traceback.splitlines()[-1] == "KeyError: 'deep'"
    assert "KeyError: 'deep'" in repr(client)
