"""
Lesson 02: three stations, one event loop.

Run:   course run 02        (or: uvicorn lessons.02_async_generators.app:app)
Watch: curl -N "localhost:8000/ticks"
       curl -N "localhost:8000/ticks?rude=1"
       curl -N "localhost:8000/waiting?how=def"
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from fastapi.responses import StreamingResponse

app = FastAPI(title="02 Waiting without blocking")

STATIONS = ("High Tarn", "Gull Bay", "North Fell")
SENSOR = 2.0  # Seconds that the old sensor on High Tarn takes for a reading.

Every = Annotated[float, Query(ge=0.01, le=5)]
Count = Annotated[int, Query(ge=1, le=500)]


async def ticks(every: float, count: int) -> AsyncIterator[int]:
    for n in range(count):
        yield n
        await asyncio.sleep(every)


async def report(turn: int, every: float, count: int, rude: bool, lines: asyncio.Queue[str]) -> None:
    await asyncio.sleep(turn * every / 3)
    async for n in ticks(every, count):
        if rude and turn == 0:
            time.sleep(SENSOR)  # Waits, and lets nobody else run meanwhile.
        await lines.put(f"{STATIONS[turn]} {n}\n")


async def three_stations(every: float, count: int, rude: bool) -> AsyncIterator[str]:
    lines: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
    reports = (report(turn, every, count, rude, lines) for turn in range(3))
    tasks = [asyncio.create_task(each) for each in reports]
    try:
        for _ in range(3 * count):
            yield await lines.get()
    finally:
        for task in tasks:
            task.cancel()


@app.get("/ticks")
async def three(every: Every = 1.0, count: Count = 4, rude: bool = False) -> StreamingResponse:
    return StreamingResponse(three_stations(every, count, rude), media_type="text/plain")


def waits_in_a_thread(every: float, count: int) -> Iterator[str]:
    for n in range(count):
        time.sleep(every)
        yield f"{n}\n"


async def waits_on_the_loop(every: float, count: int) -> AsyncIterator[str]:
    for n in range(count):
        await asyncio.sleep(every)
        yield f"{n}\n"


@app.get("/waiting")
async def waiting(how: Literal["def", "async"], every: Every = 0.2, count: Count = 10) -> StreamingResponse:
    waits = waits_in_a_thread if how == "def" else waits_on_the_loop
    return StreamingResponse(waits(every, count), media_type="text/plain")


@app.get("/answer/def")
def answer_from_a_thread() -> str:
    return "here"


@app.get("/answer/async")
async def answer_from_the_loop() -> str:
    return "here"
