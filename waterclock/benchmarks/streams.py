"""
What a lab costs in real time: opening one, a minute of an event stream, and a thousand streams for a virtual minute.

    python waterclock/benchmarks/streams.py
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from waterclock import Lab

app = FastAPI()


@app.get("/events", response_class=EventSourceResponse)
async def events() -> AsyncIterator[ServerSentEvent]:
    """Silent between its events, so that FastAPI's own pings are part of it."""
    for number in range(2):
        yield ServerSentEvent(data=number)
        await asyncio.sleep(30)


@app.get("/async")
async def async_stream() -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        for number in range(60):
            yield f"{number}\n"
            await asyncio.sleep(1)

    return StreamingResponse(body())


@app.get("/sync")
def sync_stream() -> StreamingResponse:
    def body() -> Iterator[str]:
        for number in range(60):
            yield f"{number}\n"
            time.sleep(1)

    return StreamingResponse(body())


def took(work: Callable[[], object], times: int) -> float:
    """The median of so many runs, in seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def opened() -> None:
    with Lab():
        pass


def minute(path: str, streams: int) -> None:
    with Lab(app) as lab:
        clients = [lab.get(path) for _ in range(streams)]
        lab.advance(61)
        assert {each.state for each in clients} == {"ended"}


def main() -> None:
    opened()
    base = took(opened, 50)
    print(f"{'opening and closing a lab':42} {base * 1e3:9.2f} ms")
    for text, path, streams, times in (
        ("a minute of events and pings", "/events", 1, 50),
        ("a minute of an async stream, 60 chunks", "/async", 1, 20),
        ("a minute of a sync stream, 60 chunks", "/sync", 1, 20),
        ("1,000 async streams for a minute", "/async", 1000, 1),
        ("40 sync streams for a minute", "/sync", 40, 1),
    ):
        lasted = took(lambda path=path, streams=streams: minute(path, streams), times)  # type: ignore[misc]
        print(f"{text:42} {lasted * 1e3:9.2f} ms   {60 * streams / lasted:12,.0f} times as fast as the clock")


if __name__ == "__main__":
    main()
