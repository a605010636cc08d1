"""Clients inside the lab that read another app while it is still sending: httpx2, and the SDKs that stand on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab

DELTAS = ["Wind", " from", " west"]
Stamped = list[tuple[float, Any]]


class Model:
    """An app that streams, and notes when its reader has gone."""

    def __init__(self, source: Callable[[], AsyncIterator[Any]], media_type: str = "text/plain") -> None:
        self.left_at: float | None = None
        self.bodies: list[bytes] = []
        self.app = FastAPI()

        @self.app.api_route("/{path:path}", methods=["GET", "POST", "HEAD"])
        async def endpoint(path: str, request: Request) -> StreamingResponse:
            self.bodies.append(await request.body())
            return StreamingResponse(self._watched(source()), media_type=media_type)

    async def _watched(self, source: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            async for item in source:
                yield item
        finally:
            self.left_at = now()


def now() -> float:
    return asyncio.get_running_loop().time()


async def words() -> AsyncIterator[bytes]:
    for word in DELTAS:
        yield word.encode()
        await asyncio.sleep(1)


async def crashing() -> AsyncIterator[bytes]:
    yield b"Wind"
    await asyncio.sleep(1)
    raise LookupError("boom")


def read(model: Any, main: Callable[[httpx2.AsyncClient], Any], **options: Any) -> Any:
    with Lab() as lab:

        async def run() -> Any:
            async with lab.client(model, **options) as client:
                return await main(client)

        return lab.run(run())


async def stamped(client: httpx2.AsyncClient) -> Stamped:
    async with client.stream("GET", "/") as response:
        return [(now(), chunk) async for chunk in response.aiter_bytes()]


def test_chunks_are_read_when_they_are_sent() -> None:
    assert read(Model(words).app, stamped) == [(0, b"Wind"), (1, b" from"), (2, b" west")]


def test_a_whole_body_is_read_at_its_end() -> None:
    async def main(client: httpx2.AsyncClient) -> tuple[str, float]:
        return (await client.get("/")).text, now()

    assert read(Model(words).app, main) == ("Wind from west", 3)


def test_a_request_body_arrives() -> None:
    model = Model(words)

    async def main(client: httpx2.AsyncClient) -> int:
        async with client.stream("POST", "/", json={"a": 1}) as response:
            return response.status_code

    assert read(model.app, main) == 200
    assert model.bodies == [b'{"a":1}']


def test_leaving_stops_the_sender_in_the_same_instant() -> None:
    model = Model(words)

    async def main(client: httpx2.AsyncClient) -> None:
        async with client.stream("GET", "/") as response:
            async for _ in response.aiter_bytes():
                await asyncio.sleep(0.25)
                break
        await asyncio.sleep(5)

    read(model.app, main)
    assert model.left_at == 0.25


def test_a_body_that_is_never_read_is_let_go_when_the_client_closes() -> None:
    model = Model(words)

    async def main(client: httpx2.AsyncClient) -> None:
        await client.send(client.build_request("GET", "/"), stream=True)
        await asyncio.sleep(1.5)
        await client.aclose()
        await asyncio.sleep(1)

    read(model.app, main)
    assert model.left_at == 1.5


def test_a_sender_waits_for_a_reader_who_is_slow() -> None:
    sent: list[float] = []

    async def eager() -> AsyncIterator[bytes]:
        for _ in range(4):
            sent.append(now())
            yield b"x"

    async def main(client: httpx2.AsyncClient) -> None:
        async with client.stream("GET", "/") as response:
            async for _ in response.aiter_bytes():
                await asyncio.sleep(1)

    read(Model(eager).app, main)
    assert sent == [0, 0, 0, 1]


def test_silence_is_a_read_time_out() -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(100)

    model = Model(silent)

    async def main(client: httpx2.AsyncClient) -> float:
        with pytest.raises(httpx2.ReadTimeout):
            await stamped(client)
        return now()

    assert read(model.app, main, timeout=7) == 7
    assert model.left_at == 7


def test_a_crash_in_mid_stream_is_a_cut_connection() -> None:
    async def main(client: httpx2.AsyncClient) -> float:
        with pytest.raises(httpx2.RemoteProtocolError, match="peer closed connection"):
            await stamped(client)
        return now()

    assert read(Model(crashing).app, main) == 1


def test_a_crash_before_the_headers_is_a_500() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("boom")

    async def main(client: httpx2.AsyncClient) -> tuple[int, str]:
        response = await client.get("/")
        return response.status_code, response.text

    assert read(app, main) == (500, "Internal Server Error")


def test_an_app_that_returns_too_early_is_a_cut_connection() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})

    async def main(client: httpx2.AsyncClient) -> None:
        with pytest.raises(httpx2.RemoteProtocolError):
            await stamped(client)

    read(app, main)


def test_a_head_request_has_no_body() -> None:
    async def main(client: httpx2.AsyncClient) -> bytes:
        return (await client.head("/")).content

    assert read(Model(words).app, main) == b""


def test_a_relay_is_judged_end_to_end() -> None:
    model, relay = Model(words), FastAPI()

    with Lab(relay) as lab:

        @relay.get("/")
        async def endpoint() -> StreamingResponse:
            async def content() -> AsyncIterator[bytes]:
                async with lab.client(model.app) as client, client.stream("GET", "/") as response:
                    async for chunk in response.aiter_bytes():
                        yield chunk

            return StreamingResponse(content())

        reader = lab.get("/")
        lab.advance(to=1.5)
        assert reader.chunks == [(0, b"Wind"), (1, b" from")]
        reader.leave()
        assert model.left_at == 1.5
        assert lab.leftovers() == []


# The SDKs.


async def openai_wire() -> AsyncIterator[str]:
    for word in DELTAS:
        chunk = {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}],
        }
        yield f"data: {json.dumps(chunk)}\n\n"
        await asyncio.sleep(1)
    yield "data: [DONE]\n\n"


async def anthropic_wire() -> AsyncIterator[str]:
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }

    def said(kind: str, **fields: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"

    yield said("message_start", message=message)
    yield said("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for word in DELTAS:
        yield said("content_block_delta", index=0, delta={"type": "text_delta", "text": word})
        await asyncio.sleep(1)
    yield said("content_block_stop", index=0)
    yield said("message_stop")


async def ask_openai(client: Any, leave_after: int | None = None) -> Stamped:
    sdk = pytest.importorskip("openai").AsyncOpenAI(
        api_key="none", base_url="http://lab/v1", http_client=client, max_retries=0
    )
    got: Stamped = []
    stream = await sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}], stream=True)
    async with stream:
        async for chunk in stream:
            got.append((now(), chunk.choices[0].delta.content))
            if len(got) == leave_after:
                break
    return got


async def ask_anthropic(client: Any, leave_after: int | None = None) -> Stamped:
    sdk = pytest.importorskip("anthropic").AsyncAnthropic(
        api_key="none", base_url="http://lab", http_client=client, max_retries=0
    )
    got: Stamped = []
    async with sdk.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "?"}]) as stream:
        async for text in stream.text_stream:
            got.append((now(), text))
            if len(got) == leave_after:
                break
    return got


SDKS = [pytest.param(openai_wire, ask_openai, id="openai"), pytest.param(anthropic_wire, ask_anthropic, id="anthropic")]


def ask(model: Model, question: Any, *arguments: Any, **options: Any) -> Any:
    return read(model.app, lambda client: question(sdk_client(client), *arguments), **options)


def sdk_client(client: httpx2.AsyncClient) -> Any:
    """The SDKs of the pinned versions stand on httpx or on httpx2; the transport is for httpx2."""
    openai = pytest.importorskip("openai")
    if not issubclass(httpx2.AsyncClient, openai.DefaultAsyncHttpxClient.__mro__[1]):
        pytest.skip("the SDK does not take an httpx2 client")
    return client


@pytest.mark.parametrize(("wire", "question"), SDKS)
def test_an_sdk_reads_each_delta_when_it_is_sent(wire: Any, question: Any) -> None:
    assert ask(Model(wire, "text/event-stream"), question) == [(n, word) for n, word in enumerate(DELTAS)]


@pytest.mark.parametrize(("wire", "question"), SDKS)
def test_leaving_an_sdk_s_stream_stops_the_model_at_once(wire: Any, question: Any) -> None:
    model = Model(wire, "text/event-stream")
    assert ask(model, question, 2) == [(0, "Wind"), (1, " from")]
    assert model.left_at == 1


@pytest.mark.parametrize(("wire", "question"), SDKS)
def test_an_sdk_s_stream_that_breaks_off_is_an_error(wire: Any, question: Any) -> None:
    async def breaks() -> AsyncIterator[str]:
        async for part in wire():
            yield part
            if "from" in part:
                raise LookupError("boom")

    with pytest.raises(Exception, match=r"peer closed|incomplete|Connection error"):
        ask(Model(breaks, "text/event-stream"), question)


def test_a_sync_client_that_the_garbage_collector_lets_go_of_holds_up_nobody() -> None:
    app = FastAPI()

    @app.get("/")
    def relay() -> StreamingResponse:
        def body() -> Iterator[str]:
            with app.state.client.stream("GET", "/") as response:
                yield from response.iter_text()

        return StreamingResponse(body())

    with Lab(app) as lab:
        app.state.client = lab.client(Model(words).app, sync=True)
        reader = lab.get("/")
        lab.advance(1.5)
        reader.leave()
        lab.advance(5)
        kinds = {each.kind for each in lab.leftovers()}
    assert kinds == {"collected generator"}, "its `with` has closed the answer by then"
